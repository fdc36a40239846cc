"""Codes and ranges of codes, one at a time and many at once."""

from __future__ import annotations

import pytest

from fourstep.books.tables import Numbered, Ranges


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("M00", True), ("M13.92", True), ("M14", False), ("M05.X", True), ("T14.2", True), ("T14.20", True), ("T14", False),
        ("T14.3", False), ("U07.1", True), ("L99.9", False), ("", False),
    ],
)  # fmt: skip
def test_a_code_is_in_a_range_if_it_begins_so(code: str, inside: bool) -> None:
    ranges = Ranges("T14.2 M00-M05 M04-M13 U")
    assert (code in ranges) is inside
    assert (code in ranges) is inside, "the answer that was kept"


def test_ranges_that_grow_forget_what_they_said() -> None:
    ranges = Ranges("A00")
    assert "B00" not in ranges
    ranges.add("B00-B09")
    assert "B00" in ranges
    assert Ranges(), "a table without lines is one too"


def test_many_ranges_are_asked_at_once() -> None:
    ranges = [Ranges("E10-E14"), None, Ranges("E11.2 N18"), Ranges("E10 E11"), Ranges()]
    numbers = Numbered(ranges)
    for code in ("E11.2", "E11.20", "E11.3", "E12", "N18.3", "A00", "E15"):
        assert numbers[code] == {i for i, r in enumerate(ranges) if r is not None and code in r}
