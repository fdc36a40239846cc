"""The administrative fields that Patient and Encounter carry, in the national forms of submissions."""

from __future__ import annotations

from fourstep.read.administrative import in_national_form, nhs_number_of
from fourstep.read.fhir.tree import Node, code_of, codings, extensions, node_at, nodes, text_at

_SEX = {"male": "1", "female": "2", "unknown": "0", "other": "9"}


def administrative_fields(patient: Node, encounter: Node) -> dict[str, str]:
    """Names and values of the fields that the resources give and that have their national form, dates in ISO form."""
    stay = node_at(encounter, "hospitalization")
    found = {
        "birth_date": text_at(patient, "birthDate")[:10],
        "sex": _SEX.get(text_at(patient, "gender"), ""),
        "postcode": text_at(patient, "address", "postalCode"),
        "spell_start": text_at(encounter, "period", "start")[:10],
        "spell_end": text_at(encounter, "period", "end")[:10],
        "admission_method": _extended("AdmissionMethod", encounter, stay),
        "discharge_method": _extended("DischargeMethod", encounter, stay),
        "admission_source": code_of(node_at(stay, "admitSource")),
        "discharge_destination": _national(node_at(stay, "dischargeDisposition")),
    } | _numbers(patient)
    return {name: text for name, text in found.items() if in_national_form(name, text)}


def _numbers(patient: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for identifier in nodes(patient, "identifier"):
        number = text_at(identifier, "value")
        if "nhs-number" in text_at(identifier, "system").lower():
            # One with a wrong check digit is nobody's: neither an NHS number nor a number of the hospital's own.
            if nhs_number_of(number):
                found.setdefault("nhs_number", number)
        elif number:
            found.setdefault("local_patient_id", number)
    return found


def _extended(part: str, *holders: Node) -> str:
    return next((code for holder in holders for value in extensions(holder, part) if (code := code_of(value))), "")


def _national(concept: Node) -> str:
    """The code of the coding that is of the national list, which its system's name tells."""
    named = (coding for coding in codings(concept) if "dischargedestination" in text_at(coding, "system").lower())
    return next((text_at(coding, "code") for coding in named), "")
