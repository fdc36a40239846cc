"""Activity: the commonest diagnoses, procedures and groups of payment, with their course by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from fourstep.books import books_on
from fourstep.errors import UsageError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.rows import Row

#: What can be counted: the code of an episode that counts.
KINDS: dict[str, Callable[[Row], str]] = {
    "diagnoses": lambda r: plain(r.diagnoses[0])[:3] if r.diagnoses else "",
    "procedures": lambda r: plain(r.procedures[0]) if r.procedures else "",
    "hrgs": lambda r: r.hrg,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One code: how many episodes have it, of how many, and how many in each month."""

    code: str
    title: str
    count: int
    of: int
    months: dict[str, int]

    @property
    def share(self) -> float:
        """Per cent of the episodes that have any code of this kind."""
        return 100 * self.count / self.of


def commonest(rows: list[Row], kind: str, *, limit: int = 10) -> list[Line]:
    """The commonest primary diagnoses (categories), main procedures or HRGs, most episodes first, then by code.

    Months are those of the end of the episode; episodes without one are in the count and in no month. Empty where no
    episode has a code of the kind. Raises UsageError for another kind.
    """
    if kind not in KINDS:
        raise UsageError(f"what is common can be asked of {', '.join(KINDS)}, not of {kind}")
    code_of = KINDS[kind]
    counts: Counter[str] = Counter()
    monthly: Counter[tuple[str, str]] = Counter()
    months = sorted({r.month for r in rows if r.month})
    for row in rows:
        if code := code_of(row):
            counts[code] += 1
            monthly[code, row.month] += 1
    total = sum(counts.values())
    top = sorted(counts, key=lambda c: (-counts[c], c))[:limit]
    return [Line(c, _title(c, kind), counts[c], total, {m: monthly[c, m] for m in months}) for c in top]


def _title(code: str, kind: str) -> str:
    """The title of the book in use; "" for HRGs and for codes that it does not have."""
    if kind == "hrgs":
        return ""
    diagnoses, procedures, _ = books_on(None)
    rubric = diagnoses.find(code) if kind == "diagnoses" else procedures.find(code)
    return rubric.title if rubric else ""
