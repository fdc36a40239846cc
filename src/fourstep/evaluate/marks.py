"""The marking of an audit: every difference between the coding under audit and the auditor's gets one error key.

Position 1 is the primary diagnosis, or the primary procedure, and is right when it is the auditor's in every character.
The other codes are compared as sets. A code that the auditor changed is one difference; one that the auditor took away
or added is one each. The right primary recorded in another place is one difference (sequence), and neither of the two
codes is counted against the secondary codes. An auditor's key can always take the place of the one found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fourstep.errors import UsageError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.rows import Row

#: ICD-10 chapters whose letters do not tell them: the first category of each.
_CHAPTERS = (
    "A00", "C00", "D50", "E00", "F00", "G00", "H00", "H60", "I00", "J00", "K00", "L00", "M00", "N00", "O00", "P00",
    "Q00", "R00", "S00", "V01", "Z00",
)  # fmt: skip


@dataclass(slots=True)
class Difference:
    """One line of the auditor's worksheet. `recorded` is "" for an omission, `audited` for a code not relevant."""

    episode_id: str
    area: str  # one of thresholds.AREAS
    recorded: str
    audited: str
    key: str
    national: str
    cause: str  # "coder" or "non-coder"
    reason: str = ""  # the auditor's, with the standard
    response: str = ""  # the coder's: acknowledged, challenged
    outcome: str = ""  # "withdrawn": agreed to be no error

    @property
    def stands(self) -> bool:
        return self.outcome != "withdrawn"

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What makes a line the same line when a worksheet comes back."""
        return self.episode_id, self.area, plain(self.recorded), plain(self.audited)


@dataclass(slots=True)
class Mark:
    """One marked episode: the recorded codes that count in each class, and the differences."""

    row: Row
    codes: dict[str, list[str]]
    differences: list[Difference] = field(default_factory=list)


def mark(recorded: Row, audited: Row, keys: Keys) -> Mark:
    """Mark one episode. Raises UsageError where the auditor gives no diagnosis."""
    if not audited.diagnoses:
        raise UsageError(
            f"the auditor's coding of episode {audited.episode_id} has no diagnosis: "
            "say why in the column excluded, if it could not be audited"
        )
    out = Mark(recorded, {})
    for system, mine, theirs in (
        ("diagnosis", recorded.diagnoses, audited.diagnoses),
        ("procedure", recorded.procedures, audited.procedures),
    ):
        _mark_book(out, system, mine, theirs, keys)
    return out


def mark_all(recorded: Iterable[Row], audited: Iterable[Row], keys: Keys) -> list[Mark]:
    """Mark every episode that was audited, in the auditor's order; the excluded ones are left out.

    Raises UsageError where the coding under audit lacks one of them: nothing is counted as right or wrong by guess.
    """
    by_id = {r.episode_id: r for r in recorded}
    wanted = [a for a in audited if not a.excluded]
    absent = [a.episode_id for a in wanted if a.episode_id not in by_id]
    if absent:
        raise UsageError(f"{len(absent)} audited episodes are not in the coding under audit: {', '.join(absent[:5])}")
    return [mark(by_id[a.episode_id], a, keys) for a in wanted]


def _mark_book(out: Mark, system: str, recorded: Sequence[str], audited: Sequence[str], keys: Keys) -> None:
    first_area = f"primary_{system}"
    rest_area = "secondary_diagnoses" if system == "diagnosis" else "secondary_procedures"
    mine, theirs = list(recorded), list(audited)

    def differ(area: str, code: str, better: str, what: str) -> None:
        key = keys[f"{prefix(area, code or better)}_{what}"]
        out.differences.append(
            Difference(out.row.episode_id, area, code, better, key.name, key.national, key.cause)
        )

    counted: list[str] = mine[:1]
    first, due = (plain(mine[0]) if mine else ""), (plain(theirs[0]) if theirs else "")
    rest = mine[1:]
    if first and first == due:
        pass
    elif first and not due:
        differ(first_area, mine[0], "", "IRR")
    elif due and due in (places := [plain(c) for c in mine]):
        differ(first_area, mine[0], theirs[0], "SEQ")
        rest = [c for i, c in enumerate(mine) if i != places.index(due)]
    elif due and (not first or first in [plain(c) for c in theirs]):
        differ(first_area, "", theirs[0], "OMI")
        counted, rest = [], mine
    elif due:
        differ(first_area, mine[0], theirs[0], level(mine[0], theirs[0], system))
    out.codes[first_area], out.codes[rest_area] = counted, rest
    for code, better, what in compare_sets(rest, theirs[1:], rest_area):
        differ(rest_area, code, better, what)


def compare_sets(recorded: Sequence[str], audited: Sequence[str], area: str) -> list[tuple[str, str, str]]:
    """Recorded code, audited code and what is wrong, for two lists of secondary codes without regard to order.

    Codes that are the same drop out; of the rest, those alike in their first four, three, then two characters are
    taken as one code that was changed, in recorded order; what is left is not relevant or omitted.
    """
    left, due = list(recorded), list(audited)
    for code in list(left):
        same = next((d for d in due if plain(d) == plain(code)), None)
        if same is not None:
            left.remove(code)
            due.remove(same)
    out = []
    for length, what in ((4, "5TH"), (3, "4TH"), (2, "3RD")):
        for code in list(left):
            near = next(
                (d for d in due if plain(d)[:length] == plain(code)[:length] and prefix(area, d) == prefix(area, code)),
                None,
            )
            if near is not None and len(plain(code)) >= length:
                out.append((code, near, what))
                left.remove(code)
                due.remove(near)
    return out + [(code, "", "IRR") for code in left] + [("", code, "OMI") for code in due]


def level(recorded: str, audited: str, system: str) -> str:
    """At which level two codes part: CHA, 3RD, 4TH or 5TH."""
    a, b = plain(recorded), plain(audited)
    if a[:3] != b[:3]:
        chapter = icd10_chapter if system == "diagnosis" else (lambda code: code[0])
        return "3RD" if chapter(a) == chapter(b) else "CHA"
    return "5TH" if a[:4] == b[:4] and len(a) > 3 else "4TH"


def icd10_chapter(code: str) -> str:
    """The first category of the chapter that a code belongs to; U codes are a chapter of their own."""
    category = plain(code)[:3]
    if category.startswith("U"):
        return "U00"
    return next(c for c in reversed(_CHAPTERS) if c <= category)


def prefix(area: str, code: str) -> str:
    """The first part of our error key: the class, and for secondary codes what kind of code it is."""
    if area == "primary_diagnosis":
        return "PD"
    if area == "primary_procedure":
        return "PP"
    if area == "secondary_diagnoses":
        return "EX" if code[:1] in "VWXY" else "SD"
    return "ST" if code[:1] == "Z" else "SP"
