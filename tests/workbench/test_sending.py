"""Coded episodes leave in batches, and come back out of them as they went in; analysts see no text and no identifiers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fourstep.exchange import cds, hes, private
from fourstep.exchange.fhir_back import coded_from_bundle
from fourstep.workbench.api.models import Call, Hook
from fourstep.workbench.coding.models import CodeLine, Note
from fourstep.workbench.episodes.models import Document, Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries.models import Query
from fourstep.workbench.queries.threads import say
from fourstep.workbench.sending.forms_of_file import FORMS
from fourstep.workbench.sending.models import Batch, Group
from fourstep.workbench.trust.models import LogEntry
from fourstep.workbench.trust.retention import erase

PersonOf = Callable[[Role], Person]
ClientOf = Callable[[Role], Client]
SECRET = "peculiar"


def coded(key: str, day: str = "2026-03-06", *, state: State = State.CODED, training: bool = False) -> Episode:
    """An episode whose coding is finished, with text around it that must not leave."""
    row = Episode.objects.create(
        key=key, state=state, training=training, age_years=93, sex="female", specialty="=general medicine", consultant="C9999998",
        patient_class="ordinary", admission_method="emergency", admission_date="2026-03-02", discharge_date=day, version=3,
        administrative={
            "nhs_number": "9990000018", "nhs_number_status": "01", "birth_date": "1932-05-01", "postcode": "ZZ99 3VZ",
            "provider_code": "RZZ00", "spell_id": f"SP-{key}", "episode_number": 1, "last_episode": True,
            "consultant_code": "C9999998", "main_specialty": "300", "treatment_function": "300", "admission_method": "21",
            "admission_source": "19", "discharge_method": "1", "discharge_destination": "19", "patient_classification": "1",
        },
    )  # fmt: skip
    Document.objects.create(episode=row, position=0, name="a.txt", text=f"Pneumonia, {SECRET} cough", digest="0" * 64)
    quote = {"document": "a.txt", "start": 0, "end": 9, "text": "Pneumonia"}
    lines = [("icd10", 0, "J18.9", "added", [quote]), ("icd10", 1, "I10.X", "accepted", []), ("icd10", 2, "R05.X", "removed", []),
             ("opcs4", 0, "E49.9", "accepted", [])]  # fmt: skip
    for book, position, code, standing, evidence in lines:
        CodeLine.objects.create(
            episode=row, book=book, position=position, code=code, title=f"Title of {code}", standing=standing, evidence=evidence,
            date="2026-03-03" if book == "opcs4" else None, reason=f"{SECRET} reason",
        )  # fmt: skip
    Note.objects.create(episode=row, text=f"{SECRET} note")
    Query.objects.create(episode=row, about=SECRET, question=SECRET)
    return row


def export(client: Client, form: str, **more: str) -> Batch:
    answer = client.post("/sending/", {"form": form, **more})
    assert answer.status_code == 302, answer.content.decode()
    batch = Batch.objects.first()
    assert batch is not None
    return batch


def file_of(client: Client, batch: Batch) -> bytes:
    return client.get(f"/sending/{batch.pk}/download/").content


@pytest.mark.django_db
def test_a_batch_is_kept_as_it_left_and_its_episodes_are_exported(client_of: ClientOf) -> None:
    inside, outside = coded("E-1"), coded("E-2", "2026-04-01")
    coded("E-3", state=State.IN_PROGRESS)
    coded("E-4", training=True)
    client = client_of(Role.SENIOR)
    assert "<b>1</b> episode would leave" in client.get("/sending/?form=cds&last=2026-03-31").content.decode()
    batch = export(client, "cds", first="2026-03-01", last="2026-03-31")
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.state, outside.state, batch.count) == (State.EXPORTED, State.CODED, 1)
    assert [(s.episode.key, s.version) for s in batch.sent.all()] == [("E-1", 3)]
    content = file_of(client, batch)
    assert hashlib.sha256(content).hexdigest() == batch.digest == hashlib.sha256(file_of(client, batch)).hexdigest()
    assert LogEntry.objects.filter(action="exported", subject=str(inside)).count() == 1
    assert LogEntry.objects.filter(action="batch downloaded").count() == 2
    again = client.post("/sending/", {"form": "cds", "last": "2026-03-31"}).content.decode()
    assert "no coded episode" in again and Batch.objects.count() == 1
    assert export(client, "cds", last="2026-03-31", again="on").count == 1


@pytest.mark.django_db
def test_other_systems_that_ask_are_told_of_each_episode(client_of: ClientOf) -> None:
    Hook.objects.create(url="https://epr.example/hook", secret="s")
    for key in ("E-1", "E-2"):
        coded(key)
    export(client_of(Role.SENIOR), "cds")
    assert sorted(Call.objects.filter(state=State.EXPORTED).values_list("episode__key", "version")) == [("E-1", 3), ("E-2", 3)]


@pytest.mark.django_db
@pytest.mark.parametrize("form", list(FORMS))
def test_every_format_carries_the_codes_that_stand_and_none_of_the_talk(
    client_of: ClientOf, person: PersonOf, form: str, tmp_path: Path
) -> None:
    say(person(Role.CODER), coded("E-1"), f"{SECRET} remark")
    client = client_of(Role.LEADER)
    content = file_of(client, export(client, form))
    assert SECRET.encode() not in content
    if form in ("fhir", "fhir-transaction"):
        found = coded_from_bundle(json.loads(content), "batch")
        assert [c.code for c in found.diagnoses + found.procedures] == ["J18.9", "I10.X", "E49.9"]
        assert found.diagnoses[0].evidence[0].text == "Pneumonia"
    elif form == "cds":
        (line,) = cds.read(content.decode(), "batch")
        assert (line.diagnoses, line.procedures) == (["J189", "I10X"], [("E499", "20260303")])
    elif form == "hes-csv":
        (row,) = hes.read_csv(content.decode(), "batch")
        assert (row["DIAG_01"], row["DIAG_02"]) == ("J189", "I10X")
    elif form == "hes-parquet":
        (tmp_path / "b.parquet").write_bytes(content)
        (row,) = hes.read_parquet(tmp_path / "b.parquet")
        assert (row["DIAG_01"], row["DIAG_02"]) == ("J189", "I10X")
    elif form == "private":
        (cells,) = private.read_csv(content.decode(), "batch")
        assert (cells["primary_diagnosis"], cells["main_procedure"]) == ("J18.9", "E49.9")
    else:
        assert b"J189" in (zipfile.ZipFile(io.BytesIO(content)).read("grouper.csv") if form == "grouper" else content)


@pytest.mark.django_db
def test_a_value_that_no_file_can_carry_stops_the_whole_batch(client_of: ClientOf) -> None:
    good, bad = coded("E-1"), coded("E-2")
    bad.administrative["postcode"] = "ZZ99 3VZ far too long a postcode"
    bad.save()
    page = client_of(Role.SENIOR).post("/sending/", {"form": "cds"}).content.decode()
    good.refresh_from_db()
    assert "Nothing was exported" in page
    assert (good.state, Batch.objects.count()) == (State.CODED, 0)


@pytest.mark.django_db
def test_a_file_that_is_not_what_left_or_held_who_was_erased_is_not_given_out(client_of: ClientOf) -> None:
    row = coded("E-1")
    coded("E-2")
    client = client_of(Role.SENIOR)
    batch = export(client, "hes-csv")
    Batch.objects.update(content=b"tampered")
    assert client.get(f"/sending/{batch.pk}/download/", follow=True).content.decode().count("digest differs") == 1
    erase(None, Episode.objects.filter(pk=row.pk), "request")
    batch.refresh_from_db()
    assert (batch.content, batch.notes) == (None, [])
    assert "no longer kept" in client.get(f"/sending/{batch.pk}/download/", follow=True).content.decode()


@pytest.mark.django_db
def test_analysts_see_codes_and_neither_text_nor_identifiers(client_of: ClientOf) -> None:
    row = coded("E-1")
    coded("E-2", state=State.IN_PROGRESS)
    client = client_of(Role.ANALYST)
    text = b"".join(client.get("/coded/coded.csv").streaming_content).decode()  # type: ignore[attr-defined]
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["primary_diagnosis"], line["other_diagnoses"], line["main_procedure"]) == ("J18.9", "I10.X", "E49.9")
    assert (line["discharge_month"], line["age_years"], line["length_of_stay"]) == ("2026-03", "90 and over", "4")
    assert line["specialty"] == "'=general medicine"
    for hidden in ("E-1", "9990000018", "1932", SECRET, "Pneumonia", "2026-03-0", "ZZ99", "C9999998", str(row.pk) + ","):
        assert hidden not in text
    page = client.get("/coded/").content.decode()
    assert "J18.9" in page and "9990000018" not in page and "E-1" not in page
    assert client_of(Role.CODER).get("/coded/").status_code == 403
    for path in ("/sending/", "/worklist/"):
        assert client.get(path).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/coded/", "/sending/", "/groups/"])
def test_the_lists_ask_the_database_as_often_for_many_as_for_one(client_of: ClientOf, path: str) -> None:
    client = client_of(Role.LEADER)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    coded("E-0")
    export(client, "cds")
    once = asked()
    for number in range(1, 9):
        coded(f"E-{number}")
        export(client, "cds")
    assert asked() == once


def grouper_output(batch: Batch, **other: str) -> SimpleUploadedFile:
    """What a grouper gives back for a batch: every column of its input, and its own."""
    sent = zipfile.ZipFile(io.BytesIO(bytes(batch.content or b""))).read("grouper.csv").decode()
    rows = list(csv.DictReader(io.StringIO(sent)))
    out = io.StringIO()
    own = {"FCE_HRG": "DZ11V", "SpellHRG": "DZ11V", "SpellReportFlag": "1", "SpellLOS": "4", "GroupingMethodFlag": "D", **other}
    writer = csv.DictWriter(out, [*rows[0], *own])
    writer.writeheader()
    writer.writerows(row | own for row in rows)
    return SimpleUploadedFile("run_FCE.csv", out.getvalue().encode())


@pytest.mark.django_db
def test_groups_and_prices_come_back_and_go_with_a_changed_coding(client_of: ClientOf) -> None:
    row = coded("E-1")
    client = client_of(Role.SENIOR)
    batch = export(client, "grouper")
    prices = SimpleUploadedFile("prices.csv", b"hrg,non_elective\nDZ11V,1500\n")
    answer = client.post(
        f"/sending/{batch.pk}/grouped/", {"grouped": [grouper_output(batch)], "prices": prices, "factor": "1.1"}, follow=True
    )
    assert "1 episodes grouped, 1 with a price" in answer.content.decode()
    finance = client_of(Role.FINANCE)
    page = finance.get("/groups/").content.decode()
    assert "DZ11V" in page and "£1,650.00" in page and "E-1" not in page
    assert "E-1" in client_of(Role.CODER).get("/groups/").content.decode()
    text = b"".join(finance.get("/groups/groups.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "1650.00" in text and "E-1" not in text
    assert client_of(Role.TRAINEE).get("/groups/").status_code == 403
    Episode.objects.filter(pk=row.pk).update(version=4)
    assert "DZ11V" not in finance.get("/groups/").content.decode()


@pytest.mark.django_db
def test_files_that_are_not_the_groupers_are_refused(client_of: ClientOf) -> None:
    coded("E-1")
    client = client_of(Role.SENIOR)
    batch, other = export(client, "grouper"), export(client, "cds", again="on")

    def told(number: int, *files: SimpleUploadedFile, **more: str) -> str:
        return client.post(f"/sending/{number}/grouped/", {"grouped": files, **more}, follow=True).content.decode()

    assert "_FCE.csv" in told(batch.pk, SimpleUploadedFile("x.csv", b"x"))
    assert "headers" in told(batch.pk, SimpleUploadedFile("../x_FCE.csv", b"a,b\n1,2\n"))
    assert "not made for the grouper" in told(other.pk, grouper_output(batch))
    assert "no number" in told(batch.pk, grouper_output(batch), factor="much")
    assert "another coding" in told(batch.pk, grouper_output(batch, DIAG_01="J180"))
    assert not Group.objects.exists()
