"""How sure the engine is of a code: a logistic sum of what stands behind it, with weights fitted on coded records.

The weights are a table (knowledge/standards/confidence.txt, made by bench/calibrate.py): one feature a line, so that a person
can see what makes a code more or less certain. A code is `auto` from the confidence on at which the fitted records were right in
at least 95 of 100.
"""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Condition, Intervention, Thing
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import PROCEDURAL
from fourstep.locate.index import CURATED

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


def features(case: Case, tables: Tables, thing: Thing, code: str, *, first: bool) -> set[str]:
    """What speaks for and against one code of a condition or intervention; `first` where it leads the record."""
    out: set[str] = set()
    candidates = thing.candidates
    kinds = {case.record.document(c).type for c in candidates}
    own = next((c for c in candidates if code in c.codes or code[:5] in c.codes), None)
    best = own or candidates[0]
    procedure = isinstance(thing, Intervention)
    if first:
        out.add("leads the record")
    if not kinds.isdisjoint(PROCEDURAL if procedure else _FINAL):
        out.add("in a final document")
    if any(c.role in _LISTED for c in candidates):
        out.add("listed under its heading")
    if all(c.role in ("past_history", "medication", "discharge_medication") for c in candidates):
        out.add("history only")
    if len({c.statement.document for c in candidates}) > 1:
        out.add("in two documents")
    if best.entry.layer < CURATED:
        out.add("title of the book only")
    if own is None:
        out.add("added by a standard")
    if any(c.whether is not Whether.PRESENT for c in candidates):
        out.add("said with doubt somewhere")
    loose = len(best.line.unexplained())
    out.add(
        "all words explained" if loose == 0 else "a few words unexplained" if loose < 4 else "many words unexplained"
    )
    if best.entry.query:
        out.add("the index asks")
    if best.size >= 3:
        out.add("three words or more")
    if procedure:
        out.add(
            "side"
            if code.startswith("Z94")
            else "site"
            if code[0] in "ZO"
            else "method"
            if code[0] == "Y"
            else "procedure"
        )
        if best.role not in ("procedure", "delivery"):
            out.add("from the narrative of a note")
    else:
        out.add(_kind(tables, code))
        if code[4:5] in ("8", "9") and code[0] not in "ZVWXY":
            out.add("residual code")
        if isinstance(thing, Condition) and thing.follows is not None:
            out.add("follows another code")
        if code[:3] in tables.asterisk:
            out.add("asterisk")
    return out


def _kind(tables: Tables, code: str) -> str:
    if code in tables.symptoms:
        return "symptom"
    if code[0] in "VWXY":
        return "external cause"
    if code[0] == "Z":
        return "status"
    if code[0] in "ST":
        return "injury"
    if code[0] in "OPQ":
        return "obstetric, perinatal, congenital"
    if code in tables.lifelong:
        return "comorbidity"
    return "acute condition"
