"""What is held about a patient is handed out whole, and erased whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from fourstep.errors import UsageError
from fourstep.workbench.coding.models import CodeLine, Note
from fourstep.workbench.episodes.actions import receive
from fourstep.workbench.episodes.models import Arrival, Document, Episode, Proposal, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.actions import verify
from fourstep.workbench.trust.models import LogEntry

NUMBER = "9990000018"
ClientOf = Callable[[Role], Client]


def put(key: str, number: str = NUMBER) -> Episode:
    document = {"file": "a.txt", "type": "discharge_summary", "text": "Diagnosis: gout with a very peculiar toe"}
    line = {"id": key, "administrative": {"nhs_number": number}, "documents": [document]}
    receive(None, "batch.jsonl", json.dumps(line).encode(), "upload")
    work_until_idle()
    return Episode.objects.get(key=key)


@pytest.mark.django_db
def test_everything_held_is_handed_out(client_of: ClientOf) -> None:
    Note.objects.create(episode=put("E1"), text="look again")
    put("E2", "9990000026")
    answer = client_of(Role.ADMINISTRATOR).post("/patient/", {"nhs_number": "999 000 0018", "act": "export"})
    (held,) = json.loads(answer.content)
    assert held["episode"] == "E1"
    kinds = {row["model"] for row in held["held"]}
    assert {"episodes.episode", "episodes.document", "coding.codeline", "coding.note", "episodes.proposal"} <= kinds
    assert "peculiar toe" in answer.content.decode()
    assert LogEntry.objects.filter(action="handed out").count() == 1


@pytest.mark.django_db
def test_erasing_leaves_nothing_but_the_fact(client_of: ClientOf) -> None:
    put("E1")
    kept = put("E2", "9990000026")
    client_of(Role.ADMINISTRATOR).post("/patient/", {"nhs_number": NUMBER, "act": "erase"})
    assert Episode.objects.count() == 2
    client_of(Role.ADMINISTRATOR).post("/patient/", {"nhs_number": NUMBER, "act": "erase", "sure": "on"})
    assert [e.key for e in Episode.objects.all()] == ["E2"]
    for model in (Document, CodeLine, Proposal):
        assert set(model.objects.values_list("episode", flat=True)) == {kept.id}  # type: ignore[attr-defined]
    assert not Arrival.objects.exclude(content=None).exists()
    assert LogEntry.objects.filter(action="erased").count() == 1
    assert verify().what == ""


@pytest.mark.django_db
def test_the_retention_rule_erases_what_was_exported_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no retention rule"):
        call_command("erase_due")
    monkeypatch.setenv("FOURSTEP_KEEP_DAYS", "30")
    for key, state, age in (("old", State.EXPORTED, 31), ("new", State.EXPORTED, 29), ("open", State.PROPOSED, 400)):
        Episode.objects.filter(id=put(key).id).update(state=state, changed_at=timezone.now() - dt.timedelta(days=age))
    call_command("erase_due")
    assert set(Episode.objects.values_list("key", flat=True)) == {"new", "open"}


@pytest.mark.django_db(transaction=True)
def test_a_copy_brings_back_what_was_lost(tmp_path: Path) -> None:
    put("E1")
    copy = tmp_path / "copy"
    call_command("backup", copy)
    assert copy.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="already"):
        call_command("backup", copy)
    Episode.objects.all().delete()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", copy)
    call_command("restore", copy, "--replace")
    assert [line.code for line in Episode.objects.get().lines.all()] == ["M10.97"]
    assert verify().what == ""


@pytest.mark.django_db(transaction=True)
def test_what_is_no_copy_changes_nothing(tmp_path: Path) -> None:
    put("E1")
    (tmp_path / "copy").write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(UsageError):
        call_command("restore", tmp_path / "copy", "--replace")
    assert Episode.objects.count() == 1


@pytest.mark.django_db
def test_no_word_of_a_record_stands_in_the_log_or_what_is_printed(caplog: pytest.LogCaptureFixture, client_of: ClientOf) -> None:
    put("E1")
    client_of(Role.ADMINISTRATOR).post("/patient/", {"nhs_number": NUMBER, "act": "export"})
    said = json.dumps(list(LogEntry.objects.values("action", "subject", "detail"))) + caplog.text
    assert "peculiar" not in said
    assert NUMBER not in said


def test_the_log_pages_are_accessible(page_of: Callable[[Role], object]) -> None:
    from playwright.sync_api import Page, expect

    from workbench.conftest import check_accessible

    page = page_of(Role.ADMINISTRATOR)
    assert isinstance(page, Page)
    page.goto("/log/")
    page.get_by_role("button", name="Verify the whole log").click()
    expect(page.get_by_text("unbroken")).to_be_visible()
    check_accessible(page)
    page.goto("/patient/")
    check_accessible(page)
