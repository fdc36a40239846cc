"""The table of procedure families: its verbs, and lines that break its form."""

from __future__ import annotations

import pytest

from fourstep.assign.families import read_families
from fourstep.assign.tables import load_tables
from fourstep.errors import KnowledgeError


def test_each_verb_has_its_place() -> None:
    families = read_families(
        [
            ("f:1", "W37-W39   one"),
            ("f:2", "H20-H21   each"),
            ("f:3", "E85 X40   once"),
            ("f:4", "T30   step"),
            ("f:5", "G43  hides  G45"),
            ("f:6", "D15.1  covers  D15.3"),
            ("f:7", "P23.2 + P23.3  joins  P23.1"),
        ]
    )
    assert "W38.1" in families.one[0]
    assert "H20.1" in families.each[0]
    assert "X40.3" in families.once
    assert "T30.9" in families.step
    assert "G45.9" in families.hides[0][1]
    assert "D15.3" in families.covers[0][1]
    assert families.joins == [("P23.2", "P23.3", "P23.1")]


@pytest.mark.parametrize("line", ["W37", "W37 sometimes", "one"])
def test_a_line_that_says_nothing_is_named(line: str) -> None:
    with pytest.raises(KnowledgeError, match="f:9"):
        read_families([("f:9", line)])


def test_an_operation_never_hides_itself() -> None:
    # "A hides A" would take both out of a record
    assert [
        (larger.spans, smaller.spans)
        for larger, smaller in load_tables().families.hides
        if set(larger.spans) & set(smaller.spans)
    ] == []
