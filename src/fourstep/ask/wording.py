"""A question on its way to the clinician: its rank among the others, and words that all questions share."""

from __future__ import annotations

from dataclasses import dataclass

from fourstep.ask.found import quoted
from fourstep.assign.case import AUTHORITY, Case, Condition, Intervention, Thing
from fourstep.episode import Evidence, Query, QueryOption
from fourstep.locate.candidates import Candidate

#: What a discharge is coded from first.
FINAL = ("discharge_summary", "consultant_note", "delivery_record")
NAMES = {"ed_note": "emergency department note", "test_result": "report"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A query and its rank: the highest are asked."""

    rank: int
    query: Query


def phrase(case: Case, candidate: Candidate) -> str:
    """The words of a candidate as they stand in the record, on one line."""
    text = case.record.document(candidate).text[candidate.start : candidate.end]
    if candidate.line.entry is not None:
        text = candidate.line.entry.display or candidate.line.entry.code
    return " ".join(text.split())


def context(case: Case, candidate: Candidate) -> Evidence:
    """The sentence that a candidate stands in."""
    if candidate.line.entry is not None:
        return case.record.evidence(candidate)[0]
    return quoted(case, candidate.statement.document, candidate.start, candidate.end)


def best(case: Case, thing: Thing) -> Candidate:
    """The candidate of a thing in the document of most authority, the first of them."""
    return max(thing.candidates, key=lambda c: (AUTHORITY.get(case.record.document(c).type, 3), -c.order))


def document_name(case: Case, number: int) -> str:
    """What a clinician calls a document of the record."""
    kind = case.episode.documents[number].type
    return NAMES.get(kind, kind.replace("_", " "))


def concerns(thing: Condition | Intervention | None, *codes: str) -> bool:
    """Whether one of the codes is of the same category as the leading code of a thing."""
    return thing is not None and any(c[:3] == thing.code[:3] for c in codes)


def propose(
    rank: int,
    about: str,
    why: str,
    evidence: list[Evidence] | tuple[Evidence, ...],
    *,
    blocking: bool = False,
    codes: tuple[str, ...] = (),
    options: tuple[QueryOption, ...] = (),
) -> Proposal:
    """A proposal; a quote that stands in it twice is given once."""
    return Proposal(rank, Query(about, why, tuple(dict.fromkeys(evidence)), blocking, codes, options))
