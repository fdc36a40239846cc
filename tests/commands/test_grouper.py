"""`fourstep grouper`: input, import and price, from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from command_line import Run
from fourstep.exchange import grouper_input as gi
from grouper_runs import Said
from grouper_runs import run as grouper_run

PRICES = "hrg,name,day_case,elective,non_elective\nDZ11V,Pneumonia,,900,1500\nDZ11R,Pneumonia with more,,1900,2500\n"
KNOWN = {
    "provider_code": "RZZ", "sex": "1", "patient_classification": "1", "admission_method": "21", "admission_source": "19",
    "discharge_destination": "19", "discharge_method": "1", "main_specialty": "300", "treatment_function": "300",
}  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Path:
    text = "Diagnosis: community acquired pneumonia\nPMH: T2DM, hypertension\n"
    line = {"id": "one", "age_years": 70, "admission_date": "2025-10-10", "discharge_date": "2025-10-14",
            "documents": [{"text": text, "type": "discharge_summary"}], "administrative": KNOWN}  # fmt: skip
    (tmp_path / "one.jsonl").write_text(json.dumps(line), encoding="utf-8")
    (tmp_path / "prices.csv").write_text(PRICES, encoding="utf-8")
    return tmp_path / "one.jsonl"


def sent(tmp_path: Path, name: str = "apc") -> list[gi.Row]:
    return gi.read((tmp_path / f"{name}.csv").read_text(encoding="ascii"), "apc")


def test_input_with_its_record_definition(run: Run, record: Path, tmp_path: Path) -> None:
    ran = run("grouper", "input", record, "--output", "apc.csv")
    assert (ran.status, ran.complaints) == (0, [])
    (row,) = sent(tmp_path)
    assert (row["DIAG_01"], row["EPIDUR"], row["STARTAGE"]) == ("J189", "4", "70")
    names = gi.read_record_definition((tmp_path / "apc.rdf").read_text(encoding="ascii"), "rdf")
    assert names == tuple((tmp_path / "apc.csv").read_text(encoding="ascii").splitlines()[0].split(","))


def test_what_the_grouper_would_refuse_is_said(run: Run, note: Path) -> None:
    ran = run("grouper", "input", note, "--output", "apc.csv", "--provider", "RZZ")
    assert "not known: STARTAGE" in ran.complaints[0]
    assert "PROCODET" not in ran.complaints[0]


def test_a_value_that_the_file_cannot_carry_costs_only_its_own_episode(run: Run, record: Path, tmp_path: Path) -> None:
    line = json.loads(record.read_text(encoding="utf-8"))
    other = line | {"id": "two", "administrative": KNOWN | {"provider_code": "RZ1"}}
    record.write_text(json.dumps(line) + "\n" + json.dumps(other), encoding="utf-8")
    ran = run("grouper", "input", record, "--output", "apc.csv")
    assert (ran.status, [row["EPISODE_ID"] for row in sent(tmp_path)]) == (0, ["one", "two"])
    ran = run("grouper", "input", record, "--output", "apc.csv", "--provider", "not,a,code")
    assert ran.status == 0, "the provider is for records that name none"
    del line["administrative"]["provider_code"]
    record.write_text(json.dumps(line) + "\n" + json.dumps(other), encoding="utf-8")
    ran = run("grouper", "input", record, "--output", "apc.csv", "--provider", "not,a,code")
    assert (ran.status, [row["EPISODE_ID"] for row in sent(tmp_path)]) == (1, ["two"])
    assert "PROCODET" in ran.complaints[-1]


def test_from_the_grouper_to_the_price(run: Run, record: Path, tmp_path: Path) -> None:
    run("grouper", "input", record, "--output", "apc.csv")
    fce = grouper_run(sent(tmp_path), [Said("DZ11V", days=4)], tmp_path)
    ran = run("grouper", "import", "apc.csv", fce, "--output", "grouped.jsonl")
    assert (ran.status, ran.complaints) == (0, [])
    shown = run("grouper", "price", "grouped.jsonl", "--prices", "prices.csv").out
    for words in ("one", "DZ11V", "2 of 2", "non-elective", "1500.00", "total"):
        assert words in shown
    (row,) = json.loads(run("grouper", "price", "grouped.jsonl", "--prices", "prices.csv", "--format", "json").out)
    assert (row["price"], row["hrg"], row["name"]) == ("1500.00", "DZ11V", "Pneumonia")
    dear = run("grouper", "price", "grouped.jsonl", "--prices", "prices.csv", "--format", "csv", "--factor", "1.1").out
    assert next(csv.DictReader(io.StringIO(dear)))["price"] == "1650.00"


def test_what_a_recoding_changed(run: Run, record: Path, tmp_path: Path) -> None:
    for name, hrg in (("before", "DZ11V"), ("after", "DZ11R")):
        run("grouper", "input", record, "--output", f"{name}.csv")
        fce = grouper_run(sent(tmp_path, name), [Said(hrg)], tmp_path, name)
        run("grouper", "import", f"{name}.csv", fce, "--output", f"{name}.jsonl")
    common = ("grouper", "price", "after.jsonl", "--prices", "prices.csv", "--before", "before.jsonl")
    (row,) = csv.DictReader(io.StringIO(run(*common, "--format", "csv").out))
    assert (row["hrg_before"], row["spell_hrg"]) == ("DZ11V", "DZ11R")
    assert (row["price_before"], row["price"], row["difference"]) == ("1500.00", "2500.00", "1000.00")
    (tmp_path / "before.jsonl").write_text("", encoding="utf-8")
    assert "other episodes" in run(*common).complaints[0]


def test_an_episode_that_does_not_come_back_is_status_1(run: Run, record: Path, tmp_path: Path) -> None:
    run("grouper", "input", record, "--output", "apc.csv")
    fce = grouper_run(sent(tmp_path), [Said("DZ11V")], tmp_path)
    fce.write_text(fce.read_text().replace("J189", "J188"))
    ran = run("grouper", "import", "apc.csv", fce, "--output", "grouped.jsonl")
    assert ran.status == 1
    assert f"{fce}:2: grouped from another coding" in ran.complaints[0]
    assert (tmp_path / "grouped.jsonl").read_text() == ""


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"episode_id": "a"}'])
def test_a_grouped_file_that_cannot_be_used_is_named(run: Run, record: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "grouped.jsonl").write_text(line + "\n", encoding="utf-8")
    ran = run("grouper", "price", "grouped.jsonl", "--prices", "prices.csv")
    assert ran.status == 2
    assert "grouped.jsonl:1" in ran.complaints[0]


def test_a_factor_that_is_no_number(run: Run, record: Path, tmp_path: Path) -> None:
    (tmp_path / "grouped.jsonl").write_text("", encoding="utf-8")
    ran = run("grouper", "price", "grouped.jsonl", "--prices", "prices.csv", "--factor", "much")
    assert "no number" in ran.complaints[0]
