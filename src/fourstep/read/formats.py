"""Which reader takes a file: by its first bytes where they tell, by the end of its name where they do not."""

from __future__ import annotations

import re
from pathlib import Path

from fourstep.errors import ReadError
from fourstep.read.part import Part
from fourstep.read.source import decode, read_bytes

TEXT = frozenset({".txt", ".text", ".md"})
HTML = frozenset({".html", ".htm", ".xhtml"})
MESSAGE = frozenset({".xml", ".json", ".jsonl", ".ndjson"})
SUFFIXES = TEXT | HTML | MESSAGE | {".pdf", ".docx", ".rtf"}

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HL7_V2 = re.compile(r"[\s\x0b\ufeff]*MSH(?P<field>[^\w\s])")
_HL7_TYPE = re.compile(r"[A-Z]{3}\^[A-Z][0-9A-Z]{2}")


def read_part(path: Path) -> Part:
    """The text of one document file, whatever its format."""
    return part_from(read_bytes(path), path.suffix.lower(), str(path))


def part_from(data: bytes, suffix: str, place: str) -> Part:
    """The text in the bytes of one document file."""
    try:
        return _part(data, suffix, place)
    except ReadError:
        raise
    except Exception as error:
        # The libraries behind PDF, Word, RTF and HTML fail in their own ways on damaged files; their words
        # can quote the file. Whatever it is, this record is set aside and the rest of the batch goes on.
        raise ReadError(f"damaged, cannot be read ({type(error).__name__})", place) from None


def _part(data: bytes, suffix: str, place: str) -> Part:
    if data.startswith(_OLD_OFFICE):
        raise ReadError("an encrypted or an old Word file (.doc); save it as .docx without a password", place)
    if suffix == ".pdf" or data[:1024].lstrip().startswith(b"%PDF-"):
        from fourstep.read.pdf import pdf_part

        return pdf_part(data, place)
    if suffix == ".docx":
        from fourstep.read.word import word_part

        return word_part(data, place)
    if suffix == ".rtf" or data.startswith(b"{\\rtf"):
        from fourstep.read.rtf import rtf_part

        return rtf_part(data, place)
    if suffix in HTML:
        from fourstep.read.html import html_part

        return html_part(data, place)
    if suffix in {".xml", ".json"}:
        from fourstep.read.fhir import message_part

        return message_part(data, suffix, place)
    text, warnings = decode(data, place)
    refuse_hl7_v2(text, place)
    return Part(text, warnings=tuple(warnings))


def refuse_hl7_v2(text: str, place: str) -> None:
    """An HL7 v2 message is no document: its reports are read by the message feed, segment by segment."""
    if not (match := _HL7_V2.match(text)):
        return
    header = text[match.start() : match.start() + 300].split(match["field"])
    kind = next((found[0] for item in header if (found := _HL7_TYPE.match(item))), "")
    named = f"an HL7 v2 message of type {kind}" if kind else "an HL7 v2 message"
    raise ReadError(f"{named}; the message feed takes these, this reader takes documents and episodes", place)
