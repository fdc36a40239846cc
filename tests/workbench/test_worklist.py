"""The worklist shows what is to be coded, by whom and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourstep.workbench.episodes.models import Deadline, Episode, SavedFilter, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.models import LogEntry

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]


def put(key: str, **fields: Any) -> Episode:
    return Episode.objects.create(key=key, **fields)


def shown(client: Client, query: str = "") -> list[str]:
    return [row.episode.key for row in client.get(f"/worklist/{query}").context["rows"]]


def test_it_begins_with_what_was_discharged_and_is_not_coded(client_of: ClientOf) -> None:
    put("done", state=State.CODED)
    put("late", discharge_date=dt.date(2026, 3, 2))
    put("early", discharge_date=dt.date(2026, 3, 1), state=State.AWAITING_QUERY)
    put("practice", training=True)
    assert shown(client_of(Role.CODER)) == ["early", "late"]
    assert shown(client_of(Role.CODER), "?state=") == ["early", "late", "done"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?specialty=Urology", ["a"]),
        ("?consultant=C2", ["b"]),
        ("?state=coded", ["c"]),
        ("?coder=nobody", ["b"]),
        ("?coder=me", ["a"]),
        ("?confidence=touchless", ["b"]),
        ("?confidence=0.5", ["a"]),
        ("?discharged_from=2026-02-01&state=open", ["b"]),
        ("?find=B", ["b"]),
        ("?order=newest", ["b", "a"]),
        ("?order=confidence", ["a", "b"]),
        ("?specialty=nonsense", ["a", "b"]),
    ],
)
def test_filters_and_orders(client_of: ClientOf, person: Callable[[Role], Person], query: str, keys: list[str]) -> None:
    client = client_of(Role.CODER)
    put("a", specialty="Urology", discharge_date=dt.date(2026, 1, 1), assigned_to=person(Role.CODER), lowest_confidence=0.4)
    put("b", consultant="C2", discharge_date=dt.date(2026, 2, 1), touchless=True, lowest_confidence=0.9, specialty="ENT")
    put("c", state=State.CODED)
    assert shown(client, query if "state" in query else query + "&state=open") == keys


def test_days_left_come_from_the_calendar(client_of: ClientOf) -> None:
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    Deadline.objects.create(label="past", first_discharge=today - 60 * day, last_discharge=today - 31 * day, coded_by=today - day)
    Deadline.objects.create(label="now", first_discharge=today - 30 * day, last_discharge=today, coded_by=today + 5 * day)
    put("late", discharge_date=today - 40 * day)
    put("soon", discharge_date=today - 3 * day)
    put("unknown", discharge_date=None)
    context = client_of(Role.CODER).get("/worklist/").context
    assert {row.episode.key: row.days_left for row in context["rows"]} == {"late": -1, "soon": 5, "unknown": None}
    assert (context["counts"].open, context["counts"].late, context["counts"].soon) == (3, 1, 1)
    assert shown(client_of(Role.CODER), "?due=-1") == ["late"]


def test_an_episode_is_taken_by_one_person_only(client_of: ClientOf) -> None:
    row = put("a")
    client_of(Role.CODER).post(f"/episodes/{row.id}/take/")
    answer = client_of(Role.SENIOR).post(f"/episodes/{row.id}/take/", follow=True)
    row.refresh_from_db()
    assert row.assigned_to and row.assigned_to.role == Role.CODER
    assert "taken by someone else" in answer.content.decode()


def test_a_leader_assigns_and_only_to_people_who_code(client_of: ClientOf, person: Callable[[Role], Person]) -> None:
    rows = [put("a"), put("b")]
    leader = client_of(Role.LEADER)
    ids = [row.id for row in rows]
    leader.post("/worklist/assign/", {"episode": ids, "to": person(Role.CODER).id})
    assert set(Episode.objects.values_list("assigned_to__role", flat=True)) == {"coder"}
    leader.post("/worklist/assign/", {"episode": ids, "to": person(Role.ANALYST).id})
    assert set(Episode.objects.values_list("assigned_to__role", flat=True)) == {"coder"}
    assert LogEntry.objects.filter(action="assigned", account="leader").count() == 2


def test_a_view_is_kept_and_found_again(client_of: ClientOf, person: Callable[[Role], Person]) -> None:
    client_of(Role.LEADER).post("/worklist/filters/", {"name": "ENT", "query": "specialty=ENT", "shared": "on"})
    assert "?specialty=ENT" in client_of(Role.CODER).get("/worklist/").content.decode()
    kept = SavedFilter.objects.get()
    assert client_of(Role.CODER).post(f"/worklist/filters/{kept.id}/drop/").status_code == 404
    client_of(Role.LEADER).post(f"/worklist/filters/{kept.id}/drop/")
    assert not SavedFilter.objects.exists()


def test_the_calendar_is_replaced_by_a_file_or_stays(client_of: ClientOf) -> None:
    client = client_of(Role.ADMINISTRATOR)
    head = "label,first_discharge,last_discharge,coded_by\n"

    def send(text: str) -> str:
        file = SimpleUploadedFile("calendar.csv", (head + text).encode())
        return client.post("/deadlines/", {"calendar": file}, follow=True).content.decode()

    assert "1 lines now" in send("May,2026-05-01,2026-05-31,2026-06-20\n")
    assert "calendar.csv:3" in send("May,2026-05-01,2026-05-31,2026-06-20\nJune,1 June,2026-06-30,2026-07-20\n")
    assert [line.label for line in Deadline.objects.all()] == ["May"]


def test_the_number_of_queries_does_not_grow_with_the_page(client_of: ClientOf, person: Callable[[Role], Person]) -> None:
    client = client_of(Role.LEADER)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/worklist/")
        return len(caught)

    put("first", assigned_to=person(Role.CODER))
    few = queries()
    for number in range(40):
        put(f"e{number}", assigned_to=person(Role.CODER))
    assert queries() == few
