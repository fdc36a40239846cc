"""The extract of an independent hospital."""

from __future__ import annotations

from hypothesis import given, settings
from makers import SUBMISSIONS, record

from fourstep.exchange import private
from fourstep.exchange.submission import Submission


def test_a_row_has_the_lists_in_national_order() -> None:
    row = private.row(record())
    assert (row["primary_diagnosis"], row["secondary_diagnoses"]) == ("K80.0", "I10.X;E11.9")
    assert (row["main_procedure"], row["main_procedure_date"]) == ("J18.3", "2025-10-11")
    assert (row["other_procedures"], row["other_procedure_dates"]) == ("Y75.2", "2025-10-11")
    assert (row["administrative_category"], row["funder"], row["length_of_stay"]) == ("01", "nhs", "4")


def test_the_examples_come_back(submissions: list[Submission]) -> None:
    assert private.read_csv(private.write_csv(submissions), "x") == [private.row(s) for s in submissions]


@settings(max_examples=30, deadline=None)
@given(SUBMISSIONS)
def test_any_episode_comes_back(submission: Submission) -> None:
    assert private.read_csv(private.write_csv([submission]), "x") == [private.row(submission)]
