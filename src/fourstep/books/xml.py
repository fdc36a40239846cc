"""XML of a release: no network, no outside files, no entities that grow."""

from __future__ import annotations

import re

from lxml import etree

from fourstep.errors import BookError

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def parse(data: bytes, name: str) -> etree._Element:
    """The root of a file. Releases declare a document type, which is passed over; one that declares entities is refused."""
    if _ENTITY.search(data):
        raise BookError("declares entities, which could grow without limit; no release does", name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BookError(f"broken XML: {error.msg}", f"{name}:{error.lineno}") from error
    if root is None:
        raise BookError("no element in it", name)
    return root


def words(element: etree._Element | None) -> str:
    """The text of an element and all below it, in one line."""
    return "" if element is None else " ".join("".join(str(t) for t in element.itertext()).split())
