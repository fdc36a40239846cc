"""Documents that travel inside a message as an encapsulated data element (OBX of type ED): PDF, Word, RTF, HTML, CDA, text."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from fourstep.errors import ReadError
from fourstep.read.formats import part_from
from fourstep.read.hl7v2.message import component
from fourstep.read.hl7v2.wording import plain
from fourstep.read.part import Part
from fourstep.read.source import MAX_BYTES

# What ED.3 calls a format, where the first bytes do not tell.
_SUFFIXES = {
    "pdf": ".pdf", "rtf": ".rtf", "html": ".html", "xhtml": ".html", "x-hl7-cda-level-one": ".xml", "xml": ".xml",
    "docx": ".docx", "vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "msword": ".docx", "word": ".docx", "plain": ".txt", "text": ".txt", "octet-stream": "",
}  # fmt: skip
_IMAGES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"GIF8": "GIF", b"BM": "BMP"}
_SPACE = re.compile(rb"\s+")
_PDF = "JVBERi0"  # %PDF- in base64
_HTML = re.compile(r"\s*<(!DOCTYPE\s+)?html\b", re.IGNORECASE)
_FILES = re.compile(r"\s*(\{\\rtf|JVBERi0|<\?xml\b|<ClinicalDocument\b|<(!DOCTYPE\s+)?html\b)", re.IGNORECASE)


def attached(repetition: Any, escape: str, place: str) -> Part:
    """The text of one encapsulated document; a ReadError where it is no whole base64, an image or nothing that is read."""
    kind, coding, text = (component(repetition, number) for number in (3, 4, 5))
    kind = kind if _suffix(kind) else component(repetition, 2) or kind
    # ED.4 names the encoding; senders of older versions leave ED.1 out, and everything stands one place earlier.
    if not text and coding and component(repetition, 3).lower() in {"base64", "a", "hex"}:
        kind, coding, text = (component(repetition, number) for number in (2, 3, 4))
    return _read(_bytes(text, coding, escape, place), kind, place)


def starts_as_file(text: str) -> bool:
    """True for the text of a row that is really a file: RTF, HTML, XML, or a PDF in base64."""
    return bool(_FILES.match(text))


def embedded(text: str, place: str) -> Part:
    """The text of a file that stands in rows of text, its escape sequences resolved before."""
    if text.lstrip().startswith(_PDF):
        return _read(_bytes(text, "base64", "", place), "pdf", place)
    kind = "rtf" if text.lstrip().startswith("{") else "html" if _HTML.match(text) else "xml"
    # RTF is a format of single bytes; what it says of its letters stands in its own escapes.
    return _read(text.encode("cp1252" if kind == "rtf" else "utf-8", "replace"), kind, place)


def _suffix(kind: str) -> str:
    return _SUFFIXES.get(kind.strip().lower().rpartition("/")[2], "")


def _bytes(text: str, coding: str, escape: str, place: str) -> bytes:
    """The bytes of the data component, by the encoding that stands beside it."""
    named = coding.strip().lower()
    body = plain(text, escape)
    if not body.strip():
        raise ReadError("an attached document without data", place)
    if named in {"a", ""} and not body.startswith(_PDF):
        return body.encode("utf-8")
    data = _SPACE.sub(b"", body.encode("utf-8", "replace"))
    try:
        found = bytes.fromhex(data.decode("ascii")) if named == "hex" else base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        what = "hexadecimal" if named == "hex" else "base64"
        raise ReadError(f"the attached document is no whole {what}: damaged, cut short or a placeholder", place) from None
    if len(found) > MAX_BYTES:
        raise ReadError(f"the attached document is larger than the limit of {MAX_BYTES // (1024 * 1024)} MB", place)
    return found


def _read(data: bytes, kind: str, place: str) -> Part:
    image = next((name for start, name in _IMAGES.items() if data.startswith(start)), "")
    if image:
        raise ReadError(f"the attached document is an image ({image}) without text", place)
    suffix = _suffix(kind)
    if data.startswith(b"PK"):
        suffix = ".docx"
    elif data.lstrip()[:5] in {b"<?xml", b"<Clin"} and suffix != ".html":
        suffix = ".xml"
    try:
        return part_from(data, suffix, place)
    except ReadError as error:
        raise ReadError(f"the attached document: {error.what}", place) from None
