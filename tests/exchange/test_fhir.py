"""FHIR R4 bundles after UK Core: checked by another library, read by our own reader, and read back whole."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from makers import NOON, SUBMISSIONS, record

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.exchange.fhir import bundle
from fourstep.exchange.fhir_back import coded_from_bundle
from fourstep.exchange.submission import Submission
from fourstep.read import read_episodes


def of(value: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in value["entry"] if e["resource"]["resourceType"] == kind]


def test_the_bundle_says_who_which_stay_and_which_codes() -> None:
    value = bundle(record(), NOON)
    (patient,), (stay,) = of(value, "Patient"), of(value, "Encounter")
    assert patient["identifier"][0]["system"] == "https://fhir.nhs.uk/Id/nhs-number"
    assert patient["identifier"][0]["value"] == "9990000018"
    assert (patient["gender"], patient["birthDate"]) == ("female", "1958-03-02")
    assert (stay["class"]["code"], stay["period"]) == ("IMP", {"start": "2025-10-10", "end": "2025-10-14"})
    assert stay["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "21"
    assert stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "19"
    codes = [(c["code"]["coding"][0]["system"], c["code"]["coding"][0]["code"]) for c in of(value, "Condition")]
    assert codes[:2] == [("http://hl7.org/fhir/sid/icd-10-uk", "K80.0"), ("http://hl7.org/fhir/sid/icd-10-uk", "I10.X")]
    (operation, _) = of(value, "Procedure")
    assert (operation["code"]["coding"][0]["code"], operation["performedDateTime"]) == ("J18.3", "2025-10-11")
    ranked = {d["condition"]["reference"]: d["rank"] for d in stay["diagnosis"]}
    full = {e["resource"]["id"]: e["fullUrl"] for e in value["entry"]}
    assert [ranked[full[c["id"]]] for c in of(value, "Condition")] == [1, 2, 3]


def test_provenance_carries_the_words_behind_every_code() -> None:
    value = bundle(record(), NOON)
    targets = [p["target"][0]["reference"] for p in of(value, "Provenance")]
    coded = [e["fullUrl"] for e in value["entry"] if e["resource"]["resourceType"] in ("Condition", "Procedure")]
    assert targets == coded
    quote = of(value, "Provenance")[0]["entity"][0]["extension"][0]
    said = {p["url"]: next(v for k, v in p.items() if k.startswith("value")) for p in quote["extension"]}
    assert said == {"document": "letter.txt", "start": 4, "end": 9, "text": "words"}


@pytest.mark.parametrize("transaction", [False, True])
def test_another_library_takes_every_example(submissions: list[Submission], transaction: bool) -> None:
    for submission in submissions:
        value = bundle(submission, NOON, transaction=transaction)
        assert len(Bundle.model_validate_json(json.dumps(value)).entry) == len(value["entry"])


def test_every_reference_leads_to_an_entry(submissions: list[Submission]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["reference"]] if isinstance(value.get("reference"), str) else []
            return own + [r for inner in value.values() for r in references(inner)]
        return [r for inner in value for r in references(inner)] if isinstance(value, list) else []

    for submission in submissions:
        value = bundle(submission, NOON)
        assert set(references(value)) <= {e["fullUrl"] for e in value["entry"]}


def test_our_own_reader_reads_it_as_the_same_stay_with_the_same_codes(
    submissions: list[Submission], tmp_path: Path
) -> None:
    for submission in submissions:
        if submission.coded.diagnoses:
            (tmp_path / "bundle.json").write_text(json.dumps(bundle(submission, NOON)), encoding="utf-8")
            (episode,) = read_episodes(tmp_path / "bundle.json")
            assert isinstance(episode, Episode), episode
            assert episode.admission, episode.note
            assert episode.sex is submission.episode.sex
            assert episode.discharge_date == submission.episode.discharge_date
            entries = [(e.system, e.code) for e in episode.documents[0].entries]
            assert entries == [("icd10", c.code) for c in submission.coded.diagnoses] + [
                ("opcs4", c.code) for c in submission.coded.procedures
            ]


def test_the_examples_come_back_with_their_evidence(submissions: list[Submission], coder: Coder) -> None:
    for submission in submissions:
        back = coded_from_bundle(json.loads(json.dumps(bundle(submission, NOON))), "x")
        assert back.episode_id == submission.coded.episode_id
        for mine, theirs in (
            (submission.coded.diagnoses, back.diagnoses),
            (submission.coded.procedures, back.procedures),
        ):
            assert [c.as_procedure() for c in theirs] == [c.as_procedure() for c in mine]


@settings(max_examples=30, deadline=None)
@given(SUBMISSIONS)
def test_any_coding_comes_back(submission: Submission) -> None:
    back = coded_from_bundle(json.loads(json.dumps(bundle(submission, NOON))), "x")
    assert (back.diagnoses, back.procedures) == (submission.coded.diagnoses, submission.coded.procedures)


def test_the_same_coding_gives_the_same_bundle_and_ids_that_stay() -> None:
    assert bundle(record(), NOON) == bundle(record(), NOON)
    later = NOON + dt.timedelta(days=1)
    ids = [[e["request"]["url"] for e in bundle(record(), when, transaction=True)["entry"]] for when in (NOON, later)]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & {e["request"]["url"] for e in bundle(record("b"), NOON, transaction=True)["entry"]}


def test_what_is_not_known_is_not_said() -> None:
    value = bundle(record(known=None), NOON)
    (patient,) = of(value, "Patient")
    assert "identifier" not in patient
    assert "birthDate" not in patient
    assert Bundle.model_validate_json(json.dumps(value))


def test_markup_in_a_title_stays_text() -> None:
    submission = record()
    submission.coded.diagnoses[0].title = "<script>& stones"
    (composition,) = of(bundle(submission, NOON), "Composition")
    assert "&lt;script&gt;&amp; stones" in composition["section"][0]["text"]["div"]


@pytest.mark.parametrize("value", [{}, [], None, {"entry": []}, {"entry": [{"fullUrl": "a", "resource": {}}]}])
def test_other_bundles_are_refused(value: Any) -> None:
    with pytest.raises(ReadError, match="no bundle"):
        coded_from_bundle(value, "x")
