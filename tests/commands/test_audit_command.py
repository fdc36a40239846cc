"""`fourstep audit`: from the sample to the report, as a department would run it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest

from command_line import Run

#: Four episodes: primary right in a, d; wrong at the fourth character in b, in the wrong place in c.
RECORDED = """episode_id,specialty,coder,diagnoses,procedures
a,300,kim,J18.9 I10.X E11.9,W37.1 Z94.2
b,300,kim,J18.9 I10.X Z72.0,
c,100,lee,I10.X J44.1,
d,100,lee,S72.00 W19.9,W24.1
e,100,lee,N39.0,
"""
AUDITED = """episode_id,diagnoses,procedures,excluded
a,J18.9 I10.X E11.9,W37.1 Z94.2,
b,J18.1 I10.X,,
c,J44.1 I10.X I48.9,U21.2,
d,S72.00 W19.0 F03.X,W24.1 Z76.1 Z94.2,
e,,,notes not found
"""
PROPOSED = RECORDED.replace("b,300,kim,J18.9", "b,300,,J18.1").replace("a,300,kim,J18.9", "a,300,,J18.1")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    recorded, audited = tmp_path / "sample.csv", tmp_path / "auditor.csv"
    recorded.write_text(RECORDED, encoding="utf-8")
    audited.write_text(AUDITED, encoding="utf-8")
    return recorded, audited


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(name).read_text(encoding="utf-8").splitlines()))


def figures(ran_json: str, who: str = "people") -> dict[str, tuple[int, int]]:
    return {f["area"]: (f["right"], f["counted"]) for f in json.loads(ran_json)["figures"] if f["who"] == who}


def test_a_sample_and_its_blind_sheet(run: Run, files: tuple[Path, Path]) -> None:
    assert "sample of 200" in run("audit", "sample", files[0], "-o", "s.csv").err
    ran = run("audit", "sample", files[0], "-o", "s.csv", "--size", "3", "--sheet", "blank.csv")
    assert ran.status == 0
    drawn = table("s.csv")
    blank = table("blank.csv")
    assert [r["episode_id"] for r in drawn] == [r["episode_id"] for r in blank]
    assert all(r["diagnoses"] for r in drawn)
    assert not any(r["diagnoses"] for r in blank)
    again = run("audit", "sample", files[0], "-o", "t.jsonl", "--size", "3")
    assert again.status == 0
    lines = [json.loads(x) for x in Path("t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [x["episode_id"] for x in lines] == [r["episode_id"] for r in drawn]


def test_the_figures_of_the_sheet_worked_by_hand(run: Run, files: tuple[Path, Path]) -> None:
    """Primary 2 of 4; secondary: 6 recorded, 2 added, 4 wrong: 4 of 8; procedures 2 of 3 and 1 of 3."""
    out = run("audit", "report", *files, "--date", "2026-04-01", "--json").out
    assert figures(out) == {
        "primary_diagnosis": (2, 4),
        "secondary_diagnoses": (4, 8),
        "primary_procedure": (2, 3),
        "secondary_procedures": (1, 3),
    }
    found = json.loads(out)
    assert (found["episodes"], found["excluded"], found["level"]) == (4, 1, "none")
    assert {k["key"]: k["coder"] for k in found["keys"]}["ST_OMI"] == 2


def test_the_worksheet_goes_out_and_comes_back(run: Run, files: tuple[Path, Path]) -> None:
    assert "4 episodes, 9 differences" in run("audit", "mark", *files, "-o", "w.csv").out
    text = Path("w.csv").read_text(encoding="utf-8")
    Path("w.csv").write_text(text.replace("SD_IRR,SDNR,coder,,,", "SD_IRR,SDNR,coder,,challenged,withdrawn"), encoding="utf-8")
    out = run("audit", "report", *files, "--worksheet", "w.csv", "--date", "2026-04-01", "--json").out
    assert figures(out)["secondary_diagnoses"] == (5, 8)
    files[1].write_text(AUDITED.replace("J18.1", "J18.2"), encoding="utf-8")
    ran = run("audit", "report", *files, "--worksheet", "w.csv", "--date", "2026-04-01")
    assert ran.status == 2
    assert "mark again" in ran.err


def test_what_was_recoded_since_is_named(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    now = tmp_path / "now.csv"
    now.write_text(RECORDED.replace("I10.X J44.1", "J44.1 I10.X"), encoding="utf-8")
    out = run("audit", "mark", *files, "-o", "w.csv", "--now", now).out
    assert "1 recoded or gone since the sample was drawn: c" in out


def test_the_engine_and_a_second_auditor(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    engine, second = tmp_path / "engine.csv", tmp_path / "second.csv"
    engine.write_text(PROPOSED, encoding="utf-8")
    second.write_text(AUDITED, encoding="utf-8")
    ran = run("audit", "report", *files, "--engine", engine, "--second", second, "--date", "2026-04-01", "--json")
    assert figures(ran.out, "engine")["primary_diagnosis"] == (2, 4)  # b instead of a
    agreed = json.loads(ran.out)["agreement"]["primary_diagnosis"]
    assert (agreed["pairs"], agreed["kappa"], agreed["note"]) == (4, 1.0, "4 pairs are too few for an interval")
    table = run("audit", "report", *files, "--engine", engine, "--second", second, "--date", "2026-04-01").out
    assert "kappa, primary diagnosis: 1.00" in table
    assert "No level is reached" in table


def test_the_report_as_pdf_svg_and_csv(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    engine = tmp_path / "engine.csv"
    engine.write_text(PROPOSED, encoding="utf-8")
    options = ("--engine", engine, "--pdf", "r.pdf", "--svg", "r.svg", "--csv", "r.csv", "--date", "2026-04-01")
    assert run("audit", "report", *files, "--title", "Audit of <A & B>", *options).status == 0
    pages = [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument("r.pdf")]
    text = "\n".join(pages)
    for words in ("Audit of <A & B>", "4 episodes were audited; 1 of the sample", "15.0 to 85.0", "Engine beside people",
                  "notes not found", "Appendix: worksheet", "By coder", "1 April 2026"):  # fmt: skip
        assert words in text, words
    drawing = ElementTree.fromstring(Path("r.svg").read_text(encoding="utf-8"))
    assert "Secondary procedures" in "".join(drawing.itertext())
    rows = table("r.csv")
    assert [(r["who"], r["area"], r["per_cent"]) for r in rows[:2]] == [
        ("people", "primary_diagnosis", "50.0"),
        ("people", "secondary_diagnoses", "50.0"),
    ]
    first = Path("r.pdf").read_bytes()
    run("audit", "report", *files, "--title", "Audit of <A & B>", *options)
    assert Path("r.pdf").read_bytes() == first


def test_an_audit_without_any_difference_or_procedure_has_a_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("episode_id,diagnoses\na,J18.9 I10.X\n", encoding="utf-8")
    ran = run("audit", "report", path, path, "--date", "2026-04-01", "--pdf", "r.pdf")
    assert ran.status == 0
    assert "No level can be told" in ran.out
    assert "nothing counted" in pypdfium2.PdfDocument("r.pdf")[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--date", "1999-01-01"], "no threshold is in force on 1999-01-01"),
        (["--date", "soon"], "soon is no day"),
        (["--keys", "none.txt"], "none.txt: there is no such table"),
        (["--worksheet", "none.csv"], "none.csv: there is no such file"),
        (["--pdf", "no/folder/r.pdf"], "there is no such folder"),
    ],
)
def test_what_cannot_be_reported(run: Run, files: tuple[Path, Path], options: list[str], message: str) -> None:
    ran = run("audit", "report", *files, *options)
    assert ran.status == 2
    assert message in ran.err


def test_an_episode_that_is_not_in_the_coding_stops_the_audit(run: Run, files: tuple[Path, Path]) -> None:
    files[1].write_text(AUDITED + "z,J18.9,,\n", encoding="utf-8")
    assert "1 audited episodes are not in the coding under audit: z" in run("audit", "report", *files).err


def test_without_the_extra_the_pdf_names_it(
    run: Run, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "fourstep.evaluate.pdf", raising=False)
    monkeypatch.setitem(sys.modules, "reportlab.platypus", None)
    ran = run("audit", "report", *files, "--pdf", "r.pdf")
    assert ran.status == 2
    assert "fourstep[report]" in ran.err
    assert not Path("r.pdf").exists()
