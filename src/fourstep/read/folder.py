"""Folders: one with an episode.json is an episode; one without any holds a file an episode."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read.formats import read_part
from fourstep.read.jsontext import parse_json
from fourstep.read.part import Part
from fourstep.read.record import Load, episode_from, is_episode
from fourstep.read.source import decode, read_bytes

EPISODE_FILE = "episode.json"

# What desktops leave behind in folders; a record has no such name.
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


def episode_folders(folder: Path) -> tuple[list[Path], list[ReadError]]:
    """Folders with an episode.json at or below `folder`, in order of name, and folders that do not open."""
    closed: list[ReadError] = []
    return [Path(root) for root, files in _walk(folder, closed) if EPISODE_FILE in files], closed


def loose_files(folder: Path) -> Iterator[Path]:
    """Every file at or below `folder`, in order of name, without hidden files and the litter of desktops."""
    for root, files in _walk(folder, []):
        for name in sorted(files):
            if not name.startswith((".", "~$")) and name.lower() not in _LITTER:
                yield Path(root, name)


def _walk(folder: Path, closed: list[ReadError]) -> Iterator[tuple[str, list[str]]]:
    def note(error: OSError) -> None:
        closed.append(ReadError("a folder that cannot be opened", str(error.filename or folder)))

    for root, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield root, files


def read_folder_episode(folder: Path) -> Episode:
    """The episode of a folder with an episode.json: the documents it names, and only those."""
    file = folder / EPISODE_FILE
    text, _ = decode(read_bytes(file), str(file))
    record = parse_json(text, str(file))
    if not is_episode(record):
        raise ReadError("not an episode: an object with 'id' and 'documents' is expected", str(file))
    return episode_from(record, str(file), loader(folder, str(file)))


def loader(folder: Path, place: str) -> Load:
    """Reads the files that a record names, from its own folder and nowhere else."""

    def load(name: str) -> Part:
        return read_part(_inside(folder, name, place))

    return load


def _inside(folder: Path, name: str, place: str) -> Path:
    # Both kinds of path are tried, so that a record means the same on every machine.
    outside = ReadError("names a document outside its own folder; refused", place)
    for kind in (PurePosixPath(name), PureWindowsPath(name)):
        if kind.is_absolute() or kind.drive or kind.root or ".." in kind.parts:
            raise outside
    path = folder / name
    try:
        resolved = path.resolve()
        if not resolved.is_relative_to(folder.resolve()):
            raise outside
        found = resolved.exists()
    except (OSError, ValueError, RuntimeError):
        raise ReadError("names a document by a name that no file can have", place) from None
    if not found:
        raise ReadError(f"names a document that is not there: {path.name}", place)
    return path
