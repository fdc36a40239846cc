"""Episodes for the bench: three notes of about 3.4 KB each, written by a seeded generator from phrases.txt.

They are not records of anybody and have no gold coding. They look like notes as a coder meets them
(abbreviations, lists, negations, results, plans), so that time is spent where it is spent on real ones.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

from fourstep.episode import Document, Episode, Sex

NOTE_LENGTH = 3400

_FIRST = ("Ada", "Bertram", "Clemency", "Dougal", "Elspeth", "Fergus", "Gwenllian", "Imogen", "Keziah")
_LAST = ("Ainscough", "Brackenbury", "Clutterbuck", "Dunwoody", "Eccleshall", "Fazakerley", "Gathercole")


def _pools(path: Path) -> dict[str, list[str]]:
    pools: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            pools[name] = []
        elif line and not line.startswith("#"):
            pools[name].append(line)
    return pools


_POOLS = _pools(Path(__file__).with_name("phrases.txt"))


class Writer:
    """Writes the notes of one episode."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.admitted = dt.date(2025, 1, 1) + dt.timedelta(rng.randrange(300))
        self.name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        self.number = f"999 {rng.randrange(1000):03} {rng.randrange(10000):04}"
        self.age = rng.randrange(18, 98)
        self.main = self.pick("problem")

    def pick(self, pool: str) -> str:
        """One phrase, its blanks filled."""
        text = self.rng.choice(_POOLS[pool])
        while "{" in text:
            before, rest = text.split("{", 1)
            blank, after = rest.split("}", 1)
            text = before + self._blank(blank) + after
        return text

    def _blank(self, name: str) -> str:
        if name == "day":
            return f"{self.admitted:%d/%m}"
        if name in _POOLS:
            return self.pick(name)
        return str(self.rng.randrange(*{"a": (60, 160), "b": (4, 20), "c": (1, 10)}[name]))

    def some(self, pool: str, least: int, most: int, joint: str = ", ") -> str:
        """Several phrases in one line."""
        return joint.join(self.pick(pool) for _ in range(self.rng.randint(least, most)))

    def fill(self, head: str, more: Callable[[int], str], tail: str) -> str:
        """A note of the usual length: head, as many paragraphs as it takes, tail."""
        parts, number = [head], 1
        while sum(map(len, parts)) + len(tail) < NOTE_LENGTH:
            parts.append(more(number))
            number += 1
        return "".join([*parts, tail])

    def head(self, title: str) -> str:
        """Title and demographics."""
        return f"{title}\n{self.name}   {self.age} yrs   NHS {self.number}\n{self.admitted:%d/%m/%Y}\n\n"

    def clerking(self) -> str:
        """What the doctor in the emergency department writes."""
        head = self.head("MEDICAL CLERKING") + (
            f"PC: {self.some('symptom', 1, 2)}\n"
            f"HPC: {self.some('symptom', 2, 4)} for {self.rng.randint(1, 9)}/7. No {self.pick('symptom')}, "
            f"{self.pick('symptom')} or {self.pick('symptom')}.\nPMHx: {self.some('past', 3, 6)}\n"
            f"DHx: {self.some('drug', 3, 7)}\n"
            f"Allergies: {self.rng.choice(['NKDA', 'penicillin - rash', 'none known'])}\n"
            f"FHx: father {self.pick('past')}\nSHx: lives with wife, ex-smoker, alcohol 10 units/week\n\n"
            "O/E alert, chest clear, HS I+II, abdo SNT, calves SNT.\n"
            f"Imp: {self.main}. ?{self.pick('problem')}\n\n"
        )
        return self.fill(head, self._review, f"\nPlan: {self.some('plan', 4, 7)}\n")

    def _review(self, number: int) -> str:
        return (
            f"Review {number}: {self.some('course', 2, 4, ' ')}\nIx: {self.some('result', 2, 4)}\n"
            f"Plan: {self.some('plan', 2, 3)}\n\n"
        )

    def operation(self) -> str:
        """An operation note, with the anaesthetist's and the ward's remarks."""
        head = self.head("OPERATION NOTE") + (
            f"Indication: {self.main}\nOperation: {self.pick('operation')}\n"
            "Surgeon: Mr Quillfeather   Anaesthetic: GA\n"
            f"Findings: {self.pick('problem')}. No {self.pick('problem')}.\nProcedure:\n"
        )
        tail = f"Post op: {self.some('plan', 3, 5)}\n"
        return self.fill(head, lambda n: f"{n}. {self.some('step', 2, 3, ' ')}\n", tail)

    def summary(self) -> str:
        """A discharge summary."""
        head = self.head("DISCHARGE SUMMARY") + (
            f"Diagnosis: {self.main}\nSecondary diagnoses: {self.some('problem', 1, 2)}\n"
            f"PMH: {self.some('past', 3, 6)}\n"
            f"Procedures: {self.pick('operation')}\n\nClinical summary:\n"
        )
        tail = (
            f"\nMedication:\n{self.some('drug', 4, 8, chr(10))}\n\nGP actions: {self.some('plan', 1, 3)}\n"
            f"Return if {self.pick('symptom')} or {self.pick('symptom')}.\n"
        )
        return self.fill(head, lambda _: self.some("course", 2, 4, " ") + f" {self.pick('result')}.\n", tail)


def episodes(count: int, seed: int = 1) -> list[Episode]:
    """So many episodes of three notes each; the same seed writes the same notes."""
    out = []
    for number in range(count):
        writer = Writer(random.Random(f"{seed}-{number}"))
        day = writer.admitted
        documents = (
            Document("clerking.txt", writer.clerking(), "ed_note", day),
            Document("operation_note.txt", writer.operation(), "operation_note", day + dt.timedelta(1)),
            Document("discharge_summary.txt", writer.summary(), "discharge_summary", day + dt.timedelta(5)),
        )
        out.append(
            Episode(
                id=f"bench-{number}",
                documents=documents,
                age_years=writer.age,
                sex=writer.rng.choice([Sex.FEMALE, Sex.MALE]),
                patient_class="ordinary",
                admission_method="emergency",
                admission_date=day,
                discharge_date=day + dt.timedelta(5),
                specialty="General medicine",
            )
        )
    return out
