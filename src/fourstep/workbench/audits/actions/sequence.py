"""Secondary codes in the wrong place: no comparison tells them, so that the auditor adds the line."""

from __future__ import annotations

from django.db import transaction

from fourstep.evaluate.audit import plain
from fourstep.evaluate.marks import Mark, mark, prefix
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.models import Audit, Finding, Item
from fourstep.workbench.audits.standing import site_keys, truth
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record

AREAS = ("secondary_diagnoses", "secondary_procedures")


def is_sequence(finding: Finding) -> bool:
    """Whether an auditor added the line: the code is right, and its place is not."""
    return finding.area in AREAS and bool(finding.recorded) and plain(finding.recorded) == plain(finding.audited)


def without_difference(marked: Mark) -> list[tuple[str, str]]:
    """The recorded secondary codes, with their area, that the comparison found right."""
    out = []
    for area in AREAS:
        wrong = [plain(d.recorded) for d in marked.differences if d.area == area]
        out += [(area, code) for code in marked.codes[area] if plain(code) not in wrong]
    return out


def free(item: Item) -> list[tuple[str, str]]:
    """The codes of which it can be said that they stand in the wrong place: right, and not yet said."""
    found = truth(item)
    if found is None or found.excluded:
        return []
    said = {(f.area, plain(f.recorded)) for f in item.findings.all()}
    marked = mark(item.row(), found.row(), site_keys())
    return [(area, code) for area, code in without_difference(marked) if (area, plain(code)) not in said]


@transaction.atomic
def add_sequence(person: Person, item_id: int, area: str, code: str) -> Finding:
    """A right secondary code stands in the wrong place: one difference, with the class's key of sequence.

    Raises Refused for a code that the coding under audit does not have, or that has a difference already.
    """
    item = Item.objects.select_for_update(of=("self",)).select_related("audit").get(id=item_id)
    if item.audit.state != Audit.State.CODING:
        raise Refused("the audit is with the coders or closed: its differences are complete")
    if (area, code) not in free(item):
        raise Refused("choose a recorded secondary code that has no other difference")
    key = site_keys()[f"{prefix(area, code)}_SEQ"]
    finding = Finding.objects.create(item=item, area=area, recorded=code, audited=code, key=key.name, cause=key.cause)
    record(person, "sequence found wrong", str(finding))
    return finding
