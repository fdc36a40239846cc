"""The coverage report: what counts as reached, how the usage file is read, what the command prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Run
from fourstep.engine import Engine, load_engine
from fourstep.errors import ReadError
from fourstep.output.report import Reach, make_report, reaches, read_usage


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine()


@pytest.mark.parametrize(
    ("known", "code", "expected"),
    [
        ("S72.0", "S72.0", True),
        ("S72.0", "S72.01", True),  # the record gives the fifth character
        ("J96.01", "J96.0", True),
        ("W19.-", "W19.4", True),  # the record gives the place
        ("I10.X", "I10", True),
        ("I10.X", "I10.X", True),
        ("S72.0", "S72.1", False),
        ("S72.0", "S72", False),
        ("W19.-", "W18.4", False),
    ],
)
def test_what_a_code_reaches(known: str, code: str, expected: bool) -> None:
    assert (code in Reach([known])) is expected


def test_agents_partners_and_sites_reach_codes_too(engine: Engine) -> None:
    reach = reaches(engine)
    for code in ("T39.1", "X60.9", "Y45.5", "G55.1", "S72.00", "I10.X"):
        assert code in reach["icd10"], code
    for code in ("J18.3", "Z94.2", "Y53.2"):
        assert code in reach["opcs4"], code
    assert "R69.X" not in reach["icd10"]  # what is unknown has no entry


def test_volumes_and_the_heaviest_codes_left(engine: Engine) -> None:
    report = make_report(engine, {"icd10": {"I10.X": 70, "I21.4": 20, "R69.X": 300, "R68.8": 0}})
    chapters = {c.name: c for c in report.chapters["icd10"]}
    assert (chapters["IX"].volume, chapters["IX"].share) == (90, 100.0)
    assert chapters["XVIII"].share == 0.0
    assert chapters["I"].share is None
    assert report.unreached["icd10"][0] == ("R69.X", 300)
    total = report.total("icd10")
    assert total.volume == 390
    assert 0 < total.reached < total.codes
    assert total.entries == sum(c.entries for c in report.chapters["icd10"])


def test_terms_are_counted_where_their_words_stand(engine: Engine) -> None:
    chapters = {c.name: c for c in make_report(engine).chapters["icd10"]}
    for chapter in chapters.values():
        assert 0 <= chapter.ambiguous <= chapter.terms
    assert chapters["IX"].terms > 100


def test_usage_takes_any_usage_column_and_passes_over_empty_figures(tmp_path: Path) -> None:
    path = tmp_path / "volumes.tsv"
    path.write_text("code\ttitle\tUsage_2023\nI10.X\twords\t1,200\nA00\twords\t\n", encoding="utf-8")
    assert read_usage(path) == {"I10.X": 1200}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code\tcount\nI10.X\t3\n", "begins with 'usage'"),
        ("code\tusage\nI10.X\tmany\n", "'many' is no usage"),
    ],
)
def test_usage_files_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "volumes.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=said):
        read_usage(path)


def test_the_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "volumes.tsv").write_text("code\tusage\nI10.X\t10\nR69.X\t30\n", encoding="utf-8")
    ran = run("index", "report", "--usage", "volumes.tsv", "--limit", "1")
    assert ran.status == 0
    for words in ("ICD-10", "OPCS-4", "% of volume", "25.00", "heaviest codes", "R69.X"):
        assert words in ran.out
