"""XML, read without entities, without a network and within limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourstep.errors import ReadError
from fourstep.read.source import check_text, decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"""<\?xml\b[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# What may stand before the root: white space, comments and processing instructions.
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_SINGLE_BYTE = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252"}


def parse_xml(data: bytes, place: str) -> _Element:
    """The root of an XML file; ReadError where it is malformed or declares a document type.

    A document type is refused as such, before any parser sees it: no message needs one, and through it
    entities could grow without limit or reach for other files.
    """
    return parse_xml_text(_text(data, place), place)


def parse_xml_text(text: str, place: str) -> _Element:
    """The root of an XML text."""
    from lxml import etree

    if declared := _DECLARATION.match(text):
        text = text[declared.end() :]
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text[start : start + 9].upper() == "<!DOCTYPE":
        raise ReadError("declares a document type (DTD), which can declare entities; refused", place)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root: _Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        # The parser's own words can quote the document.
        line = (error.position or (0, 0))[0]
        raise ReadError(f"malformed or truncated XML (line {line})", place) from None
    if root is None:
        raise ReadError("malformed or truncated XML", place)
    return root


def _text(data: bytes, place: str) -> str:
    declared = _ENCODING.match(data.lstrip()[:200])
    encoding = _SINGLE_BYTE.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding is None:
        return decode(data, place)[0]
    try:
        return check_text(data.decode(encoding), place)
    except UnicodeDecodeError as error:
        raise ReadError(f"not in the encoding that it declares (byte {error.start})", place) from None
