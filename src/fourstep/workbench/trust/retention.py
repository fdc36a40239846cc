"""What is held about a patient, handed out whole; and erased, on request or when the site's retention rule says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import serializers
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from fourstep.workbench.episodes.models import Arrival, Episode, State
from fourstep.workbench.home import setting
from fourstep.workbench.people.models import Person
from fourstep.workbench.sending.models import Batch
from fourstep.workbench.trust.actions import record
from fourstep.workbench.trust.models import LogEntry


def days_kept() -> int | None:
    """The site's retention rule: days from export to erasure (FOURSTEP_KEEP_DAYS); None where it has none."""
    return int(setting("KEEP_DAYS")) if setting("KEEP_DAYS") else None


def of_patient(nhs_number: str) -> QuerySet[Episode]:
    """The episodes of one patient, by NHS number."""
    return Episode.objects.filter(administrative__nhs_number=nhs_number.replace(" ", ""))


def due(now: dt.datetime | None = None) -> QuerySet[Episode]:
    """The episodes whose time is over by the retention rule: exported, and unchanged for so many days."""
    days = days_kept()
    if days is None:
        return Episode.objects.none()
    return Episode.objects.filter(state=State.EXPORTED, changed_at__lt=(now or timezone.now()) - dt.timedelta(days=days))


@transaction.atomic
def export(by: Person, episodes: QuerySet[Episode]) -> list[dict[str, Any]]:
    """Everything that is held about the episodes: their rows in every table, and who has viewed or changed them."""
    out = []
    for episode in episodes:
        held: list[dict[str, Any]] = serializers.serialize("python", [episode, *_belongings(episode)])
        seen = LogEntry.objects.filter(subject=str(episode)).values("at", "account", "action")
        out.append({"episode": episode.key, "held": held, "access": list(seen)})
        record(by, "handed out", str(episode))
    return out


def _belongings(row: models.Model) -> list[models.Model]:
    """The rows that would be deleted with a row, whatever part of the workbench they are of."""
    out: list[models.Model] = []
    for relation in row._meta.related_objects:
        if relation.on_delete is models.CASCADE:
            related = list(relation.related_model._base_manager.filter(**{relation.field.name: row}))  # type: ignore[union-attr]
            for one in related:
                out += [one, *_belongings(one)]
    return out


@transaction.atomic
def erase(by: Person | None, episodes: QuerySet[Episode], why: str) -> int:
    """Delete episodes with all that belongs to them; how many. The log keeps that it was done, and not what was there."""
    done = 0
    for episode in episodes.select_for_update():
        arrivals = list(episode.arrivals.values_list("id", flat=True))
        batches = list(episode.sent.values_list("batch_id", flat=True))
        record(by, "erased", str(episode), why=why)
        episode.delete()
        # What a file held of this patient goes with it; of a batch, the file as it came must not outlive one of its patients.
        Arrival.objects.filter(id__in=arrivals).update(content=None)
        Batch.objects.filter(id__in=batches).update(content=None, notes=[])
        done += 1
    return done
