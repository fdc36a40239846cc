"""Choosing the primary diagnosis: the main condition treated or investigated in the episode (DGCS.1), with its reason.

Each condition is weighed by where the record names it (`mentions.py`): the consultant's final statement first, its first
line above the rest, then what the operation was for, then the impressions on the way. What the stay was (`stay.py`) and what
the condition is (knowledge/standards/primary.txt) raise or lower that. Codes that may not stand first never do.
"""

from __future__ import annotations

import re

from fourstep.assign.case import Case, Condition
from fourstep.assign.principal import Groups
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import Candidate
from fourstep.verify.mentions import Mention, weigh
from fourstep.verify.registry import standard
from fourstep.verify.standards.general import SURFACE
from fourstep.verify.standards.tabular import caused_by_drug, incidental
from fourstep.verify.stay import ACCOUNT, BACKGROUND, HEADED, Stay, named_now, stated, stay_of

_NEAR = 28  # characters in which "progression of" stands before a disease
_LINK = 72  # characters from a symptom to its cause
_DASH = re.compile(r"\s*[-–:]\s*(?:[\w-]+ ){0,2}")  # "upper GI bleed - gastric cancer"
_CONSEQUENCE = 20  # what a consequence weighs less than its cause
_ARTERIES = frozenset(("I79.2", "R02.X"))  # what diabetes does by narrowing them
_UNNAMED = Mention(0.0, "history", False)


@standard(
    "FS.GEN.10", "general",
    "The primary diagnosis is the main condition treated or investigated in the episode, from all documents; a "
    "symptom stands "
    "first only where nothing definite explains it.",
    reference="DGCS.1",
    examples=(
        ("Diagnosis: community acquired pneumonia. PMH: hypertension", "J18.9 I10.X"),
        ("Diagnosis: breathlessness, likely heart failure", "R06.0"),
        ("Diagnosis: cellulitis of leg. Hypokalaemia.", "L03.1 E87.6"),
    ),
)  # fmt: skip
def weigh_conditions(case: Case, tables: Tables) -> None:
    """Give every condition its weight and the reason for it."""
    stay = stay_of(case, tables)
    for condition in case.conditions:
        _weigh(case, tables, stay, condition)
    if stay.planned:
        _planned(case, tables, stay)
    _graver_first(case, tables)
    _cause_first(case, tables)
    if stay.delivered:
        _birth_first(case, tables)
    failed, lungs = tables.principal.codes.failed, tables.principal.codes.lungs
    for condition in case.conditions:
        if condition.code in failed and not stated(condition):
            behind = [c.weight for c in case.conditions if c.code in lungs and named_now(c)]
            condition.weight = min([condition.weight, *(max(w, 26) - 1 for w in behind)])


def _give_place(lesser: Condition, graver: Condition, outweighed: float = 0) -> None:
    """Where the lesser of two is named, the graver is meant: with what the lesser lost for being a consequence."""
    if lesser.weight + outweighed >= graver.weight:
        graver.weight, graver.reason = lesser.weight + outweighed + 1, lesser.reason


def _graver_first(case: Case, tables: Tables) -> None:
    """A wound gives its place to the gravest of what it cut in its region, a bruise to what lies under it, a tear of the
    retina to the detachment, and the arteries of a leg that the record calls diabetic to the diabetes that narrowed them."""
    codes = tables.principal.codes
    for condition in case.conditions:
        if condition.code in codes.open_wound:
            cut = [c for c in case.conditions if c.code in codes.deep and c.code[:2] == condition.code[:2]]
            if cut:
                _give_place(condition, max(cut, key=lambda c: (c.weight, -c.order)))
        elif condition.code[0] == "S" and condition.code[2] == "0":
            under = [c for c in case.conditions if c.code[:2] == condition.code[:2] and c.code[2] not in "019"]
            if under:
                _give_place(condition, max(under, key=lambda c: (c.weight, -c.order)))
        elif condition.code in codes.torn:
            for graver in (c for c in case.conditions if c.code in codes.detached):
                _give_place(condition, graver)
        elif condition.code.startswith("I70.2"):
            for graver in (c for c in case.conditions if c.code in codes.diabetic and _ARTERIES.intersection(c.codes)):
                _give_place(condition, graver)


def _birth_first(case: Case, tables: Tables) -> None:
    """What a mother has besides stands behind what her labour and delivery came with."""
    codes = tables.principal.codes
    came_with = [c.weight for c in case.conditions if c.code in codes.of_birth]
    for condition in case.conditions if came_with else ():
        if condition.code.startswith("O99"):
            condition.weight = min(condition.weight, max(came_with) - 1)


def _cause_first(case: Case, tables: Tables) -> None:
    """A symptom gives its place to the disease that the same words make its cause: "upper GI bleed - gastric cancer"."""
    codes = tables.principal.codes
    signs = [c for c in case.conditions if c.code in codes.sign or c.code in tables.symptoms]
    causes = [c for c in case.conditions if _may_explain(c.code, codes)] if signs else []
    for sign in signs:
        if sign.code in codes.no_cause and any(_called_primary(tables, c) for c in sign.candidates):
            continue  # "Main problem: delirium due to UTI": a disease too
        outweighed = _CONSEQUENCE if sign.code in codes.consequence else 0
        for said in sign.candidates:
            document = case.record.document(said)
            if said.role not in HEADED and not (said.role in ACCOUNT and document.type == "discharge_summary"):
                continue
            for cause in causes:
                if cause is not sign and any(_behind(tables, document.text, said, c) for c in cause.candidates):
                    _give_place(sign, cause, outweighed)


def _may_explain(code: str, codes: Groups) -> bool:
    return code[0] not in "RVWXYZ" and code not in codes.consequence and code not in codes.no_cause


def _behind(tables: Tables, text: str, sign: Candidate, cause: Candidate) -> bool:
    """Whether the words between a symptom and a disease make the one the cause of the other."""
    if cause.statement.document != sign.statement.document or not 0 < cause.start - sign.start <= _LINK:
        return False
    between = tables.principal.beside.cause_follows.match(text[sign.start : cause.start])
    return between is not None or _DASH.fullmatch(text[sign.end : cause.start]) is not None


def _weigh(case: Case, tables: Tables, stay: Stay, condition: Condition) -> None:
    """The weight of a condition: its best mention, what it is, what the stay was, how often it is said."""
    code, codes = condition.code, tables.principal.codes
    lifelong = (code in tables.lifelong and code not in codes.exacerbated) or code in codes.standing
    if lifelong and any(_worse(case, tables, c) for c in condition.candidates):
        lifelong = False
    best = _UNNAMED
    for candidate in (*condition.candidates, *condition.vaguer):
        if candidate.kind in ("problem", "procedure", "cause") or code[0] == "O":
            mention = weigh(case, tables, stay, candidate, lifelong=lifelong)
            if best is _UNNAMED or (mention.weight, mention.reason, mention.first) > (best.weight, best.reason, best.first):
                best = mention
    weight = best.weight
    operated = stay.operated(tables, code)
    if code in tables.symptoms and stay.definite:
        headed = any(c.role in HEADED for c in condition.candidates)
        stands = best.first and (headed or code in codes.own_right)
        if stay.treated or not (stands or code in tables.kept):
            weight -= 30
        elif not stands:
            weight -= 15
    lasting = lifelong or code in tables.lifelong
    if lasting and not best.first and not (code in codes.diabetic and len(condition.codes) > 1):
        weight -= 12 if lifelong else 4
    if code in codes.minor or (code in codes.anaemia and not stated(condition)):
        weight -= 8
    weight += _at_birth(tables, stay, code)
    if stay.helped and code in codes.mothers_illness and any(_induced_for(case, tables, c) for c in condition.candidates):
        weight += 40
    if code in codes.poisoning:
        weight += 60
    if code in SURFACE and stay.acute:
        weight -= 25
    if code[:3] == "N39" and stay.infected_device:
        weight -= 20
    if operated:
        weight += 20 if stay.elective else 10
    spread = code in codes.spread and best.first and stated(condition)
    called = best.first and not stay.treated and any(_called_primary(tables, c) for c in condition.candidates)
    if code in codes.consequence and stay.cause_named and not (operated and best.first) and not spread and not called:
        weight -= 0 if caused_by_drug(case, condition) and _named_first(case, codes, condition) else _CONSEQUENCE
    if stay.deep and code in codes.open_wound:
        weight -= 15
    if code in codes.of_bleeding:
        weight = min(weight, 30)
    if incidental(case, condition):
        weight -= 40
    if stay.septic and code in codes.of_sepsis:
        weight -= 3
    if code in codes.grave:
        weight += 14
    returned = best.first and code in codes.returns
    if code in codes.of_care and stay.diagnosed and not returned and not stay.infected_device:
        weight -= 20
    if code in codes.angina and stay.coronary:
        weight -= 30
    if code[0] == "Z":
        weight = max(weight, 60) if stay.sought and code in codes.looked_for else weight - 25
    if stay.collapsed and code in SURFACE:
        weight -= 40
    said = {(c.statement.document, c.statement.sentence) for c in condition.candidates}
    condition.weight = weight + min(len(said), 6)
    condition.reason = best.reason


def _worse(case: Case, tables: Tables, candidate: Candidate) -> bool:
    """Whether the words before it say that it is the trouble now: "progression of Parkinson's disease"."""
    if candidate.kind != "problem" or candidate.role in BACKGROUND:
        return False
    before = case.record.document(candidate).text[max(0, candidate.start - _NEAR) : candidate.start]
    return before.endswith((" of ", " in ")) and tables.principal.beside.worse.search(before) is not None


def _named_first(case: Case, codes: Groups, condition: Condition) -> bool:
    """Whether no disease that may be the reason for the stay is named before it."""
    return not any(c.order < condition.order and _may_explain(c.code, codes) and named_now(c) for c in case.conditions)


def _called_primary(tables: Tables, candidate: Candidate) -> bool:
    """Whether it stands under a heading that calls it the primary diagnosis."""
    called = tables.principal.beside.said_primary.match(candidate.statement.section.title)
    return called is not None and candidate.role in ("diagnosis", "problem_list")


def _induced_for(case: Case, tables: Tables, candidate: Candidate) -> bool:
    """Whether labour was induced for it: "Induction of labour for pre-eclampsia"."""
    text = case.record.document(candidate).text
    return tables.principal.beside.induced.search(text[max(0, candidate.start - _LINK) : candidate.end]) is not None


def _planned(case: Case, tables: Tables, stay: Stay) -> None:
    """What came of a planned operation, and what the patient has anyway, stands behind what it was planned for."""
    operated, others = [], []
    for condition in case.conditions:
        # what it turned out to be was operated on too: the granuloma that was taken for a cancer
        named = {condition.code, *(c.codes[0] for c in condition.vaguer)}
        done_for = any(stay.operated(tables, code) for code in named)
        if done_for and condition.code[0] not in "RZ" and named_now(condition):
            operated.append(condition.weight)
        elif not done_for:
            others.append(condition)
    for condition in others if operated else ():
        condition.weight = min(condition.weight, max(operated) - 1)


def _at_birth(tables: Tables, stay: Stay, code: str) -> int:
    """What mother and child add to or take from the weight of a condition."""
    codes, weight = tables.principal.codes, 0
    if code[:3] == "O99" and stay.of_birth:
        weight -= 20
    if stay.newborn and code[0] == "P":
        weight += 5 if code not in codes.born_early else -45
    if stay.helped and code in codes.labour:
        weight += 30
    if stay.sectioned and code in codes.planned_birth:
        weight += 25
    return weight


@standard(
    "FS.GEN.17", "general",
    "Codes that may not stand first (external causes, organisms, resistance, R65, R57.2, Z33, Z37, P00-P04) "
    "never do; statuses and "
    "asterisk codes only where nothing else can.",
    reference="DGCS.1",
    examples=(
        ("Diagnosis: septic shock. PMH: pacemaker", "A41.9 R57.2 Z95.0"),
        ("Diagnosis: family history of breast cancer. Cellulitis of leg.", "L03.1"),
    ),
)  # fmt: skip
def choose_primary(case: Case, tables: Tables) -> Condition | None:
    """The weighed condition to stand first, its reason stored on it; None where nothing can."""
    able = [
        c for c in case.conditions
        if c.code not in tables.never_primary and c.code[:3] not in tables.asterisk and c.follows is None
    ]  # fmt: skip
    preferred = [c for c in able if c.code not in tables.avoid_primary]
    pool = preferred or able
    if not pool:
        return None
    primary = max(pool, key=lambda c: (c.weight, -c.order))
    primary.reason = f"main condition treated or investigated: {primary.reason}"
    primary.standards.append("FS.GEN.10")
    return primary
