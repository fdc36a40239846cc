"""Dates in statements, in UK order."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.analyse.document import analyse_document
from fourstep.analyse.statements import When
from fourstep.analyse.words import tokenise
from fourstep.episode import Document

DAY = dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ORIF 26/8/24", dt.date(2024, 8, 26)),
        ("ORIF 26.08.2024", dt.date(2024, 8, 26)),
        ("ORIF 26-08-2024", dt.date(2024, 8, 26)),
        ("ORIF 2024-08-26", dt.date(2024, 8, 26)),
        ("ORIF 3 Aug 2024", dt.date(2024, 8, 3)),
        ("ORIF on 3rd August", dt.date(2024, 8, 3)),
        ("ORIF 26/8", dt.date(2024, 8, 26)),
        ("Procedure: ORIF 26.8", dt.date(2024, 8, 26)),
        ("Potassium 4.6", None),
        ("Antibiotics for 5/7", None),
        ("Pain 9/10, GCS 15/15", None),
        ("1/3 tubular plate", None),
        ("BP 148/82", None),
        ("NIV 12-15/9", dt.date(2024, 9, 12)),
        ("seen 31/02/2024", None),
    ],
)
def test_dates(text: str, date: dt.date | None) -> None:
    document = Document("note", text, "discharge_summary", DAY)
    assert analyse_document(document, 0, tokenise(text))[0].date == date


def test_a_day_without_a_year_may_lie_before_the_turn_of_the_year() -> None:
    document = Document("note", "Fell 28/12", "discharge_summary", dt.date(2025, 1, 3))
    assert analyse_document(document, 0, tokenise(document.text))[0].date == dt.date(2024, 12, 28)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Hip replacement 2015", When.HISTORICAL),
        ("Hip replacement 12/3/2023", When.HISTORICAL),
        ("Hip replacement 30/8/2024", When.CURRENT),
        ("Hip replacement 2024", When.CURRENT),
        ("Hypertension since 2015", When.CURRENT),
    ],
)
def test_a_past_date_makes_history(text: str, when: When) -> None:
    document = Document("note", text, "discharge_summary", DAY)
    assert analyse_document(document, 0, tokenise(text))[0].when is when
