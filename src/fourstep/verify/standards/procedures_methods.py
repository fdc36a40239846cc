"""OPCS-4: subsidiary methods (Y): said once with the operation whose own code does not say them."""

from __future__ import annotations

from fourstep.assign.case import Case, Intervention
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.procedure_order import tier
from fourstep.verify.registry import standard
from fourstep.verify.standards.procedures import add

_ANAESTHETICS = Ranges("Y80-Y84")
_IN_THEATRE = PROCEDURAL | {"anaesthetic_record"}


@standard(
    "FS.OPCS.14", "OPCS-4",
    "A method that the words of an operation state and its code does not (Y) stands behind that code, before site and "
    "side; it is never recorded alone.",
    reference="PRule7",
    verified=False,
    examples=(
        ("Colonoscopy. Cold snare of sigmoid polyp. Site tattooed with ink.", "H20.1 Y39.5 Z28.6"),
    ),
)  # fmt: skip
def methods(case: Case, tables: Tables) -> None:
    for candidate in case.methods:
        code = candidate.codes[0]
        owner = _owner(case, tables, candidate)
        if owner is None or any(c[:3] == code[:3] for c in owner.codes):
            continue
        for method in candidate.codes:
            add(owner, method)
        owner.extra_evidence += case.record.evidence(candidate)[:1]
        owner.standards.append("FS.OPCS.14")


def _owner(case: Case, tables: Tables, candidate: Candidate) -> Intervention | None:
    """The operation that a method belongs to: of its sentence, else the one of its note that can take it."""
    s = candidate.statement
    near: list[Intervention] = []
    noted: list[Intervention] = []
    for thing in case.interventions:
        told = [c.statement for c in thing.candidates if c.statement.document == s.document]
        if any(t.sentence == s.sentence for t in told) and tables.takes_method(candidate.codes[0], thing.code, residual=True):
            near.append(thing)
        if told and tables.takes_method(candidate.codes[0], thing.code, residual=False):
            noted.append(thing)
    if len(near) == 1:
        return near[0]
    if case.record.document(candidate).type not in _IN_THEATRE:
        return None
    if candidate.codes[0] in _ANAESTHETICS:
        return min(noted or case.interventions, key=lambda i: (tier(i.code), i.order), default=None)
    return noted[0] if len(noted) == 1 else None
