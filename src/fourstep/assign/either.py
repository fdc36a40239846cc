"""Diagnoses between which the record has not decided: "pulmonary embolism or pneumonia".

Two conditions joined by "or" are said of the patient only together; which of them it is, a clinician must say. Neither is coded
(DGCS.2: a diagnosis in doubt), unless both lead to one category.
"""

from __future__ import annotations

import re
from itertools import product

from fourstep.analyse.statements import Whether, Who
from fourstep.locate.candidates import Candidate, Record

#: What may stand between the two beside "or": brackets, quotes, an article, the "not otherwise specified" of lists.
_OR = re.compile(
    r"""[\s\])"'’]*(?:(?:nos|nec)\b)?[\s\])"'’,;]*(?:(?:and|&)/)?\bor\s+[\s\[("'‘]*(?:an?\s+|the\s+)?""", re.IGNORECASE
)


def leave_open(record: Record) -> None:
    """Make conditions that stand on either side of "or" possible ones."""
    for i, document in enumerate(record.episode.documents):
        if " or " not in document.text.lower() and "/or " not in document.text.lower():
            continue
        said = [c for c in record.candidates if c.statement.document == i and _said(c)]
        pairs = [
            (a, b) for a, b in product(said, said)
            if a.end < b.end and a.codes[0][:3] != b.codes[0][:3] and _or_between(document.text, a, b)
        ]  # fmt: skip
        for pair in pairs:
            for candidate in pair:
                candidate.whether = Whether.POSSIBLE


def _or_between(text: str, a: Candidate, b: Candidate) -> bool:
    """Whether "or" stands between the two; they may share what stands before it ("pituitary adenoma or carcinoma")."""
    match = _OR.match(text, a.end)
    if match is None or match.end() >= b.end:
        return False
    return b.start == match.end() or (b.start < a.end and text[match.end() : b.end].strip().isalpha())


def _said(candidate: Candidate) -> bool:
    """A disease that is said of the patient; symptoms come and go, and "or" names each of them."""
    return (
        candidate.kind == "problem"
        and candidate.whether is Whether.PRESENT
        and candidate.who is Who.PATIENT
        and not candidate.entry.silent
        and candidate.codes[0][0] not in "-?RZ"
    )
