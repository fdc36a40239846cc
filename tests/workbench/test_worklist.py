"""The worklist shows what is to be coded, by whom and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourstep.administrative import Administrative
from fourstep.episode import Document as EngineDocument
from fourstep.episode import Episode as EngineEpisode
from fourstep.workbench.episodes import handles
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.handles import keep_handles
from fourstep.workbench.episodes.models import Deadline, Episode, SavedFilter, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.models import LogEntry

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]


def put(key: str, **fields: Any) -> Episode:
    row = Episode.objects.create(key=key, **fields)
    keep_handles([row])
    return row


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


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("RX1-2026-00417", ["RX1-2026-00417"]),
        ("rx1 2026 00417", ["RX1-2026-00417"]),
        ("rx1-20", ["RX1-2026-00417", "RX1-2026-00999"]),
        ("00417", ["RX1-2026-00417"]),
        ("2026/00417", ["RX1-2026-00417"]),
        ("417", ["RX1-2026-00417"]),
        ("999 000 0018", ["RX1-2026-00417"]),
        ("9990000018", ["RX1-2026-00417"]),
        ("0018", ["RX1-2026-00417"]),
        ("h77", ["RX1-2026-00999"]),
        ("SP-1", ["RX1-2026-00999"]),
        ("7", ["7"]),
        ("026004", []),
        ("%", []),
        ("rx1-2026-004171", []),
    ],
)
def test_an_episode_is_found_by_beginning_or_end_of_its_identifiers(client_of: ClientOf, typed: str, keys: list[str]) -> None:
    put("RX1-2026-00417", administrative={"nhs_number": "9990000018", "local_patient_id": "H123456"})
    put("RX1-2026-00999", administrative={"nhs_number": "9990000026", "local_patient_id": "H77", "spell_id": "SP-1"})
    put("7")
    assert shown(client_of(Role.CODER), "?find=" + quote(typed)) == keys


def test_who_may_not_read_records_finds_nobody_by_a_patients_number(client_of: ClientOf) -> None:
    put("RX1-7", administrative={"nhs_number": "9990000018", "local_patient_id": "H123456"})
    assert [shown(client_of(Role.MANAGER), f"?find={n}") for n in ("9990000018", "H123456", "3456", "RX1-7")] == [
        [], [], [], ["RX1-7"]
    ]  # fmt: skip


def test_what_too_many_share_is_no_search(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handles, "MOST", 3)
    for number in range(4):
        put(f"MANY-{number}")
    put("OTHER-1")
    client = client_of(Role.CODER)
    assert shown(client, "?find=many-2") == ["MANY-2"]
    answer = client.get("/worklist/?find=many")
    assert "give more of it" in answer.content.decode()
    assert answer.context["page"].paginator.count == 5


def test_an_episode_is_found_by_what_arrived_last(client_of: ClientOf) -> None:
    text = EngineDocument("a.txt", "Diagnosis: pneumonia")
    store(None, EngineEpisode("A-1", (text,), administrative=Administrative(nhs_number="9990000018")))
    store(None, EngineEpisode("A-1", (text,), administrative=Administrative(nhs_number="9990000026", local_patient_id="K55")))
    found = [shown(client_of(Role.CODER), f"?find={n}") for n in ("A-1", "9990000018", "9990000026", "K55")]
    assert found == [["A-1"], [], ["A-1"], ["A-1"]]


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
