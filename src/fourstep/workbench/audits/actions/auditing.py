"""Auditors code: first, second, adjudicated. What is settled is compared, difference by difference."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from fourstep.evaluate.audit import plain
from fourstep.evaluate.marks import mark
from fourstep.workbench.audits.actions.sequence import is_sequence, without_difference
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.models import Audit, AuditCoding, Finding, Item
from fourstep.workbench.audits.standing import Part, handed_in, same, site_keys, truth
from fourstep.workbench.entry.sheet import Sheet
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record


def part_of(person: Person, item: Item) -> str:
    """Which part the person codes now. Raises Refused where there is none for them."""
    if item.audit.state != Audit.State.CODING:
        raise Refused("the audit is with the coders or closed: its codes no longer change")
    if item.coder_id == person.id:
        raise Refused("nobody audits their own coding")
    if item.episode_id is None:
        raise Refused("the record has been erased: what was not audited by then cannot be")
    parts = {c.part: c for c in item.codings.all()}
    done = handed_in(item)
    first, second = parts.get(Part.FIRST), parts.get(Part.SECOND)
    if item.audit.second and Part.FIRST in done and Part.SECOND in done:
        if Part.AGREED in parts or not same(done[Part.FIRST], done[Part.SECOND]):
            return Part.AGREED
        raise Refused("both auditors coded alike: there is nothing to adjudicate")
    if first is None or first.auditor_id == person.id:
        return Part.FIRST
    if not item.audit.second:
        raise Refused(f"{first.auditor_name} audits this episode")
    if second is None or second.auditor_id == person.id:
        return Part.SECOND
    raise Refused(f"{first.auditor_name} and {second.auditor_name} audit this episode")


@transaction.atomic
def open_item(person: Person, item: Item) -> None:
    """The auditor opens the record: the view is logged."""
    record(person, "viewed", f"episode {item.episode_id}", audit=item.audit_id)


@transaction.atomic
def keep_coding(person: Person, item_id: int, part: str, sheet: Sheet, excluded: str, *, hand_in: bool) -> Item:
    """Keep the auditor's codes, as a draft or handed in. Raises Refused where they cannot be handed in or are not theirs."""
    item = Item.objects.select_for_update(of=("self",)).select_related("audit").get(id=item_id)
    if part != part_of(person, item):
        raise Refused("the episode has gone on since the page was made: look at it again")
    if hand_in and not excluded:
        if sheet.wrong:
            raise Refused(sheet.wrong[0])
        if not sheet.diagnoses:
            raise Refused("there is no diagnosis: code one, or say why the episode could not be audited")
    coding, _ = AuditCoding.objects.get_or_create(item=item, part=part, defaults={"auditor": person, "auditor_name": str(person)})
    coding.auditor, coding.auditor_name = person, str(person)
    coding.diagnoses, coding.procedures, coding.excluded = sheet.codes("diagnoses"), sheet.codes("procedures"), excluded[:200]
    coding.handed_in_at = timezone.now() if hand_in else None
    coding.save()
    settle(item)
    record(person, "audited" if hand_in else "audit kept", str(item), part=part)
    return item


def settle(item: Item) -> None:
    """Compare what is settled. What was said of a difference that is still one stays; one that is none goes."""
    item = Item.objects.select_related("audit").get(id=item.id)
    found = truth(item)
    old: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in item.findings.all():
        old[finding.area, plain(finding.recorded), plain(finding.audited)].append(finding)
    if found is not None and not found.excluded:
        marked = mark(item.row(), found.row(), site_keys())
        for d in marked.differences:
            if same_place := old.get((d.area, plain(d.recorded), plain(d.audited))):
                same_place.pop()
                continue
            Finding.objects.create(
                item=item, area=d.area, recorded=d.recorded, audited=d.audited, key=d.key, cause=d.cause
            )
        right = {(area, plain(code)) for area, code in without_difference(marked)}
        for waiting in old.values():  # what an auditor said of a right code's place stays while the code is right
            waiting[:] = [f for f in waiting if not (is_sequence(f) and (f.area, plain(f.recorded)) in right)]
    for gone in (f for waiting in old.values() for f in waiting):
        gone.delete()
