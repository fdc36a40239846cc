"""The worksheet goes to the auditor and the coder and comes back; nothing of it is lost or made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.errors import FourstepError
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.marks import Mark, mark
from fourstep.evaluate.result import Figure, figure
from fourstep.evaluate.rows import Row
from fourstep.evaluate.sheet import apply_worksheet, auditor_sheet, recoded, table_text, worksheet_text
from fourstep.files import write_whole

KEYS = Keys()


def marks() -> list[Mark]:
    """J18.9 right; secondary: E11.9 wrong, Z72.0 not relevant, I48.9 omitted: total 3 + 1, right 1."""
    recorded = Row("a", ("J18.9", "I10.X", "E11.9", "Z72.0"))
    return [mark(recorded, Row("a", ("J18.9", "I10.X", "E11.6", "I48.9")), KEYS)]


def edited(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    text = worksheet_text(marks())
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "sheet.csv"
    path.write_text(text + more, encoding="utf-8")
    return path


def test_what_the_auditor_and_the_coder_wrote_counts(tmp_path: Path) -> None:
    given = marks()
    assert figure(given, "secondary_diagnoses") == Figure(1, 4)
    path = edited(
        tmp_path,
        ("SD_4TH,SD4,coder,,,", "DOC_INC,DOC,non-coder,no letter in the notes,acknowledged,"),
        ("I48.9,SD_OMI,SDO,coder,,,", "I48.9,SD_OMI,SDO,coder,,challenged,withdrawn"),
    )
    apply_worksheet(path, given, KEYS)
    # the omission is withdrawn: total 3, wrong 2; one of these is not the coder's
    assert figure(given, "secondary_diagnoses") == Figure(1, 3)
    assert figure(given, "secondary_diagnoses", coder_only=True) == Figure(2, 3)
    changed = given[0].differences[0]
    assert (changed.national, changed.reason, changed.response) == ("DOC", "no letter in the notes", "acknowledged")


def test_a_line_of_sequence_may_be_added(tmp_path: Path) -> None:
    given = marks()
    line = "a,secondary_diagnoses,I10.X,I10.X,SD_SEQ,SDIS,coder,before its pair,,\n"
    apply_worksheet(edited(tmp_path, more=line), given, KEYS)
    assert figure(given, "secondary_diagnoses") == Figure(0, 4)


@pytest.mark.parametrize(
    ("changes", "more", "message"),
    [
        ([("E11.6", "E11.5")], "", r"csv:2: episode a: this is no difference .*recoded.*mark again"),
        ([("SD_4TH", "SD_XXX")], "", r"csv:2: the table of error keys has no SD_XXX"),
        ([("SD4,coder", "SD4,nobody")], "", r"csv:2: the cause is none of coder, non-coder"),
        ([("a,secondary_diagnoses,E11.9,E11.6,SD_4TH,SD4,coder,,,\n", "")], "", r"1 differences have no line.*withdrawn"),
        ([("a,secondary", "a,third")], "", r"csv:2: the area is none of"),
        ([("SD4,coder,,,", "SD4,coder,,,perhaps")], "", r"csv:2: the outcome is none of"),
        ([("recorded", "was")], "", r"is no worksheet: the column recorded is missing"),
        ([], "a,secondary_diagnoses,E11.9,E11.9,SD_SEQ,SDIS,coder,,,\n", r"csv:5: a line of sequence names"),
    ],
)
def test_a_worksheet_that_does_not_fit(
    tmp_path: Path, changes: list[tuple[str, str]], more: str, message: str
) -> None:
    with pytest.raises(FourstepError, match=message):
        apply_worksheet(edited(tmp_path, *changes, more=more), marks(), KEYS)


def test_an_unchanged_worksheet_changes_nothing(tmp_path: Path) -> None:
    given = marks()
    apply_worksheet(edited(tmp_path), given, KEYS)
    assert worksheet_text(given) == worksheet_text(marks())


def test_a_blind_sheet_shows_no_codes() -> None:
    rows = [Row("a", ("J18.9",), ("U21.2",), specialty="300")]
    assert "J18.9" not in auditor_sheet(rows, blind=True)
    assert "a,300,J18.9,U21.2," in auditor_sheet(rows, blind=False)


def test_episodes_recoded_since_they_were_drawn_are_named() -> None:
    drawn = [Row("a", ("J18.9", "I10.X")), Row("b", ("J18.9",)), Row("c", ("J18.9",))]
    assert recoded(drawn, [Row("a", ("J18.9", "I10")), Row("b", ("J15.9",))]) == ["b", "c"]


def test_cells_are_no_formulas_and_files_are_whole(tmp_path: Path) -> None:
    assert table_text(("x",), [["=1+1"], ["-1.5"]]) == "x\n'=1+1\n-1.5\n"
    write_whole(tmp_path / "a.csv", "x\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(FourstepError, match="no such folder"):
        write_whole(tmp_path / "b" / "a.csv", "x\n")
