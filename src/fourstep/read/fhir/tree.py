"""FHIR resources as plain trees, whether they came as XML or JSON.

Nothing here knows a version of FHIR: fields are asked for by name, one name after the other where versions
differ, and a field may hold one value or a list of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fourstep.errors import ReadError
from fourstep.read.source import whole

if TYPE_CHECKING:
    from lxml.etree import _Element

Node = Mapping[str, Any]

FHIR = "{http://hl7.org/fhir}"
_XHTML = "{http://www.w3.org/1999/xhtml}"


def from_xml(element: _Element) -> dict[str, Any]:
    """A resource element as the tree that its JSON would give, every field a list; narrative stays XHTML."""
    node = _node(element)
    node["resourceType"] = element.tag.removeprefix(FHIR) if isinstance(element.tag, str) else ""
    return node


def _node(element: _Element) -> dict[str, Any]:
    node: dict[str, Any] = {str(name): value for name, value in element.attrib.items()}
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        if tag == f"{_XHTML}div":
            node["div"] = child
        elif tag.startswith(FHIR):
            node.setdefault(tag.removeprefix(FHIR), []).append(_value(child))
    return node


def _value(element: _Element) -> Any:
    name = element.tag.removeprefix(FHIR) if isinstance(element.tag, str) else ""
    if name in {"resource", "contained"}:
        inner = next((child for child in element if isinstance(child.tag, str)), None)
        return from_xml(inner) if inner is not None else {}
    value = element.get("value")
    # A field with a value may carry extensions too; nothing that is read here has its meaning there.
    return value if value is not None else _node(element)


def values(node: Any, *names: str) -> list[Any]:
    """All values of the first of these fields that has any."""
    if isinstance(node, Mapping):
        for name in names:
            found = node.get(name)
            found = found if isinstance(found, list) else [found]
            if found := [value for value in found if value is not None and value != {}]:
                return found
    return []


def nodes(node: Any, *names: str) -> list[Node]:
    """The values of a field that are objects."""
    return [value for value in values(node, *names) if isinstance(value, Mapping)]


def node_at(node: Any, *path: str) -> Node:
    """The first object at the end of a path of fields; an empty one where there is none."""
    for name in path:
        found = nodes(node, name)
        if not found:
            return {}
        node = found[0]
    return node if isinstance(node, Mapping) else {}


def text_at(node: Any, *path: str) -> str:
    """The first string at the end of a path of fields, white space collapsed; empty where there is none."""
    found = values(node_at(node, *path[:-1]), path[-1])
    return whole(" ".join(found[0].split())) if found and isinstance(found[0], str) else ""


def codings(concept: Any) -> list[Node]:
    """The codings of a CodeableConcept, or the Coding itself."""
    if isinstance(concept, Mapping) and "code" in concept and "coding" not in concept:
        return [concept]
    return nodes(concept, "coding")


def wording(concept: Any) -> str:
    """How a CodeableConcept or a Coding reads: its text, or the first display."""
    if isinstance(concept, str):
        return " ".join(concept.split())
    words = [text_at(concept, "text"), *(text_at(coding, "display") for coding in codings(concept))]
    return next((word for word in words if word), "")


def code_of(concept: Any) -> str:
    """The first code of a CodeableConcept or Coding, or the value itself where it is a plain code."""
    if isinstance(concept, str):
        return concept.strip()
    return next((code for coding in codings(concept) if (code := text_at(coding, "code"))), "")


def extensions(node: Any, part: str) -> Iterator[Any]:
    """The values of the extensions of an element whose address contains a word."""
    for extension in nodes(node, "extension"):
        if part.lower() in text_at(extension, "url").lower():
            for name, value in extension.items():
                if name.startswith("value"):
                    yield value[0] if isinstance(value, list) and value else value


def resource_type(node: Any) -> str:
    """The type of a resource; empty where it is none."""
    kind = node.get("resourceType") if isinstance(node, Mapping) else None
    return kind if isinstance(kind, str) else ""


def require_resource(node: object, place: str) -> Node:
    """The node itself if it is a resource."""
    if isinstance(node, Mapping) and resource_type(node):
        return node
    raise ReadError("not a FHIR resource", place)
