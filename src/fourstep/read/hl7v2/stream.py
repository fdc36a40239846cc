"""A file of HL7 v2 messages cut into messages: one after the other, in batches (FHS, BHS), or with MLLP frames kept."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fourstep.errors import ReadError

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?(MSH|FHS|BHS)[^\w\s]")
_SEGMENT = re.compile(rb"[A-Z][A-Z0-9]{2}(?![A-Z0-9])")
_BREAK = re.compile(rb"\r\n|\r|\n")
# The bytes that enclose a message on the wire; files written by feeds often keep them.
_FRAME = b"\x0b\x1c"


@dataclass(slots=True)
class _Open:
    """The message being cut, and the counts that batch trailers are checked against."""

    lines: list[bytes] = field(default_factory=list)
    start: int = 0
    batch: int = 0
    batches: int = 0
    stray: bool = False


def is_hl7(data: bytes) -> bool:
    """True where bytes begin as a message or a batch of messages does."""
    return bool(_HEADER.match(narrow(data[:64]).lstrip(b"\r\n\t " + _FRAME)))


def messages_in(data: bytes, place: str) -> Iterator[tuple[int, bytes | ReadError]]:
    """The messages of a file with the line that each begins on; errors stand where they arise.

    Lines outside of any message, and batches that hold another number of messages than their trailer says, are errors.
    Segments of the messages end with a carriage return, whatever ended them in the file; a line that begins no segment
    belongs to the one before it.
    """
    state = _Open()
    for number, line in enumerate(_lines(narrow(data)), start=1):
        line = line.strip(_FRAME)
        name = line[:3]
        if not line.strip():
            continue
        if _HEADER.match(line) or name in {b"BTS", b"FTS"}:
            yield from _closed(state)
            yield from _control(state, name, line, number, place)
        elif state.lines:
            if _SEGMENT.match(line):
                state.lines.append(line)
            else:
                state.lines[-1] += b"\n" + line
        elif not state.stray:
            state.stray = True
            yield number, ReadError("text outside of any message", f"{place}:{number}")
    yield from _closed(state)


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines one after the other: a file of nothing but line ends would make a list of millions."""
    start = 0
    for found in _BREAK.finditer(data):
        yield data[start : found.start()]
        start = found.end()
    yield data[start:]


def _closed(state: _Open) -> Iterator[tuple[int, bytes | ReadError]]:
    if state.lines:
        yield state.start, b"\r".join(state.lines) + b"\r"
        state.lines = []
        state.stray = False


def _control(state: _Open, name: bytes, line: bytes, number: int, place: str) -> Iterator[tuple[int, bytes | ReadError]]:
    """A header or trailer: begins a message or a batch, or closes a batch and checks its count."""
    if name == b"BTS" or name == b"FTS":
        found, what = (state.batch, "messages") if name == b"BTS" else (state.batches, "batches")
        said = line[4:].split(line[3:4])[0].strip() if len(line) > 4 else b""
        if said.isdigit() and int(said) != found:
            counts = f"its trailer says {int(said)} {what}, {found} came"
            yield number, ReadError(f"the batch is not whole: {counts}", f"{place}:{number}")
        return
    if name == b"BHS":
        state.batch = 0
        state.batches += 1
    elif name != b"FHS":
        state.lines = [line.removeprefix(codecs.BOM_UTF8)]
        state.start = number
        state.batch += 1


def narrow(data: bytes) -> bytes:
    """UTF-16 as UTF-8, so that lines can be told by their bytes; anything else as it stands."""
    if data[:5] in (b"M\0S\0H", b"\0M\0S\0"):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace").encode()
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(codec, "replace").encode()
    return data
