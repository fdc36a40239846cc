"""The worked examples of the registry: a discharge summary and its diagnoses, or a note and its procedures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Sex
from fourstep.verify.registry import STANDARDS, Standard

#: Whose record an example is, where it is not that of a patient of 50.
PATIENTS: dict[str, dict[str, Any]] = {
    "": {"age_years": 50},
    "mother": {"age_years": 30, "sex": Sex.FEMALE, "specialty": "obstetrics", "admission_method": "maternity"},
    "newborn": {"age_years": 0, "age_days": 0, "specialty": "neonatology", "admission_method": "birth"},
    "elderly": {"age_years": 84},
    "day case": {"age_years": 50, "patient_class": "day case", "admission_method": "elective"},
}

EXAMPLES = [
    pytest.param(one, text, codes, id=f"{one.id}-{number}")
    for one in STANDARDS.values()
    for number, (text, codes) in enumerate(one.examples, 1)
]


@pytest.mark.parametrize(("one", "text", "codes"), EXAMPLES)
def test_worked_example(coder: Coder, one: Standard, text: str, codes: str) -> None:
    procedures = one.chapter == "OPCS-4"
    end = dt.date.fromisoformat(one.on or "2025-03-04")
    kind = "operation_note" if procedures else "discharge_summary"
    known = {"patient_class": "ordinary", "admission_method": "emergency"} | PATIENTS[one.patient]
    episode = Episode(
        id="example",
        documents=(Document("document.txt", text, kind, end),),
        admission_date=end - dt.timedelta(days=3),
        discharge_date=end,
        **known,
    )
    coded = coder.code(episode)
    assert " ".join(c.code for c in (coded.procedures if procedures else coded.diagnoses)) == codes
