"""What goes over the interface. Unknown fields are refused: a misspelt one would be lost without a word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class DocumentIn(_Strict):
    """A document with its text. Offsets of evidence count the characters of `text`."""

    file: str = Field(min_length=1, max_length=255, description="Unique in the episode; sent again, it is replaced")
    text: str = Field(max_length=2_000_000)
    type: str = Field("unknown", max_length=60, description="discharge_summary, operation_note, test_result …")
    date: dt.date | None = None


class EpisodeIn(_Strict):
    """An episode as episode.json has it, its documents inside. What is left out is unknown."""

    id: str = Field(min_length=1, max_length=200, description="The sender's identifier: sent again, the episode is updated")
    documents: list[DocumentIn] = Field(min_length=1, max_length=500)
    age_years: int | None = Field(None, ge=0, le=130)
    age_days: int | None = Field(None, ge=0, le=47_500)
    sex: str = Field("unknown", pattern="^(female|male|unknown)$")
    patient_class: str = Field("", max_length=40)
    admission_method: str = Field("", max_length=40)
    admission_date: dt.date | None = None
    discharge_date: dt.date | None = None
    specialty: str = Field("", max_length=100)
    discharge_destination: str = Field("", max_length=100)
    administrative: dict[str, Any] = Field(default_factory=dict)


class Received(Schema):
    """What was sent is kept; it will be read and coded in the background."""

    arrival: int
    url: str = Field(description="Where to ask what became of it")


class ArrivalOut(Schema):
    """What became of something that was sent."""

    arrival: int
    outcome: str = Field(description="waiting, read or failed")
    reason: str
    episodes: list[str]


class EvidenceOut(Schema):
    document: str
    start: int
    end: int
    text: str


class CodeOut(Schema):
    code: str
    title: str
    date: dt.date | None
    standing: str = Field(description="proposed, accepted, changed or added")
    confidence: float | None
    evidence: list[EvidenceOut]
    standards: list[str]


class EpisodeOut(Schema):
    """An episode's coding as it stands. Final when `state` is coded or exported."""

    id: str
    state: str
    version: int
    diagnoses: list[CodeOut]
    procedures: list[CodeOut]
    not_coded: list[dict[str, Any]]
    queries: list[dict[str, Any]]


class Problem(Schema):
    """Why something was refused."""

    detail: str
