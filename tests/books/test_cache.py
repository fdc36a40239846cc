"""The cache is only a shortcut."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from fourstep.books import icd10
from fourstep.cache import cached


class Counter:
    def __init__(self, value: object = "built") -> None:
        self.calls = 0
        self.value = value

    def __call__(self) -> object:
        self.calls += 1
        return self.value


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOURSTEP_CACHE", str(tmp_path / "own"))
    return tmp_path / "own"


def test_built_once(tmp_path: Path, cache: Path) -> None:
    source = tmp_path / "table.txt"
    source.write_text("one")
    build = Counter()
    assert cached("table", [source, "1"], build) == cached("table", [source, "1"], build) == "built"
    assert build.calls == 1
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@pytest.mark.parametrize("change", ["file", "folder", "text"])
def test_built_again_when_a_source_changes(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.txt").write_text("one")
    build = Counter()
    cached("table", [folder, folder / "a.txt", "1"], build)
    if change == "file":
        (folder / "a.txt").write_text("two")
    if change == "folder":
        (folder / "b.txt").write_text("one")
    cached("table", [folder, folder / "a.txt", "2" if change == "text" else "1"], build)
    assert build.calls == 2


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"\x80\x05."])
def test_a_damaged_cache_is_built_again(cache: Path, damage: bytes) -> None:
    build = Counter()
    cached("table", ["1"], build)
    file = cache / "table.pickle"
    key = file.read_bytes()[:32]
    file.write_bytes(key + damage)
    assert cached("table", ["1"], build) == "built"
    assert build.calls == 2
    assert cached("table", ["1"], build) == "built"
    assert build.calls == 2


def test_a_file_that_others_can_write_is_not_trusted(cache: Path) -> None:
    build = Counter()
    cached("table", ["1"], build)
    (cache / "table.pickle").chmod(0o666)
    cached("table", ["1"], build)
    assert build.calls == 2


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FOURSTEP_CACHE", str(tmp_path / "file" / "below"))
    build = Counter()
    assert cached("table", ["1"], build) == cached("table", ["1"], build) == "built"
    assert build.calls == 2


def test_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOURSTEP_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    cached("table", ["1"], Counter())
    assert os.listdir(tmp_path / "xdg" / "fourstep") == ["table.pickle"]


def test_the_book_survives_a_damaged_cache(cache: Path) -> None:
    size = len(icd10.built_in())
    file = cache / "icd10.pickle"
    file.write_bytes(file.read_bytes()[:-1000])
    assert len(icd10.built_in()) == size
