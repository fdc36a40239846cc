"""HES-like rows as CSV and Parquet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from makers import SUBMISSIONS, record

from fourstep.errors import ReadError
from fourstep.exchange import hes
from fourstep.exchange.submission import Submission


def test_a_row_says_what_the_episode_says() -> None:
    row = hes.row(record())
    assert (row["DIAG_01"], row["DIAG_02"], row["DIAG_04"], row["DIAG_COUNT"]) == ("K800", "I10X", "", 3)
    assert (row["OPERTN_01"], row["OPDATE_01"], row["OPERTN_COUNT"]) == ("J183", dt.date(2025, 10, 11), 2)
    assert (row["FYEAR"], row["EPIDUR"], row["STARTAGE"], row["SEX"]) == ("2526", 4, 67, "2")
    assert (row["EPISTAT"], row["FCE"], row["PROCODET"], row["ADMIMETH"]) == ("3", 1, "RZZ00", "21")


def test_the_usual_columns_are_there() -> None:
    wanted = {"DIAG_20", "OPERTN_24", "OPDATE_24", "ADMIDATE", "DISDATE", "MAINSPEF", "TRETSPEF", "CLASSPAT"}
    assert wanted < set(hes.COLUMNS)
    assert len(hes.COLUMNS) == len(set(hes.COLUMNS))


@pytest.mark.parametrize(("day", "year"), [("2025-03-31", "2425"), ("2025-04-01", "2526"), ("2000-01-01", "9900")])
def test_financial_years(day: str, year: str) -> None:
    assert hes.financial_year(dt.date.fromisoformat(day)) == year


def test_what_has_no_column_is_said() -> None:
    many = record(diagnoses=tuple(f"A{n:02}.0" for n in range(23)))
    assert hes.left_out(many) == "3 diagnoses beyond the last column of HES"
    assert hes.row(many)["DIAG_20"] == "A190"
    assert hes.row(many)["DIAG_COUNT"] == 23
    assert hes.left_out(record()) == ""


def test_the_examples_come_back_from_csv_and_from_parquet(submissions: list[Submission], tmp_path: Path) -> None:
    rows = [hes.row(s) for s in submissions]
    assert hes.read_csv(hes.write_csv(submissions), "hes.csv") == rows
    (tmp_path / "hes.parquet").write_bytes(hes.write_parquet(submissions))
    assert hes.read_parquet(tmp_path / "hes.parquet") == rows


@settings(max_examples=30, deadline=None)
@given(SUBMISSIONS)
def test_any_episode_comes_back_from_csv(submission: Submission) -> None:
    assert hes.read_csv(hes.write_csv([submission]), "hes.csv") == [hes.row(submission)]


def test_a_spreadsheet_runs_no_cell() -> None:
    text = hes.write_csv([record(name="=cmd|' /C calc'!A0"), record(name="@sum"), record(name="'=quoted")])
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row["EPIKEY"] for row in hes.read_csv(text, "x")] == ["=cmd|' /C calc'!A0", "@sum", "'=quoted"]


def test_files_of_another_shape_are_refused(tmp_path: Path) -> None:
    good = hes.write_csv([record()])
    with pytest.raises(ReadError, match=r"hes\.csv:1"):
        hes.read_csv("a,b\r\n1,2\r\n", "hes.csv")
    with pytest.raises(ReadError, match=r"hes\.csv:2"):
        hes.read_csv(good.rsplit(",", 1)[0], "hes.csv")
    with pytest.raises(ReadError, match=r"hes\.csv:2: EPIDUR"):
        hes.read_csv(good.replace(",4,1,SP-1001", ",four,1,SP-1001"), "hes.csv")
    (tmp_path / "no.parquet").write_bytes(b"no parquet")
    with pytest.raises(ReadError, match="Parquet"):
        hes.read_parquet(tmp_path / "no.parquet")
