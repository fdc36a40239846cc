"""How much a document's word is worth for what was done, and whether it stands in a title or in the telling."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: Where documents say different things of one operation, the operative text outranks the summary.
_RANK = {
    "operation_note": 6,
    "delivery_record": 6,
    "discharge_summary": 4,
    "consultant_note": 4,
    "ward_round": 3,
    "ed_note": 2,
    "anaesthetic_record": 2,
    "clinic_letter": 1,
    "test_result": 1,
    "histology": 1,
}
OPERATIVE = 6
REPORTED = 5  # the procedure section of a report
_TITLE_ROLES = ("procedure", "diagnosis", "delivery", "demographics")
_LONGEST_TITLE = 260  # characters of a section that still only names the operation
_TITLE_START = 60
_FIRST_LINE = 70  # characters in which a note without headings says what it is about


def rank(case: Case, candidate: Candidate) -> int:
    """How much the candidate's document is worth for what was done; a report's own procedure section is the
    operator's word.
    """
    document = case.record.document(candidate)
    if document.type in PROCEDURAL:
        return OPERATIVE
    if document.type == "test_result" and candidate.role == "procedure":
        return REPORTED
    return _RANK.get(document.type, 2)


def titled(case: Case, candidate: Candidate) -> bool:
    """Whether the candidate stands where a note says what was done, not how.

    "Procedure:" heads a title in one hospital's notes and the whole narrative in another's: the length tells.
    """
    s = candidate.statement
    if s.start < _FIRST_LINE and case.record.document(candidate).type in PROCEDURAL:
        return True
    if candidate.role not in _TITLE_ROLES:
        return False
    if candidate.role == "demographics":
        return case.record.document(candidate).type in PROCEDURAL
    if candidate.role == "delivery" or case.record.document(candidate).type not in PROCEDURAL:
        return True
    return s.section.end - s.section.start <= _LONGEST_TITLE or s.start - s.section.start <= _TITLE_START
