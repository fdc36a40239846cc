"""What an audit is measured against: per cent of the four classes, as dated settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fourstep.errors import KnowledgeError, UsageError
from fourstep.evaluate.facts import facts
from fourstep.knowledge import FOLDER

TABLE = FOLDER / "audit" / "thresholds.txt"
#: The four classes of an audit in national order, and how a report calls them.
AREAS: dict[str, str] = {
    "primary_diagnosis": "Primary diagnosis",
    "secondary_diagnoses": "Secondary diagnoses",
    "primary_procedure": "Primary procedure",
    "secondary_procedures": "Secondary procedures",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level in force: its name and the least per cent of every class."""

    name: str
    least: Mapping[str, float]

    def reached(self, area: str, per_cent: float) -> bool:
        """Whether a figure of this class reaches the level."""
        return per_cent >= self.least[area]


def levels_on(day: dt.date, path: Path = TABLE) -> list[Level]:
    """The levels in force on a day, the lowest first.

    Of a level with several starting days the newest that has begun counts. Raises UsageError where none is in force on
    that day or a class of a level is missing, KnowledgeError where the table breaks its rules.
    """
    return levels_of(facts(path, 4), day, str(path))


def levels_of(lines: Iterable[tuple[str, Sequence[str]]], day: dt.date, where: str) -> list[Level]:
    """The levels in force on a day, from lines wherever they are kept: place, and (starting day, level, class, per cent).

    Raises as `levels_on`; `where` is how an error names the whole table.
    """
    newest: dict[str, dict[str, tuple[dt.date, float]]] = {}
    for place, (start, name, area, text) in lines:
        if area not in AREAS:
            raise KnowledgeError(f"{area} is none of {', '.join(AREAS)}", place)
        try:
            begins, least = dt.date.fromisoformat(start), float(text)
        except ValueError:
            raise KnowledgeError("a line is: day (2026-04-01), level, class, per cent", place) from None
        if not 0 <= least <= 100:
            raise KnowledgeError(f"{text} is no per cent", place)
        areas = newest.setdefault(name, {})
        if begins <= day and (area not in areas or areas[area][0] < begins):
            areas[area] = begins, least
    levels = [Level(n, {a: v for a, (_, v) in areas.items()}) for n, areas in newest.items() if areas]
    if not levels:
        raise UsageError(f"no threshold is in force on {day}: add a line with an earlier day", where)
    for level in levels:
        for area in AREAS:
            if area not in level.least:
                raise UsageError(f"level {level.name}: no threshold for {area} on {day}", where)
    return sorted(levels, key=lambda level: sum(level.least.values()))
