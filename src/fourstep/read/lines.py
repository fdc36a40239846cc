"""JSONL: one episode a line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from fourstep.errors import ReadError
from fourstep.read.source import MAX_BYTES

_NEWLINE = b"\n"


def json_lines(path: Path) -> Iterator[tuple[int, bytes | ReadError]]:
    """The lines of a file with their numbers, blank ones left out; a line above the limit comes as an error.

    The file is never held as a whole: a year of episodes may stand in one.
    """
    try:
        with path.open("rb") as handle:
            number = 0
            while line := handle.readline(MAX_BYTES + 1):
                number += 1
                if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    yield 0, ReadError("lines of JSON are expected in UTF-8, this is UTF-16", str(path))
                    return
                if len(line) > MAX_BYTES:
                    yield number, ReadError(_too_long(), f"{path}:{number}")
                    while line and not line.endswith(_NEWLINE):
                        line = handle.readline(MAX_BYTES)
                elif line.strip():
                    yield number, line
    except OSError:
        yield 0, ReadError("cannot be read from the disk", str(path))


def _too_long() -> str:
    return f"a line larger than the limit of {MAX_BYTES // (1024 * 1024)} MB"
