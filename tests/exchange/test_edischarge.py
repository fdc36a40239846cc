"""One eDischarge message goes in, and comes out as FHIR, CDS and grouper input with its codes and their evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from makers import NOON

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.exchange import cds, grouper_input
from fourstep.exchange.fhir import bundle
from fourstep.exchange.fhir_back import coded_from_bundle
from fourstep.exchange.submission import Submission
from fourstep.read import read_episodes

MESSAGE = Path(__file__).parent.parent / "read" / "fixtures" / "itk3_stu3_discharge.xml"
DIAGNOSES = ["S72.00", "W01.4", "E11.9"]
PROCEDURES = ["W46.1", "Z94.3"]


@pytest.fixture(scope="module")
def submission(coder: Coder) -> Submission:
    (episode,) = read_episodes(MESSAGE)
    assert isinstance(episode, Episode)
    return Submission(episode, coder.code(episode))


def test_it_comes_out_as_fhir_with_the_words_behind_every_code(submission: Submission) -> None:
    value = json.loads(json.dumps(bundle(submission, NOON)))
    assert Bundle.model_validate_json(json.dumps(value))
    coded = coded_from_bundle(value, "bundle")
    assert [c.code for c in coded.diagnoses] == DIAGNOSES
    assert [c.code for c in coded.procedures] == PROCEDURES
    texts = {d.name: d.text for d in submission.episode.documents}
    for code in coded.diagnoses + coded.procedures:
        assert code.evidence
        for quote in code.evidence:
            assert quote.path or texts[quote.document][quote.start : quote.end] == quote.text
    (patient,) = [e["resource"] for e in value["entry"] if e["resource"]["resourceType"] == "Patient"]
    assert patient["identifier"][0]["value"] == "9990000018"


def test_it_comes_out_as_cds(submission: Submission) -> None:
    (back,) = cds.read(cds.write([cds.cds_record(submission, cds.Control(NOON), 1)]), "cds")
    assert back.diagnoses == [c.replace(".", "") for c in DIAGNOSES]
    assert [code for code, _ in back.procedures] == [c.replace(".", "") for c in PROCEDURES]
    assert (back.fields["nhs_number"], back.fields["admission_method"]) == ("9990000018", "21")
    assert (back.fields["spell_start"], back.fields["spell_end"]) == ("20250309", "20250314")


def test_it_comes_out_as_grouper_input(submission: Submission) -> None:
    (row,) = grouper_input.read(grouper_input.write(grouper_input.rows([submission], "RZZ")), "apc")
    assert [row[f"DIAG_{n:02}"] for n in (1, 2, 3)] == ["S7200", "W014", "E119"]
    assert [row[f"OPER_{n:02}"] for n in (1, 2)] == ["W461", "Z943"]
    assert (row["STARTAGE"], row["SEX"], row["CLASSPAT"], row["ADMIMETH"], row["EPIDUR"]) == ("83", "2", "1", "21", "5")
