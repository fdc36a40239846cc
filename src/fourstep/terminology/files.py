"""A release as it was downloaded, folder or zip archive: its files by name, read as streams."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fourstep.books.store import SourceFile
from fourstep.errors import BookError

_LARGEST = 4_000_000_000  # bytes of one file: the whole UK edition's descriptions are well under a tenth


class Release:
    """The files of a release. Every file that is opened is read to its end, and its sum kept for the provenance."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read: list[SourceFile] = []
        self.names = _names(path)

    def matching(self, *patterns: str) -> list[str]:
        """The files whose own name has one of these patterns (as Path.match)."""
        return [n for n in self.names if any(Path(n).match(p) for p in patterns)]

    def data(self, name: str, largest: int) -> bytes:
        """A small file, whole."""
        with self._open(name) as file:
            found = file.read(largest + 1)
        if len(found) > largest:
            raise BookError("too large for what it should be", self.place(name))
        self.read.append(SourceFile(name, hashlib.sha256(found).hexdigest(), len(found)))
        return found

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a large text file, without their ends. BookError where it is no UTF-8, or its last line has no end."""
        digest, size = hashlib.sha256(), 0
        with self._open(name) as file:
            raw = b""
            for raw in file:
                digest.update(raw)
                size += len(raw)
                try:
                    yield raw.decode("utf-8").rstrip("\r\n")
                except UnicodeDecodeError:
                    raise BookError("not text in UTF-8", self.place(name)) from None
            if not raw.endswith(b"\n"):
                raise BookError("the last line has no end: half a file?", self.place(name))
        self.read.append(SourceFile(name, digest.hexdigest(), size))

    def place(self, name: str) -> str:
        """How messages name a file."""
        return name if name == self.path.name else f"{self.path.name}/{name}"

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            if self.path.is_dir():
                with (self.path / name).open("rb") as file:
                    yield file
            elif zipfile.is_zipfile(self.path):
                with zipfile.ZipFile(self.path) as archive:
                    if archive.getinfo(name).file_size > _LARGEST:
                        raise BookError("too large", self.place(name))
                    with archive.open(name) as member:
                        yield member
            else:
                with self.path.open("rb") as file:
                    yield file
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise BookError(f"cannot be read: {error}", self.place(name)) from error


def _names(path: Path) -> list[str]:
    try:
        if path.is_dir():
            return sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return sorted(m.filename for m in archive.infolist() if not m.is_dir())
        with path.open("rb") as file:
            if file.read(4) == b"PK\x03\x04" or path.suffix.lower() == ".zip":
                raise BookError("a broken or half-copied zip archive: download it again", str(path))
    except (OSError, zipfile.BadZipFile) as error:
        raise BookError(f"cannot be read: {error}", str(path)) from error
    return [path.name]
