"""What is said of differences: the auditor's key, cause and reason, the coder's answer, the reply; and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from fourstep.evaluate.keys import CAUSES
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.models import Audit, ErrorKey, Finding, Item, Recommendation, Threshold
from fourstep.workbench.audits.standing import items_of, site_keys, truth
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record

Response = Finding.Response


@transaction.atomic
def describe(person: Person, item: Item, values: Mapping[str, str]) -> None:
    """The auditor's key, cause and reason of each difference, the reply to a challenge, and what is withdrawn.

    Raises Refused for a key that the table does not have, a cause that is none, or an audit that is closed.
    """
    if item.audit.state == Audit.State.CLOSED:
        raise Refused("the audit is closed")
    names = {k.name for k in site_keys().all()}
    for finding in item.findings.select_for_update():
        own = {name: values.get(f"{name}-{finding.id}", "").strip() for name in ("key", "cause", "reason", "reply")}
        if own["key"] not in names or own["cause"] not in CAUSES:
            raise Refused("a difference needs a key of the table, and a cause")
        finding.key, finding.cause, finding.reason = own["key"], own["cause"], own["reason"][:400]
        finding.reply, finding.withdrawn = own["reply"][:1000], f"withdrawn-{finding.id}" in values
        finding.save()
    record(person, "differences described", str(item))


@transaction.atomic
def respond(person: Person, finding_id: int, response: str, text: str) -> Finding:
    """The coder acknowledges or challenges a difference of their own coding."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("item__audit").get(id=finding_id)
    if finding.item.coder_id != person.id:
        raise Refused("this is not your coding")
    if finding.item.audit.state != Audit.State.ANSWERING:
        raise Refused("the audit does not wait for answers")
    if response not in (Response.ACKNOWLEDGED, Response.CHALLENGED):
        raise Refused("acknowledge or challenge it")
    if response == Response.CHALLENGED and not text.strip():
        raise Refused("say why you challenge it, with the words of the record or the standard")
    finding.response, finding.response_text = response, text.strip()[:1000]
    finding.save()
    record(person, response, str(finding))
    return finding


@transaction.atomic
def pass_on(person: Person, audit_id: int, step: str) -> Audit:
    """The audit goes to the coders, is closed, or goes back to the auditors."""
    audit = Audit.objects.select_for_update().get(id=audit_id)
    steps = {
        "send": (Audit.State.CODING, Audit.State.ANSWERING),
        "back": (Audit.State.ANSWERING, Audit.State.CODING),
        "close": (Audit.State.ANSWERING, Audit.State.CLOSED),
    }
    if step not in steps or steps[step][0] != audit.state:
        raise Refused("the audit has gone on since the page was made")
    if step != "back":
        _complete(audit, step)
    audit.state = steps[step][1]
    audit.closed_at = timezone.now() if step == "close" else None
    audit.save()
    record(person, f"audit: {step}", str(audit))
    return audit


def _complete(audit: Audit, step: str) -> None:
    open_items = [i for i in items_of(audit) if truth(i) is None and i.episode_id]
    if open_items:
        raise Refused(f"{len(open_items)} episodes are not settled, the first {open_items[0].key}")
    findings = Finding.objects.filter(item__audit=audit, withdrawn=False)
    if step == "send" and (without := findings.filter(reason="").count()):
        raise Refused(f"{without} differences have no reason yet")
    if step == "close" and (unanswered := findings.filter(response=Response.CHALLENGED, reply="").count()):
        raise Refused(f"{unanswered} challenges have no reply yet")


@transaction.atomic
def recommend(person: Person, audit: Audit, text: str, owner: Person, due: dt.date) -> Recommendation:
    """Ask somebody to do something by a day."""
    if not text.strip():
        raise Refused("write what is to be done")
    made = Recommendation.objects.create(audit=audit, text=text.strip()[:1000], owner=owner, owner_name=str(owner), due=due)
    record(person, "recommended", str(made), owner=owner.username)
    return made


@transaction.atomic
def do_recommended(person: Person, made: Recommendation, how: str) -> None:
    """A recommendation is done; how is said."""
    if not how.strip():
        raise Refused("say how it was done")
    made.done_at, made.done_how = timezone.localdate(), how.strip()[:400]
    made.save()
    record(person, "recommendation done", str(made))


@transaction.atomic
def keep_key(person: Person, key: ErrorKey) -> None:
    """The site's own line for an error key. Raises Refused for a name that no comparison or auditor uses."""
    there = {k.name: k for k in site_keys().all()}
    if key.name not in there:
        raise Refused(f"there is no key {key.name}")
    ErrorKey.objects.update_or_create(
        name=key.name, defaults={"national": key.national, "cause": key.cause, "meaning": key.meaning}
    )
    record(person, "error key changed", key.name, national=key.national, cause=key.cause)


@transaction.atomic
def keep_threshold(person: Person, row: Threshold) -> None:
    """A threshold from a day on; one of the same day, level and class gives way."""
    Threshold.objects.update_or_create(
        begins=row.begins, level=row.level, area=row.area, defaults={"least": row.least}
    )
    record(person, "threshold set", f"{row.level} {row.area}", begins=row.begins.isoformat(), least=row.least)
