"""XML messages told apart: FHIR, CDA, or a CDA document in the envelope of a transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read.part import Part

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_xml(data: bytes, name: str, place: str, identifier: str) -> Episode:
    """The episode in an XML message."""
    from fourstep.read.cda.reader import read_cda
    from fourstep.read.fhir import read_resource

    root, document = _parsed(data, place)
    if document is not None:
        return read_cda(document, name, place, identifier)
    return read_resource(_resource(root, place), name, place, identifier)


def xml_part(data: bytes, place: str) -> Part:
    """An XML message that a record names as one of its documents: its text, headings and codes."""
    from fourstep.read.cda.reader import cda_part
    from fourstep.read.fhir import resource_part

    root, document = _parsed(data, place)
    return cda_part(document, place) if document is not None else resource_part(_resource(root, place), place)


def _parsed(data: bytes, place: str) -> tuple[_Element, _Element | None]:
    """The root, and the CDA document in it where there is one."""
    from fourstep.read.cda.reader import cda_document
    from fourstep.read.fhir.tree import FHIR
    from fourstep.read.xml import parse_xml

    root = parse_xml(data, place)
    return root, None if str(root.tag).startswith(FHIR) else cda_document(root, place)


def _resource(root: _Element, place: str) -> dict[str, object]:
    from fourstep.read.fhir.tree import FHIR, from_xml

    if not str(root.tag).startswith(FHIR):
        raise ReadError("XML, but neither FHIR nor CDA", place)
    try:
        return from_xml(root)
    except RecursionError:
        raise ReadError("elements inside elements, too deep to be a message", place) from None
