"""JSONL: an episode a line; .json files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from read_makers import FIXTURES, fails, one

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read import lines, read_episodes, read_text


def line(identifier: str, text: str = "words") -> str:
    return json.dumps({"id": identifier, "documents": [{"file": "note.txt", "text": text}]})


def test_an_episode_a_line(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(line("a") + "\n\n" + line("b", "caf\u00e9") + "\n", encoding="utf-8")
    first, second = read_episodes(path)
    assert isinstance(first, Episode)
    assert isinstance(second, Episode)
    assert (first.id, second.id) == ("a", "b")
    assert second.documents[0].text == "caf\u00e9"
    assert second.source == f"{path}:3"


def test_a_malformed_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    lines_of_file = [line("a"), '{"id": "Mrs Example', line("b"), "[]", '{"id": "c"}', line("d")]
    path.write_text("\n".join(lines_of_file))
    found = list(read_episodes(path))
    assert [item.id for item in found if isinstance(item, Episode)] == ["a", "b", "d"]
    errors = [item for item in found if isinstance(item, ReadError)]
    assert [error.place for error in errors] == [f"{path}:2", f"{path}:4", f"{path}:5"]
    assert not any("Example" in str(error) for error in errors)


def test_a_line_in_windows_1252_warns(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "documents": [{"text": "ok"}]}\n'
                     b'{"id": "b", "documents": [{"text": "38\xb0C"}]}')  # fmt: skip
    first, second = read_episodes(path)
    assert isinstance(first, Episode)
    assert isinstance(second, Episode)
    assert first.warnings == ()
    assert second.documents[0].text == "38\u00b0C"
    assert len(second.warnings) == 1


def test_a_line_above_the_limit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 200)
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join([line("a"), line("b", "x" * 1000), line("c")]))
    first, second, third = read_episodes(path)
    assert isinstance(first, Episode)
    assert isinstance(second, ReadError)
    assert second.place == f"{path}:2"
    assert isinstance(third, Episode)
    assert third.source == f"{path}:3"


def test_lines_in_utf16_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(line("a"), encoding="utf-16")
    assert "UTF-8" in fails(path)


@pytest.mark.parametrize("content", ["", "\n\n \n"])
def test_a_file_of_no_lines_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(content)
    fails(path)


def test_a_line_may_be_a_fhir_message(tmp_path: Path) -> None:
    path = tmp_path / "batch.ndjson"
    bundle = json.loads((FIXTURES / "ukcore_r4_discharge.json").read_text())
    path.write_text(f"{line('a')}\n{json.dumps(bundle)}\n")
    _, second = read_episodes(path)
    assert isinstance(second, Episode)
    assert second.id == "batch-2"


def test_a_json_file_is_an_episode(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(line("a"))
    assert one(path).id == "a"
    assert read_text(path) == "words"


def test_a_json_file_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text('{"diagnoses": []}')
    assert "neither an episode" in fails(path)
    with pytest.raises(ReadError):
        read_text(path)


def test_the_text_of_many_lines_is_not_one_text(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(f"{line('a')}\n{line('b')}")
    with pytest.raises(ReadError, match="several documents"):
        read_text(path)
