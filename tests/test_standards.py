"""The worked examples of the registry: the text of a discharge summary, and the diagnoses it should get."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode
from fourstep.verify.registry import STANDARDS

EXAMPLES = [
    pytest.param(text, codes, id=f"{one.id}-{number}")
    for one in STANDARDS.values()
    for number, (text, codes) in enumerate(one.examples, 1)
]


@pytest.mark.parametrize(("text", "codes"), EXAMPLES)
def test_worked_example(coder: Coder, text: str, codes: str) -> None:
    episode = Episode(
        id="example",
        documents=(Document("summary.txt", text, "discharge_summary", dt.date(2025, 3, 4)),),
        age_years=50,
        patient_class="ordinary",
        admission_method="emergency",
        admission_date=dt.date(2025, 3, 1),
        discharge_date=dt.date(2025, 3, 4),
    )
    assert " ".join(c.code for c in coder.code(episode).diagnoses) == codes
