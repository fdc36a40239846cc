"""Codes that a message already carries, each with its element path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fourstep.episode import CodedEntry
from fourstep.read.fhir.bundle import Bundle, Resource
from fourstep.read.fhir.tree import Node, code_of, codings, node_at, nodes, text_at, values

# What was entered by mistake, or is said not to be so, is no evidence.
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_UNSURE = frozenset({"provisional", "differential", "unconfirmed", "suspected"})
_OVER = frozenset({"inactive", "resolved", "remission"})
_COMPLAINT = frozenset({"complaint", "presenting-complaint", "symptom", "finding"})
_NOT_DONE = frozenset(
    {"preparation", "not-done", "aborted", "stopped", "suspended", "on-hold", "entered-in-error"}
)
_NO_ALLERGY = ("no known", "nil known")


def coded_entries(bundle: Bundle, subject: Resource | None) -> tuple[CodedEntry, ...]:
    """The ICD-10, OPCS-4 and SNOMED CT codes of conditions, procedures and allergies of the patient."""
    found: list[CodedEntry] = []
    for resource in bundle.resources:
        if resource.kind not in {"Condition", "Procedure", "AllergyIntolerance"}:
            continue
        owner = bundle.follow(next(iter(nodes(resource.node, "subject", "patient")), {}))
        if subject is not None and owner is not None and owner is not subject:
            continue
        if resource.kind == "Condition":
            found += _condition(resource)
        elif resource.kind == "Procedure":
            found += _procedure(resource)
        else:
            found += _allergy(resource)
    return tuple(found)


def _condition(resource: Resource) -> Iterator[CodedEntry]:
    verified = _status(resource.node, "verificationStatus")
    if verified in _WITHDRAWN:
        return iter(())
    role = "problem"
    if verified in _UNSURE:
        role = "possible problem"
    elif _status(resource.node, "clinicalStatus") in _OVER:
        role = "past problem"
    elif any(code_of(category).lower() in _COMPLAINT for category in nodes(resource.node, "category")):
        role = "complaint"
    return _codes(node_at(resource.node, "code"), f"{resource.path}.code", role)


def _procedure(resource: Resource) -> Iterator[CodedEntry]:
    not_done = values(resource.node, "notDone")
    if _status(resource.node, "status") in _NOT_DONE or (not_done and not_done[0] in (True, "true")):
        return iter(())
    return _codes(node_at(resource.node, "code"), f"{resource.path}.code", "procedure")


def _allergy(resource: Resource) -> Iterator[CodedEntry]:
    if _status(resource.node, "verificationStatus") in _WITHDRAWN:
        return
    if code := node_at(resource.node, "code"):
        yield from _codes(code, f"{resource.path}.code", "allergy")
        return
    for number, reaction in enumerate(nodes(resource.node, "reaction")):
        path = f"{resource.path}.reaction[{number}].substance"
        yield from _codes(node_at(reaction, "substance"), path, "allergy")


def _status(node: Node, name: str) -> str:
    """A status, which is a plain code in STU3 and a CodeableConcept in R4."""
    found = values(node, name)
    return code_of(found[0]).lower() if found else ""


def _codes(concept: Node, path: str, role: str) -> Iterator[CodedEntry]:
    for coding in codings(concept):
        system = _system(text_at(coding, "system"))
        code = text_at(coding, "code")
        display = text_at(coding, "display") or text_at(concept, "text")
        # That there is no known allergy is coded in the same place as an allergy.
        if not system or not code or (role == "allergy" and display.lower().startswith(_NO_ALLERGY)):
            continue
        yield CodedEntry(system, code, display, path, role)


def _system(address: str) -> str:
    """The classification that an address names; other countries' modifications of ICD-10 are not taken."""
    address = address.lower()
    if "snomed.info" in address:
        return "snomed"
    if "opcs" in address:
        return "opcs4"
    if ("icd-10" in address or "icd10" in address) and not re.search(r"-?(cm|pcs|gm|am|ca)\b", address):
        return "icd10"
    return ""
