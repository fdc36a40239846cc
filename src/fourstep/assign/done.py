"""Whether a procedure that the record names was done in this episode, and if not, why not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

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
    said_done,
    through,
)
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate

#: Named where the record does not tell what was done.
NO_RECORD = "not the record of a procedure"
#: Yet to be done where it is named.
PLANNED = "planned"
#: What the plan of an emergency note tells as done, and words by which it is yet to be.
_TREATED = re.compile(r"\b(?:sutured|glued|stapled|stitched|steri-?stripped|reduced|manipulated|catheteri[sz]ed)\b", re.I)
_YET_TO_BE = re.compile(r"\b(?:be|being|needs?|if|for|until|when|once|unless|not|awaiting|get)\b", re.IGNORECASE)
#: Done on the way to hospital: not the episode's.
_BEFORE_ARRIVAL = frozenset("scene prehospital hems roadside".split())
_ON_THE_WAY = re.compile(
    r"\W{0,3}(?:\w+ ){0,2}(?:in|by|from|with) (?:the |an? )?(?:\w+ )?(?:ambulance|crew|paramedics?)\b", re.IGNORECASE
)
_VENTILATED = frozenset("ventilation ventilated ventilator ippv icu itu hdu critical".split())
_UNITS = re.compile(
    r"\b(?:(?:unit|bag)s? ?(?:no\.? ?)?[12]|1st (?:unit|bag))\b\W{0,3}(?:started |at |from |up )*\d{1,2}[:.]?\d{2}\b", re.I
)
_CHARTS = frozenset(("record", "chart"))
#: Behind the name of an operation: what it put in or made is there. Bones may be fixed as they lie.
_THERE = frozenset(("situ", "status", "fed", "feed", "feeding"))
_FIXED = frozenset(("pin", "pinning", "fixation"))
#: Words of a child in its mother's record.
_CHILD = frozenset("twin baby nnu nicu scbu".split())
#: What the words around a procedure say where it was done at another time.
_EARLIER = (of_old, long_before, month_before, led_to, days_since)


def why_not(case: Case, candidate: Candidate, tables: Tables, dates: Dates) -> str:
    """Why a procedure that the record names is none of this episode; empty where it was done in it."""
    if candidate.silent:
        return "silent"
    if candidate.who is not Who.PATIENT or _of_the_baby(case, candidate, tables):
        return "said of someone else"
    if candidate.codes[0] in tables.done_where.groups["transfused"]:
        chart = not _CHARTS.isdisjoint(candidate.own_words())
        if (chart or candidate.whether is Whether.PLANNED) and _units_charted(case, candidate):
            return ""
        if chart:
            return NO_RECORD
    if candidate.whether > Whether.PROBABLE and not normal(case, candidate):
        return {Whether.ABSENT: "not done", Whether.RULED_OUT: "not done", Whether.PLANNED: PLANNED}.get(
            candidate.whether, "not certain to have been done"
        )
    if _in_place(candidate):
        return "done before this episode"
    date = dates.of(candidate)
    if elsewhen := _at_another_time(case, candidate, date, dates):
        return elsewhen
    reason = _by_place(case, candidate, tables, date, dates)
    if reason is not None:
        return reason
    verdict = tables.verdict(case.record.document(candidate).type, candidate.role, "procedure")
    done = verdict == "y" or rank(case, candidate) == REPORTED
    return "" if done else NO_RECORD


def _in_place(candidate: Candidate) -> bool:
    """Whether the words only name what the patient has: "EVAR in situ", "PEG fed"; not "pinned in situ"."""
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


def _by_place(case: Case, candidate: Candidate, tables: Tables, date: dt.date | None, dates: Dates) -> str | None:
    """What the table of places decides: empty for done, a reason, or None where it leaves it open."""
    kind, role = case.record.document(candidate).type, candidate.role
    said = Said(case, candidate, tables, date, dates)
    for place in tables.done_where.of(candidate.codes[0]):
        if kind in place.documents and role in place.sections and (not place.when or ASKS[place.when](said)):
            return place.reason
    return None


def _beside_its_disease(said: Said) -> bool:
    """Whether a summary without a heading for procedures lists an operation with the disease that it is done for."""
    candidate, code = said.candidate, said.candidate.codes[0]
    if code in said.tables.done_where.groups["invasive"] or has_procedure_section(said.case, candidate):
        return False
    return any(
        c.statement.document == candidate.statement.document
        and c.role == candidate.role
        and c.kind == "problem"
        and c.codes
        and c.whether <= Whether.PROBABLE
        and c.when is When.CURRENT
        and said.tables.relates(code, c.codes[0])
        for c in said.case.record.candidates
    )


def _told_by_surgeon(case: Case, codes: Ranges) -> bool:
    """Whether the note of an operation, or a report of what was done, names one of these."""
    noted = operative_documents(case)
    return any(c.kind == "procedure" and c.codes[0] in codes and c.statement.document in noted for c in case.record.candidates)


def _units_charted(case: Case, candidate: Candidate) -> bool:
    """Whether units charted by the clock below a transfusion say that it was given: "Unit 1 09:10-11:00"."""
    return _UNITS.search(case.record.document(candidate).text, candidate.end) is not None


def _treated_at_once(case: Case, candidate: Candidate) -> bool:
    """Whether the plan of an emergency note says that something was done: "Plan: bloods. Lac sutured 5-0 nylon by ED x4"."""
    sentence = case.record.document(candidate).text[candidate.statement.start : candidate.end]
    return _TREATED.search(sentence) is not None and _YET_TO_BE.search(sentence) is None


def _opens_line(case: Case, candidate: Candidate) -> bool:
    """Whether nothing stands before it on its line."""
    return not case.record.line_before(candidate).strip()


def _of_the_baby(case: Case, candidate: Candidate, tables: Tables) -> bool:
    """Whether a mother's record tells of her child's breathing support: "Twins on NNU, both CPAP"."""
    if "maternity" not in case.guards or candidate.codes[0] not in tables.done_where.groups["breathing"]:
        return False
    return any(not _CHILD.isdisjoint(line.words.text) for line in case.record.sentence(candidate))


def _before_arrival(case: Case, candidate: Candidate) -> bool:
    """Whether its sentence puts it on the way to hospital: "after high flow oxygen in the ambulance"."""
    if any(not _BEFORE_ARRIVAL.isdisjoint(line.words.text) for line in case.record.sentence(candidate)):
        return True
    return _ON_THE_WAY.match(case.record.document(candidate).text, candidate.end) is not None


@dataclass(frozen=True, slots=True)
class Said:
    """A candidate with what the record says of its time."""

    case: Case
    candidate: Candidate
    tables: Tables
    date: dt.date | None
    dates: Dates


#: What a line of the table of places may ask, by the words that it asks in.
ASKS: dict[str, Callable[[Said], bool]] = {
    "before arrival": lambda s: _before_arrival(s.case, s.candidate),
    "beside its disease": _beside_its_disease,
    "beside nothing else": lambda s: not has_procedure_section(s.case, s.candidate),
    "charted": lambda s: charted(s.case, s.candidate),
    "dated": lambda s: s.date is not None,
    "done today": lambda s: s.candidate.whether is Whether.PRESENT and done_today(s.case, s.candidate),
    "given through it": lambda s: through(s.case, s.candidate) and not within(s.case, s.candidate.statement.date),
    "guided": lambda s: guided(s.case, s.candidate),
    "in prose": lambda s: in_prose(s.case, s.candidate),
    "in the stay": lambda s: within(s.case, s.candidate.statement.date),
    "of a day case": lambda s: "daycase" in s.case.guards,
    "of old, not by who did it": lambda s: (
        only_there(s.case, s.candidate, s.date) and not _told_by_surgeon(s.case, s.tables.done_where.groups["heart"])
    ),
    "only there": lambda s: only_there(s.case, s.candidate, s.candidate.statement.date),
    "opened by a day": lambda s: s.dates.opens_line(s.candidate) is not None and s.candidate.whether <= Whether.PROBABLE,
    "opens its line": lambda s: _opens_line(s.case, s.candidate),
    "out of the stay": lambda s: not within(s.case, s.date),
    "said to be done": lambda s: said_done(s.candidate),
    "temporary": lambda s: "Y70.5" in s.candidate.codes,
    "told apart": lambda s: s.candidate.entry is not s.candidate.root,
    "treated at once": lambda s: _treated_at_once(s.case, s.candidate),
    "without a ventilator": lambda s: _VENTILATED.isdisjoint(s.case.record.sentence_words(s.candidate)),
}
