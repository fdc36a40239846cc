"""The table of where a procedure counts as done: what its lines may say, and lines that break its form."""

from __future__ import annotations

import pytest

from fourstep.assign.done import ASKS
from fourstep.assign.done_where import ASKED, read_done_where
from fourstep.errors import KnowledgeError


def test_a_line_decides_for_its_codes_documents_and_sections() -> None:
    table = read_done_where(
        [
            ("d:1", "= {support}   E85.1 X52"),
            ("d:2", "{support} T12   ward_round   plan course   -   done"),
            ("d:3", "! {support}   *   ! procedure   dated   already in place"),
        ]
    )
    [first, other] = table.of("X52.2") + table.of("W37.1")
    assert (first.reason, other.reason, other.when) == ("", "already in place", "dated")
    assert "ward_round" in first.documents and "ed_note" not in first.documents
    assert "plan" in other.sections and "procedure" not in other.sections
    assert [p.reason for p in table.of("T12.4")] == ["", "already in place"]


@pytest.mark.parametrize(
    "line", ["X52   ward_round   plan   done", "X52   *   plan   when it rains   done", "{lost}   *   *   -   done"]
)
def test_a_line_that_breaks_the_form_is_named(line: str) -> None:
    with pytest.raises(KnowledgeError, match="d:9"):
        read_done_where([("d:9", line)])


def test_every_question_has_an_answer() -> None:
    assert frozenset(ASKS) == ASKED
