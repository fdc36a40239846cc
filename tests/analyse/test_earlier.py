"""What belongs to an earlier stay, or was ended by a treatment, is past."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.analyse.document import analyse_document
from fourstep.analyse.earlier import mends
from fourstep.analyse.statements import When
from fourstep.analyse.words import tokenise
from fourstep.episode import Document


def when(text: str, words: str, kind: str, day: dt.date | None) -> When:
    """When the statement that holds `words` was so."""
    document = Document("note", text, kind, day)
    at = text.index(words)
    return next(s.when for s in analyse_document(document, 0, tokenise(text)) if s.start <= at < s.end)


@pytest.mark.parametrize(
    ("text", "kind", "day", "expected"),
    [
        ("Stented in August for a blocked kidney with AKI.", "clinic_letter", dt.date(2025, 9, 10), When.HISTORICAL),
        ("Admitted in March with sepsis and AKI. Well now.", "clinic_letter", dt.date(2025, 9, 10), When.HISTORICAL),
        ("Admitted in August with sepsis and AKI.", "discharge_summary", dt.date(2025, 9, 10), When.CURRENT),
        ("Admitted in December with AKI.", "discharge_summary", dt.date(2025, 1, 10), When.CURRENT),
        ("Admitted in September with AKI.", "clinic_letter", dt.date(2025, 9, 10), When.CURRENT),
        ("Diagnosed in August with AKI.", "clinic_letter", dt.date(2025, 9, 10), When.CURRENT),
        ("Admitted in August with AKI.", "clinic_letter", None, When.CURRENT),
        ("Stent placed 28 July for an obstructed kidney and AKI.", "operation_note", dt.date(2025, 9, 10), When.HISTORICAL),
        ("Stent placed 28 August for an obstructed kidney and AKI.", "operation_note", dt.date(2025, 9, 10), When.CURRENT),
        ("Sepsis with AKI Jul 25 (mild, admitted here 3/7).", "operation_note", dt.date(2025, 9, 10), When.HISTORICAL),
        ("Stent placed 28 July for AKI from a tumour.", "operation_note", dt.date(2025, 9, 10), When.CURRENT),
        ("AKI Apr 25.", "operation_note", dt.date(2025, 9, 10), When.HISTORICAL),
        ("AKI Aug 25.", "operation_note", dt.date(2025, 9, 10), When.CURRENT),
    ],
)
def test_an_earlier_stay_is_past(text: str, kind: str, day: dt.date | None, expected: When) -> None:
    assert when(text, "AKI", kind, day) is expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("PMH: complete heart block -> PPM 2020, gout", "heart block", When.HISTORICAL),
        ("PMH: PPM (complete heart block), gout", "heart block", When.HISTORICAL),
        ("PMH: AF -> PPM 2020", "AF", When.CURRENT),
        ("PMH: appendicitis - appendicectomy aged 9", "appendicitis", When.HISTORICAL),
        ("Diagnosis: complete heart block - PPM inserted", "heart block", When.CURRENT),
    ],
)
def test_what_a_treatment_ended_is_past(text: str, words: str, expected: When) -> None:
    assert when(text, words, "discharge_summary", None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Postoperative ileus. This has all resolved.", When.RESOLVED),
        ("Postoperative ileus. They have now settled at home.", When.RESOLVED),
        ("Postoperative ileus. This was treated with a tube.", When.CURRENT),
        ("Postoperative ileus. All drains removed, pain settled.", When.CURRENT),
    ],
)
def test_a_sentence_can_resolve_the_one_before_it(text: str, expected: When) -> None:
    assert when(text, "ileus", "discharge_summary", None) is expected


def test_treatments_that_leave_the_condition_are_not_listed() -> None:
    assert "ppm" in mends()["block"]
    assert "af" not in mends()
