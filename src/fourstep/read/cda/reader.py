"""A CDA document (HL7 version 3, C-CDA, the British non-coded CDA) to an episode, also out of the envelope it came in."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING

from fourstep.episode import Document, Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import fields
from fourstep.read.administrative import administrative_from
from fourstep.read.cda import header
from fourstep.read.cda.entries import coded_entries
from fourstep.read.cda.narrative import narrative_of, sections_of
from fourstep.read.cda.tree import CDA, attribute, child
from fourstep.read.dates import age_on
from fourstep.read.part import Part
from fourstep.read.record import order_warnings
from fourstep.read.source import check_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUFFIXES = {
    "application/pdf": ".pdf", "text/rtf": ".rtf", "application/rtf": ".rtf", "text/html": ".html", "text/plain": ".txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


def cda_document(root: _Element, place: str) -> _Element | None:
    """The CDA document at or inside an element; None where there is none, a ReadError where there are several."""
    found = [root] if root.tag == f"{CDA}ClinicalDocument" else list(root.iter(f"{CDA}ClinicalDocument"))
    if len(found) > 1:
        raise ReadError(f"{len(found)} CDA documents in one message; one is expected", place)
    return found[0] if found else None


def cda_part(root: _Element, place: str) -> Part:
    """The text of a CDA document with its headings and codes; a ReadError where it has no body."""
    sections = sections_of(root)
    if sections:
        try:
            narrative = narrative_of(sections, place)
        except RecursionError:
            raise ReadError("elements inside elements, too deep to be a document", place) from None
        return Part(check_text(narrative.text, place), tuple(narrative.headings), coded_entries(sections))
    body = child(root, "component", "nonXMLBody", "text")
    if body is None:
        raise ReadError("a CDA document without a body: nothing to read", place)
    return _file(body, place)


def read_cda(root: _Element, name: str, place: str, identifier: str) -> Episode:
    """The episode that a CDA document tells of."""
    part = cda_part(root, place)
    warnings = list(part.warnings)
    written = header.day_of(attribute(root, "effectiveTime", name="value"), "effectiveTime", warnings)
    admitted, discharged = header.stay_dates(root, warnings)
    warnings += order_warnings(admitted, discharged)
    reason = header.why_no_admission(root)
    document = Document(name, part.text, header.document_type(root), written, part.headings, part.entries)
    episode = Episode(
        id=identifier,
        documents=(document,),
        sex=_sex(root, warnings),
        patient_class=header.patient_class(root),
        admission_date=admitted,
        discharge_date=discharged,
        specialty=header.specialty(root),
        discharge_destination=header.destination(root),
        source=place,
        admission=not reason,
        note=reason,
        administrative=administrative_from(header.administrative(root), warnings),
    )
    born = header.day_of(
        attribute(header.patient_of(root), "patient", "birthTime", name="value"), "birthTime", warnings
    )
    day = admitted or written
    if born and day and (age := age_on(born, day)):
        episode = replace(episode, age_years=age[0], age_days=age[1] if age[0] < 1 else None)
    return replace(episode, warnings=tuple(dict.fromkeys(warnings)))


def _sex(root: _Element, warnings: list[str]) -> Sex:
    code = attribute(header.patient_of(root), "patient", "administrativeGenderCode")
    sex = Sex.UNKNOWN if code == "UN" else fields.sex_of(code)
    if sex is None:
        warnings.append("the message does not say the sex of the patient in a way known here")
    return sex or Sex.UNKNOWN


def _file(body: _Element, place: str) -> Part:
    """The file that stands in place of sections."""
    from fourstep.read.formats import part_from

    text = "".join(str(piece) for piece in body.itertext())
    if not text.strip():
        elsewhere = child(body, "reference") is not None
        raise ReadError(
            "a CDA document whose body is a file that is not in it" if elsewhere
            else "a CDA document without a body: nothing to read", place,
        )  # fmt: skip
    data = text.encode("utf-8", "replace")
    if (body.get("representation") or "").upper() == "B64":
        try:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            raise ReadError("the body of the CDA document is no whole base64", place) from None
    return part_from(data, _SUFFIXES.get((body.get("mediaType") or "text/plain").lower(), ""), place)
