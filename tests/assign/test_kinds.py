"""The table of kinds that research counts beside the particular disease."""

from __future__ import annotations

import pytest

from fourstep.assign.kinds import read_kinds
from fourstep.errors import KnowledgeError


def test_a_line_is_the_kind_the_beginnings_of_its_words_and_the_particular_codes() -> None:
    (kind,) = read_kinds([("k:1", "D64.9  anaem | anem   D50-D53 D57")])
    assert kind.code == "D64.9"
    assert "D51.0" in kind.particular
    assert kind.named("Pernicious ANAEMIA")
    assert not kind.named("lack of B12")


@pytest.mark.parametrize("line", ["D64.9  anaem", "D64.9", "D64.9  Anaem   D50", "D64.9  anaem |   D50"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(KnowledgeError, match="k:1"):
        read_kinds([("k:1", line)])
