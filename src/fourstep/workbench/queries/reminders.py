"""Which queries are due a reminder."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from fourstep.workbench.home import setting
from fourstep.workbench.queries.models import Query, State

#: After so many the command sends no more; a person still may.
MOST_REMINDERS = 3


def remind_after_days() -> int:
    """Days without an answer after which a reminder is due (FOURSTEP_REMIND_DAYS)."""
    return int(setting("REMIND_DAYS", "3"))


def due(now: dt.datetime | None = None) -> QuerySet[Query]:
    """What is out, has had fewer than MOST_REMINDERS, and was last heard of long enough ago."""
    since = (now or timezone.now()) - dt.timedelta(days=remind_after_days())
    quiet = Q(reminded_at=None, sent_at__lte=since) | Q(reminded_at__lte=since)
    waiting = Query.objects.filter(quiet, state=State.SENT, reminders__lt=MOST_REMINDERS)
    return waiting.select_related("episode").order_by("sent_at", "id")
