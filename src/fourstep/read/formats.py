"""Which reader takes a file: by its first bytes where they tell, by the end of its name where they do not."""

from __future__ import annotations

from pathlib import Path

from fourstep.errors import ReadError
from fourstep.read.hl7v2.stream import is_hl7
from fourstep.read.part import Part
from fourstep.read.source import decode, read_bytes

TEXT = frozenset({".txt", ".text", ".md"})
HTML = frozenset({".html", ".htm", ".xhtml"})
MESSAGE = frozenset({".xml", ".json", ".jsonl", ".ndjson"})
#: Files of HL7 v2 messages; they are known by their first bytes under any other name too.
HL7 = frozenset({".hl7", ".hl7v2", ".er7"})
SUFFIXES = TEXT | HTML | MESSAGE | HL7 | {".pdf", ".docx", ".rtf"}

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    if suffix == ".xml":
        from fourstep.read.xmlmessage import xml_part

        return xml_part(data, place)
    if suffix == ".json":
        from fourstep.read.fhir import resource_part
        from fourstep.read.jsontext import parse_json

        return resource_part(parse_json(decode(data, place)[0], place), place)
    if suffix in HL7 or is_hl7(data):
        from fourstep.read.hl7v2.reader import message_part as hl7_part

        return hl7_part(data, place)
    text, warnings = decode(data, place)
    return Part(text, warnings=tuple(warnings))
