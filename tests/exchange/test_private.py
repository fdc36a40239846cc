"""The extract of an independent hospital."""

from __future__ import annotations

from hypothesis import given, settings
from makers import SUBMISSIONS, record

from fourstep.exchange import cds, private
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


def test_the_day_case_of_an_independent_hospital_lacks_nothing(submissions: list[Submission]) -> None:
    (submission,) = [s for s in submissions if s.episode.id == "carpal-tunnel-private"]
    assert submission.unfinished == ""
    assert submission.lacking(private.NEEDED) == []
    assert cds.shortcomings(submission) == ["not known: commissioner"], "the patient's insurer pays"
    row = private.row(submission)
    assert (row["administrative_category"], row["funder"], row["insurer"]) == ("02", "insured", "Northmoor Mutual")
    assert (row["patient_classification"], row["length_of_stay"], row["provider_code"]) == ("2", "0", "NZZ99")
    assert (row["primary_diagnosis"], row["main_procedure"], row["other_procedures"]) == ("G56.0", "A65.1", "Z94.2")
    assert row["main_procedure_date"] == "2025-10-02"
