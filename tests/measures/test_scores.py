"""Charlson and frailty against sums done by hand from the papers' tables."""

from __future__ import annotations

import pytest

from fourstep.errors import KnowledgeError
from fourstep.measures.codes import among, expand, longest
from fourstep.measures.scores import charlson, charlson_conditions, conditions, frailty, frailty_band, frailty_points


@pytest.mark.parametrize(
    ("codes", "score"),
    [
        ("", 0),
        ("I10.X Z72.0", 0),
        ("I50.0 I50.9", 13),  # one condition, once
        ("I50.0 E11.9 N18.3", 13 + 3 + 10),
        ("E11.9 E11.2", 3 - 1),  # a weight of -1
        ("C34.9 C79.5", 8 + 14),  # none takes the place of the other
        ("F03X", 14),  # undivided, without a dot
        ("I60.9 G45.3", 11),  # G45.3 is not in the list, the fourth character counts
        ("M06.0 M06.1", 4),
        ("K72.0 K72.1", 18),
        ("E11.0 E12.9", 0),  # what transcriptions part on is left out
    ],
)
def test_charlson(codes: str, score: int) -> None:
    assert charlson(codes.split()) == score


def test_the_table_has_the_seventeen_conditions() -> None:
    known, _ = conditions()
    # 5+13+6+11+14+4+4+9+8+3-1+1+10+8+14+18+2
    assert (len(known), sum(c.weight for c in known.values())) == (17, 129)
    assert [c.name for c in charlson_conditions(["N18.3", "I50.1"])] == ["Congestive heart failure", "Renal disease"]


def test_frailty_by_hand() -> None:
    """F00 7.1, W19 3.2, S72 1.4, N39 3.2 once though recorded twice, J18 1.1: 16.0, high."""
    assert frailty(["F00.9", "W19.0", "S72.00", "N39.0", "N39.4", "J18.9", "I10.X"]) == 16.0
    assert frailty([]) == 0.0
    assert frailty(["U82.1"]) == 0.0  # the 5th Edition's resistance codes are not the U80 of the paper


def test_the_table_has_the_109_categories() -> None:
    points = frailty_points()
    assert (len(points), max(points, key=lambda c: points[c]), min(points, key=lambda c: points[c])) == (109, "F00", "R50")
    assert round(sum(points.values()), 1) == 173.2


def test_bands() -> None:
    assert [frailty_band(s) for s in (0, 4.9, 5, 15, 15.1)] == ["low", "low", "intermediate", "intermediate", "high"]


def test_ranges_of_codes() -> None:
    assert expand("N05.2-N05.4 C08-C10 I50") == ["N052", "N053", "N054", "C08", "C09", "C10", "I50"]
    for wrong in ("C10-C08", "C97-D01", "I5", "heart", "C10-C10.1"):
        with pytest.raises(KnowledgeError, match=f"x:1: {wrong} is no code"):
            expand(wrong, "x:1")


def test_the_longest_prefix_counts() -> None:
    table = {"I21": "any", "I214": "subendocardial"}
    assert [longest(c, table) for c in ("I21.4", "I21.9", "I22.0")] == ["subendocardial", "any", None]
    assert among(["Z51.1"], frozenset(expand("Z51.1")))
    assert not among(["Z51.5"], frozenset(expand("Z51.1")))
