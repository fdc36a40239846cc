"""How sure the engine is of a code: a logistic sum of what stands behind it, with weights fitted on coded records.

The weights are a table (knowledge/standards/confidence.txt, made by bench/calibrate.py): one feature a line, so that a person
can see what makes a code more or less certain. A code is `auto` from the confidence on at which records that the weights were not
fitted on were right in at least 95 of 100, and where no question to the clinician names it.
"""

from __future__ import annotations

from dataclasses import dataclass

from fourstep.assign.case import Case, Intervention, Thing
from fourstep.assign.tables import Tables
from fourstep.episode import Query
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: Of a code that a question to the clinician names: it is never auto.
ASKED = "a question names it"
_FINAL = frozenset(("discharge_summary", "consultant_note", "delivery_record"))
_LISTED = (
    "diagnosis",
    "secondary_diagnosis",
    "procedure",
    "delivery",
    "allergy",
    "social",
    "past_history",
    "problem_list",
    "impression",
)
_SHORT = 4  # characters of a short form
_UNREAD = 5  # statements that nobody understood, from which a record counts as much unread
_MANY = 4  # procedures


@dataclass(frozen=True, slots=True)
class Around:
    """What bears on all codes of a record: how much of it nobody understood, the codes that questions name, the categories."""

    features: frozenset[str]
    asked: frozenset[str]
    categories: dict[str, int]  # how many conditions each category leads


def around(case: Case, queries: list[Query]) -> Around:
    """What bears on all codes of a record."""
    unread = sum(n.reason == "not understood" for n in case.not_coded)
    known = ("nothing unread",) if unread == 0 else ("much unread",) if unread > _UNREAD else ()
    categories: dict[str, int] = {}
    for condition in case.conditions:
        category = condition.codes[0][:3]
        categories[category] = categories.get(category, 0) + 1
    return Around(frozenset(known), frozenset(code for query in queries for code in query.codes), categories)


def features(case: Case, tables: Tables, thing: Thing, code: str, beside: Around) -> set[str]:
    """What speaks for and against one code of a condition or intervention."""
    candidates = thing.candidates
    own = next((c for c in candidates if code in c.codes or code[:5] in c.codes), None)
    best = own or candidates[0]
    out = _told(case, thing, best) | beside.features
    if code in beside.asked:
        out.add(ASKED)
    if isinstance(thing, Intervention):
        return out | _of_procedure(case, thing, best, code)
    out.add(f"ICD-10 {code[0]}")
    if code in tables.symptoms:
        out.add("symptom")
    elif code[0] == "Z":
        out.add("status")
    elif code in tables.lifelong:
        out.add("comorbidity")
    if code[4:5] in ("8", "9") and code[0] not in "ZVWXY":
        out.add("residual code")
    if code[:3] in tables.asterisk:
        out.add("asterisk")
    if beside.categories.get(code[:3], 0) > (thing.codes[0][:3] == code[:3]):  # one of another condition
        out.add("two of its category")
    return out


def _told(case: Case, thing: Thing, best: Candidate) -> set[str]:
    """Where, how often and in how many words the record says it."""
    out: set[str] = set()
    candidates = thing.candidates
    kinds = {case.record.document(c).type for c in candidates}
    if not kinds.isdisjoint(PROCEDURAL if isinstance(thing, Intervention) else _FINAL):
        out.add("in a final document")
    if any(c.role in _LISTED for c in candidates):
        out.add("listed under its heading")
    if all(c.role == "past_history" for c in candidates):
        out.add("past history only")
    if len({(c.statement.document, c.statement.sentence) for c in candidates}) == 1:
        out.add("said once")
    if all(c.end - c.start <= _SHORT for c in candidates):
        out.add("short form only")
    if best.inherited:
        out.add("words from another place")
    if best.size >= 3:
        out.add("three words or more")
    if not best.line.unexplained():
        out.add("all words explained")
    if best.entry.query:
        out.add("the index asks")
    return out


def _of_procedure(case: Case, thing: Intervention, best: Candidate, code: str) -> set[str]:
    """What is asked of procedures alone."""
    out = {f"OPCS-4 {code[0]}"}
    if code[0] not in "YZO":
        out.add("procedure")
    if best.role not in ("procedure", "delivery"):
        out.add("from the narrative of a note")
    if thing is not case.interventions[0]:
        out.add("further procedure")
    if len(case.interventions) > _MANY:
        out.add("many procedures")
    if sum(x.code[:3] == thing.code[:3] for x in case.interventions) > 1:
        out.add("two of its category")
    return out
