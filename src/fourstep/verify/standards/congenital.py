"""Chapter XVII: malformations that hold what belongs to them."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.XVII.01", "XVII",
    "A malformation whose code holds a second condition is recorded alone: spina bifida with hydrocephalus, a "
    "web or stricture of the "
    "oesophagus from birth.",
    examples=(
        ("Diagnosis: spina bifida with hydrocephalus", "Q05.4"),
        ("Diagnosis: tonsillitis. PMH: Down's syndrome", "J03.9 Q90.9"),
    ),
)  # fmt: skip
def malformations(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XVII.01")
