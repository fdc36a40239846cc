"""The parts of organs: what names one, and what is wrong with a wrong line."""

from __future__ import annotations

import pytest

from fourstep.assign.tumour_sites import read_tumour_sites
from fourstep.errors import KnowledgeError


def test_a_part_is_named_by_words_side_by_side() -> None:
    (part,) = read_tumour_sites([("t:1", "C50.9  C50.4  upper outer quadrant | uoq")])
    assert part.named("mass in the upper outer quadrant".split())
    assert part.named("l uoq wle".split())
    assert not part.named("upper quadrant outer".split())


@pytest.mark.parametrize(
    "line",
    [
        "C50.9  C50.4",
        "C50.9  C51.0  nipple",
        "C50.9  C50.9  nipple",
        "C50.9  C50.4  UOQ",
        "C50.9  C50.4  uoq | ",
        "breast  C50.4  uoq",
    ],
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_tumour_sites([("t:1", "C67.9  C67.0  trigone"), ("t:2", line)])
    assert caught.value.place == "t:2"


def test_a_part_has_one_line() -> None:
    with pytest.raises(KnowledgeError, match="two lines"):
        read_tumour_sites([("t:1", "C50.9  C50.4  uoq"), ("t:2", "C50.9  C50.4  upper outer")])
