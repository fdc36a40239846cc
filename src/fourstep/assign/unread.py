"""Statements where a clinician names something and the index knows none of its words: the next work on the index."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case
from fourstep.episode import NotCoded
from fourstep.locate.candidates import Line

#: Why such a statement yields no code, as the coded record says it.
NOT_UNDERSTOOD = "not understood"
#: Sections that list conditions and operations: what stands there was meant to be coded.
_LISTS = {"diagnosis", "secondary_diagnosis", "complication", "past_history", "problem_list"}
_MOST_WORDS = 10


def leave_unread(case: Case) -> None:
    """Write what lists of conditions hold and nothing explains into the not-coded list, once for each wording."""
    told: set[tuple[str, ...]] = set()
    for line in case.record.lines:
        if line.hits or not _means_a_condition(line):
            continue
        words = tuple(w for w in line.words.text if len(w) > 2 and w.isalpha())
        if not words or words in told:
            continue
        told.add(words)
        s = line.statement
        document = case.episode.documents[s.document]
        text = document.text[s.start : s.end]
        if not any(c.isdigit() for c in text):  # a dose, a result or a date
            case.not_coded.append(NotCoded(text, NOT_UNDERSTOOD, document.name, s.start, s.end))


def _means_a_condition(line: Line) -> bool:
    s = line.statement
    return (
        line.entry is None
        and s.section.role in _LISTS
        and s.whether <= Whether.PROBABLE and s.when is When.CURRENT and s.who is Who.PATIENT
        and len(line.words.text) <= _MOST_WORDS
    )  # fmt: skip
