"""What national practice leaves to the site: one line each in the policy table."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard

#: policy name -> the codes it decides on
_DECIDES = {
    "ex_smoker": ("Z86.4",),
    "living_alone": ("Z60.2",),
    "anticoagulant": ("Z92.1",),
    "long_term_drugs": ("Z92.2",),
    "frailty": ("R54",),
    "obesity": ("E66",),
    "past_surgery": ("Z90", "Z98"),
}


@standard(
    "FS.POL.01", "general",
    "What practice leaves to discretion follows the site's policy table; the default is the cautious one.",
)  # fmt: skip
def discretionary(case: Case, tables: Tables) -> None:
    for name, prefixes in _DECIDES.items():
        if case.policy.get(name) == "leave":
            case.drop_where(lambda c, p=prefixes: c.code.startswith(p), "discretionary", "FS.POL.01")  # type: ignore[misc]
