"""Coded episodes from every layout: the same rows out; what cannot be read is set aside with its place."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from pathlib import Path

import pytest

from fourstep.coder import Coder
from fourstep.errors import ReadError, UsageError
from fourstep.evaluate.rows import Row, read_rows
from fourstep.output.formats import write_csv, write_jsonl
from fourstep.read import read_episodes

EXPECTED = Row(
    "e1", ("J18.9", "I10X"), ("U21.2",), spell_id="s1", patient_id="p1", admitted=dt.date(2026, 3, 1),
    discharged=dt.date(2026, 3, 4), admission_method="21", specialty="300", age=81,
)  # fmt: skip


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_hes_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path, "hes.csv",
        "EPIKEY,SUSSPELLID,PSEUDO_HESID,ADMIDATE,DISDATE,ADMIMETH,TRETSPEF,STARTAGE,DIAG_01,DIAG_02,DIAG_03,OPERTN_01,OPERTN_02\n"
        "e1,s1,p1,01/03/2026,2026-03-04,21,300,81,J18.9,I10X,,U21.2,-\n"
        "e2,s2,p2,1801-01-01,,11,100,7003,G30.9D,F00.9A,,,\n",
    )  # fmt: skip
    first, second = read_rows(path).rows
    assert first == EXPECTED
    assert first.emergency
    assert not second.emergency
    assert (second.admitted, second.discharged, second.age) == (None, None, 0)
    assert second.diagnoses == ("G30.9", "F00.9")


def test_json_lines_and_parquet_give_the_same(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    values = {
        "episode_id": "e1", "diagnoses": [{"code": "J18.9"}, {"code": "I10X"}], "procedures": ["U21.2"], "spell_id": "s1",
        "patient_id": "p1", "admission_date": "2026-03-01", "discharge_date": "20260304", "admission_method": 21,
        "specialty": "300", "age_years": 81,
    }  # fmt: skip
    assert read_rows(write(tmp_path, "a.jsonl", json.dumps(values) + "\n")).rows == [EXPECTED]
    flat = values | {"diagnoses": ["J18.9", "I10X"], "admission_date": dt.date(2026, 3, 1)}
    parquet.write_table(pyarrow.Table.from_pylist([flat]), tmp_path / "a.parquet")
    assert read_rows(tmp_path / "a.parquet").rows == [EXPECTED]


def test_what_fourstep_code_writes_is_read(tmp_path: Path, coder: Coder, examples: Path) -> None:
    coded = [coder.code(e) for e in read_episodes(examples / "colonoscopy-polyp") if not isinstance(e, ReadError)]
    out = {}
    for name, writer in (("a.jsonl", write_jsonl), ("a.csv", write_csv)):
        text = io.StringIO()
        writer(coded, text)
        out[name] = read_rows(write(tmp_path, name, text.getvalue())).rows
    assert [r.episode_id for r in out["a.jsonl"]] == ["colonoscopy-polyp"]
    assert [(r.diagnoses, r.procedures) for r in out["a.jsonl"]] == [(r.diagnoses, r.procedures) for r in out["a.csv"]]


def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.csv",
        "episode_id,diagnoses,admission_date\na,J18.9,\nb,Featherstonehaugh,\nc,J18.9,yesterday\na,I10.X,\n,I10.X,\nd,I10.X,\n",
    )  # fmt: skip
    found = read_rows(path)
    assert [r.episode_id for r in found.rows] == ["a", "d"]
    assert [str(p).removeprefix(f"{tmp_path}/") for p in found.problems] == [
        "a.csv:3: diagnoses: entry 1 has not the shape of a code",
        "a.csv:4: admitted is no date (2026-03-31, 31/03/2026 or 20260331)",
        "a.csv:5: episode a stands in the file twice",
        "a.csv:6: no episode id",
    ]
    with pytest.raises(ReadError, match=r"a\.csv:3"):
        read_rows(path, strict=True)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "patient,diagnoses\n", "no column for the episode: one of episode_id, epikey"),
        ("a.csv", "episode_id,name\n", "no columns for the codes"),
        ("a.xls", "", "name the file .jsonl, .csv, .tsv or .parquet"),
        ("a.parquet", "PAR0", "is no Parquet file"),
        ("a.jsonl", "{\n", "a.jsonl:1: no valid JSON"),
        ("a.jsonl", "[]\n", "a.jsonl:1: not an object"),
    ],
)
def test_files_that_are_no_coded_episodes(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises((ReadError, UsageError), match=message):
        read_rows(write(tmp_path, name, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        with pytest.raises(ReadError, match="there is no such file"):
            read_rows(tmp_path / name)


def test_without_the_extra_parquet_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"fourstep\[tables\]"):
        read_rows(tmp_path / "a.parquet")
