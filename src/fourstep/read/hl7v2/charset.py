"""The character set of an HL7 v2 message: what MSH-18 names (HL7 table 0211), else what the bytes are."""

from __future__ import annotations

import codecs
import re

from fourstep.errors import ReadError
from fourstep.read.source import check_text, decode

# Senders that name Latin-1 write Windows-1252, as browsers have long known.
_CODECS = {
    "unicode utf-8": "utf-8", "utf-8": "utf-8", "utf8": "utf-8",
    "8859/1": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso ir100": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252", "8859/15": "iso8859-15",
    "unicode": "utf-16", "unicode utf-16": "utf-16", "utf-16": "utf-16",
}  # fmt: skip
# Named by senders that leave their default in place whatever they write: the bytes decide.
_UNSAID = frozenset({"", "ascii", "us-ascii", "iso ir6"})
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_message(data: bytes, place: str) -> tuple[str, list[str]]:
    """The text of one message and the warnings that decoding it gave.

    Raises ReadError where MSH-18 names a character set that is not known here, or that the bytes are not in.
    """
    wide = _wide(data)
    if wide:
        return check_text(_strict(data, wide, place).lstrip("\ufeff"), place), []
    named = named_charset(data)
    if named in _UNSAID:
        return decode(data, place)
    codec = _CODECS.get(named)
    if codec is None:
        raise ReadError("a character set that is not known here (MSH-18)", place)
    if codec == "utf-16":
        # No wide characters in it: the sender means Unicode, and in bytes that is UTF-8.
        codec = "utf-8"
    return check_text(_strict(data, codec, place).lstrip("\ufeff"), place), []


def named_charset(data: bytes) -> str:
    """The first repetition of MSH-18 in lower case; empty where the header has none."""
    header = re.split(rb"[\r\n]", data, maxsplit=1)[0]
    fields = header.split(header[3:4]) if len(header) > 3 else []
    # MSH-1 is the separator itself, so the field of number n stands at n - 1.
    named = fields[17] if len(fields) > 17 else b""
    first = named.split(b"~")[0].split(b"^")[0]
    return " ".join(first.decode("latin-1").lower().replace("_", "-").split())


def _wide(data: bytes) -> str:
    if data.startswith(_MARKS):
        return "utf-16"
    if data.startswith(b"M\0S\0H\0"):
        return "utf-16-le"
    return "utf-16-be" if data.startswith(b"\0M\0S\0H") else ""


def _strict(data: bytes, codec: str, place: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise ReadError(f"not in the character set that it names (MSH-18; byte {error.start})", place) from None
