"""Dates, ages, and the hospital's own words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourstep.read.dates import age_on, parse_date
from fourstep.read.fields import admission_method_of, destination_of, patient_class_of

DAY = dt.date(2024, 8, 7)


@pytest.mark.parametrize(
    "value",
    [
        "2024-08-07", "2024-8-7", "2024-08-07T10:15:00+01:00", "2024-08-07 10:15", "20240807", "202408071015",
        "07/08/2024", "7.8.2024", "07-08-2024 09:30", "7 August 2024", "07-Aug-2024 09:00", "7th Aug 2024",
        "07Aug2024",
    ],
)  # fmt: skip
def test_dates_day_first(value: str) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    ["", "2024", "2024-08", "soon", "32/01/2024", "13/13/2024", "0001-01-01", "9999-12-31", "7 Foo 2024"]
)  # fmt: skip
def test_what_is_no_date(value: str) -> None:
    assert parse_date(value) is None


@given(st.text())
def test_no_text_breaks_the_dates(value: str) -> None:
    parse_date(value)


def test_ages() -> None:
    assert age_on(dt.date(2000, 2, 29), dt.date(2025, 2, 28)) == (24, 9131)
    assert age_on(dt.date(2025, 1, 1), dt.date(2025, 1, 1)) == (0, 0)
    assert age_on(dt.date(2025, 1, 2), dt.date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("value", "method"),
    [
        ("11", "elective"), ("12", "elective"), ("13", "elective"), ("21", "emergency"), ("2A", "emergency"),
        ("2B", "transfer"), ("2C", "birth"), ("28", "emergency"), ("31", "maternity"), ("81", "transfer"),
        ("82", "birth"), ("99", None), ("", None), ("Emergency", "emergency"), ("non-elective", "emergency"),
        ("Elective - waiting list", "elective"), ("via A&E", "emergency"),
        ("Admitted ante-partum", "maternity"),
        ("Transfer from another provider", "transfer"), ("Baby born in this hospital", "birth"),
    ],
)  # fmt: skip
def test_admission_methods(value: str, method: str | None) -> None:
    assert admission_method_of(value) == method


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("1", "ordinary"), ("2", "day case"), ("3", "regular day"), ("IMP", "ordinary"),
        ("AMB", "outpatient"),
        ("EMER", "emergency care"), ("Daycase", "day case"), ("Regular day attender", "regular day"),
        ("inpatient", "ordinary"), ("maternity", "maternity"), ("elsewhere", None),
    ],
)  # fmt: skip
def test_patient_classes(value: str, known: str | None) -> None:
    assert patient_class_of(value) == known


def test_destinations() -> None:
    assert destination_of("19") == "usual place of residence"
    assert destination_of("79") == "died"
    assert destination_of("  Home  with daughter ") == "Home with daughter"
