"""The header of a CDA document: what it is, of whom, and the stay that it tells of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourstep.read import fields
from fourstep.read.administrative import in_national_form, nhs_number_of
from fourstep.read.cda.tree import attribute, child, children, words
from fourstep.read.dates import parse_date

if TYPE_CHECKING:
    import datetime as dt

    from lxml.etree import _Element

# LOINC document types, and the SNOMED CT ones of British documents.
_TYPES = {
    "18842-5": "discharge_summary", "34105-7": "discharge_summary", "28655-9": "discharge_summary",
    "373942005": "discharge_summary",
    "11504-8": "operation_note", "28570-0": "procedure_note", "34117-2": "clerking", "11506-3": "progress_note",
    "11488-4": "consultant_note", "18748-4": "radiology_report", "11502-2": "test_result", "57133-1": "referral_letter",
    "823681000000100": "clinic_letter", "823691000000103": "clinic_letter",
}  # fmt: skip
_NOT_ADMITTED = {
    "EMER": "emergency care only", "AMB": "outpatient or ambulatory contact", "VR": "virtual contact",
    "HH": "home visit", "FLD": "contact in the field", "PRENC": "pre-admission contact",
}  # fmt: skip
_ADMITTED = frozenset({"IMP", "ACUTE", "NONAC", "SS", "OBSENC"})
_NHS_NUMBER = "2.16.840.1.113883.2.1.4.1"


def patient_of(root: _Element) -> _Element | None:
    """The patient of the document: the first record target."""
    return child(root, "recordTarget", "patientRole")


def encounter_of(root: _Element) -> _Element | None:
    """The stay that the document belongs to."""
    return child(root, "componentOf", "encompassingEncounter")


def document_type(root: _Element) -> str:
    """The type of the document in the words that documents of a folder use, else in its own."""
    if known := _TYPES.get(attribute(root, "code")):
        return known
    said = attribute(root, "code", name="displayName") or words(root, "title")
    return re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_") or "unknown"


def why_no_admission(root: _Element) -> str:
    """Why the document tells of no coded admission; empty where it tells of one."""
    kind = document_type(root)
    stay = encounter_of(root)
    code = attribute(stay, "code").upper()
    if code in _NOT_ADMITTED:
        return f"{_NOT_ADMITTED[code]}: no admitted episode"
    if re.search(r"letter|referral|outpatient", kind) and "discharge" not in kind:
        return "letter: no admitted episode"
    if code in _ADMITTED or "discharge" in kind:
        return ""
    return "neither the type of the document nor its encounter says that it was an inpatient stay"


def patient_class(root: _Element) -> str:
    """The patient class by the code of the encounter; empty where it has none that is known."""
    return fields.patient_class_of(attribute(encounter_of(root), "code")) or ""


def specialty(root: _Element) -> str:
    """The specialty of the place where the stay was."""
    return attribute(encounter_of(root), "location", "healthCareFacility", "code", name="displayName")


def destination(root: _Element) -> str:
    """Where the patient was discharged to."""
    code = child(encounter_of(root), "dischargeDispositionCode")
    return fields.destination_of(attribute(code) if attribute(code).isdigit() else attribute(code, name="displayName"))


def stay_dates(root: _Element, warnings: list[str]) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of the stay."""
    time = child(encounter_of(root), "effectiveTime")
    first = attribute(time, "low", name="value") or attribute(time, name="value")
    last = attribute(time, "high", name="value")
    return day_of(first, "effectiveTime.low", warnings), day_of(last, "effectiveTime.high", warnings)


def administrative(root: _Element) -> dict[str, str]:
    """The administrative fields that a header gives: whose document it is."""
    patient = patient_of(root)
    found = {"birth_date": attribute(patient, "patient", "birthTime", name="value")[:8]}
    for identifier in children(patient, "id"):
        number = identifier.get("extension") or ""
        if identifier.get("root") == _NHS_NUMBER or nhs_number_of(number):
            found.setdefault("nhs_number", number)
        elif number:
            found.setdefault("local_patient_id", number)
    return {name: text for name, text in found.items() if in_national_form(name, text)}


def day_of(text: str, named: str, warnings: list[str]) -> dt.date | None:
    """The day of a time stamp; a warning where it is no whole date."""
    day = parse_date(text[:8]) if text else None
    if text and day is None:
        warnings.append(f"{named} is no whole date; left unknown")
    return day
