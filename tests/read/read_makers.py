"""Makers of small fictional records, shared by the tests of the readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read import read_episodes

FIXTURES = Path(__file__).parent / "fixtures"

MakeFolder = Callable[..., Path]


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Makes an episode folder: `make_folder({"note.txt": "words"}, sex="male")`."""

    def make(files: dict[str, str | bytes], name: str = "episode", **fields: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / file).write_bytes(data)
        record = {"id": name, "documents": [{"file": file, "type": "ward_round"} for file in files]} | fields
        (folder / "episode.json").write_text(json.dumps(record), encoding="utf-8")
        return folder

    return make


def one(path: Path) -> Episode:
    """The only episode at a path."""
    (item,) = read_episodes(path)
    assert isinstance(item, Episode), str(item)
    return item


def fails(path: Path) -> str:
    """The message of the only error at a path; the error names the file."""
    (item,) = read_episodes(path)
    assert isinstance(item, ReadError)
    assert path.name in item.place or path.name in str(item)
    return str(item)
