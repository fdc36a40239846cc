"""The episodes that ship with the project code as their model codings say.

`examples_known.txt` lists every difference that is left, one a line: the episode, what differs and the code. No more than
that may go wrong, and no less may be listed. After a change that is meant: UPDATE_EXAMPLES=1 python -m pytest
tests/test_examples.py, and read what changed. `FLOORS` keeps the whole set from slipping by small steps.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from fourstep.books import books_on
from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.evaluate import audit, audit_episode
from fourstep.read import read_episodes

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(p.parent.name for p in EXAMPLES.glob("*/episode.json"))
KNOWN = Path(__file__).parent / "examples_known.txt"
FLOORS = {"primary_diagnosis": 95, "main_procedure": 95, "secondary_diagnoses_f1": 93, "secondary_procedures_f1": 93}
NHS_NUMBER = re.compile(r"\b\d{3} \d{3} \d{4}\b")


def gold_of(name: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((EXAMPLES / name / "gold.json").read_text(encoding="utf-8"))
    return gold


@pytest.fixture(scope="session")
def coded(coder: Coder) -> dict[str, CodedEpisode]:
    episodes = [e for e in read_episodes(EXAMPLES) if isinstance(e, Episode)]
    return {e.id: coder.code(e) for e in episodes}


def differences(name: str, coded: CodedEpisode) -> list[str]:
    """What differs from the model coding, and whether a query holds the episode up, as lines of `examples_known.txt`."""
    result = audit_episode(name, gold_of(name), coded.as_dict())
    lines = [] if result.primary else [f"{name} primary"]
    lines += [f"{name} main"] if result.main is False else []
    lines += sorted(f"{name} missed {code}" for code in result.missed)
    lines += sorted(f"{name} {'guessed' if code in result.guessed else 'extra'} {code}" for code in result.extra)
    return lines + ([f"{name} asks"] if any(q.blocking for q in coded.queries) else [])


def test_all_are_read(coded: dict[str, CodedEpisode]) -> None:
    assert sorted(coded) == NAMES
    assert len(NAMES) >= 60


def test_what_differs_is_what_is_known(coded: dict[str, CodedEpisode]) -> None:
    found = [line for name in NAMES for line in differences(name, coded[name])]
    if os.environ.get("UPDATE_EXAMPLES"):
        KNOWN.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    assert found == KNOWN.read_text(encoding="utf-8").splitlines()


def test_the_whole_set_stays_above_its_floors(coded: dict[str, CodedEpisode]) -> None:
    figures = audit({n: gold_of(n) for n in NAMES}, {n: c.as_dict() for n, c in coded.items()}).figures()
    assert {key: figures[key] for key, floor in FLOORS.items() if figures[key] < floor} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_its_document(name: str, coded: dict[str, CodedEpisode]) -> None:
    texts = {p.name: p.read_bytes().decode() for p in (EXAMPLES / name).glob("*.txt")}
    for code in coded[name].diagnoses + coded[name].procedures:
        assert code.evidence
        for quote in code.evidence:
            assert texts[quote.document][quote.start : quote.end] == quote.text


@pytest.mark.parametrize("name", NAMES)
def test_the_model_coding_is_sound(name: str) -> None:
    """Its codes exist, its quotes stand in the documents that the episode names, and each says why."""
    icd10, opcs4, _ = books_on(None)
    gold = gold_of(name)
    episode = json.loads((EXAMPLES / name / "episode.json").read_text(encoding="utf-8"))
    named = {d["file"] for d in episode["documents"]}
    assert {p.name for p in (EXAMPLES / name).glob("*.txt")} == named
    for key, book in (("diagnoses", icd10), ("procedures", opcs4)):
        for item in gold[key]:
            assert [c for c in (item["code"], *item["alt"]) if c not in book and book.whole] == []
            assert item["note"]
            assert item["document"] in named
            assert item["evidence"] in (EXAMPLES / name / item["document"]).read_text(encoding="utf-8")
    for trap in gold["must_not"]:
        assert trap["why"]


@pytest.mark.parametrize("name", NAMES)
def test_patients_are_fictional(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (EXAMPLES / name).glob("*.txt")]
    numbers = [number for text in texts for number in NHS_NUMBER.findall(text)]
    assert [number for number in numbers if not number.startswith("999 ")] == []
    assert numbers
