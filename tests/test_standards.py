"""The worked examples of the registry: the text of a discharge summary and its diagnoses, or of a note and its procedures."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode
from fourstep.verify.registry import STANDARDS

EXAMPLES = [
    pytest.param(one.chapter, text, codes, id=f"{one.id}-{number}")
    for one in STANDARDS.values()
    for number, (text, codes) in enumerate(one.examples, 1)
]


@pytest.mark.parametrize(("chapter", "text", "codes"), EXAMPLES)
def test_worked_example(coder: Coder, chapter: str, text: str, codes: str) -> None:
    procedures = chapter == "OPCS-4"
    kind = "operation_note" if procedures else "discharge_summary"
    episode = Episode(
        id="example",
        documents=(Document("document.txt", text, kind, dt.date(2025, 3, 4)),),
        age_years=50,
        patient_class="ordinary",
        admission_method="emergency",
        admission_date=dt.date(2025, 3, 1),
        discharge_date=dt.date(2025, 3, 4),
    )
    coded = coder.code(episode)
    assert " ".join(c.code for c in (coded.procedures if procedures else coded.diagnoses)) == codes
