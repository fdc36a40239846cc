"""The clinical groups of CDS-XML (diagnoses and activity), for a system that builds the rest of the message itself.

Element names and namespace are those of the CDS-XML schema of version 6-2; the frame around them is ours: one
`Episode` each, with the number of the hospital that the groups belong to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange.submission import Submission

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://www.nhsia.nhs.uk/DataStandards/XMLschema/CDS/ns"
_SCHEME = "02"  # ICD-10, OPCS-4


@dataclass(frozen=True, slots=True)
class Groups:
    """What the clinical groups of one episode say."""

    episode_id: str
    diagnoses: tuple[str, ...]
    procedures: tuple[tuple[str, dt.date | None], ...]


def groups_of(record: Submission) -> Groups:
    return Groups(record.episode.id, record.diagnoses, record.procedures)


def write(records: Iterable[Groups]) -> bytes:
    """An XML document in UTF-8. Raises ExchangeError where an episode's id holds what XML cannot carry."""
    from lxml import etree

    root = etree.Element("ClinicalGroups", nsmap={"cds": NAMESPACE})
    for record in records:
        episode = etree.SubElement(root, "Episode")
        try:
            episode.set("id", record.episode_id)
        except ValueError:
            raise ExchangeError("the id of an episode holds a character that XML cannot carry") from None
        if record.diagnoses:
            group = _element(episode, "ClinicalDiagnosisGroupICD")
            _element(group, "DiagnosisSchemeInUse", _SCHEME)
            for rank, code in enumerate(record.diagnoses):
                name = "Secondary" if rank else "Primary"
                _element(_element(group, f"{name}DiagnosisGroupICD"), f"{name}Diagnosis_ICD", code)
        if record.procedures:
            group = _element(episode, "ClinicalActivityGroupOPCS")
            _element(group, "ProcedureSchemeInUse", _SCHEME)
            for rank, (code, day) in enumerate(record.procedures):
                name = "Secondary" if rank else "Primary"
                inner = _element(group, f"{name}ProcedureGroupOPCS")
                _element(inner, f"{name}Procedure_OPCS", code)
                if day:
                    _element(inner, "ProcedureDate", day.isoformat())
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def read(data: bytes, place: str) -> list[Groups]:
    """The groups of such a document. Raises ReadError where it is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("no well-formed XML", f"{place}:{error.lineno or 1}") from None
    if root.tag != "ClinicalGroups":
        raise ReadError("no clinical groups of CDS-XML", place)
    try:
        return [_groups(episode) for episode in root.iterfind("Episode")]
    except ValueError:
        raise ReadError("a procedure with a date that is none", place) from None


def _groups(episode: _Element) -> Groups:
    diagnoses = [str(e.text) for e in episode.iter() if str(e.tag).endswith("Diagnosis_ICD")]
    procedures: list[tuple[str, dt.date | None]] = []
    for element in episode.iter():
        if str(element.tag).endswith("ProcedureGroupOPCS"):
            code = next(str(e.text) for e in element if str(e.tag).endswith("Procedure_OPCS"))
            day = next((str(e.text) for e in element if str(e.tag).endswith("ProcedureDate")), "")
            procedures.append((code, dt.date.fromisoformat(day) if day else None))
    return Groups(str(episode.get("id")), tuple(diagnoses), tuple(procedures))


def _element(parent: _Element, name: str, text: str | None = None) -> _Element:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element
