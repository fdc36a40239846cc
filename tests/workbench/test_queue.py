"""What arrives is read and coded in the background; nothing is lost or doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from fourstep.workbench.coding.models import CodeLine, Standing
from fourstep.workbench.episodes.actions import claim, receive, retry
from fourstep.workbench.episodes.models import Arrival, Episode, Job, State
from fourstep.workbench.episodes.work import work_once, work_until_idle
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role

pytestmark = pytest.mark.django_db
LINE = b'{"id": "E1", "documents": [{"file": "a.txt", "type": "discharge_summary", "text": "%s"}]}'


def test_a_file_becomes_a_coded_episode() -> None:
    receive(None, "batch.jsonl", LINE % b"Diagnosis: community acquired pneumonia", "upload")
    work_until_idle()
    episode = Episode.objects.get()
    assert (episode.key, episode.state) == ("E1", State.PROPOSED)
    assert [line.code for line in episode.lines.all()] == ["J18.9"]
    assert Arrival.objects.get().content is None


def test_the_same_episode_again_is_updated_and_decisions_are_kept() -> None:
    receive(None, "batch.jsonl", LINE % b"Diagnosis: community acquired pneumonia", "upload")
    work_until_idle()
    CodeLine.objects.update(standing=Standing.ACCEPTED)
    receive(None, "batch.jsonl", LINE % b"Diagnosis: community acquired pneumonia. PMH: asthma", "api")
    work_until_idle()
    episode = Episode.objects.get()
    assert [(line.code, line.standing) for line in episode.lines.all()] == [("J18.9", "accepted"), ("J45.9", "proposed")]


def test_what_cannot_be_read_fails_with_its_reason_and_can_be_tried_again(person: Callable[[Role], Person]) -> None:
    receive(None, "scan.pdf", b"%PDF-1.4 broken", "upload")
    work_until_idle()
    arrival = Arrival.objects.get()
    assert arrival.outcome == Arrival.Outcome.FAILED
    assert arrival.reason.startswith("scan.pdf:")
    assert arrival.content is not None
    retry(person(Role.CODER), Job.objects.get())
    assert work_once()


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_ends() -> None:
    receive(None, "batch.jsonl", LINE % b"Diagnosis: gout", "upload")
    held = claim()
    assert held is not None
    assert claim() is None
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert work_until_idle() == 2
    assert Episode.objects.count() == 1


def test_a_job_that_kills_its_worker_is_given_up() -> None:
    receive(None, "batch.jsonl", LINE % b"Diagnosis: gout", "upload")
    for _ in range(3):
        assert claim() is not None
        Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert claim() is None
    assert "three times" in Job.objects.get().reason
