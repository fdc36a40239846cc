"""`fourstep measures`: tables, CSV and JSON of the same figures; what cannot be read is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from command_line import Run

HES = """EPIKEY,EPIEND,TRETSPEF,DIAG_01,DIAG_02,DIAG_03,OPERTN_01
a,2026-03-30,300,J18.9,I10X,E119,
b,2026-04-02,300,R074,,,
c,2026-04-05,110,S7200,W190,N183,W371
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hes.csv"
    path.write_text(HES, encoding="utf-8")
    return path


def test_the_table_and_why_a_figure_is_not_there(run: Run, file: Path) -> None:
    ran = run("measures", file)
    assert ran.status == 0
    assert "Depth of coding" in ran.out
    assert "1.33" in ran.out  # (2 + 0 + 2) / 3
    assert "33.3 %" in ran.out
    assert "Emergency readmission in 30 days: needs patient_id" in ran.out


def test_csv_and_json_hold_the_same(run: Run, file: Path, tmp_path: Path) -> None:
    run("measures", file, "--by", "specialty", "--csv", tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))
    values = json.loads(run("measures", file, "--by", "specialty", "--json").out)
    assert [r["measure"] for r in rows] == [v["measure"] for v in values]
    depth = {v["group"]: v["value"] for v in values if v["measure"] == "depth"}
    assert depth == {"110": 2.0, "300": 1.0}


def test_groups_and_the_commonest(run: Run, file: Path) -> None:
    out = run("measures", file, "--by", "month").out
    assert "2026-03" in out
    assert "2026-04" in out
    common = json.loads(run("measures", file, "--commonest", "procedures", "--json").out)
    assert [(c["code"], c["episodes"], c["2026-04"]) for c in common] == [("W371", 1, 1)]
    assert "J18" in run("measures", file, "--commonest", "diagnoses").out


def test_definitions_need_no_file(run: Run) -> None:
    out = run("measures", "--definitions").out
    assert "Lancet" in out
    assert "Caveats" in out or "caveats" in out


def test_rows_left_out_are_named_and_the_status_is_one(run: Run, file: Path) -> None:
    file.write_text(HES + "d,2026-04-05,110,Featherstonehaugh,,,\n", encoding="utf-8")
    ran = run("measures", file)
    assert ran.status == 1
    assert ran.complaints == [f"fourstep: {file}:5: diagnoses: entry 1 has not the shape of a code [F100]"]
    assert "1 rows were left out" in ran.err
    assert "Featherstonehaugh" not in ran.err + ran.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "name a file of coded episodes"),
        (["nothing.csv"], "nothing.csv: there is no such file"),
        (["hes.csv", "--by", "weather"], "grouped by one of month, specialty, consultant, coder, not by weather"),
        (["hes.csv", "--commonest", "hrgs"], "no episode has hrgs"),
        (["hes.csv", "--shmi-groups", "none.txt"], "none.txt: there is no such table"),
    ],
)
def test_what_cannot_be_carried_out(run: Run, file: Path, options: list[str], message: str) -> None:
    ran = run("measures", *options)
    assert ran.status == 2
    assert message in ran.err
