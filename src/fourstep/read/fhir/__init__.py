"""FHIR documents (ITK3 and CareConnect STU3, UK Core R4; XML and JSON) to episodes.

One Composition is one Document: its sections in order, as text. What the message codes already (conditions,
procedures, allergies) comes with it as entries, each with its element path.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fourstep.episode import Document, Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import fields
from fourstep.read.dates import age_on, parse_date
from fourstep.read.fhir import admission
from fourstep.read.fhir.bundle import Bundle, Resource
from fourstep.read.fhir.entries import coded_entries
from fourstep.read.fhir.narrative import narrative_of
from fourstep.read.fhir.tree import FHIR, Node, from_xml, node_at, require_resource, text_at
from fourstep.read.jsontext import parse_json
from fourstep.read.part import Part
from fourstep.read.record import order_warnings
from fourstep.read.source import check_text, decode, whole

__all__ = ["message_part", "read_json", "read_xml"]

_CDA = "{urn:hl7-org:v3}"


def read_xml(data: bytes, name: str, place: str, identifier: str) -> Episode:
    """The episode in an XML message."""
    return _episode(_xml_root(data, place), name, place, identifier)


def read_json(value: Mapping[str, Any], name: str, place: str, identifier: str) -> Episode:
    """The episode in a JSON message."""
    return _episode(require_resource(value, place), name, place, identifier)


def message_part(data: bytes, suffix: str, place: str) -> Part:
    """A message that a record names as one of its documents: its text, headings and codes."""
    root = _xml_root(data, place) if suffix == ".xml" else require_resource(parse_json(decode(data, place)[0], place), place)
    document = _episode(root, "", place, "").documents[0]
    return Part(document.text, document.headings, document.entries)


def _xml_root(data: bytes, place: str) -> Node:
    from fourstep.read.xml import parse_xml

    root = parse_xml(data, place)
    tag = str(root.tag)
    if tag.startswith(_CDA):
        raise ReadError("an HL7 version 3 document (CDA); FHIR documents are read here", place)
    if not tag.startswith(FHIR):
        raise ReadError("XML, but not a FHIR message", place)
    try:
        return from_xml(root)
    except RecursionError:
        raise ReadError("elements inside elements, too deep to be a message", place) from None


def _episode(root: Node, name: str, place: str, identifier: str) -> Episode:
    try:
        return _document(root, name, place, identifier)
    except RecursionError:
        raise ReadError("elements inside elements, too deep to be a document", place) from None


def _document(root: Node, name: str, place: str, identifier: str) -> Episode:
    bundle = Bundle(root, place)
    composition = _composition(bundle, place)
    encounter = admission.encounter_of(composition.node, bundle)
    stay = encounter.node if encounter else None
    subject = _patient(composition.node, bundle)
    narrative = narrative_of(composition.node, bundle, place)
    warnings: list[str] = []
    document = Document(
        name=name,
        text=check_text(whole(narrative.text), place),
        type=admission.document_type(composition.node),
        date=_date(composition.node, ("date",), "Composition.date", warnings),
        headings=tuple(narrative.headings),
        entries=coded_entries(bundle, subject),
    )
    reason = admission.why_no_admission(composition.node, stay)
    episode = Episode(
        id=identifier,
        documents=(document,),
        sex=_sex(subject, warnings),
        specialty=admission.specialty(composition.node, stay, narrative.rows),
        source=place,
        admission=not reason,
        note=reason,
    )
    if stay is not None:
        episode = _stay(episode, stay, narrative.rows, warnings)
    episode = _age(episode, subject, warnings)
    return replace(episode, warnings=tuple(warnings))


def _composition(bundle: Bundle, place: str) -> Resource:
    found = bundle.of("Composition")
    if len(found) > 1:
        raise ReadError(f"{len(found)} Compositions in one message; one is expected", place)
    if not found:
        kinds = sorted({resource.kind for resource in bundle.resources})
        only = f" (only {', '.join(kinds)})" if 0 < len(kinds) < 4 and all(map(str.isalpha, kinds)) else ""
        raise ReadError(f"a FHIR message without a Composition{only}: no document to read", place)
    return found[0]


def _patient(composition: Node, bundle: Bundle) -> Resource | None:
    named = bundle.follow(node_at(composition, "subject"))
    if named is not None and named.kind == "Patient":
        return named
    found = bundle.of("Patient")
    return found[0] if len(found) == 1 else None


def _stay(episode: Episode, encounter: Node, rows: Mapping[str, str], warnings: list[str]) -> Episode:
    admitted = _date(encounter, ("period", "start"), "Encounter.period.start", warnings)
    discharged = _date(encounter, ("period", "end"), "Encounter.period.end", warnings)
    warnings += order_warnings(admitted, discharged)
    return replace(
        episode,
        patient_class=admission.patient_class(encounter),
        admission_method=admission.admission_method(encounter, rows),
        admission_date=admitted,
        discharge_date=discharged,
        discharge_destination=admission.discharge_destination(encounter, rows),
    )


def _sex(patient: Resource | None, warnings: list[str]) -> Sex:
    value = text_at(patient.node, "gender") if patient else ""
    sex = fields.sex_of(value) if value else None
    if sex is None:
        warnings.append("the message does not say the sex of the patient in a way known here")
    return sex or Sex.UNKNOWN


def _age(episode: Episode, patient: Resource | None, warnings: list[str]) -> Episode:
    born = _date(patient.node, ("birthDate",), "Patient.birthDate", warnings) if patient else None
    day = episode.admission_date or episode.documents[0].date
    if born is None or day is None:
        return episode
    age = age_on(born, day)
    if age is None:
        warnings.append("Patient.birthDate is after the admission; the age stays unknown")
        return episode
    years, days = age
    # Newborns and infants are told apart by days.
    return replace(episode, age_years=years, age_days=days if years < 1 else None)


def _date(node: Node, path: tuple[str, ...], named: str, warnings: list[str]) -> dt.date | None:
    value = text_at(node, *path)
    day = parse_date(value) if value else None
    if value and day is None:
        warnings.append(f"{named} is no whole date; left unknown")
    return day
