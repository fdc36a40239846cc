"""Thresholds and error keys are dated, editable tables whose mistakes are named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fourstep.errors import KnowledgeError, UsageError
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.thresholds import AREAS, levels_on

DAY = dt.date(2026, 4, 1)


def table(folder: Path, *lines: str) -> Path:
    path = folder / "table.txt"
    path.write_text("; a table\n" + "\n".join(line.replace(" | ", "\t") for line in lines) + "\n", encoding="utf-8")
    return path


def test_the_two_levels_that_ship() -> None:
    met, exceeded = levels_on(DAY)
    assert [(v.name, [v.least[a] for a in AREAS]) for v in (met, exceeded)] == [
        ("met", [90, 80, 90, 80]),
        ("exceeded", [95, 90, 95, 90]),
    ]
    assert met.reached("primary_diagnosis", 90.0)
    assert not met.reached("primary_diagnosis", 89.9)


def test_the_newest_line_that_has_begun_counts(tmp_path: Path) -> None:
    old = [f"2020-01-01 | met | {a} | 90" for a in AREAS]
    path = table(tmp_path, *old, "2026-04-01 | met | secondary_diagnoses | 85", "2027-04-01 | met | secondary_diagnoses | 99")
    assert levels_on(DAY, path)[0].least["secondary_diagnoses"] == 85
    assert levels_on(dt.date(2026, 3, 31), path)[0].least["secondary_diagnoses"] == 90


def test_a_day_without_thresholds_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no threshold is in force on 1999-01-01"):
        levels_on(dt.date(1999, 1, 1))
    path = table(tmp_path, "2020-01-01 | met | primary_diagnosis | 90")
    with pytest.raises(UsageError, match="level met: no threshold for secondary_diagnoses on 2026-04-01"):
        levels_on(DAY, path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2020-01-01 | met | primary | 90", "table.txt:2: primary is none of primary_diagnosis"),
        ("soon | met | primary_diagnosis | 90", "table.txt:2: a line is: day"),
        ("2020-01-01 | met | primary_diagnosis | 190", "table.txt:2: 190 is no per cent"),
        ("2020-01-01 | met", "table.txt:2: 2 cells, not 4"),
    ],
)
def test_mistakes_in_the_table_are_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(KnowledgeError, match=message):
        levels_on(DAY, table(tmp_path, line))


def test_a_site_edits_its_national_keys(tmp_path: Path) -> None:
    keys = Keys(table(tmp_path, "PD_4TH | P4 | coder | Primary diagnosis wrong at the fourth character"))
    assert keys["PD_4TH"].national == "P4"
    with pytest.raises(UsageError, match="has no PD_3RD"):
        keys["PD_3RD"]
    with pytest.raises(KnowledgeError, match=r"table.txt:2: nobody is neither"):
        Keys(table(tmp_path, "PD_4TH | P4 | nobody | x"))
    with pytest.raises(KnowledgeError, match="stands twice"):
        Keys(table(tmp_path, "A | B | coder | x", "A | B | coder | x"))
