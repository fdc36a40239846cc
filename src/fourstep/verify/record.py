"""The verified case as the coded record: codes with titles, evidence, trail, standards, confidence and status."""

from __future__ import annotations

from fourstep.assign.case import Case, Intervention, Thing
from fourstep.assign.local import Local, features_of
from fourstep.assign.tables import Tables
from fourstep.episode import Code, CodedEpisode, Query
from fourstep.verify.confidence import ASKED, Around, around, features
from fourstep.verify.edits import check


def _codes(case: Case, tables: Tables, thing: Thing, local: Local | None, beside: Around) -> list[Code]:
    procedure = isinstance(thing, Intervention)
    book = case.opcs4 if procedure else case.icd10
    evidence = case.evidence(thing)
    out = []
    for i, code in enumerate(thing.codes):
        rubric = book.find(code)
        known = features(case, tables, thing, code, beside)
        sure, auto = tables.weights.confidence(known), tables.weights.auto
        if local is not None:
            sure, auto = local.confidence(sure, known | features_of(code, case.episode.specialty)), local.auto
        out.append(
            Code(  # by place: names take as long as the rest
                code,
                rubric.title if rubric else "",
                evidence,
                thing.first.entry.trail,
                list(dict.fromkeys(thing.standards)),
                sure,
                "auto" if sure >= auto and ASKED not in known and not _imported(thing, code) else "review",
                thing.date if isinstance(thing, Intervention) else None,
                thing.reason if i == 0 and thing.reason.startswith("main condition") else "",
            )
        )
    return out


def _imported(thing: Thing, code: str) -> bool:
    """Whether nothing but imported synonyms leads to the code: then a person looks at it, however sure the rest is."""
    behind = [c for c in thing.candidates if code in c.codes or code[:5] in c.codes] or thing.candidates
    return all(c.entry.imported for c in behind)


def coded(case: Case, tables: Tables, queries: list[Query], local: Local | None = None) -> CodedEpisode:
    """The record that is handed in; with what a site's coders have taught, where there is something."""
    episode = case.episode
    beside = around(case, queries)
    # with no condition that may stand first the rest is kept as it is, and validation says so
    diagnoses = [code for thing in case.conditions for code in _codes(case, tables, thing, local, beside)]
    procedures = [code for thing in case.interventions for code in _codes(case, tables, thing, local, beside)]
    suggestions: list[Code] = []
    if local is not None:
        diagnoses, procedures = (_set_aside(codes, local, suggestions) for codes in (diagnoses, procedures))
    return CodedEpisode(
        episode_id=episode.id,
        diagnoses=diagnoses,
        procedures=procedures,
        suggestions=sorted(suggestions, key=lambda c: (-c.confidence, c.code)),
        not_coded=case.not_coded,
        queries=queries,
        validation=case.validation + check(case, tables, diagnoses, procedures),
        admission=episode.admission,
        note=episode.note,
    )


def _set_aside(codes: list[Code], local: Local, suggestions: list[Code]) -> list[Code]:
    """The codes that stay: what coders here reject becomes a suggestion, but never the one that leads the record."""
    kept = [c for i, c in enumerate(codes) if i == 0 or c.confidence >= local.aside]
    suggestions += [c for i, c in enumerate(codes) if i and c.confidence < local.aside]
    return kept


def explained(case: Case, tables: Tables, queries: list[Query]) -> dict[str, list[tuple[str, set[str]]]]:
    """The codes in order, each with the features that its confidence rests on."""
    beside = around(case, queries)
    things: dict[str, list[Thing]] = {"diagnoses": [*case.conditions], "procedures": [*case.interventions]}
    return {
        name: [(code, features(case, tables, thing, code, beside)) for thing in found for code in thing.codes]
        for name, found in things.items()
    }
