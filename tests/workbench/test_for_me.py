"""What waits for a person stands where their day begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourstep.workbench.coding.models import Passage
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.for_me import waiting_for
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries.models import Query
from fourstep.workbench.queries.models import State as QueryState
from fourstep.workbench.queries.threads import read, say

pytestmark = pytest.mark.django_db
PersonOf = Callable[..., Person]


def told(person: Person) -> list[tuple[str, str]]:
    return [(one.key, one.what) for one in waiting_for(person)]


def for_check(key: str, by: Person, to: Person | None) -> Episode:
    row = Episode.objects.create(key=key, state=State.SECOND_CHECK, submitted_by=by, submitted_at=timezone.now())
    Passage.objects.create(episode=row, person=by, step=Passage.Step.FOR_CHECK, to=to)
    return row


def test_a_second_check_is_for_the_mentor_and_without_one_for_whoever_checks(person: PersonOf) -> None:
    trainee, mentor, senior = person(Role.TRAINEE), person(Role.TRAINER), person(Role.SENIOR)
    for_check("E1", trainee, mentor)
    for_check("E2", trainee, None)
    assert told(mentor) == [("E1", "second check"), ("E2", "second check, for whoever takes it")]
    assert told(senior) == [("E2", "second check, for whoever takes it")]
    assert told(trainee) == []
    Episode.objects.update(state=State.CODED)
    assert told(mentor) == []


def test_what_came_back_is_for_who_handed_it_in_until_it_is_handed_in_again(person: PersonOf) -> None:
    trainee, mentor = person(Role.TRAINEE), person(Role.TRAINER)
    row = for_check("E1", trainee, mentor)
    Passage.objects.create(episode=row, person=mentor, step=Passage.Step.RETURNED, to=trainee, comment="Where?")
    Episode.objects.update(state=State.IN_PROGRESS, assigned_to=trainee)
    (one,) = waiting_for(trainee)
    assert (one.key, one.what, one.by) == ("E1", "returned to you", "trainer")
    Passage.objects.create(episode=row, person=trainee, step=Passage.Step.FOR_CHECK, to=mentor)
    assert told(trainee) == []


def test_who_is_called_in_a_thread_is_told_until_they_have_read_it(person: PersonOf) -> None:
    trainee, mentor, senior = person(Role.TRAINEE), person(Role.TRAINER), person(Role.SENIOR)
    row = Episode.objects.create(key="E1")
    say(trainee, row, "@trainer is this one code or two?")
    assert told(mentor) == [("E1", "asks for you")]
    assert told(senior) == []
    read(mentor, row)
    assert told(mentor) == []


def test_an_answer_is_for_who_sent_the_query(person: PersonOf) -> None:
    coder, other = person(Role.CODER), person(Role.SENIOR)
    row = Episode.objects.create(key="E1")
    asked: dict[str, Any] = {"episode": row, "about": "Type of diabetes", "question": "Which?", "sent_by": coder}
    Query.objects.create(**asked, state=QueryState.ANSWERED, answered_by="Dr Example", answered_at=timezone.now())
    Query.objects.create(**asked, state=QueryState.SENT)
    assert told(coder) == [("E1", "answered: Type of diabetes")]
    assert told(other) == []


def test_it_stands_on_the_first_page_and_asks_as_much_for_many_as_for_few(
    client_of: Callable[[Role], Client], person: PersonOf
) -> None:
    client = client_of(Role.TRAINER)
    for_check("E1", person(Role.TRAINEE), person(Role.TRAINER))

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert "second check" in client.get("/").content.decode()
        return len(caught)

    few = asked()
    for number in range(2, 15):
        for_check(f"E{number}", person(Role.TRAINEE), person(Role.TRAINER))
    assert asked() == few
    assert "For you" not in client_of(Role.ANALYST).get("/").content.decode()
