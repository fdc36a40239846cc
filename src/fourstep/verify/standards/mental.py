"""Chapter V: smoking."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


@standard(
    "FS.V.07", "V",
    "One smoking status an episode: a current smoker is F17.1, an ex-smoker Z86.4, and a statement that the patient has stopped "
    "decides over its own figures.",
    reference="DCS.V.7",
    examples=(("Diagnosis: asthma. Social: ex smoker 20/day, stopped 2009", "J45.9 Z86.4"),),
)  # fmt: skip
def smoking(case: Case, tables: Tables) -> None:
    stopped = case.having("Z86.4")
    if not stopped:
        return
    ended = {id(c.line) for condition in stopped for c in condition.candidates}
    for condition in case.having("F17"):
        if all(id(c.line) in ended for c in condition.candidates):
            case.drop([condition], "has stopped smoking", "FS.V.07")
