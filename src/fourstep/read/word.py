"""Word files (.docx) to text: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fourstep.errors import ReadError
from fourstep.read.html import assemble
from fourstep.read.markup import Lines
from fourstep.read.part import Part
from fourstep.read.source import MAX_BYTES, check_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted and moved-away text is no longer part of the record; field codes never were.
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK})
_CHARACTERS = {
    f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t",
}  # fmt: skip
_MAIN = "word/document.xml"
_MAX_UNPACKED = 4 * MAX_BYTES


def word_part(data: bytes, place: str) -> Part:
    """The text of the body of a Word file: a line a paragraph, bullets for lists, `cell | cell` for tables.

    Tracked insertions count, deletions do not; headers, footers and comments are not read.
    """
    _check_package(data, place)
    import docx
    from lxml import etree

    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError):
        raise ReadError("the Word file is damaged", place) from None
    lines = Lines()
    for block in _blocks(body):
        if block.tag == f"{_W}tbl":
            lines.done += _table(block)
        else:
            _paragraph(block, styles, lines)
    text, headings = assemble(lines)
    return Part(check_text(text, place), headings)


def _check_package(data: bytes, place: str) -> None:
    """Refuses what is no whole Word package before anything is unpacked from it."""
    if not data.startswith(b"PK"):
        raise ReadError("not a Word file (.docx), whatever its name says", place)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = {info.filename: info for info in package.infolist()}
            if "EncryptedPackage" in infos or any(info.flag_bits & 1 for info in infos.values()):
                raise ReadError("the Word file is encrypted; save it without a password", place)
            if _MAIN not in infos:
                raise ReadError("a packed file, but not a Word file: it has no document in it", place)
            unpacked = sum(info.file_size for info in infos.values())
            if infos[_MAIN].file_size > MAX_BYTES or unpacked > _MAX_UNPACKED:
                raise ReadError("the Word file unpacks to more than the limit", place)
            for name in infos:
                if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(name):
                    raise ReadError("the Word file declares a document type (DTD); refused", place)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        raise ReadError("the Word file is damaged or cut short", place) from None


def _blocks(parent: _Element) -> Iterator[_Element]:
    """Paragraphs and tables below an element, through content controls and tracked insertions around them."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _GONE and child.tag != f"{_W}sectPr":
            yield from _blocks(child)


def _paragraph(paragraph: _Element, styles: dict[str, str], lines: Lines) -> None:
    text = "".join(_text(paragraph))
    style = _style(paragraph, styles)
    heading = style.startswith("heading") or style == "title"
    first = len(lines.done)
    for line in text.splitlines():
        if line.strip():
            lines.done.append(line.rstrip())
    if len(lines.done) == first:
        return
    if heading:
        lines.headings.append(first)
    elif style.startswith("list") or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        lines.done[first] = f"- {lines.done[first].lstrip()}"
    boxes = [box for box in paragraph.iter(f"{_W}txbxContent") if not _in_fallback(box)]
    for box in boxes:
        for block in _blocks(box):
            if block.tag == f"{_W}tbl":
                lines.done += _table(block)
            else:
                _paragraph(block, styles, lines)


def _in_fallback(element: Any) -> bool:
    return any(parent.tag == _FALLBACK for parent in element.iterancestors())


def _style(paragraph: _Element, styles: dict[str, str]) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""


def _text(element: _Element) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif isinstance(tag, str) and tag not in _GONE and tag not in {f"{_W}pPr", f"{_W}txbxContent"}:
            yield from _text(child)


def _table(table: _Element) -> list[str]:
    """A line a row; cells without text at the end of a row leave no trace."""
    rows: list[str] = []
    for row in table.iter(f"{_W}tr"):
        if _owner(row) is not table:
            continue
        cells = ["; ".join(_cell(cell)) for cell in row.iter(f"{_W}tc") if _row_of(cell) is row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append(" | ".join(cells))
    return rows


def _owner(row: Any) -> Any:
    return next((parent for parent in row.iterancestors() if parent.tag == f"{_W}tbl"), None)


def _row_of(cell: Any) -> Any:
    return next((parent for parent in cell.iterancestors() if parent.tag == f"{_W}tr"), None)


def _cell(cell: _Element) -> list[str]:
    lines: list[str] = []
    for block in _blocks(cell):
        if block.tag == f"{_W}tbl":
            lines += _table(block)
        else:
            lines += [line for line in ("".join(_text(block))).splitlines() if line.strip()]
    return [" ".join(line.split()) for line in lines]
