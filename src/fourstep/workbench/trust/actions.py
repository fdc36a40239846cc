"""Append to the log, and verify it. Nothing else writes it, and the database refuses to change or delete an entry."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.trust.models import ChainHead, LogEntry

if TYPE_CHECKING:
    from fourstep.workbench.people.models import Person

START = "0" * 64


def record(person: Person | None, action: str, subject: str = "", **detail: Any) -> LogEntry:
    """Append one entry, in the transaction of whoever calls: what is undone is not logged, what is logged was done.

    `person` is None for the system itself. `detail` is JSON and holds no words of a record.
    """
    with transaction.atomic():
        head, _ = ChainHead.objects.select_for_update().get_or_create(id=1, defaults={"hash": START})
        entry = LogEntry(
            at=timezone.now(), account=person.username if person else "", action=action, subject=subject,
            detail=detail, previous=head.hash,
        )  # fmt: skip
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        head.hash = entry.hash
        head.entries += 1
        head.save()
    return entry


def record_refusal(person: Person, path: str) -> None:
    """Someone asked for what their role does not give."""
    record(person, "refused", path[:200])


def hash_of(entry: LogEntry) -> str:
    """SHA-256 over the hash before it and everything the entry says, in hexadecimal."""
    said = [
        entry.previous, entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"), entry.account, entry.action,
        entry.subject, json.dumps(entry.detail, sort_keys=True, separators=(",", ":")),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the log found: how many entries stand, and the first that does not, with what is wrong."""

    entries: int
    broken_at: int | None = None
    what: str = ""


def verify() -> Verdict:
    """Follow the chain from its start to its end."""
    previous, count = START, 0
    for entry in LogEntry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous != previous:
            return Verdict(count, entry.id, "does not follow from the entry before: one was taken out or put in")
        if hash_of(entry) != entry.hash:
            return Verdict(count, entry.id, "was changed after it was written")
        previous, count = entry.hash, count + 1
    head = ChainHead.objects.filter(id=1).first()
    if head and (head.hash != previous or head.entries != count):
        return Verdict(count, None, f"{head.entries} entries were written, {count} are there: the end was cut off")
    return Verdict(count)
