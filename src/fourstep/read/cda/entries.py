"""Codes that the entries of a CDA document carry, each with the place of its element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fourstep.episode import CodedEntry
from fourstep.read.cda.narrative import section_role
from fourstep.read.cda.tree import CDA, attribute, child, children

if TYPE_CHECKING:
    from lxml.etree import _Element

# What the sections of these roles list is of the patient; family history, plans and the like say nothing of the kind.
_PROBLEMS = {
    "problem_list": "problem", "diagnosis": "problem", "secondary_diagnosis": "problem", "presenting": "complaint",
    "past_history": "past problem",
}  # fmt: skip
_SYSTEMS = {
    "2.16.840.1.113883.6.96": "snomed",
    "2.16.840.1.113883.2.1.3.2.4.15": "snomed",
    "2.16.840.1.113883.6.3": "icd10",
}
_NOT_DONE = frozenset({"aborted", "cancelled", "held", "new", "nullified", "suspended"})
# The value of a problem says what it is; that of the observations about it says how it stands.
_STATUS = frozenset({"33999-4", "11323-3", "11452-0"})


def coded_entries(sections: list[_Element]) -> tuple[CodedEntry, ...]:
    """The ICD-10, OPCS-4 and SNOMED CT codes of problems, procedures and allergies, in the order of the document."""
    found: list[CodedEntry] = []
    for number, section in enumerate(sections, start=1):
        found += _section(section, f"section[{number}]")
    return tuple(found)


def _section(section: _Element, path: str) -> Iterator[CodedEntry]:
    role = section_role(section)
    for number, entry in enumerate(children(section, "entry"), start=1):
        here = f"{path}.entry[{number}]"
        if role == "allergy":
            yield from _allergies(entry, here)
        elif role in _PROBLEMS:
            yield from _problems(entry, here, _PROBLEMS[role])
        elif role == "procedure":
            for done in entry.iter(f"{CDA}procedure"):
                if _holds(done):
                    yield from _codes(child(done, "code"), f"{here}.procedure.code", "procedure")
    for number, inner in enumerate(children(section, "component", "section"), start=1):
        yield from _section(inner, f"{path}.section[{number}]")


def _holds(element: _Element) -> bool:
    """True for what happened and was not taken back or said not to be so."""
    happened = element.get("moodCode", "EVN") == "EVN" and element.get("negationInd", "false") not in {"true", "1"}
    return happened and attribute(element, "statusCode").lower() not in _NOT_DONE


def _problems(entry: _Element, path: str, role: str) -> Iterator[CodedEntry]:
    for observation in entry.iter(f"{CDA}observation"):
        if not _holds(observation) or attribute(observation, "code") in _STATUS:
            continue
        over = child(observation, "effectiveTime", "high")
        ended = over is not None and bool(over.get("value"))
        yield from _codes(child(observation, "value"), f"{path}.observation.value", "past problem" if ended else role)


def _allergies(entry: _Element, path: str) -> Iterator[CodedEntry]:
    for observation in entry.iter(f"{CDA}observation"):
        if _holds(observation):
            for substance in children(observation, "participant", "participantRole", "playingEntity", "code"):
                yield from _codes(substance, f"{path}.participant.code", "allergy")


def _codes(coded: _Element | None, path: str, role: str) -> Iterator[CodedEntry]:
    for element in (coded, *children(coded, "translation")) if coded is not None else ():
        system = _SYSTEMS.get(element.get("codeSystem") or "", "")
        if not system and "opcs" in (element.get("codeSystemName") or "").lower():
            system = "opcs4"
        code = attribute(element)
        if system and code:
            yield CodedEntry(system, code, attribute(element, name="displayName"), path, role)
