"""Whether a procedure that the record names was done in this episode, and if not, why not."""

from __future__ import annotations

import datetime as dt
import re

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case
from fourstep.assign.frame import operative_documents
from fourstep.assign.procedure_dates import DAY, Dates, charted, done_today, within
from fourstep.assign.procedure_rank import REPORTED, rank
from fourstep.assign.tables import Tables
from fourstep.assign.told import (
    booked,
    called_off,
    days_since,
    guided,
    has_procedure_section,
    in_prose,
    led_to,
    long_before,
    month_before,
    normal,
    of_old,
    only_there,
    through,
)
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: Named where the record does not tell what was done.
NO_RECORD = "not the record of a procedure"
#: Yet to be done where it is named.
PLANNED = "planned"
_OPERATED = "CDFGHJMNPQSTVW"  # chapters of what no anaesthetist does
#: What is done at once, on arrival: a note of the emergency department is its record.
_AT_ONCE = Ranges("A55.9 E85.1-E85.3 E85.6 M47.9 S40-S42 T12 W26 W65-W67 X50 X83.3")
#: What the plan of an emergency note tells as done, and words by which it is yet to be.
_TREATED = re.compile(r"\b(?:sutured|glued|stapled|stitched|steri-?stripped|reduced|manipulated|catheteri[sz]ed)\b", re.I)
_YET_TO_BE = re.compile(r"\b(?:be|being|needs?|if|for|until|when|once|unless|not|awaiting|get)\b", re.IGNORECASE)
#: Done on the way to hospital: not the episode's.
_BEFORE_ARRIVAL = frozenset("scene prehospital hems roadside".split())
_ON_THE_WAY = re.compile(
    r"\W{0,3}(?:\w+ ){0,2}(?:in|by|from|with) (?:the |an? )?(?:\w+ )?(?:ambulance|crew|paramedics?)\b", re.IGNORECASE
)
#: Invasive tests are procedures wherever the final summary reports them.
_INVASIVE = Ranges(
    "A55 G15 G42-G46 H20-H21 H23-H24 G16 G19 H22 H25 H28 E48-E51 K63 M45 M30 T11-T14 T46.1 W36 J13 J43 M13 "
    "M70 Q18 E63 T87.3"
)
#: Breathing support goes on after theatre: it codes where other procedures would be planned or expected.
_SUPPORT = Ranges("E85.1-E85.3 E85.6")
_SUPPORT_ROLES = frozenset("postop anaesthetic problem_list indication history_presenting plan diagnosis".split())
_BEDSIDE = Ranges("U X29-X31 X33.1-X33.3 X34-X39 X44 X48-X49 X52 X59-X62 X84 X90 Y M47 G47 A84")
_VENTILATED = frozenset("ventilation ventilated ventilator ippv icu itu hdu critical".split())
_LINES = Ranges("L99.7 L94 L91.5 O15 G44.5 M47")
#: Sections of a chart that do not tell what was given.
_NOT_GIVEN = frozenset("plan followup past_history consent advice indication procedure_planned".split())
#: Lines that a patient comes in with and keeps: named without a word of placing they are only there.
_KEPT = Ranges("L99.7 L94 L91.5")
#: Given for what the list of diagnoses names, and told beside it.
_TRANSFUSED = Ranges("X33.2-X33.3 X34.1-X34.2")
_UNITS = re.compile(r"\b(?:unit|bag)s? ?(?:no\.? ?)?[12]\b\W{0,3}(?:started |at |from |up )*\d{1,2}[:.]?\d{2}\b", re.IGNORECASE)
_LISTED_WITH = frozenset(("diagnosis", "secondary_diagnosis", "complication", "problem_list", "investigation"))
#: Given when the operation is over, as a part of it.
_IN_RECOVERY = Ranges("M49.4")
#: Dialysis goes on through a stay: where a history or a chart says that it was given, it codes.
_DIALYSIS = Ranges("X40.3-X40.4")
#: A repair of the heart is an operation of its own note or date; without either the patient came with it.
_HEART = Ranges("K04-K20 K25-K38")
#: Behind the name of an operation: what it put in or made is there. Bones may be fixed as they lie.
_THERE = frozenset(("situ", "status"))
_FIXED = frozenset(("pin", "pinning", "fixation"))
#: Words of a child in its mother's record.
_CHILD = frozenset("twin baby nnu nicu scbu".split())
_CLOT_BUSTING = Ranges("X83.3")
#: Where a note of the emergency department tells what was done at once.
_TREATED_THERE = frozenset("other presenting history_presenting course plan medication procedure impression diagnosis".split())
#: Notes written as things happened, proformas among them, and their sections below which the story may go on.
_AS_IT_HAPPENED = frozenset(("ed_note", "consultant_note", "ward_round"))
_STORY = frozenset(("past_history", "medication", "investigation", "allergy", "social", "impression", "examination"))
#: Wounds closed on arrival.
_WOUNDS = Ranges("S40-S42")
_CHARTED = frozenset(("demographics", "other", "history_presenting", "course"))
_GUIDED_DRAINS = Ranges("T45 T12.3 T12.4 J12.1 M13.2 M13.6")
#: How the patient was anaesthetised is told in the heading of a note as well as in its text.
_ANAESTHETICS = Ranges("Y80-Y84 C90")
_IN_THEATRE = PROCEDURAL | {"anaesthetic_record"}
#: What relieves what the examination finds is told beside it: "palpable bladder; catheterised 12Ch".
_FOUND_AND_DONE = Ranges("M47.9 F36.3 T12.3 T12.4 W66.2 W66.9 W26.2")
#: Induction of labour is told with the pregnancy, under the heading of what went before.
_INDUCTION = Ranges("R14-R15")


#: What the words around a procedure say where it was done at another time.
_EARLIER = (of_old, long_before, month_before, led_to, days_since)


def why_not(case: Case, candidate: Candidate, tables: Tables, dates: Dates) -> str:
    """Why a procedure that the record names is none of this episode; empty where it was done in it."""
    if candidate.entry.silent:
        return "silent"
    if candidate.who is not Who.PATIENT or _of_the_baby(case, candidate):
        return "said of someone else"
    if _charted(case, candidate):
        return ""
    if candidate.whether > Whether.PROBABLE and not normal(case, candidate):
        return {Whether.ABSENT: "not done", Whether.RULED_OUT: "not done", Whether.PLANNED: PLANNED}.get(
            candidate.whether, "not certain to have been done"
        )
    if _in_place(candidate):
        return "done before this episode"
    date = dates.of(candidate)
    if elsewhen := _at_another_time(case, candidate, date, dates):
        return elsewhen
    reason = _by_place(case, candidate, date)
    if reason is None:
        reason = _by_note(case, candidate, date, dates)
    if reason is not None:
        return reason
    verdict = tables.verdict(case.record.document(candidate).type, candidate.role, "procedure")
    done = verdict == "y" or rank(case, candidate) == REPORTED
    return "" if done else NO_RECORD


def _in_place(candidate: Candidate) -> bool:
    """Whether the words only name what the patient has: "EVAR in situ", "gastric bypass status"; not "pinned in situ"."""
    words, behind = candidate.line.words.text, candidate.mask.bit_length()
    return behind < len(words) and words[behind] in _THERE and _FIXED.isdisjoint(candidate.own_words())


def _at_another_time(case: Case, candidate: Candidate, date: dt.date | None, dates: Dates) -> str:
    """Why it belongs to another time than this episode, by its words and its date; empty where it does not."""
    if candidate.when is When.HISTORICAL or any(told(case, candidate) for told in _EARLIER):
        return "done before this episode"
    if candidate.when is When.FUTURE or booked(case, candidate):
        return PLANNED
    if called_off(case, candidate):
        return "not done"
    if candidate.role in ("delivery", "neonatal") and "child" in case.guards and "newborn" not in case.guards:
        return "done before this episode"  # "Birth: 33/40, CPAP 1 day", said of a child of five months
    start, end = case.episode.admission_date, case.episode.discharge_date
    date = date or dates.written(candidate)  # what is told in the note of a visit days before was done then
    if date and start and date < start - DAY:
        return "done before this episode"
    if date and end and date > end:
        return PLANNED
    return ""


def _by_place(case: Case, candidate: Candidate, date: dt.date | None) -> str | None:
    """What the code and the section of a summary decide: empty for done, a reason, or None where they leave it open."""
    code, kind, role = candidate.codes[0], case.record.document(candidate).type, candidate.role
    if code in _SUPPORT and role in _SUPPORT_ROLES:
        return ""
    if code[0] == "R" and kind == "delivery_record" and role not in ("plan", "followup", "consent", "past_history"):
        return ""
    if code not in _SUPPORT and any(
        not _BEFORE_ARRIVAL.isdisjoint(line.words.text) for line in case.record.sentence(candidate)
    ):
        return "done before this episode"
    if code not in _SUPPORT and _ON_THE_WAY.match(case.record.document(candidate).text, candidate.end):
        return "done before this episode"  # "after high flow oxygen in the ambulance"
    summary = kind == "discharge_summary"
    if summary and code in _INVASIVE and role in ("investigation", "findings"):
        return ""
    if summary and role in ("diagnosis", "demographics") and date is not None and code not in _BEDSIDE:
        return ""  # "L neck of femur fracture, DHS 4/3"
    listed = role in _LISTED_WITH or role == "medication"
    if code in _TRANSFUSED and listed and kind in ("discharge_summary", "consultant_note"):
        return ""  # "Acute blood loss anaemia - 4 units RBC"
    if code in _IN_RECOVERY and role == "postop" and kind in PROCEDURAL:
        return ""
    if code in _LINES and through(case, candidate) and not within(case, candidate.statement.date):
        return "already in place"
    if code in _KEPT and only_there(case, candidate, candidate.statement.date):
        return "already in place"
    if code in _HEART and only_there(case, candidate, date) and not _told_by_surgeon(case, _HEART):
        return "already in place"  # "permanent AF, mechanical AVR" lists what the patient has, "echo: repaired VSD" what is seen
    if summary and code in _CLOT_BUSTING and role == "medication":
        return ""  # "Rx: IV tenecteplase": nobody takes it at home
    if summary and role == "diagnosis" and (in_prose(case, candidate) or code in _AT_ONCE):
        return ""  # "Fast AF, DCCV in resus"
    return None


def _by_note(case: Case, candidate: Candidate, date: dt.date | None, dates: Dates) -> str | None:
    """What the kind of the note decides for its sections: empty for done, a reason, or None where it leaves it open."""
    code, kind, role = candidate.codes[0], case.record.document(candidate).type, candidate.role
    if kind in PROCEDURAL and role in ("diagnosis", "indication") and not has_procedure_section(case, candidate):
        return ""
    if kind == "ed_note" and code in _AT_ONCE and role in ("other", "presenting", "history_presenting"):
        return ""
    if role not in _NOT_GIVEN and charted(case, candidate):
        return ""  # "Chemotherapy administration record": what it lists was given
    if role == "plan" and candidate.whether is Whether.PRESENT and done_today(case, candidate):
        return ""  # "Plan: 2 punch biopsies today by me; swab"
    if kind == "ed_note" and role == "plan" and code in _AT_ONCE and _treated_at_once(case, candidate):
        return ""
    if kind == "ed_note" and "Y70.5" in candidate.codes and role in _TREATED_THERE:
        return ""  # "Rx: atropine, no response; temporary wire via femoral vein"
    if kind == "ward_round" and role == "diagnosis" and code in _INVASIVE:
        return ""
    if code in _DIALYSIS and candidate.entry is not candidate.root and role in _CHARTED:
        return ""
    if kind in ("clinic_letter", "referral_letter") and role != "procedure" and not within(case, date):
        return "done before this episode"
    if kind in PROCEDURAL and code == "E85.1" and _VENTILATED.isdisjoint(case.record.sentence_words(candidate)):
        return "a step of the anaesthetic"  # "nasal fibreoptic intubation", "TI intubated"
    if kind in PROCEDURAL and role == "investigation" and code in _INVASIVE:
        return ""  # "OGD: ..." heads the note of the endoscopy itself
    if code in _ANAESTHETICS and kind in _IN_THEATRE and role in ("anaesthetic", "demographics", "other"):
        return ""
    if kind in PROCEDURAL and role == "anaesthetic" and code[0] in _OPERATED:
        return ""  # "OGD under GA: food bolus removed"
    if kind == "ed_note" and code in _FOUND_AND_DONE and role == "examination":
        return ""
    if kind in _AS_IT_HAPPENED and code in _CLOT_BUSTING and role in _STORY and _opens_line(case, candidate):
        return ""  # the story goes on below the past history and the tests: "Tenecteplase 0835."
    if kind == "ed_note" and code in _WOUNDS and role in ("past_history", "social", "medication", "examination"):
        return ""  # "Tetanus in date. Laceration sutured": nobody lists one among old operations
    if kind == "ward_round" and dates.opens_line(candidate) and candidate.whether <= Whether.PROBABLE:
        return ""  # "4/4 angiogram via R CFA" below the impression tells of a day that was
    if code in _INDUCTION and role == "past_history" and within(case, candidate.statement.date):
        return ""
    if code in _GUIDED_DRAINS and kind == "test_result" and guided(case, candidate):
        return ""
    return None


def _told_by_surgeon(case: Case, codes: Ranges) -> bool:
    """Whether the note of an operation, or a report of what was done, names one of these."""
    noted = operative_documents(case)
    return any(c.kind == "procedure" and c.codes[0] in codes and c.statement.document in noted for c in case.record.candidates)


def _charted(case: Case, candidate: Candidate) -> bool:
    """Whether units charted by the clock below a planned transfusion say that it was given: "Unit 1 09:10-11:00"."""
    return candidate.codes[0] in _TRANSFUSED and candidate.whether is Whether.PLANNED and (
        _UNITS.search(case.record.document(candidate).text, candidate.end) is not None
    )


def _treated_at_once(case: Case, candidate: Candidate) -> bool:
    """Whether the plan of an emergency note says that something was done: "Plan: bloods. Lac sutured 5-0 nylon by ED x4"."""
    sentence = case.record.document(candidate).text[candidate.statement.start : candidate.end]
    return _TREATED.search(sentence) is not None and _YET_TO_BE.search(sentence) is None


def _opens_line(case: Case, candidate: Candidate) -> bool:
    """Whether nothing stands before it on its line."""
    return not case.record.line_before(candidate).strip()


def _of_the_baby(case: Case, candidate: Candidate) -> bool:
    """Whether a mother's record tells of her child's breathing support: "Twins on NNU, both CPAP"."""
    if "maternity" not in case.guards or candidate.codes[0] not in _SUPPORT:
        return False
    return any(not _CHILD.isdisjoint(line.words.text) for line in case.record.sentence(candidate))
