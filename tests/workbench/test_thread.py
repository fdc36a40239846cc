"""The thread between coders: mentions, unread marks, and that it stays where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from fourstep.workbench.episodes.engine import digest_of
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries import threads
from fourstep.workbench.queries.errors import QueryRefused

PersonOf = Callable[..., Person]


@pytest.fixture
def row(db: None) -> Episode:
    return Episode.objects.create(key="T-1")


def test_a_colleague_who_is_mentioned_finds_it_unread_until_they_look(
    person: PersonOf, client_of: Callable[[Role], Client], row: Episode
) -> None:
    coder, senior, other = person(Role.CODER), person(Role.SENIOR), person(Role.TRAINER)
    threads.say(coder, row, "Is this a complication, @Senior? Not for @nobody.")
    assert [r.episode.key for r in threads.unread(senior)] == ["T-1"]
    assert not threads.unread(other).exists() and not threads.unread(coder).exists()
    client = client_of(Role.SENIOR)
    assert "T-1" in client.get("/queries/").content.decode()
    assert "New" in client.get(f"/episodes/{row.pk}/thread/").content.decode()
    assert not threads.unread(senior).exists()
    assert "New" not in client.get(f"/episodes/{row.pk}/thread/").content.decode()


def test_who_took_part_and_who_has_the_episode_hear_of_what_follows(person: PersonOf, row: Episode) -> None:
    coder, senior = person(Role.CODER), person(Role.SENIOR)
    row.assigned_to = person(Role.TRAINEE)
    row.save()
    threads.say(coder, row, "Why I90?")
    threads.say(senior, row, "Look again", [coder.pk])
    assert [r.text for r in threads.unread(coder)] == ["Look again"]
    assert [r.text for r in threads.unread(person(Role.TRAINEE))] == ["Look again", "Why I90?"]


def test_a_mention_reaches_only_those_who_may_read_records(person: PersonOf, row: Episode) -> None:
    analyst = person(Role.ANALYST)
    remark = threads.say(person(Role.CODER), row, "@analyst look", [analyst.pk])
    assert not remark.mentioned.exists() and not threads.unread(analyst).exists()


def test_an_empty_remark_is_refused_and_scripts_stay_text(
    person: PersonOf, client_of: Callable[[Role], Client], row: Episode
) -> None:
    with pytest.raises(QueryRefused, match="empty"):
        threads.say(person(Role.CODER), row, "  ")
    client = client_of(Role.CODER)
    client.post(f"/episodes/{row.pk}/thread/", {"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(f"/episodes/{row.pk}/thread/").content.decode()


def test_the_thread_is_no_part_of_what_the_engine_reads(person: PersonOf, row: Episode) -> None:
    before = digest_of(row)
    threads.say(person(Role.CODER), row, "Diagnosis: gout")
    row.refresh_from_db()
    assert digest_of(row) == before and row.version == 1
