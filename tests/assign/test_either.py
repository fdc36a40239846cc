"""Two diagnoses joined by "or": neither is coded, and each is shown as in doubt."""

from __future__ import annotations

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode


def _coded(coder: Coder, text: str) -> tuple[list[str], set[str]]:
    record = coder.code(Episode("either", documents=(Document("note.txt", text, "discharge_summary"),)))
    return [c.code for c in record.diagnoses], {n.reason for n in record.not_coded}


@pytest.mark.parametrize(
    "text",
    [
        "Diagnosis: pulmonary embolism or pneumonia",
        "Diagnosis: (gout) or (rheumatoid arthritis NOS)",
        "Pituitary adenoma or carcinoma",
        "Irritable bowel syndrome and/or ulcerative colitis",
        "Asthma or a pulmonary embolism or heart failure",
    ],
)
def test_which_of_two_it_was_is_not_guessed(coder: Coder, text: str) -> None:
    assert _coded(coder, text) == ([], {"uncertain"})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Malignant neoplasm of bronchus or lung", ["C34.9"]),  # one code
        ("Diagnosis: syncope or palpitations", ["R55.X", "R00.2"]),  # symptoms are had by turns
        ("Diagnosis: pneumonia. No pulmonary embolism or pleural effusion", ["J18.9"]),
    ],
)
def test_or_that_leaves_nothing_open(coder: Coder, text: str, codes: list[str]) -> None:
    assert _coded(coder, text)[0] == codes
