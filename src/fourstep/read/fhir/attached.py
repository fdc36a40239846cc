"""Documents of FHIR messages that have no Composition: files in DocumentReference, and reports."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from fourstep.errors import ReadError
from fourstep.read.fhir.bundle import Bundle, Resource
from fourstep.read.fhir.narrative import xhtml_lines
from fourstep.read.fhir.tree import Node, node_at, nodes, text_at
from fourstep.read.part import Part

_SUFFIXES = {
    "application/pdf": ".pdf", "text/rtf": ".rtf", "application/rtf": ".rtf", "text/html": ".html",
    "application/xhtml+xml": ".html", "text/plain": ".txt", "text/xml": ".xml", "application/xml": ".xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip
_TAKEN_BACK = frozenset({"entered-in-error", "superseded", "cancelled"})


def attached_documents(bundle: Bundle, place: str) -> list[tuple[Resource, Part]]:
    """The documents of a message with the resource that each came with; a ReadError where one cannot be read."""
    found: list[tuple[Resource, Part]] = []
    for resource in [*bundle.of("DocumentReference"), *bundle.of("DiagnosticReport")]:
        if text_at(resource.node, "status") in _TAKEN_BACK:
            continue
        reference = resource.kind == "DocumentReference"
        holders = [node_at(content, "attachment") for content in nodes(resource.node, "content")]
        for holder in holders if reference else nodes(resource.node, "presentedForm"):
            found.append((resource, _file(holder, bundle, f"{place} {resource.path}")))
        if not reference and not nodes(resource.node, "presentedForm"):
            found += [(resource, part) for part in _report(resource, place)]
    return found


def _file(attachment: Node, bundle: Bundle, place: str) -> Part:
    from fourstep.read.formats import part_from

    kind = text_at(attachment, "contentType")
    data = text_at(attachment, "data")
    if not data:
        binary = bundle.follow({"reference": text_at(attachment, "url")})
        if binary is None:
            raise ReadError("names a document that is not in the message", place)
        data = text_at(binary.node, "data") or text_at(binary.node, "content")
        kind = text_at(binary.node, "contentType") or kind
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ReadError("the attached document is no whole base64", place) from None
    return part_from(content, _SUFFIXES.get(kind.partition(";")[0].strip().lower(), ""), place)


def _report(resource: Resource, place: str) -> Iterator[Part]:
    """The words of a report that has no file: its narrative, else its conclusion."""
    div = node_at(resource.node, "text").get("div")
    lines = xhtml_lines(div[0] if isinstance(div, list) and div else div, place)
    lines = lines or [text_at(resource.node, "conclusion")]
    if any(lines):
        yield Part("".join(f"{line}\n" for line in lines))
