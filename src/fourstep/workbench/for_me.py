"""What waits for one person: second checks, codings that came back, colleagues who called them, answers to their queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from fourstep.workbench.coding.models import Passage
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.queries.models import Query
from fourstep.workbench.queries.models import State as QueryState
from fourstep.workbench.queries.threads import unread

#: So many of each kind are listed; the lists of the parts themselves have all.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: what it is, the episode, who sent it, and where to go."""

    what: str
    key: str
    by: str
    address: str


def waiting_for(person: Person) -> list[Waiting]:
    """What is addressed to a person, the most pressing kind first, each kind oldest first."""
    out: list[Waiting] = []
    if person.may(Privilege.CHECK):
        out += _checks(person)
    if person.may(Privilege.CODE):
        out += _returned(person)
    if person.may(Privilege.READ_RECORD):
        calls = unread(person).filter(mentioned=person).order_by("id")[:_MOST]
        out += [_waiting("asks for you", remark.episode, remark.person, "episode-thread") for remark in calls]
    if person.may(Privilege.QUERY):
        answered = Query.objects.filter(sent_by=person, state=QueryState.ANSWERED).select_related("episode")
        out += [
            Waiting(f"answered: {query.about}", query.episode.key, query.answered_by, reverse("query", args=[query.pk]))
            for query in answered.order_by("answered_at")[:_MOST]
        ]
    return out


def _last(step: Passage.Step) -> Subquery:
    """To whom the last passage of a kind went."""
    return Subquery(Passage.objects.filter(episode=OuterRef("id"), step=step).order_by("-id").values("to")[:1])


def _checks(person: Person) -> list[Waiting]:
    """Second checks for the person, and those of people without a mentor, which are for everybody who checks."""
    rows = Episode.objects.filter(training=False, state=State.SECOND_CHECK).exclude(submitted_by=person)
    rows = rows.annotate(to=_last(Passage.Step.FOR_CHECK)).filter(Q(to=person.pk) | Q(to=None))
    return [
        _waiting("second check" if row.to else "second check, for whoever takes it", row, row.submitted_by, "episode")
        for row in rows.select_related("submitted_by").order_by("submitted_at", "id")[:_MOST]
    ]


def _returned(person: Person) -> list[Waiting]:
    """Codings that came back from the second check and have not been handed in again."""
    last = Passage.objects.filter(episode=OuterRef("id")).order_by("-id")
    rows = Episode.objects.filter(training=False, state=State.IN_PROGRESS, assigned_to=person)
    rows = rows.annotate(step=Subquery(last.values("step")[:1])).filter(step=Passage.Step.RETURNED)
    found = []
    for row in rows.order_by("discharge_date", "id")[:_MOST]:
        passage = row.passages.select_related("person").last()
        found.append(_waiting("returned to you", row, passage.person if passage else None, "episode"))
    return found


def _waiting(what: str, row: Episode, by: Person | None, page: str) -> Waiting:
    return Waiting(what, row.key, str(by or ""), reverse(page, args=[row.pk]))
