"""Whether a document tells of an admission that is coded, and what its Encounter knows of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fourstep.read import fields
from fourstep.read.fhir.bundle import Bundle, Resource
from fourstep.read.fhir.tree import (
    Node,
    code_of,
    codings,
    extensions,
    node_at,
    nodes,
    text_at,
    values,
    wording,
)

_LETTER_TYPES = {
    "823681000000100": "outpatient letter",
    "823691000000103": "clinical letter",
}
_TYPES = {
    "373942005": "discharge_summary",
    "823681000000100": "clinic_letter",
    "823691000000103": "clinic_letter",
}
_NOT_ADMITTED = {
    "EMER": "emergency care only",
    "AMB": "outpatient or ambulatory contact",
    "VR": "virtual contact",
    "HH": "home visit",
    "FLD": "contact in the field",
    "PRENC": "pre-admission contact",
}
_ADMIT_SOURCES = {"emd": "emergency", "born": "birth", "hosp-trans": "transfer"}
_DIED = frozenset({"4", "5"})


def document_type(composition: Node) -> str:
    """The type of the document, in the words that documents of a folder use where there are such."""
    concept = node_at(composition, "type") or node_at(composition, "code")
    if known := _TYPES.get(code_of(concept)):
        return known
    words = re.sub(r"[^a-z0-9]+", "_", (wording(concept) or text_at(composition, "title")).lower())
    return words.strip("_") or "unknown"


def encounter_of(composition: Node, bundle: Bundle) -> Resource | None:
    """The Encounter that the Composition names, else the only one of the message."""
    reference = node_at(composition, "encounter") or node_at(composition, "context") or {}
    # DocumentReference has its encounter inside its context.
    named = bundle.follow(node_at(reference, "encounter") or reference)
    if named is not None and named.kind == "Encounter":
        return named
    found = bundle.of("Encounter")
    return found[0] if len(found) == 1 else None


def why_no_admission(composition: Node, encounter: Node | None) -> str:
    """Why the document tells of no coded admission; empty where it tells of one."""
    concept = node_at(composition, "type")
    kind = _LETTER_TYPES.get(code_of(concept), "")
    words = f"{wording(concept)} {text_at(composition, 'title')}".lower()
    # Many hospitals call their discharge summary a discharge letter.
    letter = re.search(r"\b(letter|referral|outpatient)\b", words) and "discharge" not in words
    if kind or letter:
        return f"{kind or 'letter'}: no admitted episode"
    if text_at(composition, "status") == "entered-in-error":
        return "the document was entered in error"
    if _mental_health(composition):
        return "mental health discharge: recorded by the mental health service, no acute admitted episode"
    if encounter is None:
        return "a composition without its encounter: nothing says that there was an admission"
    code = _class(encounter)
    if code in _NOT_ADMITTED:
        return f"{_NOT_ADMITTED[code]}: no admitted episode"
    if text_at(encounter, "status") in {"planned", "cancelled", "entered-in-error"}:
        return "the encounter did not take place (planned, cancelled or entered in error)"
    if code not in {"IMP", "ACUTE", "NONAC", "SS", "OBSENC"}:
        return "the encounter does not say that it was an inpatient stay"
    return ""


def _mental_health(composition: Node) -> bool:
    profiles = [value for value in values(node_at(composition, "meta"), "profile") if isinstance(value, str)]
    if any("-mh-" in profile.lower() for profile in profiles):
        return True
    return "mental health" in care_setting(composition).lower()


def _class(encounter: Node) -> str:
    found = values(encounter, "class")
    return code_of(found[0]).upper() if found else ""


def patient_class(encounter: Node) -> str:
    """The patient class by the class of the encounter; empty where it has none that is known."""
    return fields.patient_class_of(_class(encounter)) or ""


def admission_method(encounter: Node, rows: Mapping[str, str]) -> str:
    """How the patient was admitted: by the coded method, by the row of the document, or by where from."""
    stay = node_at(encounter, "hospitalization")
    for holder in (encounter, stay):
        for value in extensions(holder, "AdmissionMethod"):
            for coding in codings(value):
                for words in (text_at(coding, "code"), text_at(coding, "display")):
                    if words and (method := fields.admission_method_of(words)):
                        return method
    if method := fields.admission_method_of(rows.get("admission method", "")):
        return method
    return _ADMIT_SOURCES.get(code_of(node_at(stay, "admitSource")), "")


def discharge_destination(encounter: Node, rows: Mapping[str, str]) -> str:
    """Where the patient was discharged to, in short words; died where the method of discharge says so."""
    stay = node_at(encounter, "hospitalization")
    for holder in (encounter, stay):
        if any(code_of(value) in _DIED for value in extensions(holder, "DischargeMethod")):
            return "died"
    disposition = node_at(stay, "dischargeDisposition")
    national = [text_at(coding, "code") for coding in codings(disposition) if _national(coding)]
    words = wording(disposition) or rows.get("discharge destination", "")
    return fields.destination_of(national[0] if national else words)


def _national(coding: Node) -> bool:
    return "dischargedestination" in text_at(coding, "system").lower()


def care_setting(composition: Node) -> str:
    """The service that the document comes from."""
    settings = (wording(value) for value in extensions(composition, "CareSettingType"))
    return next((words for words in settings if words), "")


def specialty(composition: Node, encounter: Node | None, rows: Mapping[str, str]) -> str:
    """The specialty: of the encounter, of the document, or of the row that names it."""
    service = [words for value in nodes(encounter, "serviceType") if (words := wording(value))]
    found = (*service, care_setting(composition), rows.get("discharging specialty/department", ""))
    return next((words for words in found if words), "")
