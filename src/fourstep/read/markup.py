"""HTML and XHTML to text: a line a block, a line a table row, a bullet a list item.

A table row is `cell | cell | cell`; a row of two cells, as forms have them, is `label: value`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED = frozenset({"script", "style", "head", "template", "noscript", "iframe", "object", "svg", "math"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header",
    "hgroup", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_LONGEST_LABEL = 80


@dataclass(slots=True)
class Lines:
    """Lines of text under construction, and which of them the markup calls headings."""

    done: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def add(self, text: str | None) -> None:
        if text:
            self.open.append(text)

    def end(self, heading: bool = False) -> None:
        """Closes the line; white space in it collapses as in a browser, an empty line leaves no trace."""
        line = " ".join("".join(self.open).split())
        self.open.clear()
        if line:
            if heading:
                self.headings.append(len(self.done))
            self.done.append(line)


def lines_of(root: _Element) -> Lines:
    """The lines of an element and all below it."""
    lines = Lines()
    _element(root, lines)
    lines.end()
    return lines


def _name(element: _Element) -> str:
    """The local name in lower case; empty for comments, instructions and unresolved entities."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _hidden(element: _Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None


def _element(element: _Element, lines: Lines) -> None:
    name = _name(element)
    if not name or name in _SKIPPED or _hidden(element):
        return
    if name == "br":
        lines.end()
    elif name == "pre":
        lines.end()
        lines.done += [line.rstrip() for line in _raw(element).splitlines() if line.strip()]
    elif name == "table":
        lines.end()
        _table(element, lines)
    elif name in {"ul", "ol", "menu", "dir"}:
        lines.end()
        _list(element, lines, numbered=name == "ol")
    elif name == "dt":
        lines.end()
        _content(element, lines)
        lines.add(": ")
    elif name == "dd":
        _content(element, lines)
        lines.end()
    elif name in _BLOCKS:
        lines.end()
        _content(element, lines)
        lines.end(heading=name in _HEADINGS)
    else:
        _content(element, lines)


def _content(element: _Element, lines: Lines) -> None:
    lines.add(element.text)
    for child in element:
        _element(child, lines)
        lines.add(child.tail)


def _raw(element: _Element) -> str:
    return "".join(str(part) for part in element.itertext(tag=None, with_tail=True) if part)


def _list(element: _Element, lines: Lines, numbered: bool) -> None:
    number = 0
    for child in element:
        inner = Lines()
        _content(child, inner) if _name(child) == "li" else _element(child, inner)
        inner.end()
        if inner.done and _name(child) == "li":
            number += 1
            mark = f"{number}. " if numbered else "- "
            indent = " " * len(mark)
            inner.done = [(indent if place else mark) + line for place, line in enumerate(inner.done)]
        lines.done += inner.done
        lines.add(child.tail)
        lines.end()


def _table(table: _Element, lines: Lines) -> None:
    """The rows of a table, not those of tables inside it; text between rows becomes lines of its own."""
    header = False
    for part in _parts(table, "tr"):
        if isinstance(part, str) or _name(part) != "tr":
            loose = Lines()
            loose.add(part) if isinstance(part, str) else _element(part, loose)
            loose.end()
            lines.done += loose.done
            continue
        cells, titles = _row(part)
        if any(cells):
            header = header or (titles == len(cells) > 1)
            lines.done += _row_lines(cells, titles, header)


def _row(row: _Element) -> tuple[list[list[str]], int]:
    """The cells of a row, each as lines, and how many of them are title cells (th)."""
    cells: list[list[str]] = []
    titles = 0
    for part in _parts(row, "td", "th"):
        inner = Lines()
        if isinstance(part, str):
            inner.add(part)
        else:
            # A hidden cell keeps its place and is empty.
            titles += _name(part) == "th"
            if not _hidden(part):
                _content(part, inner)
        inner.end()
        cells.append(inner.done)
    while cells and not cells[-1] and len(cells) > 2:
        cells.pop()
    return cells, titles


def _parts(element: _Element, *wanted: str) -> Iterator[_Element | str]:
    """The wanted elements below one, in order, through whatever wraps them; text between them as it comes."""
    if element.text and element.text.strip():
        yield element.text
    for child in element:
        name = _name(child)
        if name in wanted or name in {"caption", "table"}:
            yield child
        elif name and name not in _SKIPPED and not _hidden(child):
            yield from _parts(child, *wanted)
        if child.tail and child.tail.strip():
            yield child.tail


def _row_lines(cells: list[list[str]], titles: int, header: bool) -> list[str]:
    filled = [cell for cell in cells if cell]
    if len(cells) == 1 or (len(filled) == 1 and not (cells[0] and len(cells) == 2)):
        return filled[0]
    labelled = titles == 1 if len(cells) > 2 else titles < 2
    label = " ".join(cells[0]).rstrip(": ")
    if labelled and not header and len(cells[0]) == 1 and label and len(label) <= _LONGEST_LABEL:
        if len(cells) > 2:
            return [f"{label}: {_joined(cells[1:])}"]
        value = cells[1]
        if not value:
            return [f"{label}:"]
        if value[0].startswith("- "):
            return [f"{label}:", *value]
        return [f"{label}: {value[0]}", *value[1:]]
    return [_joined(cells)]


def _joined(cells: list[list[str]]) -> str:
    return " | ".join("; ".join(cell) for cell in cells).rstrip()
