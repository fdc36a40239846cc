"""Cohen's kappa against sums done by hand."""

from __future__ import annotations

import pytest

from fourstep.errors import UsageError
from fourstep.evaluate.agreement import agreement, kappa
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.marks import mark
from fourstep.evaluate.rows import Row


def test_kappa_by_hand() -> None:
    """Both right 20, only first right 5, only second right 10, both wrong 15; n = 50.

    agreed 35/50 = 0.7; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa (0.7 - 0.5) / 0.5 = 0.4
    variance: 0.4 * (1 - 1.1 * 0.6)^2 + 0.3 * (1 - 0.9 * 0.6)^2            = 0.04624 + 0.06348
              + 0.36 * (0.1 * (0.6 + 0.5)^2 + 0.2 * (0.4 + 0.5)^2)         = 0.10188
              - (0.4 - 0.5 * 0.6)^2 = 0.01;  0.2016 / (50 * 0.25)          = 0.016128, root 0.1270
    0.4 -+ 1.96 * 0.1270 = 0.151 to 0.649
    """
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    found = kappa(first, second)
    assert (found.pairs, found.agreed) == (50, 35)
    assert found.value == pytest.approx(0.4)
    assert found.interval == pytest.approx((0.151, 0.649), abs=0.0005)


def test_few_pairs_give_no_interval() -> None:
    found = kappa([True, True, False, False], [True, False, False, False])
    assert found.value == pytest.approx(0.5)
    assert (found.interval, found.note) == (None, "4 pairs are too few for an interval")


def test_one_judgement_throughout_has_no_kappa() -> None:
    found = kappa([True] * 40, [True] * 40)
    assert (found.agreed, found.value) == (40, None)
    assert "not defined" in found.note
    assert kappa([], []).value is None


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(UsageError):
        kappa([True], [])


def test_two_auditors_of_one_coding() -> None:
    """Secondary codes I10.X, E11.9, J44.9: the first auditor changes E11.9, the second E11.9 and J44.9: agreed on 2 of 3."""
    recorded = Row("a", ("J18.9", "I10.X", "E11.9", "J44.9"))
    first = mark(recorded, Row("a", ("J18.9", "I10.X", "E11.6", "J44.9")), Keys())
    second = mark(recorded, Row("a", ("J18.9", "I10.X", "E11.6", "J44.1", "F03.X")), Keys())
    found = agreement([first], [second])
    assert (found["secondary_diagnoses"].pairs, found["secondary_diagnoses"].agreed) == (3, 2)
    assert (found["primary_diagnosis"].pairs, found["primary_procedure"].pairs) == (1, 0)
