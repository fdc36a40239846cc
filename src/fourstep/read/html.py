"""HTML files to text."""

from __future__ import annotations

import re

from fourstep.episode import Heading
from fourstep.errors import ReadError
from fourstep.read.markup import Lines, lines_of
from fourstep.read.part import Part
from fourstep.read.source import WARN_CP1252, check_text, decode

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)
_SINGLE_BYTE = frozenset({"windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii"})


def html_part(data: bytes, place: str) -> Part:
    """The text of an HTML file; its h1 to h6 are headings."""
    source, warnings = decode(data, place)
    charset = _CHARSET.search(data[:4096])
    if charset and charset[1].decode("ascii").lower() in _SINGLE_BYTE:
        warnings = [warning for warning in warnings if warning != WARN_CP1252]
    lines = html_lines(source, place)
    text, headings = assemble(lines)
    return Part(check_text(text, place), headings, warnings=tuple(warnings))


def html_lines(source: str, place: str) -> Lines:
    """The lines of an HTML text, however loosely it is written."""
    from lxml import etree, html

    if declared := _DECLARATION.match(source):
        source = source[declared.end() :]
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
        # At a limit (depth, or one piece above 10 MB) the parser drops the rest and says so only in its log.
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            raise ReadError("HTML nested too deep, or one piece of it too large, to be read whole", place)
        return lines_of(root)
    except (etree.ParserError, etree.XMLSyntaxError, RecursionError):
        raise ReadError("not HTML that can be read", place) from None


def assemble(lines: Lines) -> tuple[str, tuple[Heading, ...]]:
    """One text of all lines, and where in it the headings stand."""
    headings: list[Heading] = []
    marked = set(lines.headings)
    start = 0
    for number, line in enumerate(lines.done):
        if number in marked:
            headings.append(Heading(start, start + len(line), line))
        start += len(line) + 1
    return "".join(f"{line}\n" for line in lines.done), tuple(headings)
