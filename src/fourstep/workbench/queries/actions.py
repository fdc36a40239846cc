"""Everything that changes a query on the coder's side: drafted, edited, sent, reminded, withdrawn, done with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.home import setting
from fourstep.workbench.people.models import Person
from fourstep.workbench.queries.blocking import open_drafts
from fourstep.workbench.queries.errors import QueryRefused
from fourstep.workbench.queries.links import new_nonce
from fourstep.workbench.queries.models import Kind, Query, State
from fourstep.workbench.queries.standing import settle
from fourstep.workbench.trust.actions import record

#: What a person says of a query before it is sent.
EDITED = ("about", "question", "blocking", "wanted", "reference", "addressee", "addressee_kind", "email")


def link_days() -> int:
    """Days that a link is good for (FOURSTEP_LINK_DAYS)."""
    return int(setting("LINK_DAYS", "14"))


def draft(person: Person, episode_id: int, number: int) -> Query:
    """Take up one of the engine's drafts. Raises QueryRefused where it is no longer there."""
    with transaction.atomic():
        episode = _lock(episode_id)
        drafts = dict(open_drafts(episode, list(episode.queries.all())))
        if number not in drafts:
            raise QueryRefused("this question was taken up already, or the record has changed since", str(episode))
        found = drafts[number]
        query = Query.objects.create(
            episode=episode, about=found["about"][:200], engine_about=found["about"][:200], question=found["why"],
            evidence=found["evidence"], options=found["options"], codes=found["codes"], blocking=found["blocking"],
            addressee=episode.consultant, reference=_reference(episode), made_by=person,
        )  # fmt: skip
        record(person, "query drafted", str(episode), query=query.pk)
        return query


def write(person: Person, episode_id: int, values: Mapping[str, Any], evidence: list[dict[str, Any]]) -> Query:
    """A query that a coder words, or a request for a document."""
    with transaction.atomic():
        episode = _lock(episode_id)
        query = Query(episode=episode, made_by=person, kind=values["kind"], evidence=evidence)
        _take(query, values)
        query.options = [{"text": text, "codes": []} for text in values.get("options", [])]
        query.save()
        record(person, "query drafted", str(episode), query=query.pk, kind=query.kind)
        return query


def edit(person: Person, query_id: int, values: Mapping[str, Any]) -> Query:
    """Other words, options or addressee of a draft. Options that stay keep their codes."""
    with transaction.atomic():
        query = _held(query_id, State.DRAFT, "what was sent cannot be edited: withdraw it and write another")
        _take(query, values)
        known = {option["text"]: option["codes"] for option in query.options}
        query.options = [{"text": text, "codes": known.get(text, [])} for text in values.get("options", [])]
        query.save()
        record(person, "query edited", str(query.episode), query=query.pk)
        return query


def _take(query: Query, values: Mapping[str, Any]) -> None:
    for name in EDITED:
        if name in values:
            setattr(query, name, values[name])


def send(person: Person, query_id: int, address: str) -> Query:
    """The query goes out: it has a link from now on, and the episode waits where it is blocking.

    Mail is not sent here (`mail.deliver` does, when all is kept).
    """
    with transaction.atomic():
        query = _held(query_id, State.DRAFT, "this query has been sent, or was set aside")
        if not query.addressee.strip():
            raise QueryRefused("say who is asked", str(query))
        query.state, query.sent_by, query.sent_at = State.SENT, person, timezone.now()
        query.address, query.nonce = address[:200], new_nonce()
        query.expires_at = query.sent_at + dt.timedelta(days=link_days())
        query.save()
        settle(query.episode)
        record(person, "query sent", str(query.episode), query=query.pk, kind=query.kind, mail=bool(query.email))
        return query


def remind(person: Person | None, query_id: int) -> Query:
    """The addressee hears of it again, and the link is good for as long again."""
    with transaction.atomic():
        query = _held(query_id, State.SENT, "this query does not wait for an answer")
        query.reminders, query.reminded_at = query.reminders + 1, timezone.now()
        query.expires_at = query.reminded_at + dt.timedelta(days=link_days())
        query.save()
        record(person, "query reminded", str(query.episode), query=query.pk, times=query.reminders)
        return query


def new_link(person: Person, query_id: int) -> Query:
    """Another link in place of the one that was sent, which is worth nothing any more."""
    with transaction.atomic():
        query = _held(query_id, State.SENT, "this query does not wait for an answer")
        query.nonce, query.expires_at = new_nonce(), timezone.now() + dt.timedelta(days=link_days())
        query.save()
        record(person, "query link replaced", str(query.episode), query=query.pk)
        return query


def withdraw(person: Person, query_id: int, why: str) -> Query:
    """It is not asked any more, for a reason: a draft is set aside, a link that is out ends."""
    with transaction.atomic():
        query = _held(query_id, (State.DRAFT, State.SENT), "this query was answered or withdrawn already")
        return _close(person, query, State.SET_ASIDE if query.state == State.DRAFT else State.WITHDRAWN, why)


def set_aside(person: Person, episode_id: int, number: int, why: str) -> Query:
    """One of the engine's drafts is not to be asked, for a reason."""
    if not why.strip():
        raise QueryRefused("say why it is not asked", f"episode {episode_id}")
    with transaction.atomic():
        return withdraw(person, draft(person, episode_id, number).pk, why)


def done(person: Person, query_id: int, remark: str = "") -> Query:
    """A coder has looked at the answer and drawn what follows from it."""
    with transaction.atomic():
        query = _held(query_id, State.ANSWERED, "there is no answer to be done with")
        return _close(person, query, State.DONE, remark or "Looked at")


def arrived_by_hand(person: Person, query_id: int, remark: str) -> Query:
    """A requested document came by a way that is not seen here, or the request is met otherwise."""
    with transaction.atomic():
        query = _held(query_id, State.SENT, "this request is not open")
        if query.kind != Kind.DOCUMENT:
            raise QueryRefused("a question is answered, not met", str(query))
        query.answered_at = timezone.now()
        return _close(person, query, State.DONE, remark)


def _close(person: Person, query: Query, state: State, why: str) -> Query:
    if not why.strip():
        raise QueryRefused("say why", str(query))
    query.state, query.closed_by, query.closed_at, query.nonce = state, person, timezone.now(), ""
    query.closed_why = why.strip()[:500]
    query.save()
    settle(query.episode)
    record(person, f"query {state.value}", str(query.episode), query=query.pk)
    return query


def _lock(episode_id: int) -> Episode:
    return Episode.objects.select_for_update().get(pk=episode_id)


def _held(query_id: int, states: State | tuple[State, ...], refusal: str) -> Query:
    """The query, held with its episode (the episode first, as everywhere). Raises QueryRefused in any other state."""
    _lock(Query.objects.values_list("episode_id", flat=True).get(pk=query_id))
    query = Query.objects.select_for_update(of=("self",)).select_related("episode").get(pk=query_id)
    if query.state not in (states if isinstance(states, tuple) else (states,)):
        raise QueryRefused(refusal, str(query))
    return query


def _reference(episode: Episode) -> str:
    """The hospital's own number of the patient, by which the addressee finds the record."""
    return str(episode.administrative.get("local_patient_id", ""))[:60]
