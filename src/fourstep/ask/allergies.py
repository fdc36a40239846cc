"""Allergies that the record doubts, or that read like side effects: recorded only where somebody says which."""

from __future__ import annotations

from fourstep.analyse.statements import Who
from fourstep.ask.found import BEFORE, Found
from fourstep.ask.wording import Proposal, propose
from fourstep.assign.case import Case


def allergies(case: Case, found: Found) -> list[Proposal]:
    """One question for each kind of doubt about an allergy."""
    out: list[Proposal] = []
    if not any(p in found.hits for line in found.tables.allergies for p in line.words):
        return out
    for line in found.tables.allergies:
        for hit in (h for p in line.words for h in found.hits.get(p, ())):
            place = found.line(hit.document, hit.first)
            kind = case.episode.documents[hit.document].type
            if place is None or place.statement.section.role != "allergy" or kind in BEFORE:
                continue
            if place.statement.who is not Who.PATIENT:
                continue
            evidence = found.quote(hit)
            if found.within(line.settled, hit.document, evidence):
                continue
            out.append(
                propose(line.rank, line.about, line.question, [evidence], options=line.options)
            )
            break
    return out
