"""The episodes that ship with the project code as their model codings say.

`KNOWN` lists every difference that is left: what a reader of the examples will see, and no more than that may
go wrong. A line goes when the coder learns it; none is added without a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fourstep.books import books_on
from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.evaluate import EpisodeResult, audit_episode
from fourstep.read import read_episodes

EXAMPLES = Path(__file__).parent.parent / "examples"
NAMES = sorted(p.parent.name for p in EXAMPLES.glob("*/episode.json"))


@dataclass(frozen=True)
class Known:
    """What still goes wrong with one example: codes as the audit writes them, without a dot."""

    wrong_primary: bool = False  # another diagnosis stands first
    wrong_main: bool = False  # another procedure stands first
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


KNOWN: dict[str, Known] = {
    "colonoscopy-polyp": Known(extra=("K635",)),
    "paracetamol-overdose": Known(extra=("S508",)),
}


def gold_of(name: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((EXAMPLES / name / "gold.json").read_text(encoding="utf-8"))
    return gold


@pytest.fixture(scope="session")
def coded(coder: Coder) -> dict[str, CodedEpisode]:
    episodes = [e for e in read_episodes(EXAMPLES) if isinstance(e, Episode)]
    return {e.id: coder.code(e) for e in episodes}


@pytest.fixture(params=NAMES)
def result(request: pytest.FixtureRequest, coded: dict[str, CodedEpisode]) -> EpisodeResult:
    name = str(request.param)
    return audit_episode(name, gold_of(name), coded[name].as_dict())


def test_there_are_twelve_and_all_are_read(coded: dict[str, CodedEpisode]) -> None:
    assert sorted(coded) == NAMES
    assert len(NAMES) == 12


def test_no_more_differs_than_is_known(result: EpisodeResult) -> None:
    known = KNOWN.get(result.episode_id, Known())
    assert result.primary or known.wrong_primary
    assert result.main is not False or known.wrong_main
    assert set(result.missed) <= set(known.missed)
    assert set(result.extra) <= set(known.extra)


def test_nothing_is_coded_that_the_record_rules_out(result: EpisodeResult) -> None:
    assert set(result.guessed) <= set(KNOWN.get(result.episode_id, Known()).extra)


@pytest.mark.parametrize("name", NAMES)
def test_no_example_needs_an_answer_before_it_is_submitted(name: str, coded: dict[str, CodedEpisode]) -> None:
    assert [q.about for q in coded[name].queries if q.blocking] == []


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
    for path in (EXAMPLES / name).glob("*.txt"):
        assert "999 " in path.read_text(encoding="utf-8"), path.name
