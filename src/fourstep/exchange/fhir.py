"""A coded episode as a FHIR R4 bundle after UK Core: who, which stay, which codes, and the words behind every code.

Patient, Encounter, a Condition a diagnosis, a Procedure a procedure, and a Provenance each that carries the evidence
(document, offsets, words), the trail and the standards in extensions of ours (`urn:fourstep:...`). As a document the
bundle begins with a Composition that lists the codes in national order; as a transaction every resource is put under
an id that is the same in every run, so that sending it twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from importlib.metadata import version

from fourstep.episode import Code
from fourstep.exchange import fhir_parts as part
from fourstep.exchange.fhir_parts import JSON, identity, profile, reference, without_empty
from fourstep.exchange.submission import Submission

_GENDER = {"1": "male", "2": "female", "9": "other"}
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_XHTML = "http://www.w3.org/1999/xhtml"


def bundle(record: Submission, when: dt.datetime, *, transaction: bool = False) -> JSON:
    """The bundle of one episode; `when` (with its time zone) is the moment it was assembled."""
    own = record.episode.id
    stamp = when.isoformat(timespec="seconds")
    entries = [(_id(record, "patient"), _patient(record)), (_id(record, "encounter"), _encounter(record)),
               (_id(record, "device"), _device())]  # fmt: skip
    for kind, codes, make in (
        ("condition", record.coded.diagnoses, _condition),
        ("procedure", record.coded.procedures, _procedure),
    ):
        for number, code in enumerate(codes, 1):
            address = identity(own, kind, number)
            entries.append((address, make(record, code)))
            entries.append((identity(own, f"provenance-{kind}", number), _provenance(record, code, address, stamp)))
    if not transaction:
        entries.insert(0, (_id(record, "composition"), _composition(record, stamp)))
    out: JSON = {
        "resourceType": "Bundle",
        "type": "transaction" if transaction else "document",
        "entry": [_entry(address, resource, transaction=transaction) for address, resource in entries],
    }
    if not transaction:
        out |= {"identifier": part.identifier(part.EPISODE, own), "timestamp": stamp}
    return out


def _id(record: Submission, kind: str) -> str:
    return identity(record.episode.id, kind)


def _entry(address: str, resource: JSON, *, transaction: bool) -> JSON:
    plain = address.removeprefix("urn:uuid:")
    kind = resource["resourceType"]
    out: JSON = {"fullUrl": address, "resource": {"resourceType": kind, "id": plain, **without_empty(resource)}}
    if transaction:
        out["request"] = {"method": "PUT", "url": f"{kind}/{plain}"}
    return out


def _patient(record: Submission) -> JSON:
    known = record.known
    identifiers = []
    if known.nhs_number:
        number = part.identifier(part.NHS_NUMBER, known.nhs_number)
        if known.nhs_number_status:
            status = part.uk_extension(
                "NHSNumberVerificationStatus", known.nhs_number_status, "UKCore-NHSNumberVerificationStatusEngland"
            )
            number["extension"] = [status]
        identifiers.append(number)
    if known.local_patient_id:
        identifiers.append(part.identifier(part.LOCAL_PATIENT, known.local_patient_id))
    ethnic = known.ethnic_category
    practice = {"identifier": part.identifier(part.ORGANISATION, known.gp_practice)} if known.gp_practice else None
    return {
        "resourceType": "Patient",
        "meta": profile("Patient"),
        "extension": [part.uk_extension("EthnicCategory", ethnic, "UKCore-EthnicCategoryEngland")] if ethnic else [],
        "identifier": identifiers,
        "gender": _GENDER.get(record.sex, "unknown"),
        "birthDate": known.birth_date.isoformat() if known.birth_date else "",
        "address": [{"postalCode": known.postcode}] if known.postcode else [],
        "generalPractitioner": [practice] if practice else [],
    }


def _encounter(record: Submission) -> JSON:
    known, own = record.known, record.episode.id
    extensions = [
        part.uk_extension(name, code, f"UKCore-{name}England")
        for name, code in (("AdmissionMethod", known.admission_method), ("DischargeMethod", record.discharge_method))
        if code
    ]
    stay = {
        "admitSource": known.admission_source
        and part.coded(f"{part.UK_CODES}/UKCore-SourceOfAdmissionEngland", known.admission_source),
        "dischargeDisposition": record.discharge_destination
        and part.coded(f"{part.UK_CODES}/UKCore-DischargeDestinationEngland", record.discharge_destination),
    }
    period = {"start": _day(record.episode_start), "end": _day(record.episode_end)}
    provider = {"identifier": part.identifier(part.ORGANISATION, known.provider_code)} if known.provider_code else None
    spell = [part.identifier(part.SPELL, known.spell_id)] if known.spell_id else []
    return {
        "resourceType": "Encounter",
        "meta": profile("Encounter"),
        "extension": extensions,
        "identifier": [part.identifier(part.EPISODE, own), *spell],
        "status": "finished" if record.episode_end else "in-progress",
        "class": part.encounter_class(record.patient_classification),
        "subject": reference(_id(record, "patient")),
        "period": without_empty(period),
        "serviceType": {"text": record.episode.specialty} if record.episode.specialty else None,
        "hospitalization": without_empty(stay),
        "serviceProvider": provider,
        "diagnosis": [
            {"condition": reference(identity(own, "condition", rank)), "rank": rank}
            for rank in range(1, len(record.coded.diagnoses) + 1)
        ],
    }


def _condition(record: Submission, code: Code) -> JSON:
    return {
        "resourceType": "Condition",
        "meta": profile("Condition"),
        "verificationStatus": part.coded(_VERIFIED, "confirmed"),
        "category": [part.coded(_CATEGORY, "encounter-diagnosis", "Encounter Diagnosis")],
        "code": part.coded(part.ICD10, code.code, code.title),
        "subject": reference(_id(record, "patient")),
        "encounter": reference(_id(record, "encounter")),
    }


def _procedure(record: Submission, code: Code) -> JSON:
    return {
        "resourceType": "Procedure",
        "meta": profile("Procedure"),
        "status": "completed",
        "code": part.coded(part.OPCS4, code.code, code.title),
        "subject": reference(_id(record, "patient")),
        "encounter": reference(_id(record, "encounter")),
        "performedDateTime": _day(code.date),
    }


def _provenance(record: Submission, code: Code, target: str, stamp: str) -> JSON:
    own: dict[str, str | int | float] = {
        "status": code.status, "confidence": round(code.confidence, 3), "trail": code.trail, "reason": code.reason,
        "standards": " ".join(code.standards),
    }  # fmt: skip
    sources = []
    for quote in code.evidence:
        words: dict[str, str | int | float] = {
            "document": quote.document, "start": quote.start, "end": quote.end, "text": quote.text, "path": quote.path,
        }  # fmt: skip
        sources.append({"extension": [part.parts(part.EVIDENCE, words)], "role": "source", "what": {"display": quote.document}})
    return {
        "resourceType": "Provenance",
        "extension": [part.parts(part.CODING, own)],
        "target": [reference(target)],
        "recorded": stamp,
        "activity": {"text": "clinical coding"},
        "agent": [{"type": part.coded(_PARTICIPANT, "assembler", "Assembler"), "who": reference(_id(record, "device"))}],
        "entity": sources,
    }


def _device() -> JSON:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "Fourstep", "type": "model-name"}],
        "version": [{"value": version("fourstep")}],
    }


def _composition(record: Submission, stamp: str) -> JSON:
    sections = [
        {
            "title": title,
            "text": {"status": "generated", "div": _listed(codes)},
            "entry": [reference(identity(record.episode.id, kind, number)) for number in range(1, len(codes) + 1)],
        }
        for title, kind, codes in (
            ("Diagnoses (ICD-10)", "condition", record.coded.diagnoses),
            ("Procedures (OPCS-4)", "procedure", record.coded.procedures),
        )
        if codes
    ]
    return {
        "resourceType": "Composition",
        "meta": profile("Composition"),
        "status": "final",
        "type": {"text": "Coded hospital episode"},
        "subject": reference(_id(record, "patient")),
        "encounter": reference(_id(record, "encounter")),
        "date": stamp,
        "author": [reference(_id(record, "device"))],
        "title": "Coded hospital episode",
        "section": sections,
    }


def _listed(codes: list[Code]) -> str:
    items = "".join(f"<li>{escape(f'{code.code} {code.title}')}</li>" for code in codes)
    return f'<div xmlns="{_XHTML}"><ol>{items}</ol></div>'


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
