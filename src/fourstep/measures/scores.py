"""Charlson conditions with the weights of the SHMI, and the Hospital Frailty Risk Score.

Charlson: weights and codes of the SHMI specification 1.35 (NHS Digital, 2020); the index is that of Charlson et al.,
J Chronic Dis 1987; 40: 373-83. Frailty: Gilbert et al., Lancet 2018; 391: 1775-82. The tables with what was
checked are in knowledge/measures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from fourstep.errors import KnowledgeError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.facts import facts
from fourstep.knowledge import FOLDER
from fourstep.measures.codes import expand, longest


@dataclass(frozen=True, slots=True)
class Condition:
    """A Charlson condition. `family` names what stays for life, "" where nothing does."""

    name: str
    weight: int
    family: str


@cache
def conditions() -> tuple[dict[str, Condition], dict[str, str]]:
    """The conditions by name, and prefix of a code -> name."""
    found: dict[str, Condition] = {}
    prefixes: dict[str, str] = {}
    for place, (name, weight, family, codes) in facts(FOLDER / "measures" / "charlson.txt", 4):
        found[name] = Condition(name, int(weight), "" if family == "-" else family)
        for prefix in expand(codes, place):
            if prefix in prefixes:
                raise KnowledgeError(f"{prefix} stands for two conditions", place)
            prefixes[prefix] = name
    return found, prefixes


def charlson_conditions(codes: Iterable[str]) -> list[Condition]:
    """The Charlson conditions that these codes name, each once, in the order of the table."""
    named = {_condition(c) for c in codes} - {None}
    return [c for name, c in conditions()[0].items() if name in named] if named else []


@lru_cache(maxsize=1 << 16)
def _condition(code: str) -> str | None:
    """The name of the condition that a code belongs to."""
    return longest(code, conditions()[1])


def charlson(codes: Iterable[str]) -> int:
    """The score of secondary diagnoses: the sum of the weights (one of them is -1)."""
    return sum(c.weight for c in charlson_conditions(codes))


@cache
def frailty_points() -> dict[str, float]:
    """The 109 categories and their points."""
    return {category: float(points) for _, (category, points) in facts(FOLDER / "measures" / "frailty.txt", 2)}


def frailty(codes: Iterable[str]) -> float:
    """The score of all diagnoses of a spell and of the emergency spells before it: each category once."""
    points = frailty_points()
    return round(sum(points.get(c, 0.0) for c in {plain(code)[:3] for code in codes}), 1)


def frailty_band(score: float) -> str:
    """low below 5, intermediate 5 to 15, high above 15."""
    return "low" if score < 5 else "intermediate" if score <= 15 else "high"
