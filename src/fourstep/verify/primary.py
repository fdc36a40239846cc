"""Choosing the primary diagnosis: the main condition treated or investigated in the episode (DGCS.1), with its reason.

Each condition is weighed by where the record names it: the consultant's final statement first, its first line above the
rest, then what the operation was for, then the impressions on the way. Codes that may not stand first never do.
"""

from __future__ import annotations

import re

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards.general import COLLAPSED, SURFACE

#: The longest line of notes; longer ones are prose, which names old disease in passing.
_NOTE_LINE = 160
#: Injuries that outrank others of the same event.
_GRAVE = Ranges("S06.1-S06.6 S25-S27 S35-S37 S14 S24 S34")
#: What a disease leads to: its cause stands first.
_CONSEQUENCE = Ranges("C77-C79 R57 R65 I46 I49.0 J96 E87.0-E87.6 E87.8 N17 D64.9 E86 G93.1")
_OF_CARE = Ranges("T80-T88.6 T88.8-T88.9")
#: Infection, breakdown and failing devices: often what a patient comes back with.
_LATER = Ranges("T81.3-T81.4 T82-T85")
#: What blood loss leads to: never first where its cause is in the record.
_OF_BLEEDING = Ranges("D62")
#: Lifelong disease made acutely worse.
_EXACERBATED = Ranges("J44.0-J44.1")
_ANGINA = Ranges("I20.1-I20.9")
_FOUND = ("diagnosis", "conclusion", "impression", "findings", "operative_detail", "procedure")
_ACCOUNT = ("presenting", "course", "history_presenting", "operative_detail", "procedure")
_OPENING = (*_ACCOUNT, "investigation")
_HEADED = ("diagnosis", "problem_list", "impression", "indication")
_BACKGROUND = ("past_history", "social", "medication", "discharge_medication", "family", "allergy")
_ASIDE = (*_BACKGROUND, "findings", "investigation")
#: Diabetes with what it has done: as much the reason for a stay as any other disease.
_DIABETIC = Ranges("E10.0-E10.8 E11.0-E11.8 E13.0-E13.8 E14.0-E14.8")
#: Size and maturity at birth: recorded beside what the newborn was treated for.
_BORN_EARLY = Ranges("P05-P08")
#: What does not upset the salts or the kidneys, but follows from it or stands beside it.
_NO_CAUSE = Ranges("F05 S00 S10 S20 S30 S40 S50 S60 S70 S80 S90 W00-W19")
_POISONING = Ranges("T36-T65")
#: What a birth is helped for, and the operations that help.
_LABOUR, _HELPED_BIRTH = Ranges("O61-O69"), Ranges("R18-R22")
#: What a delivery is recorded with before the mother's other illness.
_OF_BIRTH = Ranges("O10-O16 O30-O48 O60-O75")
#: What is rarely the reason for a stay when anything else is there.
_MINOR = Ranges("O70-O72 O99 P59 P80 P92 P83 P28.4 O48 O26 K59.0 B37 L22 H52 J30 K02 K03 L29 F40")
_ANAEMIA = Ranges("D50-D53")
_BEDSIDE = Ranges("E85-E98 T12.4 M47 X29-X39 X50-X59 U L91 A55 G47 S42 S57")
#: Words before a condition that name it as what the stay came to; old disease is named as known.
_CONCLUDED = re.compile(
    r"(?i)(?:\btreated as(?: an?| presumed| probable)?|\b(?:diagnosed|settled|concluded)(?: with| as| on)"
    r"|\bdiagnosis (?:of|was|is)"
    r"|\b(?:felt|thought|considered) to (?:be|represent)(?: an?)?|Δ|\bmanaged as(?: an?)?"
    r"|\b(?:mccd|cause of death|cod)\W+(?:(?:1|i) ?\(?a\)?)?)[ :=-]*"
    r"(?:(?:an? )?(?:acute|severe|left|right|bilateral|mild|l|r)[ -])*$"
)
_KNOWN = re.compile(
    r"(?i)\b(?:known|background|b/g|bg|hx|h/o|history|pre-?existing|longstanding|underlying|stable)"
    r"(?: (?:also )?(?:to have|of|with|includes?))?[ :]*"
    r"(?:(?:severe|moderate|mild|chronic|end-stage) )?$"
)
#: Words behind known disease that say it is the trouble now; words beside a cancer that say it is being treated.
_WORSE = re.compile(r"(?i)\b(?:exacerbat|flare|relapse|crisis|decompensat|attack|breakthrough|worsen)")
_TREATED = re.compile(
    r"(?i)\b(?:cycle|chemo\w*|c\d+ ?d\d+|immunotherapy|radiotherapy|taxol|folfox|capecitabine"
    r"|\w+(?:nib|mab|platin|taxel|rubicin))\b"
)
_BEFORE = 48  # characters in which such words stand
#: Lasting disease that an image finds as the reason for a stay.
_IMAGED = Ranges("M50-M51 I60-I64 I71 K50-K51 K90.0")
_CANCER = Ranges("C00-C97")
#: What fails with the lungs, behind the disease that makes them fail.
_FAILED, _LUNGS = Ranges("J96"), Ranges("J09-J22 J40-J47 J60-J84")
#: Symptoms that are treated for themselves.
_IN_THEIR_OWN_RIGHT = Ranges("R04 R31 R33 R18 R29.6")
#: What a caesarean section is planned for.
_PLANNED_BIRTH = Ranges("O30-O34 O36 O44-O45")
#: Follow-up of a treated disease and screening: what a planned examination that finds nothing was for.
_LOOKED_FOR = Ranges("Z08 Z09 Z12")
_FINAL = ("discharge_summary", "consultant_note", "delivery_record")
_ACCOUNTS = PROCEDURAL.union(_FINAL)


def _weigh(
    case: Case, candidate: Candidate, heads: dict[tuple[int, str], int], *, lifelong: bool
) -> tuple[float, str, bool]:
    """What a mention is worth, why, and whether it is the first thing named under its heading."""
    document, role = case.record.document(candidate), candidate.role
    kind = document.type.replace("_", " ")
    place = candidate.order - heads.get((candidate.statement.document, role), candidate.order)
    first = place == 0
    if role == "diagnosis" and document.type in _FINAL:
        # an opinion given on the way stands behind the summary of the stay
        opinion = document.type == "consultant_note" and any(
            d.type == "discharge_summary" for d in case.episode.documents
        )
        return (90 if opinion else 120) - min(3 * place, 60), f"diagnosis of the {kind}", first
    listed = role in ("problem_list", "impression") and (candidate.statement.document, "diagnosis") not in heads
    if listed and document.type in _FINAL and "pregnant" not in case.guards:
        return 110 - min(3 * place, 60), f"first of the problems of the {kind}", first
    if role == "indication" and document.type in _FINAL:
        return 72 - min(place, 20), "what the treatment was for", first
    if role == "diagnosis" and document.type in PROCEDURAL:
        return 78 - min(place, 20), "diagnosis of the operation note", first
    if role == "indication" and document.type in PROCEDURAL:
        return (70 if document.type == "operation_note" else 64) - min(place, 20), "what the procedure was for", first
    if role == "diagnosis":
        return 50 - min(place, 20), f"diagnosis of the {kind}", first
    if document.type == "histology":
        return 62 - min(place, 20), "histology of what was removed", first
    if document.type == "test_result":
        return 12, "report", False
    if role in ("impression", "conclusion", "problem_list"):
        return 48 - min(place, 20), f"impression of the {kind}", first
    if document.type == "discharge_summary" and role not in _BACKGROUND and not _headed(candidate, heads):
        before = document.text[max(0, candidate.start - _BEFORE) : candidate.start]
        if not lifelong and _CONCLUDED.search(before):
            return 92 - min(place, 10), f"what the {kind} comes to", True
        after = document.text[candidate.end : candidate.end + 2 * _BEFORE]
        if lifelong and _KNOWN.search(before) and not _WORSE.search(after):
            return (56 if first else 24), "known before", False
        cancer = candidate.codes and candidate.codes[0] in _CANCER and "emergency" in case.guards
        if cancer and _TREATED.search(f"{before} {after[:_BEFORE]}"):
            return 44 - min(place, 10), "treated elsewhere", False
        imaged = candidate.codes and role in ("investigation", "findings", "conclusion") and candidate.kind == "problem"
        if imaged and "newborn" not in case.guards and not (lifelong and candidate.codes[0] not in _IMAGED):
            return 62 - min(2 * place, 20), f"found in the {kind}", False
    if role == "neonatal" and document.type in _FINAL:
        return 60 - min(place, 20), f"account of the newborn in the {kind}", first
    noted = "newborn" not in case.guards and _noted(document.text, candidate, heads, lifelong=lifelong)
    if role in _ACCOUNT and document.type == "discharge_summary" and noted:
        return 72 - min(2 * place, 32), f"named in the {kind}", first
    if role == "course" and document.type in _FINAL and (candidate.statement.document, "diagnosis") not in heads:
        return 46 - min(place / 2, 18), f"named first in the {kind}" if first else f"account of the {kind}", first
    if role in _ACCOUNT and document.type in _ACCOUNTS:
        return 40 - min(place / 4, 12), f"account of the {kind}", False
    if role in _BACKGROUND:
        return 2, "history", False
    return 15 - min(place, 10), kind, False


def _opens(case: Case, candidate: Candidate, heads: dict[tuple[int, str], int]) -> bool:
    """Whether a summary without headings names it among its first conditions."""
    document = case.record.document(candidate)
    return (
        document.type == "discharge_summary" and candidate.role in _OPENING and candidate.kind == "problem"
        and candidate.order - heads.get((candidate.statement.document, candidate.role), 0) < 3
        and _noted(document.text, candidate, heads, lifelong=False)
    )  # fmt: skip


def _noted(text: str, candidate: Candidate, heads: dict[tuple[int, str], int], *, lifelong: bool) -> bool:
    """Whether it stands in the notes of a summary without headings: its diagnoses are what such a summary opens with.

    Prose names old disease in passing, so there, and for lifelong disease, only the first named counts.
    """
    if _headed(candidate, heads):
        return False
    first = candidate.order == heads.get((candidate.statement.document, candidate.role))
    after = text.find("\n", candidate.start)
    line = text[text.rfind("\n", 0, candidate.start) + 1 : after if after >= 0 else len(text)]
    if len(line) <= _NOTE_LINE:
        return first or not lifelong
    return first and not lifelong


def _headed(candidate: Candidate, heads: dict[tuple[int, str], int]) -> bool:
    """Whether its document lists diagnoses, problems or impressions under a heading."""
    return any((candidate.statement.document, role) in heads for role in _HEADED)


def _stated(condition: Condition) -> bool:
    """Whether a clinician states it as the diagnosis, or as what an operation was for."""
    return any(c.role in ("diagnosis", "indication") and c.kind == "problem" for c in condition.candidates)


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
    heads: dict[tuple[int, str], int] = {}
    for c in case.record.candidates:
        if c.kind == "problem" and c.whether <= Whether.PROBABLE:
            heads.setdefault((c.statement.document, c.role), c.order)
    collapsed = any(c.code in COLLAPSED for c in case.conditions)
    # a planned look that found nothing new: what it looked for
    sought = "elective" in case.guards and not any(
        c.code[0] not in "ZVWXYU" and any(x.role not in _ASIDE for x in c.candidates)
        for c in case.conditions
    )
    diseases = [
        c for c in case.conditions
        if c.code[0] not in "ZVWXYU" and c.code not in tables.symptoms
        and (c.code not in tables.lifelong or c.code in _EXACERBATED)
    ]  # fmt: skip
    definite = any(
        x.kind == "problem" and x.role not in _BACKGROUND
        for c in diseases if not (collapsed and c.code in SURFACE) for x in c.candidates
    )  # fmt: skip
    cause_named = any(
        _stated(c) or any(_opens(case, x, heads) for x in c.candidates)
        for c in diseases if c.code not in _CONSEQUENCE and c.code not in _NO_CAUSE and c.code not in _OF_BLEEDING
    )  # fmt: skip
    diagnosed = any(_stated(c) for c in case.conditions if c.code not in _OF_CARE)
    newborn = "newborn" in case.guards
    coronary = any(
        c.code == "I25.1" and any(x.role in _FOUND and x.when is When.CURRENT for x in c.candidates)
        for c in case.conditions
    )
    operations = [i.code for i in case.interventions if i.code not in _BEDSIDE]
    sectioned = any(code.startswith("R17") for code in operations)
    acute = any(c.code[0] not in "STRN" and any(x.role not in _BACKGROUND for x in c.candidates) for c in diseases)
    infected_device = any(c.code == "T83.5" for c in case.conditions)
    helped = any(code in _HELPED_BIRTH for code in operations)
    of_birth = any(c.code in _OF_BIRTH for c in case.conditions)
    treated = any(tables.relates(code, c.code) for code in operations for c in diseases if c.code not in _OF_BLEEDING)
    for condition in case.conditions:
        lifelong = condition.code in tables.lifelong and condition.code not in _EXACERBATED
        best, reason, first = max(
            (
                _weigh(case, c, heads, lifelong=lifelong)
                for c in (*condition.candidates, *condition.vaguer)
                if c.kind in ("problem", "procedure", "cause") or condition.code[0] == "O"
            ),
            default=(0.0, "history", False),
        )
        operated = any(tables.relates(code, condition.code) for code in operations)
        if condition.code in tables.symptoms and definite:
            headed = any(c.role in _HEADED for c in condition.candidates)
            stands = first and (headed or condition.code in _IN_THEIR_OWN_RIGHT)
            best -= 30 if condition.code not in tables.kept or treated else 0 if stands else 15
        lasting = condition.code in tables.lifelong and not (condition.code in _DIABETIC and len(condition.codes) > 1)
        if lasting and not first:
            best -= 12 if lifelong else 4
        if condition.code in _MINOR or (condition.code in _ANAEMIA and not _stated(condition)):
            best -= 8
        if condition.code[:3] == "O99" and of_birth:
            best -= 20
        if newborn and condition.code[0] == "P":
            best += 5 if condition.code not in _BORN_EARLY else -45
        if condition.code in _POISONING:
            best += 60
        if helped and condition.code in _LABOUR:
            best += 25
        if sectioned and condition.code in _PLANNED_BIRTH:
            best += 25
        if condition.code in SURFACE and acute:
            best -= 25
        if condition.code[:3] == "N39" and infected_device:
            best -= 20
        if operated:
            best += 20 if "elective" in case.guards else 10
        if condition.code in _CONSEQUENCE and cause_named and not (operated and first):
            best -= 20
        if condition.code in _OF_BLEEDING:
            best = min(best, 30)
        if condition.code in _GRAVE:
            best += 14
        later = first and condition.code in _LATER
        if condition.code in _OF_CARE and diagnosed and not later and not infected_device:
            best -= 20
        if condition.code in _ANGINA and coronary:
            best -= 30
        if condition.code[0] == "Z":
            best = max(best, 60) if sought and condition.code in _LOOKED_FOR else best - 25
        if collapsed and condition.code in SURFACE:
            best -= 40
        said = {(c.statement.document, c.statement.sentence) for c in condition.candidates}
        condition.weight = best + min(len(said), 6)
        condition.reason = reason
    for condition in case.conditions:
        if condition.code in _FAILED and not _stated(condition):
            lungs = [
                c.weight for c in case.conditions
                if c.code in _LUNGS and any(x.role not in _BACKGROUND for x in c.candidates)
            ]
            condition.weight = min([condition.weight, *(max(w, 26) - 1 for w in lungs)])


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
