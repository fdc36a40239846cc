"""A bundle of resources: which there are, where they stand, and what a reference in it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fourstep.errors import ReadError
from fourstep.read.fhir.tree import Node, node_at, nodes, resource_type, text_at

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and its element path, such as `Bundle.entry[7].Condition`."""

    node: Node
    kind: str
    path: str
    address: str

    @property
    def id(self) -> str:
        return text_at(self.node, "id")


class Bundle:
    """The resources of one message: a document bundle, also one inside another, or a resource alone."""

    def __init__(self, root: Node, place: str) -> None:
        self.resources: list[Resource] = []
        self._by_reference: dict[str, Resource] = {}
        kind = resource_type(root)
        if kind == "Bundle":
            self._collect(root, "Bundle", place, 1)
        else:
            self._add(Resource(root, kind, kind, ""))

    def _collect(self, bundle: Node, path: str, place: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise ReadError("bundles inside bundles, too deep to be a message", place)
        for number, entry in enumerate(nodes(bundle, "entry")):
            node = node_at(entry, "resource")
            kind = resource_type(node)
            if not kind:
                continue
            here = f"{path}.entry[{number}].{kind}"
            if kind == "Bundle":
                self._collect(node, here, place, depth + 1)
            else:
                self._add(Resource(node, kind, here, text_at(entry, "fullUrl")))

    def _add(self, resource: Resource) -> None:
        self.resources.append(resource)
        for key in (resource.address, f"{resource.kind}/{resource.id}" if resource.id else ""):
            if key:
                self._by_reference.setdefault(key, resource)

    def of(self, kind: str) -> list[Resource]:
        """All resources of a type, in the order of the message."""
        return [resource for resource in self.resources if resource.kind == kind]

    def follow(self, reference: Any) -> Resource | None:
        """What a Reference points to, if that is in the message; the version at its end does not count."""
        target = text_at(reference, "reference").split("/_history/")[0]
        if not target:
            return None
        return self._by_reference.get(target) or self._by_reference.get("/".join(target.split("/")[-2:]))
