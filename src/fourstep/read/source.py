"""Bytes of a file and the text they decode to: nothing stripped or translated, so that offsets stay true."""

from __future__ import annotations

import codecs
from pathlib import Path

from fourstep.errors import ReadError

MAX_BYTES = 64 * 1024 * 1024

# The longer marks first: UTF-32 little-endian begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

WARN_CP1252 = "not valid UTF-8; read as Windows-1252"


def read_bytes(path: Path) -> bytes:
    """All bytes of a file; a ReadError where it is missing, no ordinary file, empty or above the limit."""
    place = str(path)
    try:
        if path.is_dir():
            raise ReadError("a folder, not a file", place)
        if not path.exists():
            raise ReadError("no such file", place)
        if not path.is_file():
            raise ReadError("not an ordinary file", place)
        with path.open("rb") as handle:
            # One byte more than allowed tells a file that is too large, also one that grows while it is read.
            data = handle.read(MAX_BYTES + 1)
    except PermissionError:
        raise ReadError("no permission to read it", place) from None
    except (OSError, ValueError):
        raise ReadError("cannot be read from the disk", place) from None
    if len(data) > MAX_BYTES:
        raise ReadError(f"larger than the limit of {MAX_BYTES // (1024 * 1024)} MB a file", place)
    if not data:
        raise ReadError("the file is empty", place)
    return data


def decode(data: bytes, place: str) -> tuple[str, list[str]]:
    """The text of bytes and the warnings that reading it gave. A byte order mark is not part of the text.

    UTF-8 unless a byte order mark says UTF-16 or UTF-32; bytes that are not valid UTF-8 are Windows-1252, the
    one other encoding that hospital systems in the United Kingdom write.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                name = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise ReadError(f"not valid {name} at byte {len(mark) + error.start}", place) from None
            return check_text(text, place), []
    if b"\0" in data:
        raise ReadError("binary data, not text", place)
    warnings: list[str] = []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise ReadError(f"not text in UTF-8 or Windows-1252 (byte {error.start})", place) from None
        warnings.append(WARN_CP1252)
    return check_text(text, place), warnings


def whole(text: str) -> str:
    """The text with lone surrogates, which JSON can carry and no file can, replaced one for one."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def check_text(text: str, place: str) -> str:
    """The text itself, once known to be text: a ReadError for NUL characters or nothing but white space."""
    if "\0" in text:
        raise ReadError("binary data (a NUL character), not text", place)
    if not text or text.isspace():
        raise ReadError("holds no text", place)
    return text
