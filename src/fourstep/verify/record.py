"""The verified case as the coded record: codes with titles, evidence, trail, standards, confidence and status."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import AUTHORITY, Case, Condition, Intervention, Thing
from fourstep.assign.tables import Tables
from fourstep.episode import Code, CodedEpisode, Query
from fourstep.verify.edits import check

_AUTO = 0.9  # from this confidence on a code needs no second look


def confidence(case: Case, thing: Thing) -> float:
    """How sure the engine is, 0 to 1: who says it, how plainly, how completely the index explains the words."""
    first = max(thing.candidates, key=lambda c: (AUTHORITY.get(case.record.document(c).type, 3), c.size))
    score = 0.62 + 0.04 * AUTHORITY.get(case.record.document(first).type, 3)
    if first.role in ("diagnosis", "procedure", "past_history", "allergy", "social", "impression", "problem_list"):
        score += 0.08
    if len({c.statement.document for c in thing.candidates}) > 1:
        score += 0.05
    if first.entry.layer == 0:
        score -= 0.2
    if first.whether is not Whether.PRESENT:
        score -= 0.1
    if len(first.line.unexplained()) > 3:
        score -= 0.05
    if first.entry.query:
        score -= 0.2
    return max(0.05, min(score, 0.99))


def _codes(case: Case, thing: Thing, *, procedures: bool) -> list[Code]:
    book = case.opcs4 if procedures else case.icd10
    sure = confidence(case, thing)
    evidence = case.evidence(thing)
    out = []
    for i, code in enumerate(thing.codes):
        rubric = book.find(code)
        out.append(
            Code(
                code=code,
                title=rubric.title if rubric else "",
                evidence=evidence,
                trail=thing.first.entry.trail,
                standards=list(dict.fromkeys(thing.standards)),
                confidence=sure,
                status="auto" if sure >= _AUTO else "review",
                date=thing.date if isinstance(thing, Intervention) else None,
                reason=thing.reason if i == 0 and thing.reason.startswith("main condition") else "",
            )
        )
    return out


def coded(case: Case, tables: Tables, primary: Condition | None, queries: list[Query]) -> CodedEpisode:
    """The record that is handed in."""
    episode = case.episode
    # with no condition that may stand first the rest is kept as it is, and validation says so
    diagnoses = [code for condition in case.conditions for code in _codes(case, condition, procedures=False)]
    procedures = [code for thing in case.interventions for code in _codes(case, thing, procedures=True)]
    return CodedEpisode(
        episode_id=episode.id,
        diagnoses=diagnoses,
        procedures=procedures,
        not_coded=case.not_coded,
        queries=queries,
        validation=case.validation + check(case, tables, diagnoses, procedures),
        admission=episode.admission,
        note=episode.note,
    )
