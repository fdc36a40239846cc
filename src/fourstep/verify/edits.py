"""Tabular edits: what a coder's system would refuse or question (rules V... of the working brief)."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from fourstep.assign.tables import Tables
from fourstep.books import Icd10, Opcs4
from fourstep.books.tables import Ranges
from fourstep.episode import Code, Episode, Message

_NEEDS_CAUSE = Ranges("S00-T35 T66-T88")
_POISONING = Ranges("T36-T65")
_OF_POISONING = Ranges("X40-X49 X60-X69 X85-X90 Y10-Y19")
_PRIMARIES = Ranges("C00-C76 C80-C97 Z85")
_DELIVERIES = Ranges("R17-R25")


class Checked(Protocol):
    """What the edits ask: the episode, and the books in force for it. A case has them; so has a coding made by people."""

    episode: Episode
    icd10: Icd10
    opcs4: Opcs4


def check(case: Checked, tables: Tables, diagnoses: list[Code], procedures: list[Code]) -> list[Message]:
    """Validation messages of the finished record, errors first."""
    out: list[Message] = []
    codes = [d.code for d in diagnoses]

    def say(level: str, rule: str, text: str, *about: str) -> None:
        out.append(Message(level, rule, text, tuple(about)))

    if not codes:
        say("error", "V008", "no diagnosis could be coded")
    elif codes[0] in tables.never_primary:
        say("error", "V006", f"{codes[0]} may not be the primary diagnosis", codes[0])
    elif codes[0] in tables.avoid_primary:
        say("warning", "V007", f"{codes[0]} is rarely right as the primary diagnosis", codes[0])
    elif codes[0][:3] in tables.asterisk:
        say("warning", "V009", f"{codes[0]} is an asterisk code in first place", codes[0])
    for code, times in Counter(codes).items():
        if times > 1:
            say("error", "V010", f"{code} is recorded twice", code)
    for code in codes:
        _one_diagnosis(case, code, say)
    if any(c in _NEEDS_CAUSE for c in codes) and not any(c[0] in "VWXY" for c in codes):
        say("error", "V011", "an injury or complication has no external cause")
    if any(c in _POISONING for c in codes) and not any(c in _OF_POISONING for c in codes):
        say("warning", "V013", "a poisoning has no external cause of its intent")
    if any(c.startswith(("C77", "C78", "C79")) for c in codes) and not any(c in _PRIMARIES for c in codes):
        say("error", "V025", "a secondary neoplasm has no primary, history of one, or C80")
    names = [p.code for p in procedures]
    if names and names[0][0] in "YZ":
        say("error", "V039", f"{names[0]} may not be the main procedure", names[0])
    if any(n in _DELIVERIES for n in names) and not any(c.startswith("Z37") for c in codes):
        say("error", "V029", "a delivery without its outcome (Z37)")
    start, end = case.episode.admission_date, case.episode.discharge_date
    for p in procedures:
        if p.date and ((start and p.date < start) or (end and p.date > end)):
            say("warning", "V047", f"{p.code} is dated {p.date.isoformat()}, outside the episode", p.code)
        if p.code not in case.opcs4:
            say("error", "V001", f"{p.code} is not in {case.opcs4.edition}", p.code)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(out, key=lambda m: order[m.level])


def _one_diagnosis(case: Checked, code: str, say) -> None:  # type: ignore[no-untyped-def]
    rubric = case.icd10.find(code)
    if rubric is None:
        say("error", "V001", f"{code} is not in the edition in force", code)
        return
    age = case.episode.age_years
    if rubric.sex and (sex := case.episode.sex.value) in ("female", "male") and rubric.sex != sex:
        say("warning", "V037", f"{code} is unusual for a {sex} patient", code)
    if age is not None and (
        (rubric.min_age is not None and age < rubric.min_age) or (rubric.max_age is not None and age > rubric.max_age)
    ):
        say("warning", "V037", f"{code} is unusual at the age of {age}", code)
