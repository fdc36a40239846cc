"""Every command as a person meets it: what it prints and writes, its exit status, errors in one line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fourstep import cli
from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.output import formats
from fourstep.read import read_episodes

SECRET = "Featherstonehaugh"
FIXTURES = Path(__file__).parent / "read" / "fixtures"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines that say what is wrong."""
        return [line for line in self.err.splitlines() if line.startswith("fourstep: ")]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Ran:
        monkeypatch.setattr("sys.argv", ["fourstep", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            raise SystemExit(0)
        code = ended.value.code
        printed = capsys.readouterr()
        return Ran(code if isinstance(code, int) else 0 if code is None else 1, printed.out, printed.err)

    return command


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("Diagnosis: community acquired pneumonia\nPMH: T2DM, hypertension\n", encoding="utf-8")
    return path


def codes(coded: dict[str, list[dict[str, str]]], key: str = "diagnoses") -> list[str]:
    return [c["code"] for c in coded[key]]


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


# errors


def bad_json(folder: Path) -> Path:
    path = folder / "broken.json"
    path.write_text('{"id": "' + SECRET, encoding="utf-8")
    return path


def bad_xml(folder: Path) -> Path:
    path = folder / "broken.xml"
    path.write_text(f"<Bundle><entry>{SECRET}", encoding="utf-8")
    return path


def entity_bomb(folder: Path) -> Path:
    path = folder / "bomb.xml"
    path.write_text(
        f'<!DOCTYPE b [<!ENTITY a "{SECRET}"><!ENTITY c "&a;&a;&a;">]><Bundle>&c;</Bundle>', encoding="utf-8"
    )
    return path


def external_entity(folder: Path) -> Path:
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    path = folder / "external.xml"
    path.write_text('<!DOCTYPE b [<!ENTITY x SYSTEM "secret.txt">]><Bundle>&x;</Bundle>', encoding="utf-8")
    return path


def no_document(folder: Path) -> Path:
    path = folder / "bundle.json"
    path.write_text(
        json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": []}), encoding="utf-8"
    )
    return path


def binary(folder: Path) -> Path:
    path = folder / "binary.txt"
    path.write_bytes(b"\0\1\2" + SECRET.encode() + b"\0")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.txt"
    path.touch()
    return path


def truncated_pdf(folder: Path) -> Path:
    path = folder / "cut.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Cat")
    return path


def missing_document(folder: Path) -> Path:
    path = folder / "missing"
    path.mkdir()
    episode = {"id": "missing", "documents": [{"file": "letter.txt", "type": "clinic_letter"}]}
    (path / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    return path


def outside_document(folder: Path) -> Path:
    (folder / "outside.txt").write_text(SECRET, encoding="utf-8")
    path = folder / "nosy"
    path.mkdir()
    episode = {"id": "nosy", "documents": [{"file": "../outside.txt", "type": "clinic_letter"}]}
    (path / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    return path


def nowhere(folder: Path) -> Path:
    return folder / "nowhere.txt"


BAD = [
    *(bad_json, bad_xml, entity_bomb, external_entity, no_document, binary, empty),
    *(truncated_pdf, missing_document, outside_document, nowhere),
]


@pytest.mark.parametrize("make", BAD, ids=lambda f: f.__name__)
def test_bad_input_is_one_line_with_its_place_and_the_rest_goes_on(
    run: Run, note: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    bad = make(tmp_path)
    ran = run("code", bad, note, "--format", "jsonl", "--output", "coded.jsonl")
    assert ran.status == 1
    assert len(ran.complaints) == 1
    assert bad.name in ran.complaints[0]
    assert ran.complaints[0].endswith("]")  # the error's code, which stays
    assert "1 episodes coded, 1 failed" in ran.err
    assert SECRET not in ran.out + ran.err
    assert "Traceback" not in ran.err
    (line,) = (tmp_path / "coded.jsonl").read_text(encoding="utf-8").splitlines()
    assert codes(json.loads(line))[0] == "J18.9"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(run: Run, tmp_path: Path, encoding: str) -> None:
    text = "Diagnosis: Sjögren’s syndrome, pneumonia"
    (tmp_path / "note.txt").write_bytes(text.encode(encoding))
    coded = json.loads(run("code", "note.txt", "--format", "jsonl").out)
    assert "J18.9" in codes(coded)
    for code in coded["diagnoses"]:
        assert all(text[q["start"] : q["end"]] == q["text"] for q in code["evidence"])


def test_unknown_sex_and_dates_warn_in_one_line_and_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "a.txt").write_text("Diagnosis: pneumonia", encoding="utf-8")
    episode = {"id": "e", "sex": "purple", "admission_date": "soon", "documents": [{"file": "a.txt"}]}
    (tmp_path / "e" / "episode.json").write_text(json.dumps(episode), encoding="utf-8")
    ran = run("code", "e", "--format", "jsonl")
    assert ran.status == 0
    assert codes(json.loads(ran.out)) == ["J18.9"]
    assert {line.split(": ")[1].split("/")[0] for line in ran.complaints} == {"e"}
    assert len(ran.err.splitlines()) == len(ran.complaints) == 2


def test_a_fault_inside_the_coder_costs_one_episode(
    run: Run, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "second.txt").write_text(f"Diagnosis: pneumonia. Seen by {SECRET}", encoding="utf-8")
    honest = Coder.code

    def fails_once(self: Coder, episode: Episode) -> CodedEpisode:
        if episode.id == "second":
            raise RuntimeError(episode.documents[0].text)
        return honest(self, episode)

    monkeypatch.setattr(Coder, "code", fails_once)
    ran = run("code", "second.txt", note, "--format", "jsonl")
    assert ran.status == 1
    assert len(ran.out.splitlines()) == 1
    assert "second.txt" in ran.complaints[0]
    assert SECRET not in ran.out + ran.err


def test_nothing_is_half_written(
    run: Run, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coded.json").write_text("before", encoding="utf-8")

    def breaks_off(coded: list[CodedEpisode], file: io.TextIOBase) -> None:
        file.write("[half")
        raise KeyboardInterrupt  # as when a person stops it

    monkeypatch.setitem(formats.WRITERS, "json", breaks_off)
    assert run("code", note, "--format", "json", "--output", "coded.json").status != 0
    assert (tmp_path / "coded.json").read_text(encoding="utf-8") == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["coded.json", "note.txt"]


def test_a_folder_that_is_not_there_is_said_before_the_work(run: Run, note: Path, tmp_path: Path) -> None:
    ran = run("code", note, "--format", "json", "--output", tmp_path / "absent" / "coded.json")
    assert ran.status == 2
    assert len(ran.complaints) == 1
    assert "absent" in ran.complaints[0]


def test_an_unknown_format_is_refused(run: Run, note: Path) -> None:
    ran = run("code", note, "--format", "xml")
    assert (ran.status, ran.out) == (2, "")


# the other commands


def test_read_prints_the_text_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffDx:\r\n  CAP ".encode())
    assert run("read", "a.txt").out == "Dx:\r\n  CAP "


def test_read_says_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    ran = run("read", binary(tmp_path))
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
