"""The table of the primary diagnosis: what its words say, and what is wrong with a wrong line."""

from __future__ import annotations

import pytest

from fourstep.assign.principal import Principal, read_principal
from fourstep.assign.tables import facts
from fourstep.errors import KnowledgeError
from fourstep.knowledge import STANDARDS


@pytest.fixture(scope="module")
def table() -> Principal:
    return read_principal(facts(STANDARDS / "primary.txt"))


@pytest.mark.parametrize(
    "before",
    [
        "Treated as ",
        "was managed as an ",
        "diagnosed with acute left ",
        "felt to represent ",
        "Δ: ",
        "MCCD 1a) ",
        "cause of death: 1(a) ",
    ],
)
def test_words_that_conclude(table: Principal, before: str) -> None:
    assert table.beside.concluded.search(before)


@pytest.mark.parametrize(
    "before", ["Treated with ", "was seen as an outpatient for ", "mistreated as ", "diagnosed in 2019 with a friend's "]
)
def test_words_that_do_not_conclude(table: Principal, before: str) -> None:
    assert not table.beside.concluded.search(before)


def test_words_of_what_was_known_and_of_what_is_worse(table: Principal) -> None:
    assert table.beside.known.search("Background of severe ")
    assert table.beside.known.search("is known to have ")
    assert not table.beside.known.search("new ")
    assert table.beside.worse.search(" exacerbation, nebulised")
    assert table.beside.treated.search("on osimertinib")
    assert table.beside.treated.search("cycle 3")
    assert table.beside.treated.search("C2D8")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("grave S06", "expected 'codes"),
        ("codes grave", "expected 'codes"),
        ("codes gravest S06", "no codes 'gravest'"),
        ("words grave S06", "no words 'grave'"),
        ("words quality acute | acute", "'acute' is said twice"),
        ("words quality acute | ", "nothing between"),
    ],
)
def test_a_wrong_line_is_named(line: str, message: str) -> None:
    with pytest.raises(KnowledgeError, match=message) as caught:
        read_principal([("primary.txt:1", "codes failed  J96"), ("primary.txt:2", line)])
    assert caught.value.place == "primary.txt:2"


def test_a_group_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(KnowledgeError, match="no line for"):
        read_principal([("primary.txt:1", "codes failed  J96")])
