"""Diagnoses between which the record has not decided: "pulmonary embolism or pneumonia".

Two conditions joined by "or" are said of the patient only together; which of them it is, a clinician must say. Neither is coded
(DGCS.2: a diagnosis in doubt), unless both lead to one category.
"""

from __future__ import annotations

import re

from fourstep.analyse.statements import Whether, Who
from fourstep.locate.candidates import Candidate, Record

#: What may stand between the two beside "or": brackets, quotes, an article, the "not otherwise specified" of lists.
_OR = re.compile(
    r"""[\s\])"'’]*(?:(?:nos|nec)\b)?[\s\])"'’,;]*(?:(?:and|&)/)?\bor\s+[\s\[("'‘]*(?:an?\s+|the\s+)?""", re.IGNORECASE
)
_NEAR = 24  # characters in which it begins, but for a long space


def leave_open(record: Record) -> None:
    """Make conditions that stand on either side of "or" possible ones."""
    for i, document in enumerate(record.episode.documents):
        text = document.text.lower()
        if " or " not in text and "/or " not in text:
            continue
        said = [c for c in record.candidates if c.statement.document == i and _said(c)]
        undecided: list[Candidate] = []
        for a in said:
            behind = document.text[a.end : a.end + _NEAR].lower()
            match = _OR.match(document.text, a.end) if "or" in behind or behind.isspace() else None
            if match is not None:
                undecided += [c for b in said if _either(document.text, a, b, match.end()) for c in (a, b)]
        for candidate in undecided:
            candidate.whether = Whether.POSSIBLE


def _either(text: str, a: Candidate, b: Candidate, behind: int) -> bool:
    """Whether the second stands behind "or"; the two may share what stands before it ("pituitary adenoma or carcinoma")."""
    if behind >= b.end or a.end >= b.end or a.codes[0][:3] == b.codes[0][:3]:
        return False
    return b.start == behind or (b.start < a.end and text[behind : b.end].strip().isalpha())


def _said(candidate: Candidate) -> bool:
    """A disease that is said of the patient; symptoms come and go, and "or" names each of them."""
    return (
        candidate.kind == "problem"
        and candidate.whether is Whether.PRESENT
        and candidate.who is Who.PATIENT
        and not candidate.silent
        and candidate.codes[0][0] not in "-?RZ"
    )
