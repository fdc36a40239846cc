"""Activity: the commonest diagnoses, procedures and groups of payment, by month, specialty, consultant or coder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from fourstep.books import books_on
from fourstep.errors import UsageError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.rows import Row
from fourstep.measures.figures import GROUPS, NOT_STATED

#: What can be counted: the code of an episode that counts.
KINDS: dict[str, Callable[[Row], str]] = {
    "diagnoses": lambda r: plain(r.diagnoses[0])[:3] if r.diagnoses else "",
    "procedures": lambda r: plain(r.procedures[0]) if r.procedures else "",
    "hrgs": lambda r: r.hrg,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One code: how many episodes have it, of how many, and how many in each group (every group of the data, in order)."""

    code: str
    title: str
    count: int
    of: int
    groups: dict[str, int]

    @property
    def share(self) -> float:
        """Per cent of the episodes that have any code of this kind."""
        return 100 * self.count / self.of


def commonest(rows: list[Row], kind: str, *, limit: int = 10, by: str = "month") -> list[Line]:
    """The commonest primary diagnoses (categories), main procedures or HRGs, most episodes first, then by code.

    Groups are in order of time or name; months are those of the end of the episode. Episodes that name no group are "not
    stated". Empty where no episode has a code of the kind. Raises UsageError for another kind or group.
    """
    if kind not in KINDS:
        raise UsageError(f"what is common can be asked of {', '.join(KINDS)}, not of {kind}")
    if by not in GROUPS:
        raise UsageError(f"figures are grouped by one of {', '.join(GROUPS)}, not by {by}")
    code_of = KINDS[kind]
    cells = Counter((code_of(row), getattr(row, by) or NOT_STATED) for row in rows)
    cells = Counter({cell: n for cell, n in cells.items() if cell[0]})
    counts: Counter[str] = Counter()
    for (code, _), n in cells.items():
        counts[code] += n
    groups = sorted({group for _, group in cells}, key=lambda g: (g == NOT_STATED, g))
    total = sum(counts.values())
    top = sorted(counts, key=lambda c: (-counts[c], c))[:limit]
    return [Line(c, _title(c, kind), counts[c], total, {g: cells[c, g] for g in groups}) for c in top]


def _title(code: str, kind: str) -> str:
    """The title of the book in use; "" for HRGs and for codes that it does not have."""
    if kind == "hrgs":
        return ""
    diagnoses, procedures, _ = books_on(None)
    rubric = diagnoses.find(code) if kind == "diagnoses" else procedures.find(code)
    return rubric.title if rubric else ""
