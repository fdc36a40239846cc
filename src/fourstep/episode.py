"""What goes into the coder and what comes out: Episode in, CodedEpisode out.

All offsets count characters of the document as read: decoded text, nothing stripped or translated, no byte
order mark counted in. For files that are not plain text, `fourstep read FILE` prints the text they refer to.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fourstep.administrative import Administrative
from fourstep.quotes import Evidence as Evidence
from fourstep.quotes import NotCoded as NotCoded

#: How likely all codes of a touchless episode are right together.
TOGETHER = 0.9


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodedEntry:
    """A code that a message already carries (ICD-10, OPCS-4 or SNOMED CT), quoted as evidence by its element path."""

    system: str  # "icd10", "opcs4", "snomed"
    code: str
    display: str
    path: str
    # problem, procedure, allergy; where the message says so: complaint, possible problem, past problem
    role: str = "problem"


@dataclass(frozen=True, slots=True)
class Heading:
    """A section that the source format marks up itself (a PRSB heading, a FHIR section).

    `start` and `end` enclose the title as it stands in the text; the section runs to the next heading.
    """

    start: int
    end: int
    title: str
    role: str = ""  # a section role of knowledge/sections, when the format's own code says it


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the record.

    `name` is what evidence calls it (the file name in a folder, or the message's file name). `type` is the
    hospital's own word (discharge_summary, operation_note, test_result, ...). `headings` are the sections the
    format marks up, in order of `start`; plain text has none.
    """

    name: str
    text: str
    type: str = "unknown"
    date: dt.date | None = None
    headings: tuple[Heading, ...] = ()
    entries: tuple[CodedEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """One consultant episode: what the hospital's system knows, and its documents. Unknown fields are None.

    `age_days` is set for newborns and infants instead of, or beside, `age_years`. `source` names the file or
    folder read. `admission` is False where what was read is no coded admission (an outpatient letter, an order):
    `note` then says why. `administrative` is for the files that leave; no step of the coding reads it.
    """

    id: str
    documents: tuple[Document, ...] = ()
    age_years: int | None = None
    age_days: int | None = None
    sex: Sex = Sex.UNKNOWN
    patient_class: str = ""
    admission_method: str = ""
    admission_date: dt.date | None = None
    discharge_date: dt.date | None = None
    specialty: str = ""
    discharge_destination: str = ""
    source: str = ""
    admission: bool = True
    note: str = ""
    warnings: tuple[str, ...] = ()
    administrative: Administrative | None = None


@dataclass(slots=True)
class Code:
    """One code of the coded record, with all that stands behind it."""

    code: str
    title: str
    evidence: list[Evidence]
    trail: str = ""  # through the index: "Fracture > femur > neck"
    standards: list[str] = field(default_factory=list)  # identifiers of the standards that acted on it
    confidence: float = 0.0
    status: str = "review"  # "auto" or "review"
    date: dt.date | None = None  # procedures
    reason: str = ""  # why it is primary or main, where it is

    def as_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "code": self.code,
            "title": self.title,
            "evidence": [e.as_dict() for e in self.evidence],
            "trail": self.trail,
            "standards": list(self.standards),
            "confidence": round(self.confidence, 3),
            "status": self.status,
        }
        if self.reason:
            out["reason"] = self.reason
        return out

    def as_procedure(self) -> dict[str, Any]:
        return self.as_dict() | {"date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True, slots=True)
class QueryOption:
    """An answer to tick. `codes` are what it would lead to: for the coder's eyes, never on the clinician's form."""

    text: str
    codes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"text": self.text, "codes": list(self.codes)}


@dataclass(frozen=True, slots=True)
class Query:
    """A question for the clinician: one thing, not leading, with the words that raise it and the codes it would affect."""

    about: str
    why: str
    evidence: tuple[Evidence, ...] = ()
    blocking: bool = False
    codes: tuple[str, ...] = ()
    options: tuple[QueryOption, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "about": self.about, "why": self.why, "evidence": [e.as_dict() for e in self.evidence],
            "blocking": self.blocking, "codes": list(self.codes), "options": [o.as_dict() for o in self.options],
        }


@dataclass(frozen=True, slots=True)
class Message:
    """A validation message: level "error" blocks submission, "warning" asks, "note" informs."""

    level: str
    rule: str
    text: str
    codes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"level": self.level, "rule": self.rule, "text": self.text, "codes": list(self.codes)}


@dataclass(slots=True)
class CodedEpisode:
    """The coded record in national order: first diagnosis primary, first procedure main."""

    episode_id: str
    diagnoses: list[Code] = field(default_factory=list)
    procedures: list[Code] = field(default_factory=list)
    suggestions: list[Code] = field(default_factory=list)  # ideas for a person; nothing scores or exports them
    not_coded: list[NotCoded] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    validation: list[Message] = field(default_factory=list)
    admission: bool = True
    note: str = ""

    @property
    def touchless(self) -> bool:
        """True when every code is auto, all of them together are likely right, and no question is open.

        A record without a diagnosis never is.
        """
        codes = self.diagnoses + self.procedures
        return (
            self.admission
            and bool(self.diagnoses)
            and all(c.status == "auto" for c in codes)
            and not self.queries
            and math.prod(c.confidence for c in codes) >= TOGETHER
            and not any(m.level == "error" for m in self.validation)
        )

    def as_dict(self) -> dict[str, Any]:
        """The JSON form of one line of the output."""
        out: dict[str, Any] = {
            "episode_id": self.episode_id,
            "diagnoses": [c.as_dict() for c in self.diagnoses],
            "procedures": [c.as_procedure() for c in self.procedures],
            "suggestions": [c.as_dict() for c in self.suggestions],
            "not_coded": [n.as_dict() for n in self.not_coded],
            "queries": [q.as_dict() for q in self.queries],
            "validation": [m.as_dict() for m in self.validation],
            "touchless": self.touchless,
        }
        if not self.admission:
            out["admission"] = False
        if self.note:
            out["note"] = self.note
        return out
