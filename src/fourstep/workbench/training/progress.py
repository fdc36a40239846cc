"""How a person is getting on, and which record they should take next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from fourstep.verify.registry import STANDARDS
from fourstep.workbench.people.models import Person
from fourstep.workbench.training.models import Attempt, PracticeRecord

#: So many of the latest attempts are not offered again.
_FRESH = 10
_GROUPS = ("chapter", "specialty", "standard")


@dataclass(frozen=True, slots=True)
class Line:
    """One chapter, specialty or standard: codes right of codes due."""

    name: str
    right: int
    total: int
    says: str = ""

    @property
    def per_cent(self) -> float:
        return 100 * self.right / self.total

    @property
    def missed(self) -> float:
        """The share missed."""
        return 1 - self.right / self.total


@dataclass(slots=True)
class Progress:
    """Everything handed in, by chapter, specialty and standard; the weakest first."""

    attempts: int
    right: int
    total: int
    chapter: list[Line] = field(default_factory=list)
    specialty: list[Line] = field(default_factory=list)
    standard: list[Line] = field(default_factory=list)

    @property
    def per_cent(self) -> float | None:
        return 100 * self.right / self.total if self.total else None


def progress(person: Person) -> Progress:
    """The progress of a person over all practice that was marked."""
    rows = list(Attempt.objects.filter(person=person, handed_in_at__isnull=False).select_related("record"))
    sums: dict[str, dict[str, list[int]]] = {g: defaultdict(lambda: [0, 0]) for g in _GROUPS}
    for attempt in rows:
        for point in attempt.points:
            for group, name in _names(point, attempt.record):
                sums[group][name][0] += point["right"]
                sums[group][name][1] += 1
    out = Progress(len(rows), sum(a.right for a in rows), sum(a.total for a in rows))
    for group in _GROUPS:
        lines = [Line(name, right, total, _says(group, name)) for name, (right, total) in sums[group].items() if name]
        setattr(out, group, sorted(lines, key=lambda line: (-line.missed, -line.total, line.name)))
    return out


def _names(point: dict[str, Any], record: PracticeRecord) -> list[tuple[str, str]]:
    standards = [("standard", s) for s in point["standards"]]
    return [("chapter", point["chapter"]), ("specialty", record.specialty), *standards]


def _says(group: str, name: str) -> str:
    return STANDARDS[name].sentence if group == "standard" and name in STANDARDS else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The next record, and what it exercises that was missed."""

    record: PracticeRecord
    because: list[str]


def next_record(person: Person) -> Choice | None:
    """The record that exercises most of what the person missed; without misses the easiest that they have not done.

    A record counts, over the chapters and standards of its codes, the share that was missed of each, per code: a long
    record is not chosen for its length. The latest ten are not offered again while there are others.
    """
    own = Attempt.objects.filter(person=person)
    latest = list(own.values_list("record_id", flat=True)[:_FRESH])
    records = list(PracticeRecord.objects.all())
    offered = [r for r in records if r.id not in latest] or records
    if not offered:
        return None
    found = progress(person)
    missed = {line.name: line.missed for line in (*found.chapter, *found.standard) if line.missed}
    done = set(own.filter(handed_in_at__isnull=False).values_list("record_id", flat=True))

    def worth(record: PracticeRecord) -> float:
        due = [c for c in record.codes if not c["optional"]]
        return sum(missed.get(n, 0.0) for c in due for n in (c["chapter"], *c["standards"])) / max(len(due), 1)

    best = min(offered, key=lambda r: (-worth(r), r.id in done, r.difficulty, r.name))
    names = {n for c in best.codes for n in (c["chapter"], *c["standards"])}
    because = sorted((n for n in names if n in missed), key=lambda n: (-missed[n], n))[:3]
    return Choice(best, because)
