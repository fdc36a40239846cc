"""`fourstep export`: from records to the files that leave, coded on the way or taken from a file of codings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import SECRET, Run
from fourstep.exchange import cds, cds_xml, hes, private
from fourstep.exchange.fhir_back import coded_from_bundle
from fourstep.output.export import FORMATS


def episode(folder: Path, name: str, text: str, **fields: object) -> Path:
    """An episode folder with one discharge summary."""
    path = folder / name
    path.mkdir(parents=True)
    (path / "letter.txt").write_text(text, encoding="utf-8")
    document = {"file": "letter.txt", "type": "discharge_summary"}
    stay = {"admission_date": "2025-10-10", "discharge_date": "2025-10-14", "sex": "male", "age_years": 70}
    (path / "episode.json").write_text(json.dumps({"id": name, "documents": [document], **stay, **fields}), encoding="utf-8")
    return path


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    episode(tmp_path / "ward", "one", "Diagnosis: community acquired pneumonia\nPMH: T2DM, hypertension\n")
    episode(tmp_path / "ward", "two", "Diagnosis: acute appendicitis\n")
    return tmp_path / "ward"


def test_every_format_is_written(run: Run, ward: Path, tmp_path: Path) -> None:
    for form in FORMATS:
        ran = run("export", ward, "--format", form, "--output", f"out.{form}")
        assert (ran.status, ran.out) == (0, "")
        assert f"2 episodes written to out.{form}" in ran.err
    text = {form: (tmp_path / f"out.{form}").read_bytes().decode("utf-8", "replace") for form in FORMATS}
    bundles = [coded_from_bundle(json.loads(line), "x") for line in text["fhir"].splitlines()]
    assert [b.diagnoses[0].code for b in bundles] == ["J18.9", "K35.8"]
    assert [r.diagnoses[0] for r in cds.read(text["cds"], "x")] == ["J189", "K358"]
    assert [g.diagnoses[0] for g in cds_xml.read((tmp_path / "out.cds-xml").read_bytes(), "x")] == ["J189", "K358"]
    assert [r["DIAG_01"] for r in hes.read_csv(text["hes-csv"], "x")] == ["J189", "K358"]
    assert [r["DIAG_01"] for r in hes.read_parquet(tmp_path / "out.hes-parquet")] == ["J189", "K358"]
    assert [r["primary_diagnosis"] for r in private.read_csv(text["private"], "x")] == ["J18.9", "K35.8"]


def test_one_episode_is_one_bundle(run: Run, ward: Path, tmp_path: Path) -> None:
    run("export", ward / "one", "--format", "fhir", "--output", "one.json")
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["type"] == "document"


def test_codings_are_taken_from_a_file_as_they_stand(run: Run, ward: Path, tmp_path: Path) -> None:
    run("code", ward, "--format", "jsonl", "--output", "coded.jsonl")
    coded = (tmp_path / "coded.jsonl").read_text(encoding="utf-8").replace("K35.8", "K35.3")
    (tmp_path / "coded.jsonl").write_text(coded, encoding="utf-8")
    ran = run("export", ward, "--coded", "coded.jsonl", "--format", "hes-csv", "--output", "hes.csv")
    assert ran.status == 0
    assert "K353" in (tmp_path / "hes.csv").read_text(encoding="utf-8")


def test_episodes_and_codings_that_do_not_meet_are_named(run: Run, ward: Path, tmp_path: Path) -> None:
    run("code", ward, "--format", "jsonl", "--output", "coded.jsonl")
    episode(tmp_path / "more", "three", "Diagnosis: cellulitis\n")
    ran = run("export", ward / "one", tmp_path / "more", "--coded", "coded.jsonl", "--format", "cds", "--output", "o")
    assert ran.status == 1
    assert any("three" in line and "does not have this episode" in line for line in ran.complaints)
    assert any("coded episode two is not among the episodes" in line for line in ran.complaints)
    assert len(cds.read((tmp_path / "o").read_text(), "o")) == 1


def test_one_id_twice_is_written_once(run: Run, ward: Path, tmp_path: Path) -> None:
    again = episode(tmp_path / "again", "one", "Diagnosis: gout\n")
    ran = run("export", ward / "one", again, "--format", "private", "--output", "o.csv")
    assert ran.status == 1
    assert any("more than once" in line for line in ran.complaints)
    assert [r["episode_id"] for r in private.read_csv((tmp_path / "o.csv").read_text(), "o")] == ["one"]


def test_what_is_not_ready_stays_out_unless_asked_for(run: Run, ward: Path, tmp_path: Path) -> None:
    run("code", ward, "--format", "jsonl", "--output", "coded.jsonl")
    lines = [json.loads(x) for x in (tmp_path / "coded.jsonl").read_text(encoding="utf-8").splitlines()]
    question = {"about": "which", "why": "two", "evidence": [], "blocking": True, "codes": [], "options": []}
    lines[0]["queries"] = [question]
    lines[1]["diagnoses"] = []
    (tmp_path / "coded.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = run("export", ward, "--coded", "coded.jsonl", "--format", "cds-xml", "--output", "o.xml")
    assert ran.status == 1
    assert any("one: left out: a query" in line for line in ran.complaints)
    assert any("two: left out: no diagnosis" in line for line in ran.complaints)
    run("export", ward, "--coded", "coded.jsonl", "--unfinished", "--format", "cds-xml", "--output", "o.xml")
    assert [g.episode_id for g in cds_xml.read((tmp_path / "o.xml").read_bytes(), "o")] == ["one"]


def test_what_the_receiver_will_miss_is_said_once_for_all(run: Run, ward: Path) -> None:
    ran = run("export", ward, "--format", "cds", "--output", "o")
    (line,) = ran.complaints
    assert line.startswith("fourstep: one, two: not known: nhs_number")


def test_a_value_that_does_not_fit_costs_only_its_own_episode(run: Run, ward: Path, tmp_path: Path) -> None:
    episode(ward, "long", "Diagnosis: gout\n", administrative={"local_patient_id": SECRET})
    ran = run("export", ward, "--format", "cds", "--output", "o")
    assert ran.status == 1
    assert any("long" in line and "local_patient_id is longer" in line for line in ran.complaints)
    assert SECRET not in ran.err
    assert [r.fields["unique_id"] for r in cds.read((tmp_path / "o").read_text(), "o")] == ["BONE", "BTWO"]


def test_sender_and_recipient_of_the_data_set(run: Run, ward: Path, tmp_path: Path) -> None:
    run("export", ward, "--format", "cds", "--output", "o", "--sender", "RZZ00", "--recipient", "QZZ00")
    (first, _) = cds.read((tmp_path / "o").read_text(), "o")
    assert (first.fields["sender"], first.fields["recipient"]) == ("RZZ00", "QZZ00")


def test_a_folder_that_is_not_there_is_said_before_the_work(run: Run, ward: Path) -> None:
    ran = run("export", ward, "--format", "cds", "--output", "nowhere/o")
    assert ran.status == 2
    assert "no such folder" in ran.complaints[0]


def test_a_record_that_cannot_be_read_costs_only_itself(run: Run, ward: Path, tmp_path: Path) -> None:
    (ward / "two" / "letter.txt").write_bytes(b"\0\1")
    ran = run("export", ward, "--format", "hes-csv", "--output", "o.csv")
    assert ran.status == 1
    assert [r["EPIKEY"] for r in hes.read_csv((tmp_path / "o.csv").read_text(), "o")] == ["one"]
