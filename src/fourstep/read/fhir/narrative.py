"""The sections of a Composition as one text: title, words, an empty line; then the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fourstep.episode import Heading
from fourstep.errors import ReadError
from fourstep.read.fhir.bundle import Bundle
from fourstep.read.fhir.sections import section_role
from fourstep.read.fhir.tree import Node, node_at, nodes, text_at, wording
from fourstep.read.markup import lines_of
from fourstep.read.source import check_text

_DEEPEST = 12


@dataclass(slots=True)
class Narrative:
    """The text so far, where its headings stand, and its `label: value` rows."""

    place: str
    parts: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    length: int = 0

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def head(self, title: str, role: str) -> None:
        """A heading on a line of its own."""
        start = self.length
        self.headings.append(Heading(start, start + len(title), title, role))
        self.write(f"{title}\n")

    def line(self, words: str) -> None:
        """A line of words; the first `label: value` of each label is kept as a row."""
        self.write(f"{words}\n")
        label, colon, value = words.partition(": ")
        if colon and value.strip():
            self.rows.setdefault(label.strip().lower(), value.strip())

    @property
    def text(self) -> str:
        return "".join(self.parts)


def narrative_of(composition: Node, bundle: Bundle, place: str) -> Narrative:
    """All sections of a Composition, in order, sections inside sections after the words of their parent."""
    narrative = Narrative(place)
    for section in nodes(composition, "section"):
        _section(section, bundle, narrative, 1)
    return narrative


def _section(section: Node, bundle: Bundle, narrative: Narrative, depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadError("sections inside sections, too deep to be a document", narrative.place)
    title = text_at(section, "title") or wording(node_at(section, "code"))
    lines = _words(section, bundle, narrative.place)
    written = bool(lines or nodes(section, "section"))
    if title and written:
        narrative.head(title, section_role(section))
    for line in lines:
        narrative.line(line)
    if written:
        narrative.write("\n")
    for inner in nodes(section, "section"):
        _section(inner, bundle, narrative, depth + 1)


def _words(section: Node, bundle: Bundle, place: str) -> list[str]:
    """The narrative of a section; where it has none, the words of the coded entries that it points to."""
    div = node_at(section, "text").get("div")
    lines = xhtml_lines(div[0] if isinstance(div, list) and div else div, place)
    if lines:
        return lines
    return [f"- {words}" for words in _entry_words(section, bundle, 1) if words]


def _entry_words(holder: Node, bundle: Bundle, depth: int) -> list[str]:
    found: list[str] = []
    for reference in nodes(holder, "entry"):
        resource = bundle.follow(node_at(reference, "item") if "item" in reference else reference)
        if resource is None:
            continue
        if resource.kind == "List" and depth == 1:
            found += _entry_words(resource.node, bundle, depth + 1)
        else:
            found.append(wording(node_at(resource.node, "code")))
    return found


def xhtml_lines(div: Any, place: str) -> list[str]:
    """The lines of a narrative: an element from XML, or a string from JSON."""
    if not isinstance(div, str):
        return lines_of(div).done if hasattr(div, "itertext") else []
    if not div.strip():
        return []
    # The parsers would stop at a NUL without a word.
    check_text(div, place)
    from fourstep.read.html import html_lines
    from fourstep.read.xml import parse_xml_text

    try:
        return lines_of(parse_xml_text(div, place)).done
    except ReadError:
        # Senders put HTML where XHTML is due (&nbsp;, unclosed <br>): a browser would show it, so it is read.
        return html_lines(div, place).done
