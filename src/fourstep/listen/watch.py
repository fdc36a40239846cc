"""Watched folders: files and episode folders are taken when they are complete, coded, and moved to `done` or `failed`."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.errors import ReadError
from fourstep.files import writing
from fourstep.listen.deliver import Deliver, Delivery, safe_name
from fourstep.listen.progress import Progress
from fourstep.listen.work import MOST_TRIES, code_safely
from fourstep.read import read_episodes

DONE, FAILED = "done", "failed"
# Names that copying programs give to what they have not finished.
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", "~")
_REASON = ".reason.txt"

Signature = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class Watch:
    """One watched folder. An item is complete when it has not changed for `settle` seconds."""

    folder: Path
    coder: Coder
    deliver: Deliver
    progress: Progress
    settle: float = 2.0
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[Signature, float]] = field(default_factory=dict)

    def some(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Take every item that is complete by now; how many there were."""
        taken = 0
        for item in self._complete():
            if stopped():
                break
            self._take(item)
            taken += 1
        return taken

    def _complete(self) -> list[Path]:
        now = self.clock()
        found: dict[str, tuple[Signature, float]] = {}
        ready: list[Path] = []
        for item in _items(self.folder):
            signature = _signature(item)
            before, since = self._seen.get(item.name, ((), now))
            found[item.name] = (signature, since if before == signature else now)
            if signature and now - found[item.name][1] >= self.settle:
                ready.append(item)
        self._seen = found
        return ready

    def _take(self, item: Path) -> None:
        """Code an item, deliver, and only then move it: what breaks down in between is done again, under the same name."""
        key = _fingerprint(item)
        name = safe_name(item.name, key)
        if self.progress.begin(name) > MOST_TRIES:
            wrong = ["set aside: the reader broke down over it, please report it"]
            self.deliver(Delivery(name, not_read=tuple(wrong)))
        else:
            coded, wrong = self._coded(item)
            self.deliver(Delivery(name, tuple(coded), tuple(wrong)))
        self._move(item, name, wrong)
        self.progress.finish(name)

    def _coded(self, item: Path) -> tuple[list[tuple[Episode, CodedEpisode]], list[str]]:
        coded: list[tuple[Episode, CodedEpisode]] = []
        wrong: list[str] = []
        for found in read_episodes(item):
            if isinstance(found, ReadError):
                wrong.append(str(found).replace(f"{self.folder}{os.sep}", ""))
            elif result := code_safely(found, self.coder, wrong):
                coded.append((found, result))
        return coded, wrong

    def _move(self, item: Path, name: str, wrong: list[str]) -> None:
        place = self.folder / (FAILED if wrong else DONE)
        place.mkdir(exist_ok=True)
        target = place / item.name
        if target.exists():
            # Another of that name went before; the fingerprint tells them apart, and the very same is kept once.
            target = place / f"{name}{item.suffix}"
        if wrong:
            with writing(target.with_name(target.name + _REASON)) as file:
                file.writelines(f"{reason}\n" for reason in wrong)
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(item, target)


def _items(folder: Path) -> Iterator[Path]:
    """The files and folders to take, the oldest first; links and unfinished names are left alone."""
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.is_symlink()]
    except OSError as error:
        raise ReadError("the watched folder cannot be opened", str(error.filename or folder)) from None
    named = [
        entry for entry in entries
        if not entry.name.startswith((".", "~$")) and not entry.name.lower().endswith(_UNFINISHED)
        and not (entry.name in {DONE, FAILED} and entry.is_dir())
    ]  # fmt: skip
    yield from (Path(entry.path) for entry in sorted(named, key=lambda entry: (_age(entry), entry.name)))


def _age(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_mtime_ns
    except OSError:
        return 0


def _signature(item: Path) -> Signature:
    """Names, sizes and times of everything in an item; empty where it is going away or has nothing in it."""
    try:
        return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _files(item))
    except OSError:
        return ()


def _files(item: Path) -> list[Path]:
    return sorted(path for path in item.rglob("*") if path.is_file()) if item.is_dir() else [item]


def _fingerprint(item: Path) -> bytes:
    """A fingerprint of the content of an item, the same for the same content."""
    digest = hashlib.sha256()
    for path in _files(item):
        digest.update(str(path.relative_to(item.parent)).encode("utf-8", "surrogateescape"))
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.digest()
