"""The thread between coders on an episode: remarks, whom they mention, what is unread."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import GRID, Privilege
from fourstep.workbench.queries.errors import QueryRefused
from fourstep.workbench.queries.models import Read, Remark
from fourstep.workbench.trust.actions import record

_NAME = re.compile(r"@([\w.@+-]+)")


def colleagues() -> QuerySet[Person]:
    """Who may read a thread, and so be mentioned in one."""
    roles = [role.value for role in GRID if Privilege.READ_RECORD in GRID[role]]
    return Person.objects.filter(role__in=roles, is_active=True).order_by("username")


def mentioned_in(text: str, people: Iterable[Person]) -> list[Person]:
    """The people whom a text mentions, each by @ and their account name."""
    named = {name.rstrip(".-+@").casefold() for name in _NAME.findall(text)}
    return [person for person in people if person.username.casefold() in named]


@transaction.atomic
def say(person: Person, episode: Episode, text: str, others: Iterable[int] = ()) -> Remark:
    """A remark; those mentioned (by name in the text, or chosen) find it among their unread ones."""
    if not text.strip():
        raise QueryRefused("the remark is empty", str(episode))
    known = list(colleagues())
    chosen = set(others)
    remark = Remark.objects.create(episode=episode, person=person, text=text.strip()[:4000])
    remark.mentioned.set([p for p in known if p.pk in chosen] + mentioned_in(text, known))
    _read_to(person, episode, remark.pk)
    record(person, "remarked", str(episode), remark=remark.pk)
    return remark


@transaction.atomic
def read(person: Person, episode: Episode) -> tuple[list[Remark], int]:
    """The thread, and the number of the last remark that the person had seen; from now on all are seen."""
    own = Read.objects.filter(episode=episode, person=person).first()
    remarks = list(episode.remarks.select_related("person").prefetch_related("mentioned"))
    if remarks:
        _read_to(person, episode, remarks[-1].pk)
    return remarks, own.up_to if own else 0


def _read_to(person: Person, episode: Episode, number: int) -> None:
    Read.objects.update_or_create(episode=episode, person=person, defaults={"up_to": number})


def unread(person: Person) -> QuerySet[Remark]:
    """What others wrote since the person last looked, where they are mentioned, wrote themselves or have the episode."""
    seen = Read.objects.filter(episode=OuterRef("episode"), person=person).values("up_to")
    took_part = Remark.objects.filter(episode=OuterRef("episode"), person=person)
    own = Q(mentioned=person) | Q(episode__assigned_to=person) | Exists(took_part)
    return (
        Remark.objects.annotate(seen=Coalesce(Subquery(seen), 0))
        .filter(own, id__gt=F("seen"))
        .exclude(person=person)
        .distinct()
        .select_related("episode", "person")
        .order_by("-id")
    )
