"""Sheets worked by hand: what an auditor would write, line for line, and the arithmetic in the comments."""

from __future__ import annotations

import pytest

from fourstep.errors import UsageError
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.marks import Mark, icd10_chapter, level, mark, mark_all
from fourstep.evaluate.result import Figure, figures
from fourstep.evaluate.rows import Row

KEYS = Keys()


def row(diagnoses: str, procedures: str = "", name: str = "e1", coder: str = "") -> Row:
    return Row(name, tuple(diagnoses.split()), tuple(procedures.split()), coder=coder)


def marked(recorded: tuple[str, str], audited: tuple[str, str], name: str = "e1") -> Mark:
    return mark(row(*recorded, name=name), row(*audited, name=name), KEYS)


def lines(m: Mark) -> list[str]:
    return [f"{d.recorded or '-'} {d.audited or '-'} {d.key} {d.national}" for d in m.differences]


@pytest.mark.parametrize(
    ("recorded", "audited", "expected"),
    [
        # the same in every character; I10 and I10.X are one code
        ("J18.9 I10", "J18.9 I10.X", []),
        # primary wrong at each level
        ("J18.9", "I50.0", ["J18.9 I50.0 PD_CHA PDI"]),
        ("J18.9", "J15.9", ["J18.9 J15.9 PD_3RD PD3"]),
        ("J18.9", "J18.1", ["J18.9 J18.1 PD_4TH PD4"]),
        ("M25.50", "M25.56", ["M25.50 M25.56 PD_5TH PD5"]),
        ("M25.5", "M25.56", ["M25.5 M25.56 PD_5TH PD5"]),
        # the right primary stands second: one difference, and I10 is a right secondary code
        ("I10.X J18.9", "J18.9 I10.X", ["I10.X J18.9 PD_SEQ PDIS"]),
        # the same, and the code in front should not be there at all: that is a second difference
        ("R07.4 J18.9", "J18.9", ["R07.4 J18.9 PD_SEQ PDIS", "R07.4 - SD_IRR SDNR"]),
        # the primary was never recorded, what stands in front is a secondary code: one difference
        ("I10.X E11.9", "J18.9 I10.X E11.9", ["- J18.9 PD_OMI PDO"]),
        # secondary codes: changed at the 4th and 3rd character, omitted, not relevant
        ("J18.9 E11.9", "J18.9 E11.6", ["E11.9 E11.6 SD_4TH SD4"]),
        ("J18.9 I21.9", "J18.9 I22.9", ["I21.9 I22.9 SD_3RD SD3"]),
        ("J18.9", "J18.9 I10.X", ["- I10.X SD_OMI SDO"]),
        ("J18.9 Z72.0", "J18.9", ["Z72.0 - SD_IRR SDNR"]),
        # codes that only share a letter are no changed code, they are one too many and one missing
        ("J18.9 I10.X", "J18.9 I48.9", ["I10.X - SD_IRR SDNR", "- I48.9 SD_OMI SDO"]),
        # external causes have keys of their own
        ("S72.00 W19.9", "S72.00 W19.0", ["W19.9 W19.0 EX_4TH EC"]),
        ("S72.00", "S72.00 W19.0", ["- W19.0 EX_OMI ECO"]),
        # one code twice, wanted once
        ("J18.9 I10.X I10.X", "J18.9 I10.X", ["I10.X - SD_IRR SDNR"]),
    ],
)
def test_diagnoses(recorded: str, audited: str, expected: list[str]) -> None:
    assert lines(marked((recorded, ""), (audited, ""))) == expected


@pytest.mark.parametrize(
    ("recorded", "audited", "expected"),
    [
        ("W37.1 Z94.2", "W37.1 Z94.2", []),
        ("", "W37.1", ["- W37.1 PP_OMI PPO"]),
        ("U21.2", "", ["U21.2 - PP_IRR PPNR"]),
        ("W37.1", "W37.9", ["W37.1 W37.9 PP_4TH PP4"]),
        ("W37.1", "W38.1", ["W37.1 W38.1 PP_3RD PP3"]),
        # site and laterality codes
        ("W37.1", "W37.1 Z94.2", ["- Z94.2 ST_OMI SPO"]),
        ("W37.1 Z94.3", "W37.1 Z94.2", ["Z94.3 Z94.2 ST_4TH SP4"]),
        # a method code is a secondary procedure like any other
        ("J18.3", "J18.3 Y75.2", ["- Y75.2 SP_OMI SPO"]),
        # the site stands before the procedure: sequence of the first code, and nothing else
        ("Z94.2 W37.1", "W37.1 Z94.2", ["Z94.2 W37.1 PP_SEQ PPIS"]),
    ],
)
def test_procedures(recorded: str, audited: str, expected: list[str]) -> None:
    assert lines(marked(("J18.9", recorded), ("J18.9", audited))) == expected


def test_a_sheet_of_four_episodes() -> None:
    """Worked by hand.

    ep  recorded                     audited                      primary  secondary
    a   J18.9 I10.X E11.9            J18.9 I10.X E11.9            right    2 recorded, 2 right
    b   J18.9 I10.X Z72.0            J18.1 I10.X                  PD4      2 recorded, Z72.0 not relevant
    c   I10.X J44.1                  J44.1 I10.X I48.9            PDIS     1 recorded (I10.X), I48.9 omitted
    d   S72.00 W19.9                 S72.00 W19.0 F03.X           right    1 recorded, wrong; F03.X omitted

    primary    4 counted, 2 right                                               50 %
    secondary  recorded 2+2+1+1 = 6, omitted 2: total 8; wrong 1+2+1 = 4        (8-4)/8 = 50 %
    procedures a: W37.1 Z94.2 for W37.1 Z94.2   right, 1 of 1
               b: none, none                    leaves the count
               c: none for U21.2                omitted: counted, wrong
               d: W24.1 for W24.1 Z76.1 Z94.2   right; 0 recorded, 2 omitted
    primary procedure: a right, c wrong, d right: 2 of 3. Secondary: recorded 1, omitted 2, wrong 2: 1 of 3.
    """
    recorded = [
        row("J18.9 I10.X E11.9", "W37.1 Z94.2", "a"),
        row("J18.9 I10.X Z72.0", "", "b"),
        row("I10.X J44.1", "", "c"),
        row("S72.00 W19.9", "W24.1", "d"),
    ]
    audited = [
        row("J18.9 I10.X E11.9", "W37.1 Z94.2", "a"),
        row("J18.1 I10.X", "", "b"),
        row("J44.1 I10.X I48.9", "U21.2", "c"),
        row("S72.00 W19.0 F03.X", "W24.1 Z76.1 Z94.2", "d"),
    ]
    found = figures(mark_all(recorded, audited, KEYS))
    assert found == {
        "primary_diagnosis": Figure(2, 4),
        "secondary_diagnoses": Figure(4, 8),
        "primary_procedure": Figure(2, 3),
        "secondary_procedures": Figure(1, 3),
    }
    assert found["primary_diagnosis"].per_cent == 50.0


def test_the_published_example_of_the_arithmetic() -> None:
    """50 episodes, 46 primaries right: 92 %. 200 secondary codes, 6 wrong, 4 not relevant, 10 omitted: 190/210 = 90.5 %."""
    recorded, audited = [], []
    for n in range(50):
        secondary = ["I10.X", "E11.9", "J44.9", "N18.3"]  # 4 recorded in each: 200
        better = list(secondary)
        if n < 6:
            better[1] = "E11.6"  # wrong
        elif n < 10:
            better.pop()  # not relevant
        elif n < 20:
            better.append("F03.X")  # omitted
        recorded.append(Row(str(n), ("J18.9" if n < 46 else "J15.9", *secondary)))
        audited.append(Row(str(n), ("J18.9", *better)))
    found = figures(mark_all(recorded, audited, KEYS))
    assert found["primary_diagnosis"] == Figure(46, 50)
    assert found["secondary_diagnoses"] == Figure(190, 210)
    # Wilson by hand: p = 0.92, n = 50, z = 1.96: centre (0.92 + 0.038416) / 1.076832 = 0.89003,
    # half 1.96 * sqrt(0.92 * 0.08 / 50 + 3.8416 / 10000) / 1.076832 = 1.96 * 0.043259 / 1.076832 = 0.07874
    low, high = found["primary_diagnosis"].interval
    assert (round(low, 1), round(high, 1)) == (81.2, 96.8)
    assert found["primary_procedure"].per_cent is None


def test_what_cannot_be_marked_is_said() -> None:
    with pytest.raises(UsageError, match=r"episode e1 has no diagnosis: say why in the column excluded"):
        marked(("J18.9", ""), ("", ""))
    with pytest.raises(UsageError, match=r"1 audited episodes are not in the coding under audit: x"):
        mark_all([row("J18.9")], [row("J18.9", name="x")], KEYS)
    assert mark_all([], [Row("x", excluded="notes not found")], KEYS) == []


@pytest.mark.parametrize(
    ("code", "first"),
    [("D48.9", "C00"), ("D50.9", "D50"), ("H59.9", "H00"), ("H60.0", "H60"), ("T98.3", "S00"), ("U07.1", "U00")],
)
def test_chapters(code: str, first: str) -> None:
    assert icd10_chapter(code) == first


def test_levels_of_procedures_go_by_the_chapter_letter() -> None:
    assert [level(a, b, "procedure") for a, b in (("W37.1", "W93.1"), ("W37.1", "X40.1"))] == ["3RD", "CHA"]
