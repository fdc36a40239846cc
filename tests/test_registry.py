"""The registry of standards: identifiers stay, every rule runs, the page of standards is current."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import fourstep.verify
from fourstep.books import books_on
from fourstep.output.standards import markdown_page
from fourstep.verify import ORDER
from fourstep.verify.registry import STANDARDS, Standard, standard

HERE = Path(__file__).parent
SNAPSHOT = HERE / "registry_snapshot.txt"
PAGE = HERE.parent / "docs" / "standards.md"


def test_identifiers_are_those_of_the_snapshot() -> None:
    # An identifier stands in coded records for ever: that one goes or comes is a decision.
    assert sorted(STANDARDS) == SNAPSHOT.read_text(encoding="utf-8").split()


def test_an_identifier_is_given_once() -> None:
    taken = next(iter(STANDARDS))
    with pytest.raises(ValueError, match="twice"):
        standard(taken, "general", "Another rule.")(lambda case, tables: None)


def test_every_standard_runs_in_step_4() -> None:
    names = set(re.findall(r"\w+", inspect.getsource(fourstep.verify)))
    assert [s.id for s in STANDARDS.values() if s.rule.__name__ not in names] == []
    assert len(set(ORDER)) == len(ORDER)


def test_every_identifier_in_the_code_is_registered() -> None:
    named = {
        (identifier, path.name)
        for path in (HERE.parent / "src").rglob("*.py")
        for identifier in re.findall(r'"(FS\.[A-Z]+\.\d+)"', path.read_text(encoding="utf-8"))
    }
    assert sorted(pair for pair in named if pair[0] not in STANDARDS) == []


@pytest.mark.parametrize("one", STANDARDS.values(), ids=lambda s: s.id)
def test_a_standard_says_what_it_does(one: Standard) -> None:
    part = one.id.split(".")[1]
    assert re.fullmatch(r"FS\.(GEN|POL|OPCS|[IVX]+)\.\d\d", one.id)
    usual = {"GEN": {"general"}, "OPCS": {"OPCS-4"}, "POL": {"general", "OPCS-4"}}
    assert one.chapter in usual.get(part, {part})
    assert one.sentence.endswith(".")
    assert one.reference == "" or re.match(r"(DGCS|DCS|DChS|PGCS|PRule|PCS)", one.reference)


@pytest.mark.parametrize("one", STANDARDS.values(), ids=lambda s: s.id)
def test_the_codes_of_worked_examples_exist(one: Standard) -> None:
    icd10, opcs4, _ = books_on(None)
    book = opcs4 if one.chapter == "OPCS-4" else icd10
    assert [c for _, codes in one.examples for c in codes.split() if c not in book] == []


def test_the_page_of_standards_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown_page(), (
        "run: fourstep standards --markdown > docs/standards.md"
    )
