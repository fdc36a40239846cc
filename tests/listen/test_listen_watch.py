"""Watched folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourstep.coder import Coder
from fourstep.listen.deliver import Delivery, Folder
from fourstep.listen.progress import Progress
from fourstep.listen.watch import Watch
from hl7_makers import header, summary

NOTE = "Diagnosis: community acquired pneumonia\n"


class Drop:
    """A watched folder with a clock that the test moves."""

    def __init__(self, path: Path, coder: Coder) -> None:
        self.path, self.now = path / "drop", 0.0
        self.path.mkdir()
        self.coded = path / "coded"
        self.watch = Watch(
            self.path, coder, Folder(self.coded).deliver, Progress.load(path / "watched.json"), clock=lambda: self.now
        )

    def pass_time(self, seconds: float = 3) -> int:
        """Look, wait, look again; how many items were taken."""
        taken = self.watch.some()
        self.now += seconds
        return taken + self.watch.some()

    def names(self, folder: str = "") -> list[str]:
        return sorted(path.name for path in (self.path / folder).iterdir()) if (self.path / folder).is_dir() else []

    def codings(self) -> list[str]:
        return [
            code["code"]
            for file in sorted(self.coded.glob("*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()
            for code in json.loads(line)["diagnoses"]
        ]


@pytest.fixture
def drop(tmp_path: Path, coder: Coder) -> Drop:
    return Drop(tmp_path, coder)


def test_a_file_is_taken_when_it_is_complete(drop: Drop) -> None:
    note = drop.path / "note.txt"
    note.write_text("Diagnosis: comm", encoding="utf-8")
    assert drop.watch.some() == 0
    drop.now += 1.5
    note.write_text(NOTE, encoding="utf-8")  # still being copied
    assert drop.watch.some() == 0
    drop.now += 1.5
    assert drop.watch.some() == 0
    drop.now += 1
    assert drop.watch.some() == 1
    assert (drop.names(), drop.names("done")) == (["done"], ["note.txt"])
    assert drop.codings() == ["J18.9"]
    assert drop.pass_time() == 0


@pytest.mark.parametrize("name", [".hidden.txt", "note.txt.part", "note.txt.tmp", "~$note.docx"])
def test_unfinished_names_wait(drop: Drop, name: str) -> None:
    (drop.path / name).write_text(NOTE, encoding="utf-8")
    assert drop.pass_time() == 0
    (drop.path / name).rename(drop.path / "note.txt")
    assert drop.pass_time() == 1


def test_an_episode_folder_is_one_item(drop: Drop) -> None:
    folder = drop.path / "stay"
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE, encoding="utf-8")
    (folder / "episode.json").write_text('{"id": "E1", "documents": [{"file": "note.txt"}]}', encoding="utf-8")
    assert drop.pass_time() == 1
    assert drop.names("done") == ["stay"]
    assert drop.codings() == ["J18.9"]


def test_what_cannot_be_read_goes_to_failed_with_its_reason(drop: Drop) -> None:
    (drop.path / "scan.pdf").write_bytes(b"no PDF")
    (drop.path / "note.txt").write_text(NOTE, encoding="utf-8")
    assert drop.pass_time() == 2
    assert drop.names("failed") == ["scan.pdf", "scan.pdf.reason.txt"]
    reason = (drop.path / "failed" / "scan.pdf.reason.txt").read_text(encoding="utf-8")
    assert reason == "scan.pdf: not a PDF file, whatever its name says\n"
    assert drop.codings() == ["J18.9"]


def test_the_good_messages_of_a_mixed_file_are_coded(drop: Drop) -> None:
    text = summary("M1") + header("MDM^T02", "M2") + "\r" + summary("M3").replace("V100", "V200")
    (drop.path / "feed.hl7").write_bytes(text.encode())
    assert drop.pass_time() == 1
    assert drop.names("failed") == ["feed.hl7", "feed.hl7.reason.txt"]
    assert drop.codings() == ["J18.9", "E11.9"] * 2


def test_links_are_not_followed(drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text(NOTE, encoding="utf-8")
    (drop.path / "note.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert drop.pass_time() == 0


def test_two_files_of_one_name_are_both_kept_and_the_same_file_once(drop: Drop) -> None:
    for text in (NOTE, "Diagnosis: sepsis\n", NOTE):
        (drop.path / "note.txt").write_text(text, encoding="utf-8")
        assert drop.pass_time() == 1
    assert sorted(drop.codings()) == ["A41.9", "J18.9"]
    texts = {(drop.path / "done" / name).read_text(encoding="utf-8") for name in drop.names("done")}
    assert texts == {NOTE, "Diagnosis: sepsis\n"}


def test_a_break_down_before_the_move_doubles_nothing(drop: Drop) -> None:
    (drop.path / "note.txt").write_text(NOTE, encoding="utf-8")
    deliver = drop.watch.deliver

    def breaks(delivery: Delivery) -> None:
        deliver(delivery)
        raise SystemExit

    drop.watch.deliver = breaks
    with pytest.raises(SystemExit):
        drop.pass_time()
    assert drop.names() == ["note.txt"]
    drop.watch.deliver = deliver
    assert drop.pass_time() == 1
    assert drop.codings() == ["J18.9"]


def test_a_file_that_breaks_the_reader_down_is_set_aside(drop: Drop) -> None:
    (drop.path / "note.txt").write_text(NOTE, encoding="utf-8")
    deliver = drop.watch.deliver

    def breaks(delivery: Delivery) -> None:
        if delivery.coded:
            raise SystemExit
        deliver(delivery)

    drop.watch.deliver = breaks
    for _ in range(3):
        with pytest.raises(SystemExit):
            drop.pass_time()
    assert drop.pass_time() == 1
    assert drop.names("failed") == ["note.txt", "note.txt.reason.txt"]
