"""OPCS-4: image control, site and side once for the procedures of one event."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Intervention
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


@standard(
    "FS.OPCS.03", "OPCS-4",
    "Image control (Y53) is recorded with a percutaneous procedure when the record says it was guided, before site and side.",
)  # fmt: skip
def image_control(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        if thing.code not in tables.guided.takes or any(c.startswith("Y53") for c in thing.codes):
            continue
        documents = {c.statement.document for c in thing.candidates}
        near = [
            line for line in case.record.lines
            if line.statement.document in documents and line.statement.whether <= Whether.PROBABLE
        ]  # fmt: skip
        code = next((found for line in near if (found := tables.guided.code(case.record.surface(line)))), "")
        if code:
            at = next((i for i, c in enumerate(thing.codes) if c[0] == "Z" or c.startswith("O")), len(thing.codes))
            thing.codes.insert(at, code)
            thing.standards.append("FS.OPCS.03")


@standard(
    "FS.OPCS.04", "OPCS-4",
    "The side (Z94) is recorded once, after all procedures of one event on the same organ and side.",
    reference="PCSZ2",
)  # fmt: skip
def side_once(case: Case, tables: Tables) -> None:
    things = case.interventions
    for this, following in zip(things, things[1:], strict=False):
        side = _side(this)
        if side and side == _side(following) and _same_event(this, following):
            this.codes.remove(side)
            this.standards.append("FS.OPCS.04")


def _side(thing: Intervention) -> str:
    return thing.codes[-1] if thing.codes[-1].startswith("Z94") else ""


def _same_event(one: Intervention, other: Intervention) -> bool:
    """The same chapter, and the same note."""
    return one.code[0] == other.code[0] and one.first.statement.document == other.first.statement.document and one.date == other.date
