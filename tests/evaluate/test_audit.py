"""The audit's arithmetic against sheets worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from fourstep.evaluate import audit, audit_episode, compare, plain
from fourstep.evaluate.audit import score_interval


def items(
    *codes: str, optional: tuple[str, ...] = (), alt: dict[str, list[str]] | None = None
) -> list[dict[str, Any]]:
    return [{"code": c, "optional": c in optional, "alt": (alt or {}).get(c, [])} for c in codes]


def sheet(
    diagnoses: list[dict[str, Any]], procedures: list[dict[str, Any]], *must_not: dict[str, str]
) -> dict[str, Any]:
    return {"diagnoses": diagnoses, "procedures": procedures, "must_not": list(must_not)}


PNEUMONIA = sheet(
    items("J18.9", "I10.X", "E11.9", "Z86.4", optional=("Z86.4",), alt={"E11.9": ["E14.9"]}),
    [],
    {"code": "I26", "why": "excluded"},
)
GALLSTONES = sheet(items("K80.1", "J45.9"), items("J18.3", "Y75.2"))


@pytest.mark.parametrize(
    ("code", "bare"),
    [("I10.X", "I10"), ("I10", "I10"), ("S72.00", "S7200"), ("w37.1", "W371"), ("M45.X9", "M45X9")],
)
def test_codes_are_compared_without_dot_and_filler(code: str, bare: str) -> None:
    assert plain(code) == bare


def test_right_missed_extra_and_optional() -> None:
    # Coded: one by its alternative, one that is optional, one too many; hypertension is missed.
    count, missed, extra = compare(PNEUMONIA["diagnoses"][1:], items("E14.9", "F17.1", "Z86.4"))
    assert (count.right, count.missed, count.extra) == (1, 1, 1)
    assert (missed, extra) == (["I10"], ["F171"])


def test_each_code_serves_one_gold_code() -> None:
    # Two sites are due and one is given once: the second is missed, not met by the same code.
    count, missed, _ = compare(items("Z28.6", "Z28.6"), items("Z28.6"))
    assert (count.right, count.missed) == (1, 1)
    assert missed == ["Z286"]


def test_a_required_code_takes_precedence_over_an_optional_one() -> None:
    gold = items("I25.9", "I25.2", optional=("I25.9",), alt={"I25.9": ["I25.2"]})
    count, missed, extra = compare(gold, items("I25.2"))
    assert (count.right, missed, extra) == (1, [], [])


def test_the_primary_in_the_wrong_place_is_no_extra_code() -> None:
    # J45.9 stands first, K80.1 second: the primary is wrong, and the secondary J45.9 is right all the same.
    result = audit_episode("e", GALLSTONES, sheet(items("J45.9", "K80.1"), items("J18.3", "Y75.2")))
    assert result.primary is False
    assert (result.diagnoses.right, result.diagnoses.missed, result.diagnoses.extra) == (1, 0, 0)
    assert result.main is True
    assert result.procedures.right == 1


def test_a_wrong_primary_is_not_counted_as_an_extra_secondary_too() -> None:
    # K81.0 stands where K80.1 should: one error, in the class of the primary diagnosis.
    result = audit_episode("e", GALLSTONES, sheet(items("K81.0", "J45.9"), []))
    assert result.primary is False
    assert (result.diagnoses.right, result.diagnoses.missed, result.diagnoses.extra) == (1, 0, 0)
    assert result.main is False
    assert result.procedures.missed == 1


def test_a_procedure_where_none_is_due_is_wrong() -> None:
    result = audit_episode("e", PNEUMONIA, sheet(items("J18.9"), items("E85.2")))
    assert result.main is False


def test_no_procedure_where_none_is_due_is_not_counted() -> None:
    assert audit_episode("e", PNEUMONIA, sheet(items("J18.9"), [])).main is None


def test_an_optional_main_procedure_may_be_left_out_or_given() -> None:
    gold = sheet(items("J18.9"), items("X33.2", optional=("X33.2",)))
    assert audit_episode("e", gold, sheet(items("J18.9"), [])).main is None
    given = audit_episode("e", gold, sheet(items("J18.9"), items("X33.2")))
    assert (given.main, given.procedures.extra) == (None, 0)


def test_a_code_that_the_record_rules_out_is_a_guess() -> None:
    result = audit_episode("e", PNEUMONIA, sheet(items("J18.9", "I26.9"), []))
    assert result.guessed == ["I269"]


def test_a_rule_for_one_book_does_not_count_in_the_other() -> None:
    gold = sheet(
        items("K80.1"), items("J18.3"), {"code": "J18", "system": "icd", "why": "pneumonia excluded"}
    )
    assert audit_episode("e", gold, sheet(items("K80.1"), items("J18.3"))).guessed == []


def test_figures_of_two_episodes_worked_by_hand() -> None:
    """The sheet.

    |            | primary | main | secondary diagnoses              | secondary procedures |
    |------------|---------|------|----------------------------------|----------------------|
    | pneumonia  | right   | –    | right E14.9, missed I10, extra F17.1 | –                |
    | gallstones | wrong   | wrong| right J45.9                      | missed Y75.2         |

    Secondary diagnoses: right 2, missed 1, extra 1: precision 2/3, recall 2/3, F1 66.7;
    2 right of 2 + 1 + 1 on the sheet: 50 per cent.
    Secondary procedures: right 0, missed 1: F1 0.
    """
    coded = {
        "pneumonia": sheet(items("J18.9", "E14.9", "F17.1", "Z86.4"), []),
        "gallstones": sheet(items("J45.9", "K80.1"), items("Y75.2")),
    }
    figures = audit({"pneumonia": PNEUMONIA, "gallstones": GALLSTONES}, coded).figures()
    assert figures == {
        "episodes": 2,
        "primary_diagnosis": 50.0,
        "main_procedure": 0.0,
        "secondary_diagnoses_f1": 66.7,
        "secondary_procedures_f1": 0.0,
        "audit_secondary_diagnoses": 50.0,
        "audit_secondary_procedures": 0.0,
        "guesses": 0,
        "touchless": 0.0,
        "touchless_exact": 0.0,
    }


def test_an_episode_that_was_not_coded_counts_as_coded_with_nothing() -> None:
    figures = audit({"gallstones": GALLSTONES}, {}).figures()
    assert figures["primary_diagnosis"] == 0.0
    assert figures["secondary_diagnoses_f1"] == 0.0


def test_a_gold_coding_agrees_with_itself() -> None:
    figures = audit({"gallstones": GALLSTONES}, {"gallstones": GALLSTONES}).figures()
    assert [figures[k] for k in figures if k not in ("episodes", "guesses") and "touchless" not in k] == [100.0] * 6


def test_an_episode_is_exact_when_nothing_differs() -> None:
    as_gold = audit({"gallstones": GALLSTONES}, {"gallstones": {**GALLSTONES, "touchless": True}})
    assert as_gold.figures()["touchless_exact"] == 100.0
    short = {"diagnoses": GALLSTONES["diagnoses"][:1], "procedures": [], "touchless": True}
    assert audit({"gallstones": GALLSTONES}, {"gallstones": short}).figures()["touchless_exact"] == 0.0


def test_intervals() -> None:
    """45 of 48 by Wilson's formula: 83.2 to 97.9 (worked by hand); the same twice; around the figure."""
    assert [round(x, 1) for x in score_interval(45, 48)] == [83.2, 97.9]
    assert score_interval(0, 0) == (0.0, 100.0)
    sheets = {"pneumonia": sheet(items("J18.9", "E14.9"), []), "gallstones": GALLSTONES}
    result = audit({"pneumonia": PNEUMONIA, "gallstones": GALLSTONES}, sheets)
    low, high = result.intervals()["secondary_diagnoses_f1"]
    assert low <= result.figures()["secondary_diagnoses_f1"] <= high
    assert result.intervals() == result.intervals()
