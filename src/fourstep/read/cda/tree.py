"""Finding elements of a CDA document by name, whatever prefix they came with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fourstep.read.source import whole

if TYPE_CHECKING:
    from lxml.etree import _Element

CDA = "{urn:hl7-org:v3}"


def children(element: _Element | None, *path: str) -> Iterator[_Element]:
    """The elements at the end of a path of names."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element.iterchildren(f"{CDA}{path[0]}"):
        yield from children(child, *path[1:])


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first element at the end of a path of names."""
    return next(children(element, *path), None)


def attribute(element: _Element | None, *path: str, name: str = "code") -> str:
    """An attribute of the first element at the end of a path; empty where there is none."""
    for found in children(element, *path):
        if text := found.get(name):
            return whole(" ".join(text.split()))
    return ""


def words(element: _Element | None, *path: str) -> str:
    """The text of the first element at the end of a path, white space collapsed."""
    found = child(element, *path)
    return whole(" ".join("".join(str(text) for text in found.itertext()).split())) if found is not None else ""
