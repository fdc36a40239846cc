"""FHIR documents (ITK3 and CareConnect STU3, UK Core R4; XML and JSON) to episodes.

One Composition is one Document: its sections in order, as text. What the message codes already (conditions,
procedures, allergies) comes with it as entries, each with its element path.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from fourstep.episode import Document, Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import fields
from fourstep.read.administrative import administrative_from
from fourstep.read.dates import age_on, parse_date
from fourstep.read.fhir import admission
from fourstep.read.fhir.administrative import administrative_fields
from fourstep.read.fhir.attached import attached_documents
from fourstep.read.fhir.bundle import Bundle, Resource
from fourstep.read.fhir.entries import coded_entries
from fourstep.read.fhir.narrative import narrative_of
from fourstep.read.fhir.tree import Node, node_at, require_resource, text_at
from fourstep.read.part import Part
from fourstep.read.record import order_warnings
from fourstep.read.source import check_text, whole

__all__ = ["read_resource", "resource_part"]


def read_resource(value: object, name: str, place: str, identifier: str) -> Episode:
    """The episode in a message, given as the tree of its JSON or XML."""
    return _episode(require_resource(value, place), name, place, identifier)


def resource_part(value: object, place: str) -> Part:
    """A message that a record names as one of its documents: its text, headings and codes."""
    document = _episode(require_resource(value, place), "", place, "").documents[0]
    return Part(document.text, document.headings, document.entries)


def _episode(root: Node, name: str, place: str, identifier: str) -> Episode:
    try:
        return _document(root, name, place, identifier)
    except RecursionError:
        raise ReadError("elements inside elements, too deep to be a document", place) from None


def _document(root: Node, name: str, place: str, identifier: str) -> Episode:
    bundle = Bundle(root, place)
    composition = _composition(bundle, place)
    files = [] if composition else _files(bundle, place)
    lead = composition or files[0][0]
    encounter = admission.encounter_of(lead.node, bundle)
    stay = encounter.node if encounter else None
    subject = _patient(lead.node, bundle)
    warnings: list[str] = []
    entries = coded_entries(bundle, subject)
    rows: dict[str, str] = {}
    if composition:
        narrative = narrative_of(composition.node, bundle, place)
        rows = narrative.rows
        part = Part(narrative.text, tuple(narrative.headings))
        documents = [_dated(lead, part, name, place, warnings)]
    else:
        names = [f"{name}#{number}" if len(files) > 1 else name for number in range(1, len(files) + 1)]
        documents = [_dated(of, part, called, place, warnings) for (of, part), called in zip(files, names, strict=True)]
    documents[0] = replace(documents[0], entries=(*entries, *documents[0].entries))
    reason = admission.why_no_admission(lead.node, stay)
    episode = Episode(
        id=identifier,
        documents=tuple(documents),
        sex=_sex(subject, warnings),
        specialty=admission.specialty(lead.node, stay, rows),
        source=place,
        admission=not reason,
        note=reason,
        administrative=administrative_from(administrative_fields(subject.node if subject else {}, stay or {}), warnings),
    )
    if stay is not None:
        episode = _stay(episode, stay, rows, warnings)
    episode = _age(episode, subject, warnings)
    return replace(episode, warnings=tuple(warnings))


def _dated(resource: Resource, part: Part, name: str, place: str, warnings: list[str]) -> Document:
    """The document that a resource carries, with the type and the day that the resource gives it."""
    day: dt.date | None = None
    for field in ("date", "indexed", "effectiveDateTime", "issued"):
        day = day or _date(resource.node, (field,), f"{resource.kind}.{field}", warnings)
    warnings += [f"{name}: {warning}" for warning in part.warnings]
    text = check_text(whole(part.text), place)
    return Document(name, text, admission.document_type(resource.node), day, part.headings, part.entries)


def _files(bundle: Bundle, place: str) -> list[tuple[Resource, Part]]:
    """The files and reports of a message without a Composition; a ReadError where it has none of them."""
    if files := attached_documents(bundle, place):
        return files
    kinds = sorted({resource.kind for resource in bundle.resources})
    only = f" (only {', '.join(kinds)})" if 0 < len(kinds) < 4 and all(map(str.isalpha, kinds)) else ""
    raise ReadError(f"a FHIR message without a Composition{only}: no document to read", place)


def _composition(bundle: Bundle, place: str) -> Resource | None:
    found = bundle.of("Composition")
    if len(found) > 1:
        raise ReadError(f"{len(found)} Compositions in one message; one is expected", place)
    return found[0] if found else None


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
