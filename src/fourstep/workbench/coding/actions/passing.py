"""The way of a coding from hand to hand: taken, handed in, checked, returned, opened again; and notes on the way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.coding.access import may_check, may_reopen, may_submit
from fourstep.workbench.coding.actions.deciding import lock
from fourstep.workbench.coding.checking import checked
from fourstep.workbench.coding.errors import Refused, Stale
from fourstep.workbench.coding.models import Note, Passage, Presence
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.trust.actions import record

#: Who gave no sign of life for this long is no longer there.
PRESENT = dt.timedelta(seconds=60)


@transaction.atomic
def open_episode(person: Person, episode_id: int) -> Episode:
    """The person opens the episode: the view is logged, and an episode that nobody has is theirs if they code."""
    episode = lock(episode_id)
    record(person, "viewed", str(episode))
    mine = episode.assigned_to_id in (None, person.id)
    if person.may(Privilege.CODE) and mine and episode.state in (State.UNCODED, State.PROPOSED):
        if episode.assigned_to_id is None:
            Passage.objects.create(episode=episode, person=person, step=Passage.Step.TAKEN)
        episode.assigned_to, episode.state = person, State.IN_PROGRESS
        episode.save(update_fields=["assigned_to", "state", "changed_at"])
        record(person, "taken", str(episode))
    return episode


def here(person: Person, episode: Episode) -> list[Person]:
    """The person has the episode before them; who else has, as of the last minute."""
    now = timezone.now()
    Presence.objects.update_or_create(episode=episode, person=person, defaults={"seen_at": now})
    others = Presence.objects.filter(episode=episode, seen_at__gt=now - PRESENT).exclude(person=person)
    return [presence.person for presence in others.select_related("person").order_by("person_id")]


@transaction.atomic
def submit(person: Person, episode_id: int, version: int, seen: str) -> Episode:
    """Hand the coding in: coded, or to the mentor where the person may not submit on their own.

    Errors, undecided codes and unanswered blocking queries block; `seen` is the proof that the warnings were confirmed.
    """
    episode = lock(episode_id)
    if not may_submit(person, episode):
        raise Refused("this coding cannot be handed in by you as it stands", str(episode))
    if version != episode.version:
        raise Stale("the coding has changed since", str(episode))
    _ready(episode, seen)
    now = timezone.now()
    episode.submitted_by, episode.submitted_at = person, now
    if person.may(Privilege.SUBMIT):
        episode.state, episode.coded_by, episode.coded_at = State.CODED, person, now
        step, to = Passage.Step.SUBMITTED, None
    else:
        episode.state = State.SECOND_CHECK
        step, to = Passage.Step.FOR_CHECK, person.mentor
    episode.save()
    Passage.objects.create(episode=episode, person=person, step=step, to=to)
    record(person, step.value, str(episode), version=episode.version)
    return episode


def _ready(episode: Episode, seen: str) -> None:
    found = checked(episode, episode.lines.all())
    if found.errors:
        raise Refused(f"mend the errors first: {found.errors[0].text}", str(episode))
    if found.undecided:
        raise Refused(f"{found.undecided} codes are not decided: accept, change or remove them", str(episode))
    if found.blocks:
        raise Refused(f"a question to the clinician is open: {found.blocks[0]}", str(episode))
    if found.warnings and seen != found.seen:
        raise Refused("confirm that the warnings are right as they are", str(episode))


@transaction.atomic
def approve(person: Person, episode_id: int, version: int, seen: str, comment: str = "") -> Episode:
    """The second check finds the coding right: it is coded, and stays the work of who submitted it."""
    episode = _to_check(person, episode_id, version)
    _ready(episode, seen)
    episode.state, episode.coded_by, episode.coded_at = State.CODED, episode.submitted_by, timezone.now()
    return _pass(person, episode, Passage.Step.APPROVED, comment)


@transaction.atomic
def send_back(person: Person, episode_id: int, version: int, comment: str) -> Episode:
    """The second check returns the coding to who submitted it, with comments."""
    episode = _to_check(person, episode_id, version)
    if not comment.strip():
        raise Refused("write what is to be looked at again", str(episode))
    episode.state, episode.assigned_to = State.IN_PROGRESS, episode.submitted_by
    return _pass(person, episode, Passage.Step.RETURNED, comment)


def _to_check(person: Person, episode_id: int, version: int) -> Episode:
    episode = lock(episode_id)
    if not may_check(person, episode):
        raise Refused("this coding is not yours to check", str(episode))
    if version != episode.version:
        raise Stale("the coding has changed since", str(episode))
    return episode


@transaction.atomic
def reopen(person: Person, episode_id: int, comment: str) -> Episode:
    """A finished coding is opened again, for a reason, until it has been sent on."""
    episode = lock(episode_id)
    if not may_reopen(person, episode):
        raise Refused("this coding cannot be opened again by you", str(episode))
    if not comment.strip():
        raise Refused("say why it is opened again", str(episode))
    episode.state, episode.coded_by, episode.coded_at, episode.assigned_to = State.IN_PROGRESS, None, None, person
    return _pass(person, episode, Passage.Step.REOPENED, comment)


def _pass(person: Person, episode: Episode, step: Passage.Step, comment: str) -> Episode:
    episode.save()
    Passage.objects.create(episode=episode, person=person, step=step, to=episode.assigned_to, comment=comment.strip()[:4000])
    record(person, step.value, str(episode), version=episode.version)
    return episode


@transaction.atomic
def write_note(person: Person, episode_id: int, text: str) -> Note:
    """A note on the episode for those who work on it; it is no part of the record."""
    episode = lock(episode_id)
    if not text.strip():
        raise Refused("the note is empty", str(episode))
    note = Note.objects.create(episode=episode, person=person, text=text.strip()[:4000])
    record(person, "noted", str(episode))
    return note
