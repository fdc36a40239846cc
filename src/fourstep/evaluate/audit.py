"""Codings compared as an NHS clinical coding audit compares them: four classes, each in per cent.

Primary diagnosis and main procedure are right or wrong in every character. The remaining codes are compared
as sets: right, missed, extra; a gold code marked optional counts neither way, and one with alternatives is
met by any of them. The audit percentage of a class is right / (gold + extra), as on an auditor's sheet where
extra codes are errors (national clinical coding audit methodology).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random
from typing import Any

Item = Mapping[str, Any]


def plain(code: str) -> str:
    """A code as it is compared: no dot, no filler X ("I10.X" and "I10" are one)."""
    bare = re.sub(r"[^A-Z0-9]", "", code.upper())
    return bare[:3] if len(bare) == 4 and bare[3] == "X" else bare


def accepted(item: Item) -> frozenset[str]:
    """All codes that an auditor accepts for a gold item."""
    return frozenset(plain(c) for c in (item["code"], *item.get("alt", ())))


@dataclass(slots=True)
class Count:
    """Right, missed and extra codes of a class."""

    right: int = 0
    missed: int = 0
    extra: int = 0

    def add(self, other: Count) -> None:
        self.right += other.right
        self.missed += other.missed
        self.extra += other.extra

    @property
    def precision(self) -> float:
        """Per cent of the codes given that are right; 100 when none was given."""
        given = self.right + self.extra
        return 100 * self.right / given if given else 100.0

    @property
    def recall(self) -> float:
        """Per cent of the gold codes that were given; 100 when there are none."""
        due = self.right + self.missed
        return 100 * self.right / due if due else 100.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, in per cent."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    @property
    def audit(self) -> float:
        """Per cent correct on an auditor's sheet: right / (gold + extra)."""
        total = self.right + self.missed + self.extra
        return 100 * self.right / total if total else 100.0


def compare(gold: Sequence[Item], coded: Sequence[Item]) -> tuple[Count, list[str], list[str]]:
    """Count, missed codes and extra codes of two lists; each coded code serves one gold item."""
    left = [plain(c["code"]) for c in coded]
    count, missed = Count(), []
    for item in sorted(gold, key=lambda g: (bool(g.get("optional")), len(accepted(g)))):
        hit = next((c for c in left if c in accepted(item)), None)
        if hit is not None:
            left.remove(hit)
            count.right += not item.get("optional")
        elif not item.get("optional"):
            missed.append(plain(item["code"]))
    count.missed, count.extra = len(missed), len(left)
    return count, missed, left


@dataclass(slots=True)
class EpisodeResult:
    """One episode against its gold: None for the main procedure where none is due and none was given."""

    episode_id: str
    primary: bool
    main: bool | None
    diagnoses: Count
    procedures: Count
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    touchless: bool = False

    @property
    def exact(self) -> bool:
        """Whether the whole episode is as the gold has it, order of the secondary codes aside."""
        return self.primary and self.main is not False and not self.missed and not self.extra


def _others(gold: Sequence[Item], coded: Sequence[Item], first_right: bool) -> Sequence[Item]:
    """The codes to compare with the secondary gold codes: without the one that is first, or should be."""
    if first_right or not gold:
        return coded[1:]
    first = accepted(gold[0])
    rest = [c for c in coded if plain(c["code"]) not in first]
    return rest if len(rest) < len(coded) else rest[1:]


def audit_episode(episode_id: str, gold: Item, coded: Item) -> EpisodeResult:
    """Compare one coded episode with its gold coding."""
    gd, gp = gold["diagnoses"], gold.get("procedures", [])
    cd, cp = coded.get("diagnoses", []), coded.get("procedures", [])
    primary = bool(cd) and plain(cd[0]["code"]) in accepted(gd[0])
    due = [p for p in gp if not p.get("optional")]
    main: bool | None = None
    if due or (cp and not gp):
        candidates = gp[:1] if gp and not gp[0].get("optional") else gp[:2]
        first = frozenset().union(*(accepted(p) for p in candidates))
        main = bool(cp) and plain(cp[0]["code"]) in first
    dcount, dmissed, dextra = compare(gd[1:], _others(gd, cd, primary))
    if main is None and gp and cp:  # nothing is due: what matches is free, the rest is extra
        pcount, pmissed, pextra = compare(gp, cp)
    else:
        pcount, pmissed, pextra = compare(gp[1:], _others(gp, cp, bool(main)))
    guessed = [
        plain(c["code"])
        for system, items in (("icd", cd), ("opcs", cp))
        for c in items
        for rule in gold.get("must_not", [])
        if rule.get("system", system) == system and plain(c["code"]).startswith(plain(rule["code"]))
    ]
    missed, extra = dmissed + pmissed, dextra + pextra
    touchless = bool(coded.get("touchless"))
    return EpisodeResult(episode_id, primary, main, dcount, pcount, missed, extra, guessed, touchless)


@dataclass(slots=True)
class Audit:
    """The four classes over all episodes."""

    episodes: list[EpisodeResult]

    def share(self, values: Iterable[bool | None]) -> float:
        known = [v for v in values if v is not None]
        return 100 * sum(known) / len(known) if known else 0.0

    def total(self, name: str) -> Count:
        out = Count()
        for e in self.episodes:
            out.add(getattr(e, name))
        return out

    def figures(self) -> dict[str, float | int]:
        """All figures, per cent with one decimal, counts as they are."""
        sd, sp = self.total("diagnoses"), self.total("procedures")
        return {
            "episodes": len(self.episodes),
            "primary_diagnosis": round(self.share(e.primary for e in self.episodes), 1),
            "main_procedure": round(self.share(e.main for e in self.episodes), 1),
            "secondary_diagnoses_f1": round(sd.f1, 1),
            "secondary_procedures_f1": round(sp.f1, 1),
            "audit_secondary_diagnoses": round(sd.audit, 1),
            "audit_secondary_procedures": round(sp.audit, 1),
            "guesses": sum(len(e.guessed) for e in self.episodes),
            "touchless": round(self.share(e.touchless for e in self.episodes), 1),
            "touchless_exact": round(self.share(e.exact for e in self.episodes if e.touchless), 1),
        }

    def intervals(self, resamples: int = 1000) -> dict[str, tuple[float, float]]:
        """95 % intervals of the figures in per cent, the same every time.

        Shares of episodes: the score interval (Wilson, Journal of the American Statistical Association 22, 1927). Figures over
        codes: percentiles over resampled episodes (Efron and Tibshirani, An Introduction to the Bootstrap, 1993).
        """
        shares = {
            "primary_diagnosis": [e.primary for e in self.episodes],
            "main_procedure": [e.main for e in self.episodes if e.main is not None],
            "touchless": [e.touchless for e in self.episodes],
            "touchless_exact": [e.exact for e in self.episodes if e.touchless],
        }
        out = {name: score_interval(sum(values), len(values)) for name, values in shares.items()}
        draw = Random(len(self.episodes))
        drawn = [Audit(draw.choices(self.episodes, k=len(self.episodes))).figures() for _ in range(resamples)]
        for name in drawn[0]:
            if name not in ("episodes", "guesses", *shares):
                values = sorted(float(d[name]) for d in drawn)
                out[name] = values[int(0.025 * resamples)], values[int(0.975 * resamples) - 1]
        return out


def score_interval(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson score interval of a share in per cent; 0 to 100 where nothing was counted."""
    if not of:
        return 0.0, 100.0
    share, spread = right / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return 100 * max(middle - half, 0.0), 100 * min(middle + half, 1.0)


def audit(golds: Mapping[str, Item], coded: Mapping[str, Item]) -> Audit:
    """Compare every gold episode; one that was not coded counts as coded with nothing."""
    return Audit([audit_episode(i, g, coded.get(i, {})) for i, g in golds.items()])
