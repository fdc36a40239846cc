"""The few parts of FHIR R4 that a coded episode is made of: codings, references, extensions; and where their codes live."""

from __future__ import annotations

import uuid
from typing import Any

JSON = dict[str, Any]

#: The NHS terminology server's address of the UK edition of ICD-10.
ICD10 = "http://hl7.org/fhir/sid/icd-10-uk"
#: The address in widest use in the NHS for OPCS-4; UK Core itself names none.
OPCS4 = "https://fhir.nhs.uk/Id/opcs-4"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
LOCAL_PATIENT = "https://fhir.nhs.uk/Id/local-patient-identifier"
ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code"
UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition"
UK_CODES = "https://fhir.hl7.org.uk/CodeSystem"
EPISODE = "urn:fourstep:episode"
SPELL = "urn:fourstep:spell"
EVIDENCE = "urn:fourstep:evidence"
CODING = "urn:fourstep:coding"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASSES = {"1": ("IMP", "inpatient encounter"), "2": ("SS", "short stay"), "3": ("SS", "short stay"),
            "4": ("SS", "short stay"), "5": ("IMP", "inpatient encounter")}  # fmt: skip


def identity(episode_id: str, kind: str, number: int = 0) -> str:
    """The same uuid for the same thing of the same episode, in every run."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:fourstep:{episode_id}/{kind}/{number}')}"


def profile(resource: str) -> JSON:
    return {"profile": [f"{UK_CORE}/UKCore-{resource}"]}


def reference(address: str) -> JSON:
    return {"reference": address}


def identifier(system: str, value: str) -> JSON:
    return {"system": system, "value": value}


def coded(system: str, code: str, display: str = "") -> JSON:
    """A CodeableConcept with one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def uk_extension(name: str, code: str, system: str) -> JSON:
    """A UK Core extension that holds one national code."""
    return {"url": f"{UK_CORE}/Extension-UKCore-{name}", "valueCodeableConcept": coded(f"{UK_CODES}/{system}", code)}


def encounter_class(patient_classification: str) -> JSON:
    """The class of an Encounter; a day case is a short stay, and what is not known is an inpatient stay: it was admitted."""
    code, display = _CLASSES.get(patient_classification, _CLASSES["1"])
    return {"system": _ACT, "code": code, "display": display}


def parts(url: str, values: dict[str, str | int | float]) -> JSON:
    """An extension of ours: a part for each value that is not empty."""
    kinds = {str: "valueString", int: "valueInteger", float: "valueDecimal"}
    inner = [{"url": name, kinds[type(value)]: value} for name, value in values.items() if value != ""]
    return {"url": url, "extension": inner}


def without_empty(resource: JSON) -> JSON:
    """The resource without what is empty: FHIR allows no empty element."""
    return {key: value for key, value in resource.items() if value not in ("", None, [], {})}
