"""Files come in by upload; what cannot be read says why; hostile ones do no harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fourstep.workbench.episodes import unpack
from fourstep.workbench.episodes.models import Arrival, Episode, Job
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]
NOTE = b"Diagnosis: community acquired pneumonia"


def upload(client: Client, *files: tuple[str, bytes], episode: str = "") -> str:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    page = client.post("/arrivals/", {"sent": sent, "episode": episode}, follow=True).content.decode()
    work_until_idle()
    return page


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_each_file_is_an_episode_of_its_own(client_of: ClientOf) -> None:
    upload(client_of(Role.CODER), ("one.txt", NOTE), ("two.txt", b"Diagnosis: gout"))
    assert sorted(Episode.objects.values_list("key", flat=True)) == ["one", "two"]
    assert sorted(Episode.objects.values_list("lines__code", flat=True)) == ["J18.9", "M10.99"]


def test_files_together_are_the_documents_of_one_episode_and_more_can_follow(client_of: ClientOf) -> None:
    client = client_of(Role.CODER)
    upload(client, ("summary.txt", NOTE), ("summary.txt", b"PMH: asthma"), episode="E9")
    upload(client, ("letter.txt", b"Past medical history: gout"), episode="E9")
    row = Episode.objects.get()
    assert [d.name for d in row.documents.all()] == ["summary.txt", "again-summary.txt", "letter.txt"]
    assert {"J18.9", "J45.9"} <= set(row.lines.values_list("code", flat=True))


def test_a_zip_of_episode_folders_is_a_batch(client_of: ClientOf) -> None:
    def folder(key: str) -> bytes:
        return f'{{"id": "{key}", "documents": [{{"file": "a.txt"}}]}}'.encode()

    batch = zipped(**{"x__episode.json": folder("X"), "x__a.txt": NOTE, "y__episode.json": folder("Y"), "y__a.txt": b"gout"})
    upload(client_of(Role.CODER), ("batch.zip", batch))
    assert sorted(Episode.objects.values_list("key", flat=True)) == ["X", "Y"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("evil.zip", zipped(**{"..__..__evil.txt": NOTE}), "leads outside"),
        ("broken.zip", b"PK\x03\x04 not really", "not a zip"),
        ("scan.pdf", b"%PDF-1.4 broken", "scan.pdf"),
        ("program.exe", b"MZ\x90", "not a kind of file that is read"),
        ("../../etc/passwd.txt", b"", "passwd.txt"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_reason(client_of: ClientOf, name: str, content: bytes, reason: str) -> None:
    client = client_of(Role.CODER)
    upload(client, (name, content or b" "))
    arrival = Arrival.objects.get()
    assert reason in arrival.reason + arrival.name
    assert not Episode.objects.exists() or arrival.outcome == Arrival.Outcome.READ
    if arrival.outcome == Arrival.Outcome.FAILED:
        assert arrival.reason.splitlines()[0] in client.get("/arrivals/").content.decode().replace("&#x27;", "'")
        client.post(f"/arrivals/{arrival.id}/retry/")
        assert Job.objects.filter(arrival=arrival).count() == 2


def test_a_zip_bomb_is_refused_by_the_bytes_it_gives(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_BYTES", 1024 * 1024)
    upload(client_of(Role.CODER), ("bomb.zip", zipped(a=b"\0" * 5 * 1024 * 1024)))
    assert "unpacks to more than 1 MB" in Arrival.objects.get().reason


def test_script_in_a_document_is_text_and_nothing_else(client_of: ClientOf) -> None:
    upload(client_of(Role.CODER), ("<img src=x onerror=alert(1)>.txt", b"<script>alert(1)</script> gout"))
    page = client_of(Role.CODER).get("/arrivals/").content.decode() + client_of(Role.CODER).get("/worklist/").content.decode()
    assert "<img src=x" not in page
    assert "<script>alert" not in page
