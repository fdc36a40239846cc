"""The sections of a CDA document as one text: title, words, an empty line; then the next."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from fourstep.errors import ReadError
from fourstep.read.cda.tree import CDA, attribute, child, children, words
from fourstep.read.fhir.narrative import Narrative
from fourstep.read.fhir.sections import role_of
from fourstep.read.markup import lines_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 12
# The words of the narrative block for what HTML calls by other names; the rest has the same names in both.
_HTML = {"paragraph": "p", "list": "ul", "item": "li", "content": "span", "linkHtml": "a", "caption": "p", "footnote": "span"}
_GONE = "template"


def sections_of(root: _Element) -> list[_Element]:
    """The outermost sections of the body, in order."""
    return list(children(root, "component", "structuredBody", "component", "section"))


def narrative_of(sections: list[_Element], place: str) -> Narrative:
    """All sections in order, sections inside sections after the words of their parent."""
    narrative = Narrative(place)
    for section in sections:
        _section(section, narrative, 1)
    return narrative


def section_role(section: _Element) -> str:
    """The role of a section by its code, else by its words."""
    said = (attribute(section, "code", name="displayName"), words(section, "title"))
    return role_of([attribute(section, "code")], said)


def _section(section: _Element, narrative: Narrative, depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadError("sections inside sections, too deep to be a document", narrative.place)
    title = words(section, "title") or attribute(section, "code", name="displayName")
    text = child(section, "text")
    lines = lines_of(_as_html(text)).done if text is not None else []
    inner = list(children(section, "component", "section"))
    if title and (lines or inner):
        narrative.head(title, section_role(section))
    for line in lines:
        narrative.line(line)
    if lines or inner:
        narrative.write("\n")
    for part in inner:
        _section(part, narrative, depth + 1)


def _as_html(text: _Element) -> _Element:
    """A copy of a narrative block in the names of HTML; deleted words and pictures are left out."""
    block = deepcopy(text)
    for element in block.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.removeprefix(CDA)
        if element.get("revised") == "delete" or name == "renderMultiMedia":
            element.tag = _GONE
        elif name == "list" and (element.get("listType") or "").lower() == "ordered":
            element.tag = "ol"
        elif name in _HTML and not (name == "caption" and _in_table(element)):
            element.tag = _HTML[name]
    block.tag = "div"
    return block


def _in_table(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and str(parent.tag).endswith("table")
