"""What holds of the whole stay when its primary diagnosis is chosen: asked once, before the conditions are weighed."""

from __future__ import annotations

from dataclasses import dataclass

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.principal import Groups
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import Candidate
from fourstep.verify.standards.general import COLLAPSED, SURFACE

#: The longest line of notes; longer ones are prose, which names old disease in passing.
_NOTE_LINE = 160
_FOUND = ("diagnosis", "conclusion", "impression", "findings", "operative_detail", "procedure")
HEADED = ("diagnosis", "problem_list", "impression", "indication")
BACKGROUND = ("past_history", "social", "medication", "discharge_medication", "family", "allergy")
_ASIDE = (*BACKGROUND, "findings", "investigation")
ACCOUNT = ("presenting", "course", "history_presenting", "operative_detail", "procedure")
_OPENING = (*ACCOUNT, "investigation")

#: The place of the first condition under a heading, by document and role.
Heads = dict[tuple[int, str], int]


@dataclass(slots=True)
class Stay:
    """The answers, each a question of a yes or no."""

    heads: Heads
    operations: list[str]
    emergency: bool
    elective: bool
    newborn: bool
    pregnant: bool
    summary: bool  # there is a discharge summary
    collapsed: bool
    sought: bool  # a planned look that found nothing new: what it looked for
    definite: bool  # a disease is named, and not only in the background
    cause_named: bool  # a disease that may lead to a consequence is stated, or opens a summary
    diagnosed: bool
    coronary: bool
    sectioned: bool
    acute: bool
    infected_device: bool
    helped: bool
    delivered: bool
    of_birth: bool
    treated: bool  # an operation was for a disease of the record
    planned: bool  # a planned stay with an operation
    septic: bool
    deep: bool  # an injury of nerve, vessel, tendon or organ
    only_lasting: frozenset[int]  # documents that list lasting disease alone, and tell of what was operated on elsewhere
    _related: frozenset[int]  # numbers of the lines of what operations are for that name one of the operations

    def operated(self, tables: Tables, code: str) -> bool:
        """Whether one of the operations is usually done for a diagnosis."""
        return not self._related.isdisjoint(tables.numbers.diseases[code])


def stay_of(case: Case, tables: Tables) -> Stay:
    """The answers for a case."""
    codes, guards = tables.principal.codes, case.guards
    heads: Heads = {}
    for c in case.record.candidates:
        if c.kind == "problem" and c.whether <= Whether.PROBABLE:
            heads.setdefault((c.statement.document, c.role), c.order)
    collapsed = any(c.code in COLLAPSED for c in case.conditions)
    diseases = [
        c for c in case.conditions
        if c.code[0] not in "ZVWXYU" and c.code not in tables.symptoms
        and (c.code not in tables.lifelong or c.code in codes.exacerbated)
    ]  # fmt: skip
    operations = [i.code for i in case.interventions if i.code not in codes.bedside]
    if not operations and "elective" in guards:
        operations = [i.code for i in case.interventions if i.code in codes.blood]
    related = frozenset([n for code in operations for n in tables.numbers.operations[code]])
    return Stay(
        heads=heads,
        operations=operations,
        emergency="emergency" in guards,
        elective="elective" in guards,
        newborn="newborn" in guards,
        pregnant="pregnant" in guards,
        summary=any(d.type == "discharge_summary" for d in case.episode.documents),
        collapsed=collapsed,
        sought="elective" in guards and not any(_new(c) for c in case.conditions),
        definite=any(
            x.kind == "problem" and x.role not in BACKGROUND
            for c in diseases if not (collapsed and c.code in SURFACE) for x in c.candidates
        ),
        cause_named=any(
            stated(c) or any(_opens(case, x, heads) for x in c.candidates)
            for c in diseases if _may_cause(c.code, codes)
        ),
        diagnosed=any(stated(c) for c in case.conditions if c.code not in codes.of_care),
        coronary=any(
            c.code == "I25.1" and any(x.role in _FOUND and x.when is When.CURRENT for x in c.candidates)
            for c in case.conditions
        ),
        sectioned=any(code in codes.sectioned for code in operations),
        acute=any(c.code[0] not in "STRN" and named_now(c) for c in diseases),
        septic=any(c.code in codes.sepsis for c in case.conditions),
        infected_device=any(c.code == "T83.5" for c in case.conditions),
        helped=any(code in codes.helped_birth for code in operations),
        delivered=any(code in codes.birth for code in operations),
        of_birth=any(c.code in codes.of_birth for c in case.conditions),
        treated=bool(related) and any(
            not related.isdisjoint(tables.numbers.diseases[c.code]) for c in diseases if c.code not in codes.of_bleeding
        ),
        planned="elective" in guards and bool(operations),
        deep=any(c.code in codes.deep for c in case.conditions),
        only_lasting=_only_lasting(case, tables, related),
        _related=related,
    )  # fmt: skip


def _only_lasting(case: Case, tables: Tables, related: frozenset[int]) -> frozenset[int]:
    """The documents whose list of diagnoses is one of comorbidities: what was operated on is told outside it."""
    listed: dict[int, bool] = {}
    told: set[int] = set()
    for condition in case.conditions:
        lasting = condition.code in tables.lifelong or condition.code[0] == "Z"
        operated = not lasting and not related.isdisjoint(tables.numbers.diseases[condition.code])
        for c in condition.candidates:
            if c.role == "diagnosis":
                listed[c.statement.document] = listed.get(c.statement.document, True) and lasting
            elif operated:
                told.add(c.statement.document)
    return frozenset(number for number, lasting in listed.items() if lasting and number in told)


def _new(condition: Condition) -> bool:
    return condition.code[0] not in "ZVWXYU" and any(c.role not in _ASIDE for c in condition.candidates)


def _may_cause(code: str, codes: Groups) -> bool:
    return code not in codes.consequence and code not in codes.no_cause and code not in codes.of_bleeding


def named_now(condition: Condition) -> bool:
    """Whether it is named outside the background."""
    return any(c.role not in BACKGROUND for c in condition.candidates)


def stated(condition: Condition) -> bool:
    """Whether a clinician states it as the diagnosis, or as what an operation was for."""
    return any(c.role in ("diagnosis", "indication") and c.kind == "problem" for c in condition.candidates)


def _opens(case: Case, candidate: Candidate, heads: Heads) -> bool:
    """Whether a summary without headings names it among its first conditions."""
    document = case.record.document(candidate)
    return (
        document.type == "discharge_summary" and candidate.role in _OPENING and candidate.kind == "problem"
        and candidate.order - heads.get((candidate.statement.document, candidate.role), 0) < 3
        and noted(document.text, candidate, heads, lifelong=False)
    )  # fmt: skip


def noted(text: str, candidate: Candidate, heads: Heads, *, lifelong: bool) -> bool:
    """Whether it stands in the notes of a summary without headings: its diagnoses are what such a summary opens with.

    Prose names old disease in passing, so there, and for lifelong disease, only the first named counts.
    """
    if headed(candidate, heads):
        return False
    first = candidate.order == heads.get((candidate.statement.document, candidate.role))
    after = text.find("\n", candidate.start)
    line = text[text.rfind("\n", 0, candidate.start) + 1 : after if after >= 0 else len(text)]
    if len(line) <= _NOTE_LINE:
        return first or not lifelong
    return first and not lifelong


def headed(candidate: Candidate, heads: Heads) -> bool:
    """Whether its document lists diagnoses, problems or impressions under a heading."""
    return any((candidate.statement.document, role) in heads for role in HEADED)
