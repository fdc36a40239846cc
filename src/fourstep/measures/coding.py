"""Measures of the coding itself: for each episode what counts, and out of how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from fourstep.books import books_on
from fourstep.evaluate.rows import Row
from fourstep.measures.scores import charlson, charlson_conditions
from fourstep.measures.spells import Spell, by_patient

#: What a measure yields: the episode it belongs to, how much, out of how much.
Part = tuple[Row, float, int]
#: Secondary positions that the SHMI's depth of coding counts.
DEPTH = 19
#: How far back earlier spells count for conditions recorded again, and for frailty.
LOOK_BACK = dt.timedelta(days=730)
_ORDINARY = ("", "1")


@cache
def unspecified(code: str) -> bool:
    """Whether the title of a diagnosis code says unspecified; a code that the book does not have does not."""
    rubric = books_on(None)[0].find(code)
    return rubric is not None and "unspecified" in rubric.title.lower()


def depth(rows: list[Row]) -> Iterator[Part]:
    """Secondary diagnoses of each episode that has a primary."""
    for row in rows:
        if row.diagnoses:
            yield row, min(len(row.diagnoses) - 1, DEPTH), 1


def comorbid(rows: list[Row]) -> Iterator[Part]:
    """Episodes with a Charlson condition among the secondary diagnoses."""
    for row in rows:
        if row.diagnoses:
            yield row, bool(charlson_conditions(row.diagnoses[1:])), 1


def symptom_primary(rows: list[Row]) -> Iterator[Part]:
    """Episodes with a primary diagnosis of chapter XVIII."""
    for row in rows:
        if row.diagnoses:
            yield row, row.diagnoses[0].startswith("R"), 1


def unspecified_primary(rows: list[Row]) -> Iterator[Part]:
    """Episodes with an unspecified primary diagnosis."""
    for row in rows:
        if row.diagnoses:
            yield row, unspecified(row.diagnoses[0]), 1


def unspecified_codes(rows: list[Row]) -> Iterator[Part]:
    """Unspecified codes of all diagnosis codes."""
    for row in rows:
        if row.diagnoses:
            yield row, sum(map(unspecified, row.diagnoses)), len(row.diagnoses)


def charlson_score(rows: list[Row]) -> Iterator[Part]:
    """Charlson score of the secondary diagnoses of each episode."""
    for row in rows:
        if row.diagnoses:
            yield row, charlson(row.diagnoses[1:]), 1


def recaptured(found: list[Spell]) -> Iterator[Part]:
    """Lifelong conditions of earlier spells that the later ordinary admission records again, or does not."""
    for own in by_patient(found).values():
        families = [{c.family for c in charlson_conditions(s.diagnoses) if c.family} for s in own]
        for n, spell in enumerate(own):
            day = spell.admitted
            if day is None or spell.first.patient_class not in _ORDINARY or not spell.diagnoses:
                continue
            earlier = [f for s, f in zip(own[:n], families[:n], strict=True) if s.admitted and day - s.admitted <= LOOK_BACK]
            due = set().union(*earlier)
            if due:
                yield spell.last, len(due & families[n]), len(due)
