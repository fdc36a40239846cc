"""Agreement of two auditors: Cohen's kappa with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from fourstep.errors import UsageError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.marks import Mark
from fourstep.evaluate.thresholds import AREAS

#: Below so many pairs the large-sample interval is not given: a rule of prudence, not a published limit.
FEW = 30


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance: `value` and `interval` are None where they cannot be told, and `note` says why."""

    pairs: int
    agreed: int
    value: float | None
    interval: tuple[float, float] | None
    note: str = ""


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Kappa:
    """Cohen's kappa of two raters over the same things, with a 95 % interval.

    Cohen, Educational and Psychological Measurement 20, 1960; the large-sample variance is that of Fleiss, Cohen and
    Everitt, Psychological Bulletin 72, 1969. Raises UsageError where the two rated different numbers of things.
    """
    if len(first) != len(second):
        raise UsageError("agreement needs the same things rated by both")
    n = len(first)
    agreed = sum(a == b for a, b in zip(first, second, strict=True))
    if not n:
        return Kappa(0, 0, None, None, "nothing was judged by both")
    cells = {pair: c / n for pair, c in Counter(zip(first, second, strict=True)).items()}
    rows = {k: c / n for k, c in Counter(first).items()}
    columns = {k: c / n for k, c in Counter(second).items()}
    chance = sum(share * columns.get(k, 0.0) for k, share in rows.items())
    if chance > 1 - 1e-12:
        return Kappa(n, agreed, None, None, "both gave one and the same judgement throughout: kappa is not defined")
    value = (agreed / n - chance) / (1 - chance)
    if n < FEW:
        return Kappa(n, agreed, value, None, f"{n} pairs are too few for an interval")
    total = -((value - chance * (1 - value)) ** 2)
    for (a, b), share in cells.items():
        if a == b:
            total += share * (1 - (rows[a] + columns[a]) * (1 - value)) ** 2
        else:
            total += (1 - value) ** 2 * share * (columns.get(a, 0.0) + rows.get(b, 0.0)) ** 2
    half = 1.96 * sqrt(max(total, 0.0) / n) / (1 - chance)
    return Kappa(n, agreed, value, (max(value - half, -1.0), min(value + half, 1.0)))


def judgements(marks: Sequence[Mark], area: str) -> dict[tuple[str, int, str], bool]:
    """Whether each recorded code of a class was left standing: by episode, its how-manieth of that code, and code."""
    out: dict[tuple[str, int, str], bool] = {}
    for m in marks:
        wrong = Counter(plain(d.recorded) for d in m.differences if d.area == area and d.recorded and d.stands)
        seen: Counter[str] = Counter()
        for code in map(plain, m.codes[area]):
            seen[code] += 1
            out[m.row.episode_id, seen[code], code] = seen[code] > wrong[code]
    return out


def agreement(first: Sequence[Mark], second: Sequence[Mark]) -> dict[str, Kappa]:
    """Kappa of two auditors for each class: was a recorded code right or wrong? Only what both judged is counted.

    A code that an auditor would have added is no judgement of a recorded code and does not enter.
    """
    out = {}
    for area in AREAS:
        one, two = judgements(first, area), judgements(second, area)
        both = sorted(one.keys() & two.keys())
        out[area] = kappa([one[k] for k in both], [two[k] for k in both])
    return out
