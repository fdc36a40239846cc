"""WHO's ClaML: the world edition of ICD-10 as XML.

It becomes the UK edition through the same tables as the built-in. Read from it: classes (chapter, block,
category), their preferred titles, and the modifiers that spell out fourth characters once for several
categories. Modifiers of fifth characters and of places of occurrence are left to the UK's tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from fourstep.books import tables
from fourstep.books.xml import parse
from fourstep.errors import BookError

YEARS = ("2016", "2019")  # the world editions that the UK tables are written against


@dataclass(slots=True)
class _Class:
    code: str
    parent: str
    title: str
    subclasses: int
    modified_by: list[str] = field(default_factory=list)
    only: dict[str, set[str]] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)


def is_claml(data: bytes) -> bool:
    """Whether a file is ClaML."""
    return b"<ClaML" in data[:4096]


def read_claml(data: bytes, name: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The year of the edition, and (code, parent, title) of every class with modifiers written out."""
    root = parse(data, name)
    title = root.find("Title")
    about = " ".join([*(title.attrib.values() if title is not None else ()), (root.findtext("Title") or "")])
    year = next((y for y in YEARS if y in about), None)
    if "ICD-10" not in about.upper().replace("ICD10", "ICD-10") or year is None:
        raise BookError(f"not WHO's ICD-10 of {' or '.join(YEARS)}: {about.strip() or 'no title'}", name)
    classes: dict[str, _Class] = {}
    for element in root.iter("Class"):
        found = _read_class(element)
        if found.code in classes:
            raise BookError(f"{found.code} a second time", f"{name}:{element.sourceline}")
        classes[found.code] = found
    if not classes:
        raise BookError("no classes in it", name)
    return year, list(_written_out(classes, _modifiers(root)))


def usages(data: bytes, name: str) -> dict[str, str]:
    """Codes that the file itself marks as dagger or asterisk."""
    marks = {"dagger": "dagger", "aster": "asterisk", "asterisk": "asterisk"}
    found = {}
    for element in parse(data, name).iter("Class"):
        usage = element.get("usage", "")
        if usage and usage not in marks:
            raise BookError(f"a usage that is not known: {usage}", f"{name}:{element.sourceline}")
        if usage:
            found[element.get("code", "")] = marks[usage]
    return found


def _read_class(element: etree._Element) -> _Class:
    above = element.find("SuperClass")
    found = _Class(
        code=element.get("code", ""),
        parent="" if above is None else above.get("code", ""),
        title=_preferred(element),
        subclasses=len(element.findall("SubClass")),
    )
    for modified in element.findall("ModifiedBy"):
        modifier = modified.get("code", "")
        found.modified_by.append(modifier)
        valid = {v.get("code", "") for v in modified.findall("ValidModifierClass")}
        if valid:
            found.only[modifier] = valid
    found.excluded.update(e.get("code", "") for e in element.findall("ExcludeModifier"))
    return found


def _preferred(element: etree._Element) -> str:
    for rubric in element.findall("Rubric"):
        if rubric.get("kind") == "preferred":
            label = rubric.find("Label")
            if label is not None:
                return " ".join("".join(str(t) for t in label.itertext()).split())
    return ""


def _modifiers(root: etree._Element) -> dict[str, list[tuple[str, str]]]:
    """(".0", title) of each modifier class, by modifier; fifth characters have no dot and stay out."""
    modifiers: dict[str, list[tuple[str, str]]] = {}
    for element in root.iter("ModifierClass"):
        code = element.get("code", "")
        if code.startswith("."):
            modifiers.setdefault(element.get("modifier", ""), []).append((code, _preferred(element)))
    return modifiers


def _written_out(
    classes: dict[str, _Class], modifiers: dict[str, list[tuple[str, str]]]
) -> Iterator[tuple[str, str, str]]:
    places = tables.read_places()
    for found in classes.values():
        yield found.code, found.parent, found.title
        if found.subclasses or found.code in places or "-" in found.code or "." in found.code:
            continue
        excluded: set[str] = set()
        above: _Class | None = found
        while above is not None:
            excluded |= above.excluded
            for modifier in above.modified_by:
                if modifier in excluded:
                    continue
                for character, meaning in modifiers.get(modifier, ()):
                    if character in above.only.get(modifier, {character}):
                        title = f"{found.title}: {meaning[:1].lower()}{meaning[1:]}"
                        yield f"{found.code}{character}", found.code, title
            above = classes.get(above.parent)
