"""Chapters XV and XVI: pregnancy outranks other chapters, deliveries, births, the newborn."""

from __future__ import annotations

import datetime as dt
import re

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

_DELIVERY_CODES = ("R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25")


def delivered(case: Case) -> bool:
    """Whether the mother gave birth in this episode."""
    if case.episode.specialty and not case.guards & {"maternity", "pregnant"} and not case.having("O"):
        return False  # a caesarean named in another specialty's record is history
    return any(i.code.startswith(_DELIVERY_CODES) for i in case.interventions) or bool(case.having("O80", "O82"))


@standard(
    "FS.XV.01", "XV",
    "O80.0 and O82.0 are recorded only when nothing else of chapter XV applies to the delivery; other O80-O84 "
    "codes are not used.",
    reference="DCS.XV.28",
    patient="mother",
    examples=(
        ("Diagnosis: normal vaginal delivery at 39 weeks, live baby boy", "O80.0 Z37.0"),
        ("Diagnosis: vaginal delivery, liveborn. Second degree perineal tear sutured.", "O70.1 Z37.0"),
        ("Diagnosis: elective caesarean section, maternal request. Live infant.", "O82.0 Z37.0"),
    ),
)  # fmt: skip
def normal_delivery(case: Case, tables: Tables) -> None:
    others = [c for c in case.having("O") if not c.is_any("O80", "O81", "O82", "O83", "O84")]
    if others:
        case.drop(case.having("O80", "O81", "O82", "O83", "O84"), "another chapter XV code applies", "FS.XV.01")
    elif (delivered(case) or case.having("Z37")) and not case.having("O80", "O82") and "newborn" not in case.guards:
        birth = next((i.first for i in case.interventions if i.code.startswith(_DELIVERY_CODES)), None) or _birth_told(
            case
        )
        if birth is not None:
            code = "O82.0" if birth.codes[0].startswith(("R17", "R18")) else "O80.0"
            case.conditions.append(Condition([code], [birth], standards=["FS.XV.01"]))


def _birth_told(case: Case) -> Candidate | None:
    """The birth of this stay that a summary tells of, without being the record of a procedure."""
    if "maternity" not in case.guards and "pregnant" not in case.guards:
        return None
    told = (
        c
        for c in case.record.candidates
        if c.kind == "procedure" and c.codes and c.codes[0].startswith(_DELIVERY_CODES)
    )
    return next(
        (c for c in told if c.when is When.CURRENT and c.whether <= Whether.PROBABLE and c.role != "past_history"), None
    )


@standard(
    "FS.XV.02", "XV",
    "Every delivery episode of the mother carries the outcome of delivery (Z37) once, never first; where the "
    "outcome is not stated it is queried.",
    patient="mother",
    examples=(
        ("Diagnosis: breech presentation, elective caesarean section, live infant", "O32.1 Z37.0"),
        ("Diagnosis: stillbirth at 38 weeks, vaginal delivery", "O36.4 Z37.1"),
    ),
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
    if birth is not None and words & _LIVE:
        code = "Z37.2" if words & {"twin"} else "Z37.0"
        case.conditions.append(Condition([code], [birth.first], standards=["FS.XV.02"]))
        return
    case.queries.append(
        Query(
            "Outcome of delivery",
            "The record does not say whether the baby was liveborn or stillborn.",
            blocking=False,
            codes=("Z37.-",),
        )
    )


#: Words of a birth after which a child lives.
_LIVE = frozenset("liveborn apgar apgars skin breastfeeding breastfed feeding girl boy".split())


@standard(
    "FS.XV.03", "XV",
    "A condition of a pregnant patient is recorded with its chapter XV code first; the code of the other chapter "
    "adds detail.",
    patient="mother",
    examples=(
        ("Diagnosis: pulmonary embolism at 28 weeks of pregnancy", "O88.2"),
        ("Diagnosis: mild anaemia in pregnancy", "O99.0"),
        ("Diagnosis: mastitis, 3 weeks postnatal", "O91.2"),
        ("Diagnosis: asthma, 24 weeks pregnant", "O99.5 J45.9"),
        ("Diagnosis: appendicitis at 20 weeks of pregnancy", "O99.6 K37.X"),
        ("Diagnosis: urinary tract infection in pregnancy", "O23.4"),
        ("Diagnosis: iron deficiency anaemia in pregnancy", "O99.0 D50.9"),
    ),
)  # fmt: skip
def pregnancy_first(case: Case, tables: Tables) -> None:
    pregnant = "pregnant" in case.guards or bool(case.having("Z33"))
    if not pregnant:
        return
    for condition in list(case.conditions):
        if condition.first.kind != "problem" or condition.code[0] in "ORSTZUVWXYQP" or condition.code in tables.kept:
            continue
        code = tables.pregnancy.of(condition.code) or ""
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
    "Z38 is recorded in the birth episode of the baby only: first for a well baby, else directly after the "
    "condition treated.",
    patient="newborn",
    examples=(
        ("Diagnosis: well baby, born at 40 weeks", "Z38.0"),
        ("Diagnosis: tongue tie", "Q38.1 Z38.0"),
        ("Diagnosis: well baby, twin", "Z38.3"),
    ),
)  # fmt: skip
def born_here(case: Case, tables: Tables) -> None:
    if "birth" not in case.guards:
        return
    here = sorted(case.having("Z38"), key=lambda c: c.code == "Z38.0")
    for other in here[1:]:
        tabular.merge(here[0], other, "FS.XVI.01")
    case.conditions = [c for c in case.conditions if not any(c is o for o in here[1:])]
    if here:
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


#: The weeks of a pregnancy with its days: "29+4"; "28/40" is often the week of a scan or an injection.
_WEEKS = re.compile(r"(?<![\d.+/])(\d\d)\s?\+\s?[0-6](?!\d)")
_TERM = 37


@standard(
    "FS.XV.08", "XV",
    "False labour is O47.0 before 37 completed weeks and O47.1 from then on, by the weeks that the record gives.",
    patient="mother",
    examples=(
        ("Diagnosis: false labour at 29+4 weeks", "O47.0"),
        ("Diagnosis: false labour at 39+1 weeks", "O47.1"),
        ("Diagnosis: false labour", "O47.9"),
    ),
)  # fmt: skip
def false_labour(case: Case, tables: Tables) -> None:
    for condition in case.having("O47.9"):
        told = [m for d in case.episode.documents for m in _WEEKS.finditer(d.text) if 20 <= int(m[1]) <= 43]
        if told:
            condition.codes[0] = "O47.0" if int(told[0][1]) < _TERM else "O47.1"
            condition.standards.append("FS.XV.08")


_TWINS = ("Z37.2", "Z37.3", "Z37.4")
_MORE = ("Z37.5", "Z37.6", "Z37.7")


@standard(
    "FS.XV.04", "XV",
    "The outcome of a multiple birth says how many were born alive: twins Z37.2-Z37.4, more Z37.5-Z37.7, with "
    "the multiple pregnancy (O30).",
    patient="mother",
    examples=(
        ("Diagnosis: DCDA twins, both liveborn, caesarean section", "O30.0 Z37.2"),
        ("Diagnosis: twins, one liveborn and one stillborn, caesarean section", "O30.0 O36.4 Z37.3"),
        ("Diagnosis: triplets, all liveborn, caesarean section", "O30.1 Z37.5"),
    ),
)  # fmt: skip
def outcome_of_many(case: Case, tables: Tables) -> None:
    outcomes = case.having("Z37")
    told = [c for c in outcomes if c.is_any(*_TWINS)]
    if told and not case.having("O30", "O31"):
        case.conditions.append(Condition(["O30.0"], list(told[0].candidates), standards=["FS.XV.04"]))
    many = case.having("O30")
    if not many or not outcomes:
        return
    kinds = _TWINS if many[0].is_any("O30.0") else _MORE
    born, dead = case.having("Z37.0", kinds[0]), case.having("Z37.1", kinds[2])
    for lost in [c for c in case.conditions if c.codes[1:] == ["Z37.1"]]:
        lost.codes = lost.codes[:1]
        dead.append(lost)
    code = kinds[1] if case.having(kinds[1]) or (born and dead) else kinds[2] if dead else kinds[0]
    outcomes[0].codes = [code]
    outcomes[0].standards.append("FS.XV.04")
    case.conditions = [c for c in case.conditions if not c.is_any("Z37") or c is outcomes[0]]


@standard(
    "FS.XV.06", "XV",
    "A pregnancy that ends before viability is one code: a missed miscarriage is not also a spontaneous one, and "
    "bleeding in early "
    "pregnancy (O20) belongs to the ending.",
    patient="mother",
    examples=(
        ("Diagnosis: missed miscarriage at 9 weeks", "O02.1"),
        ("Diagnosis: incomplete miscarriage", "O03.4"),
        ("Diagnosis: threatened miscarriage at 8 weeks", "O20.0"),
    ),
)  # fmt: skip
def early_endings(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XV.06")


@standard(
    "FS.XV.07", "XV",
    "Bleeding after the birth with a placenta that stays is O72.0; without bleeding it is O73.0; the bleeding is "
    "not recorded twice.",
    patient="mother",
    examples=(
        ("Diagnosis: PPH with placenta accreta. Vaginal delivery, live infant.", "O72.0 O43.2 Z37.0"),
        ("Diagnosis: PPH 900 ml after vaginal delivery. Live infant.", "O72.1 Z37.0"),
        ("Diagnosis: retained placenta, PPH. Vaginal delivery, live infant.", "O72.0 Z37.0"),
    ),
)  # fmt: skip
def postpartum_bleeding(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XV.07")


_SECTIONS = ("R17", "R18")
_OF_BEFORE = frozenset("previous prev past prior scar vbac repeat last x1 x2 para".split())


@standard(
    "FS.XV.09", "XV",
    "A caesarean section of this stay leaves no scar of the uterus in it: what notes after it call by its name is itself.",
    verified=False,
    examples=(
        ("Delivery: emergency caesarean section for fetal distress, live girl. Day 3 LSCS, wound dry.", "O68.9 Z37.0"),
        ("Caesarean section for obstructed labour.", "O66.9"),
    ),
)  # fmt: skip
def section_of_this_stay(case: Case, tables: Tables) -> None:
    done = [i.date for i in case.interventions if i.code.startswith(_SECTIONS) and i.date]
    if not done:
        return
    scars = [c for c in case.having("O34.2") if all(_of_now(case, k, min(done)) for k in c.candidates)]
    case.drop(scars, "the section of this stay", "FS.XV.09")


def _of_now(case: Case, candidate: Candidate, day: dt.date) -> bool:
    """Whether a note of that day or later names a section, and calls it no earlier one."""
    written = case.record.document(candidate).date
    said = {w for line in case.record.sentence(candidate) for w in case.record.surface(line)}
    return written is not None and written >= day and said.isdisjoint(_OF_BEFORE)
