"""Bad input: one line with file and place, a status that says so; the other episodes are still coded."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import SECRET, Run, codes
from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.output import formats


def bad_json(folder: Path) -> Path:
    path = folder / "broken.json"
    path.write_text('{"id": "' + SECRET, encoding="utf-8")
    return path


def bad_xml(folder: Path) -> Path:
    path = folder / "broken.xml"
    path.write_text(f"<Bundle><entry>{SECRET}", encoding="utf-8")
    return path


def entity_bomb(folder: Path) -> Path:
    path = folder / "bomb.xml"
    path.write_text(
        f'<!DOCTYPE b [<!ENTITY a "{SECRET}"><!ENTITY c "&a;&a;&a;">]><Bundle>&c;</Bundle>', encoding="utf-8"
    )
    return path


def external_entity(folder: Path) -> Path:
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    path = folder / "external.xml"
    path.write_text('<!DOCTYPE b [<!ENTITY x SYSTEM "secret.txt">]><Bundle>&x;</Bundle>', encoding="utf-8")
    return path


def no_document(folder: Path) -> Path:
    path = folder / "bundle.json"
    path.write_text(
        json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": []}), encoding="utf-8"
    )
    return path


def binary(folder: Path) -> Path:
    path = folder / "binary.txt"
    path.write_bytes(b"\0\1\2" + SECRET.encode() + b"\0")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.txt"
    path.touch()
    return path


def truncated_pdf(folder: Path) -> Path:
    path = folder / "cut.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Cat")
    return path


def missing_document(folder: Path) -> Path:
    path = folder / "missing"
    path.mkdir()
    episode = {"id": "missing", "documents": [{"file": "letter.txt", "type": "clinic_letter"}]}
    (path / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    return path


def outside_document(folder: Path) -> Path:
    (folder / "outside.txt").write_text(SECRET, encoding="utf-8")
    path = folder / "nosy"
    path.mkdir()
    episode = {"id": "nosy", "documents": [{"file": "../outside.txt", "type": "clinic_letter"}]}
    (path / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    return path


def fifty_megabytes(folder: Path) -> Path:
    path = folder / "long.txt"
    path.write_text(f"Diagnosis: pneumonia. Seen by {SECRET}\n" * 1_200_000, encoding="utf-8")
    return path


def nowhere(folder: Path) -> Path:
    return folder / "nowhere.txt"


BAD = [
    *(bad_json, bad_xml, entity_bomb, external_entity, no_document, binary, empty),
    *(truncated_pdf, missing_document, outside_document, nowhere, fifty_megabytes),
]


@pytest.mark.parametrize("make", BAD, ids=lambda f: f.__name__)
def test_bad_input_is_one_line_with_its_place_and_the_rest_goes_on(
    run: Run, note: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    bad = make(tmp_path)
    ran = run("code", bad, note, "--format", "jsonl", "--output", "coded.jsonl")
    assert ran.status == 1
    assert len(ran.complaints) == 1
    assert bad.name in ran.complaints[0]
    assert ran.complaints[0].endswith("]")  # the error's code, which stays
    assert "1 episodes coded, 1 failed" in ran.err
    assert SECRET not in ran.out + ran.err
    assert "Traceback" not in ran.err
    (line,) = (tmp_path / "coded.jsonl").read_text(encoding="utf-8").splitlines()
    assert codes(json.loads(line))[0] == "J18.9"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(run: Run, tmp_path: Path, encoding: str) -> None:
    text = "Diagnosis: Sjögren’s syndrome, pneumonia"
    (tmp_path / "note.txt").write_bytes(text.encode(encoding))
    coded = json.loads(run("code", "note.txt", "--format", "jsonl").out)
    assert "J18.9" in codes(coded)
    for code in coded["diagnoses"]:
        assert all(text[q["start"] : q["end"]] == q["text"] for q in code["evidence"])


def test_unknown_sex_and_dates_warn_in_one_line_and_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "a.txt").write_text("Diagnosis: pneumonia", encoding="utf-8")
    episode = {"id": "e", "sex": "purple", "admission_date": "soon", "documents": [{"file": "a.txt"}]}
    (tmp_path / "e" / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    ran = run("code", "e", "--format", "jsonl")
    assert ran.status == 0
    assert codes(json.loads(ran.out)) == ["J18.9"]
    assert {line.split(": ")[1].split("/")[0] for line in ran.complaints} == {"e"}
    assert len(ran.err.splitlines()) == len(ran.complaints) == 2


def test_a_fault_inside_the_coder_costs_one_episode(
    run: Run, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "second.txt").write_text(f"Diagnosis: pneumonia. Seen by {SECRET}", encoding="utf-8")
    honest = Coder.code

    def fails_once(self: Coder, episode: Episode) -> CodedEpisode:
        if episode.id == "second":
            raise RuntimeError(episode.documents[0].text)
        return honest(self, episode)

    monkeypatch.setattr(Coder, "code", fails_once)
    ran = run("code", "second.txt", note, "--format", "jsonl")
    assert ran.status == 1
    assert len(ran.out.splitlines()) == 1
    assert "second.txt" in ran.complaints[0]
    assert SECRET not in ran.out + ran.err


def test_nothing_is_half_written(
    run: Run, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coded.json").write_text("before", encoding="utf-8")

    def breaks_off(coded: list[CodedEpisode], file: io.TextIOBase) -> None:
        file.write("[half")
        raise KeyboardInterrupt  # as when a person stops it

    monkeypatch.setitem(formats.WRITERS, "json", breaks_off)
    assert run("code", note, "--format", "json", "--output", "coded.json").status != 0
    assert (tmp_path / "coded.json").read_text(encoding="utf-8") == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["coded.json", "note.txt"]


def test_a_pipe_is_written_to_and_not_replaced(run: Run, note: Path, tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert run("code", note, "--format", "jsonl", "--output", "pipe").status == 0
    reader.join(timeout=30)
    assert pipe.is_fifo()
    assert [json.loads(line)["episode_id"] for line in got[0].splitlines()] == ["note"]


def test_a_link_stays_and_what_it_leads_to_is_written(run: Run, note: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "there" / "coded.jsonl")
    assert run("code", note, "--format", "jsonl", "--output", "link.jsonl").status == 0
    assert (tmp_path / "link.jsonl").is_symlink()
    assert [p.name for p in (tmp_path / "there").iterdir()] == ["coded.jsonl"]


def test_a_folder_that_is_not_there_is_said_before_the_work(run: Run, note: Path, tmp_path: Path) -> None:
    ran = run("code", note, "--format", "json", "--output", tmp_path / "absent" / "coded.json")
    assert ran.status == 2
    assert len(ran.complaints) == 1
    assert "absent" in ran.complaints[0]


def test_an_unknown_format_is_refused(run: Run, note: Path) -> None:
    ran = run("code", note, "--format", "xml")
    assert (ran.status, ran.out) == (2, "")
