"""OPCS-4: births, and care that goes with the operation: what the successful method was, what is
supported.
"""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.procedure_dates import same_time
from fourstep.assign.procedure_rank import rank
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.verify.registry import standard

_BIRTHS = Ranges("R17-R25")


@standard(
    "FS.OPCS.09", "OPCS-4",
    "A birth is recorded by the method that succeeded, one code for each type; the operative text or the "
    "birth record decides, "
    "not a summary that names another method.",
    examples=(
        ("Ventouse failed and abandoned. Delivered by Neville Barnes forceps.", "R21.9"),
    ),
)  # fmt: skip
def births(case: Case, tables: Tables) -> None:
    found = [i for i in case.interventions if i.code in _BIRTHS]
    if len(found) < 2:
        return
    top = max(rank(case, i.first) for i in found)
    kept = [i for i in found if rank(case, i.first) == top]
    for thing in found:
        if thing not in kept and any(same_time(k.date, thing.date) for k in kept):
            case.interventions = [i for i in case.interventions if i is not thing]
            case.leave_out(thing.candidates[:1], "documented otherwise in the birth record", "FS.OPCS.09", thing.code)
