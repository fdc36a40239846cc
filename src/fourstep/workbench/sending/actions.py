"""Batches are made, downloaded again and grouped."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from fourstep.errors import FourstepError
from fourstep.exchange import grouper_input, prices
from fourstep.exchange.cds import Control
from fourstep.exchange.grouper_output import import_output
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.home import setting
from fourstep.workbench.people.models import Person
from fourstep.workbench.sending.coded import submission_of
from fourstep.workbench.sending.errors import SendingRefused
from fourstep.workbench.sending.forms_of_file import FORMS, GROUPER, input_of
from fourstep.workbench.sending.models import Batch, Group, Sent
from fourstep.workbench.trust.actions import record

#: Episodes in one batch; what is more goes into the next.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which episodes leave: coded ones discharged in a period, `again` also those that left before."""

    first: dt.date | None = None
    last: dt.date | None = None
    again: bool = False

    def episodes(self) -> QuerySet[Episode]:
        """Those episodes, the earliest discharge first."""
        states = [State.CODED, State.EXPORTED] if self.again else [State.CODED]
        wanted = Q(state__in=states, training=False)
        if self.first:
            wanted &= Q(discharge_date__gte=self.first)
        if self.last:
            wanted &= Q(discharge_date__lte=self.last)
        return Episode.objects.filter(wanted).order_by("discharge_date", "id")


@transaction.atomic
def make_batch(person: Person, form: str, chosen: Chosen) -> Batch:
    """Write the chosen episodes to a file that is kept, and mark them exported: all of it, or nothing.

    Raises SendingRefused where there is none, and the writer's FourstepError where a value cannot stand in the format.
    """
    rows = list(chosen.episodes().select_for_update(of=("self",)).prefetch_related("lines")[:MOST])
    if not rows:
        raise SendingRefused("no coded episode was discharged in this period", "sending")
    now = timezone.now()
    control = Control(timezone.localtime(now), setting("CDS_SENDER"), setting("CDS_RECIPIENT"))
    content, notes = FORMS[form].writer([submission_of(row) for row in rows], control)
    batch = Batch.objects.create(
        form=form, first=chosen.first, last=chosen.last, content=content, size=len(content), count=len(rows),
        digest=hashlib.sha256(content).hexdigest(), notes=[list(note) for note in notes], made_by=person,
        name=f"{form}-{timezone.localtime(now):%Y%m%d-%H%M%S}.{FORMS[form].suffix}",
    )  # fmt: skip
    Sent.objects.bulk_create([Sent(batch=batch, episode=row, version=row.version) for row in rows])
    record(person, "batch made", str(batch), form=form, episodes=len(rows), digest=batch.digest)
    for row in rows:
        row.state = State.EXPORTED
        row.save(update_fields=["state", "changed_at"])  # one by one: other systems may ask to be told of each
        record(person, "exported", str(row), batch=batch.pk, version=row.version)
    return batch


def download(person: Person, batch: Batch) -> bytes:
    """The file as it left. Raises SendingRefused where it is no longer kept, or is not what it was."""
    if batch.content is None:
        raise SendingRefused("the file is no longer kept: an episode in it has been erased", str(batch))
    content = bytes(batch.content)
    if hashlib.sha256(content).hexdigest() != batch.digest:
        raise SendingRefused("the file is not what left: its digest differs", str(batch))
    record(person, "batch downloaded", str(batch), digest=batch.digest)
    return content


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of the grouper's output."""

    grouped: int
    priced: int
    faults: list[FourstepError]


def take_grouped(person: Person, batch: Batch, fce: Path, price_file: Path | None, factor: Decimal = Decimal(1)) -> Imported:
    """Take in what the grouper made of a batch, with prices where a price file is given; what does not fit is told.

    Raises SendingRefused for a batch that was none for the grouper, ReadError for a file that is not what it should be.
    """
    if batch.form != GROUPER or batch.content is None:
        raise SendingRefused("this batch was not made for the grouper, or is no longer kept", str(batch))
    grouped, faults = import_output(grouper_input.read(input_of(bytes(batch.content)), batch.name), fce)
    tariffs = prices.load(price_file) if price_file else None
    priced = {p.episode.episode_id: p for p in prices.price_all(grouped, tariffs, factor)} if tariffs is not None else {}
    versions: Mapping[str, tuple[int, int]] = {
        key: (number, version) for key, number, version in batch.sent.values_list("episode__key", "episode_id", "version")
    }
    with transaction.atomic():
        for one in grouped:
            if one.episode_id not in versions:  # erased since
                continue
            number, version = versions[one.episode_id]
            price = priced.get(one.episode_id)
            values = {
                "batch": batch, "version": version, "hrg": one.hrg, "spell_hrg": one.spell_hrg, "dominant": one.dominant,
                "errors": list(one.errors), "kind": price.kind if price else "", "amount": price.amount if price else None,
                "why": price.why[:200] if price else "no price file was given",
            }  # fmt: skip
            Group.objects.update_or_create(episode_id=number, defaults=values)
        record(person, "batch grouped", str(batch), grouped=len(grouped), faults=len(faults))
    return Imported(len(grouped), sum(p.amount is not None for p in priced.values()), list(faults))


def groups() -> QuerySet[Group]:
    """Groups of episodes whose coding still is the one that was grouped."""
    return Group.objects.filter(version=F("episode__version"), episode__training=False).select_related("episode")
