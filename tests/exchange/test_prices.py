"""Prices of spells."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from fourstep.errors import ReadError
from fourstep.exchange.grouper_output import Grouped
from fourstep.exchange.prices import Tariff, complexity, load, price_all

HEADER = "hrg,name,day_case,elective,elective_trim,non_elective,non_elective_trim,excess_day,short_stay\n"
BOOK = {
    "GA10K": Tariff("GA10K", "Gall bladder, lower score", day_case=Decimal(2000), elective=Decimal(2400),
                    non_elective=Decimal(3100), short_stay=Decimal(900), elective_trim=6, non_elective_trim=12,
                    excess_day=Decimal(250)),
    "GA10H": Tariff("GA10H", "Gall bladder, higher score", combined=Decimal(3900), non_elective=Decimal(5100)),
}  # fmt: skip


def episode(
    name: str = "a", hrg: str = "GA10K", *, how: str = "11", classed: str = "1", days: int = 2, age: int = 40,
    spell: str = "s", dominant: bool = True,
) -> Grouped:  # fmt: skip
    return Grouped(name, "RZZ", spell, hrg, "P", "J183", days, dominant, hrg, days, 1, (), (), age, classed, how)


@pytest.mark.parametrize(
    ("one", "kind", "amount", "excess"),
    [
        (episode(classed="2", days=0), "day case", "2000.00", 0),
        (episode(), "elective", "2400.00", 0),
        (episode(days=9), "elective", "3150.00", 3),
        (episode(how="21", days=12), "non-elective", "3100.00", 0),
        (episode(how="21", days=14), "non-elective", "3600.00", 2),
        (episode(how="2A", days=1), "short stay", "900.00", 0),
        (episode(how="21", days=1, age=12), "non-elective", "3100.00", 0),
        (episode(how="81", days=1), "non-elective", "3100.00", 0),
        (episode(hrg="GA10H"), "elective", "3900.00", 0),
        (episode(hrg="GA10H", classed="2"), "day case", "3900.00", 0),
    ],
)
def test_a_spell_is_priced_by_its_kind(one: Grouped, kind: str, amount: str, excess: int) -> None:
    (price,) = price_all([one], BOOK)
    assert (price.kind, str(price.amount), price.excess_days, price.why) == (kind, amount, excess, "")


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (episode(hrg="UZ01Z"), "invalid"),
        (episode(hrg="ZZ99Z"), "no such HRG"),
        (episode(how=""), "not known"),
        (episode(how="99"), "not known"),
        (episode(classed="3"), "no regular attender price"),
    ],
)
def test_no_price_is_made_up(one: Grouped, why: str) -> None:
    (price,) = price_all([one], BOOK)
    assert price.amount is None
    assert why in price.why


def test_days_above_the_trim_point_without_a_price_have_none() -> None:
    book = {"GA10K": Tariff("GA10K", elective=Decimal(1), elective_trim=3)}
    (price,) = price_all([episode(days=5)], book)
    assert (price.amount, "trim" in price.why) == (None, True)


def test_a_spell_is_priced_once_on_the_episode_that_decided_it() -> None:
    first, second, alone = price_all(
        [episode("a", dominant=False), episode("b"), episode("c", spell="t", dominant=False)], BOOK
    )
    assert (first.amount, first.why) == (None, "in the price of episode b")
    assert (second.amount, alone.amount) == (Decimal("2400.00"), Decimal("2400.00"))


def test_the_market_forces_factor_multiplies() -> None:
    (price,) = price_all([episode()], BOOK, Decimal("1.0815"))
    assert price.amount == Decimal("2595.60")


def test_complexity_is_the_place_among_the_levels_of_a_root() -> None:
    assert [complexity(h, BOOK) for h in ("GA10H", "GA10K", "GA10J", "LB99Z", "")] == ["1 of 2", "2 of 2", "2 of 3", "", ""]


def test_a_csv_of_prices(tmp_path: Path) -> None:
    lines = 'GA10K,Gall bladder,2000,"£2,400",6,3100,12,250,-\nGA10L,,,,,1,,,\n'
    (tmp_path / "p.csv").write_text(HEADER + lines, encoding="utf-8")
    book = load(tmp_path / "p.csv")
    assert book["GA10K"] == Tariff(
        "GA10K", "Gall bladder", day_case=Decimal(2000), elective=Decimal(2400), non_elective=Decimal(3100),
        elective_trim=6, non_elective_trim=12, excess_day=Decimal(250),
    )  # fmt: skip
    assert book["GA10L"] == Tariff("GA10L", non_elective=Decimal(1))


def test_a_workbook_with_headings_above_and_other_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "About this workbook"
    sheet = book.create_sheet("APC")
    for row in (
        ["Prices of admitted care"],
        [],
        ["HRG code", "HRG name", "Combined day case / ordinary elective spell tariff (£)", "Day case spell tariff (£)",
         "Ordinary elective spell tariff (£)", "Ordinary elective long stay trim point (days)",
         "Non-elective spell tariff (£)", "Non-elective long stay trim point (days)",
         "Per day long stay payment (for days exceeding trim point) (£)", "Reduced short stay emergency tariff _applicable?",
         "% applied in calculation", "Reduced short stay emergency tariff (£)"],
        ["Chapter GA"],
        ["GA10K", "Gall bladder", 1900, None, None, 6, 3100, 12, 250, "Yes", 0.3, 930],
    ):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "p.xlsx")
    assert load(tmp_path / "p.xlsx") == {
        "GA10K": Tariff("GA10K", "Gall bladder", combined=Decimal(1900), non_elective=Decimal(3100), short_stay=Decimal(930),
                        elective_trim=6, non_elective_trim=12, excess_day=Decimal(250)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + "GA10K,,1,1,1,1,1,1,\nGA10K,,1,1,1,1,1,1,\n", "p.csv:3: the HRG GA10K stands twice"),
        (HEADER + "GA10K,,1,1,1,dear,1,1,\n", "p.csv:2: non elective is no number"),
        (HEADER + "GA10K,,1,-5,1,1,1,1,\n", "p.csv:2: elective is no price"),
        (HEADER + "GA10K,,NaN,1,1,1,1,1,\n", "p.csv:2: day case is no price"),
        ("a,b\n1,2\n", "no price file"),
        ("", "no price file"),
    ],
)
def test_a_price_file_that_cannot_be_used_is_named_with_its_row(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        load(tmp_path / "p.csv")
    assert words in str(caught.value)


def test_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(ReadError, match="workbook"):
        load(tmp_path / "p.xlsx")
