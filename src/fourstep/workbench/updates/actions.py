"""Everything that changes trials: begun, coded in the background, applied or left."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fourstep.workbench.episodes.actions import keep_proposal
from fourstep.workbench.episodes.engine import digest_of, engine_version
from fourstep.workbench.episodes.models import OPEN_STATES, Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record
from fourstep.workbench.updates.differences import difference
from fourstep.workbench.updates.models import Outcome, Trial

#: How long a worker holds an episode of a trial. One that dies is taken over after this.
LEASE = dt.timedelta(minutes=5)
_BATCH = 1000


@transaction.atomic
def begin(person: Person) -> Trial:
    """Code all open episodes in the background, without changing them. Earlier trials that are not finished end."""
    Outcome.objects.filter(stand=Outcome.Stand.WAITING).delete()
    trial = Trial.objects.create(engine=engine_version(), made_by=person)
    open_states = [state for state in OPEN_STATES if state != State.UNCODED]
    episodes = Episode.objects.filter(state__in=open_states, training=False).order_by("id").values_list("id", flat=True)
    rows = [Outcome(trial=trial, episode_id=number) for number in episodes]
    Outcome.objects.bulk_create(rows, batch_size=_BATCH)
    record(person, "trial begun", str(trial), episodes=len(rows))
    return trial


@transaction.atomic
def claim() -> Outcome | None:
    """The next episode to be coded for a trial, held for LEASE; None when there is none."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = Outcome.objects.filter(free, stand=Outcome.Stand.WAITING).order_by("id")
    outcome = waiting.select_for_update(skip_locked=True).first()
    if outcome is not None:
        outcome.leased_until = now + LEASE
        outcome.save(update_fields=["leased_until"])
    return outcome


@transaction.atomic
def keep_outcome(outcome: Outcome, digest: str, result: dict[str, Any] | None) -> None:
    """Keep what the engine made of the episode beside its newest proposal; None: it could not be coded."""
    there = Outcome.objects.filter(id=outcome.id, stand=Outcome.Stand.WAITING).select_for_update().first()
    if there is None:
        return  # a newer trial took its place
    there.leased_until, there.digest = None, digest
    if result is None:
        there.stand = Outcome.Stand.FAILED
    else:
        newest = outcome.episode.proposals.first()
        there.difference = difference(newest.result if newest else {}, result)
        there.stand = Outcome.Stand.DIFFERENT if there.difference else Outcome.Stand.SAME
        there.result = result if there.difference else None
    there.save()


@transaction.atomic
def apply(person: Person, outcome_id: int) -> Outcome:
    """Bring the new result into the coding beside what people decided, as any new proposal. It is dropped if the episode
    changed since, or is no longer open."""
    outcome = Outcome.objects.select_for_update().get(id=outcome_id)
    if outcome.stand != Outcome.Stand.DIFFERENT or outcome.result is None:
        return outcome
    episode = Episode.objects.select_for_update().get(id=outcome.episode_id)
    if digest_of(episode) != outcome.digest or episode.state not in OPEN_STATES:
        return _decided(person, outcome, Outcome.Stand.OUTDATED)
    codes = outcome.result["diagnoses"] + outcome.result["procedures"]
    lowest = min((c["confidence"] for c in codes), default=None)
    keep_proposal(episode, outcome.digest, outcome.result, lowest, bool(outcome.result["touchless"]))
    record(person, "update applied", str(episode), trial=outcome.trial_id)
    return _decided(person, outcome, Outcome.Stand.APPLIED)


@transaction.atomic
def leave(person: Person, outcome_id: int) -> Outcome:
    """The proposal stays as it was."""
    outcome = Outcome.objects.select_for_update().get(id=outcome_id)
    if outcome.stand != Outcome.Stand.DIFFERENT:
        return outcome
    record(person, "update left", f"episode {outcome.episode_id}", trial=outcome.trial_id)
    return _decided(person, outcome, Outcome.Stand.LEFT)


def _decided(person: Person, outcome: Outcome, stand: Outcome.Stand) -> Outcome:
    outcome.stand, outcome.decided_by, outcome.decided_at = stand, person, timezone.now()
    outcome.save()
    return outcome


def apply_all(person: Person, trial: Trial) -> int:
    """Apply every difference of a trial, one episode a transaction; how many were applied."""
    numbers = list(trial.outcomes.filter(stand=Outcome.Stand.DIFFERENT).values_list("id", flat=True))
    return sum(apply(person, number).stand == Outcome.Stand.APPLIED for number in numbers)
