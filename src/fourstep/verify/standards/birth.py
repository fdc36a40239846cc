"""Chapters XV and XVI: pregnancy outranks other chapters, deliveries, births, the newborn."""

from __future__ import annotations

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.episode import Query
from fourstep.verify.registry import standard

_DELIVERY_CODES = ("R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25")


def delivered(case: Case) -> bool:
    """Whether the mother gave birth in this episode."""
    if case.episode.specialty and not case.guards & {"maternity", "pregnant"} and not case.having("O"):
        return False  # a caesarean named in another specialty's record is history
    return any(i.code.startswith(_DELIVERY_CODES) for i in case.interventions) or bool(case.having("O80", "O82"))


@standard(
    "FS.XV.01", "XV",
    "O80.0 and O82.0 are recorded only when nothing else of chapter XV applies to the delivery; other O80-O84 codes are not used.",
    reference="DCS.XV.28",
)  # fmt: skip
def normal_delivery(case: Case, tables: Tables) -> None:
    others = [c for c in case.having("O") if not c.is_any("O80", "O81", "O82", "O83", "O84")]
    if others:
        case.drop(case.having("O80", "O81", "O82", "O83", "O84"), "another chapter XV code applies", "FS.XV.01")
    elif delivered(case) and not case.having("O80", "O82") and "newborn" not in case.guards:
        birth = next((i for i in case.interventions if i.code.startswith(_DELIVERY_CODES)), None)
        if birth is not None:
            code = "O82.0" if birth.code.startswith(("R17", "R18")) else "O80.0"
            case.conditions.append(Condition([code], [birth.first], standards=["FS.XV.01"]))


@standard(
    "FS.XV.02", "XV",
    "Every delivery episode of the mother carries the outcome of delivery (Z37) once, never first; where the outcome is not stated it is queried.",
)  # fmt: skip
def outcome_of_delivery(case: Case, tables: Tables) -> None:
    if "newborn" in case.guards:
        case.drop(case.having("Z37"), "belongs to the mother's record", "FS.XV.02")
        return
    case.drop(case.having("Z38"), "belongs to the baby's record", "FS.XV.02")
    if not delivered(case):
        if "maternity" not in case.guards and case.episode.specialty:
            case.drop(case.having("Z37"), "no delivery in this episode", "FS.XV.02")
        return
    if case.having("Z37"):
        return
    birth = next((i for i in case.interventions if i.code.startswith(_DELIVERY_CODES)), None)
    words = {w for line in case.record.lines for w in line.words.text}
    if birth is not None and words & {"liveborn", "apgar", "apgars", "skin"}:
        code = "Z37.2" if words & {"twin"} else "Z37.0"
        case.conditions.append(Condition([code], [birth.first], standards=["FS.XV.02"]))
        return
    case.queries.append(Query("Outcome of delivery", "The record does not say whether the baby was liveborn or stillborn.", blocking=False, codes=("Z37.-",)))


@standard(
    "FS.XV.03", "XV",
    "A condition of a pregnant patient is recorded with its chapter XV code first; the code of the other chapter adds detail.",
)  # fmt: skip
def pregnancy_first(case: Case, tables: Tables) -> None:
    pregnant = "pregnant" in case.guards or bool(case.having("Z33"))
    if not pregnant:
        return
    for condition in list(case.conditions):
        if condition.first.kind != "problem" or condition.code[0] in "ORSTZUVWXYQP" or condition.code in tables.kept:
            continue
        code = next((to for codes, to in tables.pregnancy if condition.code in codes), "")
        if not code or len(condition.codes) > 1:
            continue
        same = next((c for c in case.conditions if c.code == code), None)
        if same is None:
            condition.codes.insert(0, code)
        else:
            condition.follows = same
        condition.standards.append("FS.XV.03")
    if case.having("O"):
        case.drop(case.having("Z33", "Z34"), "held by chapter XV", "FS.XV.03")


@standard(
    "FS.XVI.01", "XVI",
    "Z38 is recorded in the birth episode of the baby only: first for a well baby, else directly after the condition treated.",
    examples=(),
)  # fmt: skip
def born_here(case: Case, tables: Tables) -> None:
    if "birth" not in case.guards or case.having("Z38"):
        return
    first = case.record.lines[0] if case.record.lines else None
    if first is None:
        return
    method = case.episode.admission_method.lower()
    if "birth" not in method and "born" not in method:
        return
    words = {w for line in case.record.lines for w in line.words.text}
    code = "Z38.3" if words & {"twin"} else "Z38.0"
    source = next((c for c in case.record.candidates), None)
    if source is not None:
        case.conditions.append(Condition([code], [source], standards=["FS.XVI.01"]))
