"""The shipped records become practice records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction

from fourstep.episode import Episode as EngineEpisode
from fourstep.errors import ReadError
from fourstep.read import read_episodes
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.engine import coder
from fourstep.workbench.people.models import Person
from fourstep.workbench.training.marking import BOOKS, chapter_of
from fourstep.workbench.training.models import PracticeRecord
from fourstep.workbench.trust.actions import record

_SYSTEMS = {"icd": "icd10", "opcs": "opcs4"}


@transaction.atomic
def load_practice(person: Person | None, folder: Path) -> int:
    """Load every record with a model coding (gold.json) that is not there yet, or has changed; how many that were.

    The standards behind each code are those that the engine applies to it on this record.
    """
    done = 0
    for place in sorted(p.parent for p in folder.glob("*/gold.json")):
        done += _load(place)
    record(person, "practice records loaded", "", records=done)
    return done


def _load(place: Path) -> int:
    try:
        model = json.loads((place / "gold.json").read_text(encoding="utf-8"))
    except ValueError:
        raise ReadError("is no JSON in UTF-8", str(place / "gold.json")) from None
    (episode,) = read_episodes(place)
    if not isinstance(episode, EngineEpisode):
        raise episode
    there = PracticeRecord.objects.filter(name=place.name).first()
    row = store(None, replace(episode, id=f"practice/{place.name}", source="shipped"), training=True)
    acted = _standards(episode)
    codes = [_model(book, c, acted) for book, key in BOOKS for c in model[key]]
    must_not = [{"book": _SYSTEMS[m["system"]], "code": m["code"], "why": m["why"]} for m in model.get("must_not", [])]
    if there and (there.codes, there.must_not) == (codes, must_not):
        return 0
    PracticeRecord.objects.update_or_create(
        name=place.name,
        defaults={
            "title": place.name.replace("-", " ").capitalize(), "episode": row, "specialty": episode.specialty,
            "difficulty": model.get("difficulty", 2), "codes": codes, "must_not": must_not,
        },
    )  # fmt: skip
    return 1


def _standards(episode: EngineEpisode) -> dict[str, list[str]]:
    coded = coder().code(episode)
    return {c.code: list(c.standards) for c in (*coded.diagnoses, *coded.procedures)}


def _model(book: str, code: dict[str, Any], acted: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "book": book, "code": code["code"], "alt": code.get("alt", []), "optional": code.get("optional", False),
        "note": code.get("note", ""), "chapter": chapter_of(book, code["code"]), "standards": acted.get(code["code"], []),
    }  # fmt: skip
