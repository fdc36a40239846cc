"""Names written over a dash, through the whole coder."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder()


def _codes(coder: Coder, text: str) -> list[tuple[str, list[str]]]:
    day = dt.date(2025, 5, 1)
    episode = Episode("e", documents=(Document("note.txt", text, "discharge_summary"),), discharge_date=day)
    return [(d.code, [e.text for e in d.evidence]) for d in coder.code(episode).diagnoses]


def test_a_name_over_a_dash_is_one_and_quotes_both_sides(coder: Coder) -> None:
    assert _codes(coder, "Diagnosis: Athetosis - congenital") == [("G80.3", ["Athetosis", "congenital"])]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Diagnosis: Cerebral tumour - benign", ["D33.2"]),  # what follows changes what it is
        ("Diagnosis: Hiatus hernia - irreducible", ["K44.0"]),  # and is no second hernia
        ("Diagnosis: Gout - asthma", ["M10.99", "J45.9"]),  # two that say something stay two
    ],
)
def test_the_second_side_belongs_to_the_first_or_stands_alone(coder: Coder, text: str, codes: list[str]) -> None:
    assert [code for code, _ in _codes(coder, text)] == codes
