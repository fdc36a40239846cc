"""Samples: repeatable, in proportion, never smaller than asked without a word."""

from __future__ import annotations

import pytest

from fourstep.errors import UsageError
from fourstep.evaluate.rows import Row
from fourstep.evaluate.sample import allocate, draw


def population(n: int = 1000) -> list[Row]:
    """Three specialties: 60, 30 and 10 per cent."""
    return [Row(f"{i:04}", ("I10.X",), specialty="300" if i % 10 < 6 else "100" if i % 10 < 9 else "400") for i in range(n)]


def test_two_hundred_by_default_and_the_same_for_the_same_seed() -> None:
    rows = population()
    drawn = draw(rows)
    assert len(drawn) == 200 == len({r.episode_id for r in drawn})
    assert draw(rows) == drawn
    assert draw(rows, seed=2) != drawn


def test_the_order_of_the_file_does_not_change_who_is_drawn() -> None:
    rows = population()
    assert {r.episode_id for r in draw(rows[::-1])} == {r.episode_id for r in draw(rows)}


def test_strata_give_their_share() -> None:
    drawn = draw(population(), by="specialty")
    counts = {s: sum(r.specialty == s for r in drawn) for s in ("300", "100", "400")}
    assert counts == {"300": 120, "100": 60, "400": 20}


def test_largest_remainders_by_hand() -> None:
    """10 of 7, 7 and 3: 10 * 7 / 17 = 4.12, 4.12, 1.76; whole parts 4 + 4 + 1 = 9, the tenth to the .76."""
    assert allocate({"a": 7, "b": 7, "c": 3}, 10) == {"a": 4, "b": 4, "c": 2}
    assert allocate({"a": 1, "b": 1, "c": 1}, 2) == {"a": 1, "b": 1, "c": 0}


def test_a_sample_larger_than_the_population_is_an_error_or_all_of_it() -> None:
    rows = population(120)
    with pytest.raises(UsageError, match=r"holds 120 episodes, fewer than the sample of 200.* --all"):
        draw(rows)
    assert draw(rows, take_all=True) == rows


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 0}, "a sample of 0 episodes is none"),
        ({"by": "colour"}, "stratified by one of specialty, coder, risk, not by colour"),
        ({"by": "coder"}, "no episode names its coder"),
    ],
)
def test_what_cannot_be_drawn(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        draw(population(), **options)  # type: ignore[arg-type]
