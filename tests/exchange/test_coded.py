"""Coded episodes read back from their JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourstep.errors import ReadError
from fourstep.exchange.coded import coded_from, read_coded
from fourstep.exchange.submission import Submission


def test_every_example_comes_back_as_it_was(submissions: list[Submission], tmp_path: Path) -> None:
    file = tmp_path / "coded.jsonl"
    lines = [json.dumps(s.coded.as_dict()) for s in submissions]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    back = read_coded(file)
    assert [c.as_dict() for c in back.values()] == [s.coded.as_dict() for s in submissions]
    assert any(c.queries and c.not_coded and c.validation for c in back.values())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[]", "no coded episode"),
        ('{"episode_id": 7}', "no coded episode"),
        ('{"episode_id": "b"}', "incomplete"),
        ('{"episode_id": "b", "diagnoses": [{"code": 7}], "procedures": []}', "not text"),
        ('{"episode_id": "b", "diagnoses": [7], "procedures": []}', "incomplete"),
        ('{"episode_id": "a", "diagnoses": [], "procedures": []}', "stands in line 1 already"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "coded.jsonl"
    file.write_text('{"episode_id": "a", "diagnoses": [], "procedures": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(ReadError, match=words) as caught:
        read_coded(file)
    assert caught.value.place == f"{file}:2"


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "coded.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReadError, match="UTF-8"):
        read_coded(tmp_path / "coded.jsonl")


def test_no_object_is_no_coded_episode() -> None:
    with pytest.raises(ValueError, match="episode_id"):
        coded_from(None)
