"""Every command as a person meets it: what it prints and writes, its exit status."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path

import pytest

from command_line import Run, codes
from fourstep.analyse.cues import read_cues
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.output.check import problems_of
from fourstep.read import read_episodes

FIXTURES = Path(__file__).parent / "read" / "fixtures"


# code


def test_code_prints_a_record(run: Run, note: Path) -> None:
    ran = run("code", note)
    assert ran.status == 0
    for word in ("Diagnoses (ICD-10)", "J18.9", "E11.9", "I10.X", "note.txt:", "primary:"):
        assert word in ran.out


def test_code_writes_json_lines(run: Run, examples: Path, tmp_path: Path) -> None:
    ran = run(
        "code", examples / "cataract", examples / "gallstones", "--format", "jsonl", "--output", "coded.jsonl"
    )
    assert (ran.status, ran.out) == (0, "")
    lines = [json.loads(line) for line in (tmp_path / "coded.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["episode_id"] for line in lines] == ["cataract", "gallstones"]
    for line in lines:
        assert set(line) >= {
            *("episode_id", "diagnoses", "procedures", "suggestions"),
            *("not_coded", "queries", "validation", "touchless"),
        }
        for code in line["diagnoses"] + line["procedures"]:
            assert set(code) >= {"code", "title", "evidence", "trail", "standards", "confidence", "status"}
            assert code["status"] in ("auto", "review")
        assert all("date" in code for code in line["procedures"])


def test_offsets_of_the_output_are_those_of_the_text_that_read_prints(run: Run, examples: Path) -> None:
    coded = json.loads(run("code", examples / "hip-fracture", "--format", "jsonl").out)
    for code in coded["diagnoses"] + coded["procedures"]:
        for quote in code["evidence"]:
            text = run("read", examples / "hip-fracture" / quote["document"]).out
            assert text[quote["start"] : quote["end"]] == quote["text"]


def test_code_prints_one_json_array(run: Run, note: Path) -> None:
    coded = json.loads(run("code", note, "--format", "json").out)
    assert codes(coded[0])[0] == "J18.9"


def test_code_prints_a_table_for_spreadsheets(run: Run, note: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("code", note, "--format", "csv").out)))
    assert (rows[0]["book"], rows[0]["position"], rows[0]["code"]) == ("ICD-10", "1", "J18.9")
    assert rows[0]["text"] in note.read_text(encoding="utf-8")


def test_a_spreadsheet_runs_no_cell(run: Run, tmp_path: Path) -> None:
    (tmp_path / "=cmd.txt").write_text("Diagnosis: pneumonia", encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(run("code", tmp_path / "=cmd.txt", "--format", "csv").out)))
    assert rows and all(not cell.startswith("=") for row in rows for cell in row.values())


def test_code_writes_a_record_to_a_file(run: Run, note: Path, tmp_path: Path) -> None:
    assert run("code", note, "--output", "record.txt").status == 0
    assert "J18.9" in (tmp_path / "record.txt").read_text(encoding="utf-8")


def test_the_same_from_python(coder: Coder, run: Run, examples: Path) -> None:
    (episode,) = read_episodes(examples / "stroke-thrombolysis")
    assert isinstance(episode, Episode)
    coded = coder.code(episode)
    assert (
        json.loads(run("code", examples / "stroke-thrombolysis", "--format", "jsonl").out) == coded.as_dict()
    )


@pytest.mark.parametrize("name", ["itk3_stu3_discharge.xml", "ukcore_r4_discharge.json"])
def test_code_reads_discharge_messages(run: Run, name: str) -> None:
    ran = run("code", FIXTURES / name, "--format", "jsonl")
    assert ran.status == 0
    assert json.loads(ran.out)["diagnoses"]


def test_a_letter_is_said_to_be_no_admission(run: Run) -> None:
    coded = json.loads(run("code", FIXTURES / "stu3_outpatient_letter.json", "--format", "jsonl").out)
    assert coded["admission"] is False
    assert coded["note"]
    assert coded["touchless"] is False


def test_episodes_of_a_jsonl_file(run: Run, tmp_path: Path) -> None:
    lines = [
        {
            "id": f"e{n}",
            "documents": [{"file": "a", "type": "discharge_summary", "text": f"Diagnosis: {what}"}],
        }
        for n, what in enumerate(["pneumonia", "T2DM"])
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = run("code", "many.jsonl", "--format", "jsonl")
    assert [codes(json.loads(line)) for line in ran.out.splitlines()] == [["J18.9"], ["E11.9"]]


def test_auto_only_leaves_what_needs_a_person(run: Run, examples: Path) -> None:
    every = [json.loads(x) for x in run("code", examples, "--format", "jsonl").out.splitlines()]
    ran = run("code", examples, "--format", "jsonl", "--auto-only")
    chosen = [json.loads(x)["episode_id"] for x in ran.out.splitlines()]
    assert chosen == [e["episode_id"] for e in every if e["touchless"]]
    assert f"{len(chosen)} of {len(every)} episodes need no person" in ran.err


# the other commands


def test_read_prints_the_text_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffDx:\r\n  CAP ".encode())
    assert run("read", "a.txt").out == "Dx:\r\n  CAP "


def test_read_says_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    ran = run("read", "binary.txt")
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.complaints) == 1


def test_analyse_asserts_given_words(run: Run, tmp_path: Path) -> None:
    rows = [
        ("1", "No evidence of pneumonia.", "pneumonia"),
        ("2", "Mother had asthma.", "asthma"),
        ("3", "Has COPD.", "COPD"),
    ]
    table = "id\ttext\tstart\tend\n" + "".join(
        f"{i}\t{text}\t{text.index(words)}\t{text.index(words) + len(words)}\n" for i, text, words in rows
    )
    (tmp_path / "spans.tsv").write_text(table, encoding="utf-8")
    lines = [line.split("\t") for line in run("analyse", "--spans", "spans.tsv").out.splitlines()]
    assert lines[0] == ["id", "whether", "when", "who"]
    assert [line[0] for line in lines[1:]] == ["1", "2", "3"]
    assert lines[1][1] in ("absent", "ruled out")
    assert lines[2][3] == "family"
    assert lines[3][1:] == ["present", "current", "patient"]
    assert run("analyse", "--spans", "spans.tsv", "--output", "said.tsv").out == ""
    assert (tmp_path / "said.tsv").read_text(encoding="utf-8").splitlines()[3] == "\t".join(lines[3])


@pytest.mark.parametrize("content", ["id\ttext\n1\tfever\n", "id\ttext\tstart\tend\n1\tfever\tx\t3\n"])
def test_analyse_names_the_line_that_is_wrong(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "spans.tsv").write_text(content, encoding="utf-8")
    ran = run("analyse", "--spans", "spans.tsv")
    assert ran.status == 2
    assert "spans.tsv:2" in ran.complaints[0]


def test_look_up_finds_codes_of_both_books(run: Run) -> None:
    assert "J18.9" in run("look-up", "pneumonia", "--limit", "20").out
    assert "J18.3" in run("look-up", "cholecystectomy").out
    assert "Nothing found" in run("look-up", "qqqqzzzz").out
    assert "I21.9" in run("look-up", "heart", "attck").out
    assert "J81.X" in run("look-up", "water on the lung").out
    assert "E14.9" in run("look-up", "sugar diabetes").out
    assert "S72.0" in run("look-up", "broken hip").out


def test_evaluate_gives_the_four_classes(run: Run, examples: Path) -> None:
    run("code", examples, "--format", "jsonl", "--output", "coded.jsonl")
    ran = run("evaluate", examples, "coded.jsonl", "--records", examples, "--json")
    figures = json.loads(ran.out)
    assert figures["episodes"] == len(list(examples.glob("*/gold.json")))
    assert figures["evidence"] == 100.0
    shown = run("evaluate", examples, "coded.jsonl", "--episodes").out
    assert "hip-fracture" in shown
    assert "primary diagnosis" in shown


@pytest.mark.parametrize(
    ("content", "place"), [("{}\n", "coded.jsonl:1"), ('{"episode_id": "a"}\nnonsense\n', "coded.jsonl:2")]
)
def test_evaluate_names_the_line_that_is_wrong(
    run: Run, examples: Path, tmp_path: Path, content: str, place: str
) -> None:
    (tmp_path / "coded.jsonl").write_text(content, encoding="utf-8")
    ran = run("evaluate", examples, "coded.jsonl")
    assert ran.status == 2
    assert place in ran.complaints[0]


def test_evaluate_says_that_there_is_no_gold(run: Run, tmp_path: Path) -> None:
    (tmp_path / "coded.jsonl").touch()
    ran = run("evaluate", tmp_path, "coded.jsonl")
    assert (ran.status, len(ran.complaints)) == (2, 1)


def test_standards_are_listed(run: Run) -> None:
    assert "FS.GEN.01" in run("standards").out
    assert run("standards", "--markdown").out.startswith("# The standards")


def test_books_are_listed_and_a_stranger_is_refused(run: Run, note: Path) -> None:
    assert "built in" in run("books", "list").out
    refused = run("books", "import", note)
    assert (refused.status, len(refused.complaints)) == (2, 1)
    assert run("books", "remove", "nothing").status == 2


def test_index_check_counts_what_it_read(run: Run) -> None:
    assert "entries" in run("index", "check").out.splitlines()[-1]


def test_index_check_reads_the_tables_too(tmp_path: Path) -> None:
    """A cue that stands twice is named by file and line, not met by the first record."""
    (tmp_path / "cues.txt").write_text("no\tabsent\tforward\tlist\nno\tabsent\tforward\tpair\n", encoding="utf-8")
    problems = [str(p) for p in problems_of((partial(read_cues, tmp_path / "cues.txt"),))]
    assert len(problems) == 1
    assert problems[0].startswith("cues.txt:2:")


@pytest.mark.parametrize(
    "command",
    [
        "code",
        "read",
        "analyse",
        "look-up",
        "evaluate",
        "standards",
        "index check",
        "books list",
        "books import",
        "books remove",
    ],
)
def test_every_command_has_its_help(run: Run, command: str) -> None:
    ran = run(*command.split(), "--help")
    assert ran.status == 0
    assert "Usage" in ran.out


def test_help_alone_and_no_command(run: Run) -> None:
    assert "code" in run("--help").out
    assert run().status in (0, 2)
