"""What a submission derives from an episode, and what it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from makers import KNOWN, asks, record

from fourstep.administrative import Administrative
from fourstep.episode import CodedEpisode, Episode, Message, Sex
from fourstep.exchange.submission import Submission

DAY = dt.date(2025, 10, 10)


def bare_episode(known: Administrative | None = None, **fields: object) -> Submission:
    return Submission(Episode("a", administrative=known, **fields), CodedEpisode("a"))  # type: ignore[arg-type]


def test_national_codes_from_words_that_leave_one_choice() -> None:
    said = bare_episode(sex=Sex.MALE, patient_class="day case", discharge_destination="died")
    assert (said.sex, said.patient_classification) == ("1", "2")
    assert (said.discharge_destination, said.discharge_method) == ("79", "4")


def test_no_national_code_from_words_that_leave_several() -> None:
    said = bare_episode(sex=Sex.UNKNOWN, patient_class="outpatient", discharge_destination="care home")
    assert (said.sex, said.patient_classification, said.discharge_destination, said.discharge_method) == ("", "", "", "")


def test_what_the_administration_says_comes_first() -> None:
    said = bare_episode(KNOWN, sex=Sex.MALE, patient_class="day case")
    assert (said.sex, said.patient_classification) == ("2", "1")


def test_dates_of_the_only_episode_are_those_of_its_stay() -> None:
    said = bare_episode(admission_date=DAY, discharge_date=DAY + dt.timedelta(3))
    assert (said.episode_start, said.episode_end) == (DAY, DAY + dt.timedelta(3))
    assert (said.spell_days, said.episode_days) == (3, 3)


def test_dates_of_a_middle_episode_are_not_guessed() -> None:
    known = Administrative(episode_number=2, last_episode=False)
    said = bare_episode(known, admission_date=DAY, discharge_date=DAY)
    assert (said.episode_start, said.episode_end, said.episode_days) == (None, None, None)
    assert said.spell_start == DAY


@pytest.mark.parametrize(
    ("born", "age"), [(dt.date(1958, 10, 10), 67), (dt.date(1958, 10, 11), 66), (dt.date(2025, 10, 9), 0)]
)
def test_age_in_whole_years_at_the_start(born: dt.date, age: int) -> None:
    assert bare_episode(replace(KNOWN, birth_date=born)).start_age == age


def test_age_as_the_record_says_where_there_is_no_birth_date() -> None:
    assert bare_episode(age_years=7).start_age == 7
    assert bare_episode(age_days=400).start_age == 1
    assert bare_episode(age_days=20).start_age == 0
    assert bare_episode().start_age is None


def test_what_is_lacking_is_named() -> None:
    assert record().lacking(("nhs_number", "spell_start", "consultant_code")) == []
    assert bare_episode(admission_date=DAY).lacking(("nhs_number", "spell_start", "sex")) == ["nhs_number", "sex"]


def test_what_is_not_ready() -> None:
    assert record().unfinished == ""
    assert "query" in asks(record()).unfinished
    assert record(diagnoses=()).unfinished == "no diagnosis"
    wrong = record()
    wrong.coded.validation.append(Message("error", "AGE", "no such age"))
    assert "validation" in wrong.unfinished
    outpatient = record()
    outpatient.coded.admission = False
    assert outpatient.unfinished == "no coded admission"
