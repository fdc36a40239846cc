"""The administrative fields of an episode.json and of a JSONL line."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_makers import MakeFolder, one

from fourstep.administrative import Administrative
from fourstep.episode import Episode
from fourstep.read import read_episodes
from fourstep.read.administrative import administrative_from, national_code, nhs_number_of

EVERY: dict[str, str | int | bool] = {
    "nhs_number": "9990000018",
    "nhs_number_status": "01",
    "local_patient_id": "Ab 12/7",
    "birth_date": "1958-03-02",
    "sex": "2",
    "ethnic_category": "A",
    "postcode": "ZZ99 3VZ",
    "gp_practice": "V81999",
    "spell_id": "SP-1001",
    "spell_start": "2025-10-10",
    "spell_end": "2025-10-14",
    "patient_classification": "1",
    "admission_method": "2A",
    "admission_source": "19",
    "discharge_destination": "19",
    "discharge_method": "1",
    "intended_management": "1",
    "administrative_category": "01",
    "episode_number": 2,
    "last_episode": True,
    "episode_start": "2025-10-11",
    "episode_end": "2025-10-14",
    "consultant_code": "C9999998",
    "main_specialty": "300",
    "treatment_function": "340",
    "neonatal_level": "8",
    "critical_care_days": 1,
    "rehabilitation_days": 0,
    "palliative_care_days": 0,
    "provider_code": "RZZ00",
    "site_code": "RZZ01",
    "commissioner": "QZZ",
    "funder": "nhs",
    "insurer": "Northmoor Mutual",
    "wait_days": 31,
}


def test_every_field_is_read_and_given_back(make_folder: MakeFolder) -> None:
    assert set(EVERY) == {f.name for f in fields(Administrative)}
    episode = one(make_folder({"note.txt": "words"}, administrative=EVERY))
    assert episode.warnings == ()
    assert episode.administrative is not None
    assert episode.administrative.birth_date == dt.date(1958, 3, 2)
    assert episode.administrative.as_dict() == EVERY


def test_an_episode_without_the_fields_has_none(make_folder: MakeFolder) -> None:
    assert one(make_folder({"note.txt": "words"})).administrative is None
    assert one(make_folder({"note.txt": "words"}, administrative={"spell_id": " "})).administrative is None


def test_lines_of_json_have_them_too(tmp_path: Path) -> None:
    record = {"id": "a", "documents": [{"text": "words"}], "administrative": {"spell_id": "7"}}
    (tmp_path / "many.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (episode,) = read_episodes(tmp_path / "many.jsonl")
    assert isinstance(episode, Episode)
    assert episode.administrative == Administrative(spell_id="7")


def test_national_codes_among_the_record_s_own_fields_are_kept(make_folder: MakeFolder) -> None:
    own = {"patient_class": "2", "admission_method": "11", "discharge_destination": "19"}
    episode = one(make_folder({"note.txt": "words"}, **own))
    assert (episode.patient_class, episode.admission_method) == ("day case", "elective")
    assert episode.administrative == Administrative(
        patient_classification="2", admission_method="11", discharge_destination="19"
    )
    said = one(make_folder({"note.txt": "words"}, administrative={"admission_method": "12"}, **own, name="b"))
    assert said.administrative is not None
    assert said.administrative.admission_method == "12"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("nhs_number", "999 000 0018", "9990000018"),
        ("nhs_number", 9990000018, "9990000018"),
        ("administrative_category", 1, "01"),
        ("nhs_number_status", "2", "02"),
        ("postcode", "zz993vz", "ZZ99 3VZ"),
        ("provider_code", " rzz ", "RZZ"),
        ("funder", "Self-Pay", "self-pay"),
        ("birth_date", "02/03/1958", dt.date(1958, 3, 2)),
        ("episode_number", "3", 3),
    ],
)
def test_values_in_other_forms(field: str, value: object, expected: object) -> None:
    warnings: list[str] = []
    found = administrative_from({field: value}, warnings)
    assert (getattr(found, field), warnings) == (expected, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nhs_number", "9990000019"),
        ("nhs_number", "٩٩٩٠٠٠٠٠١٨"),
        ("nhs_number", "secret"),
        ("admission_method", "elective"),
        ("administrative_category", "05"),
        ("sex", "female"),
        ("postcode", "London"),
        ("episode_number", 0),
        ("episode_number", 98),
        ("episode_number", True),
        ("last_episode", "yes"),
        ("birth_date", 19580302),
        ("spell_id", ["a"]),
        ("spell_id", "a\tb\x00"),
        ("treatment_function", "General surgery"),
        ("funder", "BUPA"),
    ],
)
def test_what_has_not_its_form_is_left_unknown_and_named(field: str, value: object) -> None:
    warnings: list[str] = []
    assert administrative_from({field: value}, warnings) is None
    assert len(warnings) == 1
    assert field in warnings[0]
    assert str(value) not in warnings[0]


def test_a_key_that_is_no_field_is_named_only_where_it_is_a_word() -> None:
    warnings: list[str] = []
    assert administrative_from({"colour": "red", "Mrs 999 000 0018": "x"}, warnings) is None
    assert "colour" in warnings[0]
    assert "999" not in warnings[1]


def test_not_an_object(make_folder: MakeFolder) -> None:
    episode = one(make_folder({"note.txt": "words"}, administrative=["a"]))
    assert episode.administrative is None
    assert "administrative" in episode.warnings[0]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("birth_date", "spell_start"), ("spell_start", "spell_end"), ("episode_start", "episode_end"), ("episode_end", "spell_end")],
)
def test_dates_the_wrong_way_round_warn(earlier: str, later: str) -> None:
    warnings: list[str] = []
    assert administrative_from({earlier: "2025-02-02", later: "2025-02-01"}, warnings) is not None
    assert warnings == [f"administrative: {later} is before {earlier}"]


@given(st.integers(min_value=0, max_value=999_999_999))
def test_one_check_digit_or_none_is_right(number: int) -> None:
    right = [d for d in range(10) if nhs_number_of(f"{number:09}{d}")]
    assert len(right) <= 1


@given(st.sampled_from(sorted(EVERY)), st.text() | st.integers() | st.none() | st.booleans() | st.lists(st.integers()))
def test_no_value_is_too_strange(field: str, value: object) -> None:
    warnings: list[str] = []
    found = administrative_from({field: value}, warnings)
    assert found is None or administrative_from(found.as_dict(), []) == found


def test_national_codes_of_messages() -> None:
    assert national_code("admission_method", "2a") == "2A"
    assert national_code("admission_method", "emergency") == ""
    assert national_code("colour", "1") == ""
