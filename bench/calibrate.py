"""Fit the confidence of codes on coded records, and say how well it holds on records that it was not fitted on.

    python bench/calibrate.py bench/first_sight.jsonl [FOLDER ...] [--keep FILE] [--write]

A file in .jsonl holds what `--keep` wrote when a set was first coded, since records that have been mended would flatter:
bench/first_sight.jsonl has sets 8 to 12 so. A folder holds episode folders with a gold.json, and is a set of its own. A code
counts as right when the gold coding has it (optional codes too).

Every figure is of codes whose set took no part in the fit (of one set alone: five folds of its episodes). A code is `auto` from
the lowest confidence from which upwards one may be sure, at 95 %, that at least 95 of 100 are right: a new set is never quite
like those before. `--write` replaces the table that the engine uses, and the page docs/confidence.md with its plot.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from confidence_page import plot, table, write_page

from fourstep.assign.weights import Weights
from fourstep.coder import Coder
from fourstep.episode import TOGETHER, Episode
from fourstep.evaluate.audit import accepted, plain
from fourstep.knowledge import STANDARDS
from fourstep.read import read_episodes
from fourstep.verify.confidence import ASKED

_FOLDS, _BINS, _AIM, _FEWEST = 5, 10, 0.95, 50
_CERTAIN = 1.645  # standard deviations: 95 % sure, on one side
DOCS = Path(__file__).parent.parent / "docs"


@dataclass(frozen=True, slots=True)
class Row:
    """A code that was given: what speaks for it, whether it is right, its episode and set."""

    features: frozenset[str]
    right: bool
    episode: str
    set: str


class Said(NamedTuple):
    """What was said of a code, and what was so."""

    confidence: float
    right: bool
    set: str
    episode: str
    asked: bool  # a question names it: it is never auto




def rows_of(folders: list[Path]) -> list[Row]:
    """Every code given on the gold records."""
    coder, out = Coder(local=None), []
    for folder in folders:
        if folder.suffix == ".jsonl":
            out += kept_rows(folder)
            continue
        for episode in read_episodes(folder):
            gold_file = folder / getattr(episode, "id", "") / "gold.json"
            if not isinstance(episode, Episode) or not gold_file.is_file():
                continue
            gold = json.loads(gold_file.read_text(encoding="utf-8"))
            for name, items in coder.explain(episode).items():
                right = {c for item in gold.get(name, []) for c in accepted(item)}
                out += [Row(frozenset(known), plain(code) in right, episode.id, folder.name) for code, known in items]
    return out


def kept_rows(file: Path) -> list[Row]:
    """Rows that an earlier run kept, one JSON object a line."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [Row(frozenset(x["features"]), x["right"], x["episode"], x["set"]) for x in lines]


def keep(rows: list[Row], file: Path) -> None:
    """Write rows for a later fit."""
    lines = (json.dumps({"set": r.set, "episode": r.episode, "right": r.right, "features": sorted(r.features)}) for r in rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fit(rows: list[Row], rounds: int = 600, rate: float = 1.0, pull: float = 0.003) -> Weights:
    """Logistic regression by gradient descent with a pull towards zero."""
    names = sorted({f for r in rows for f in r.features})
    place = {f: i for i, f in enumerate(names)}
    known = [([place[f] for f in sorted(r.features)], r.right) for r in rows]
    weights, constant = [0.0] * len(names), 0.0
    for _ in range(rounds):
        slope, base = [0.0] * len(names), 0.0
        for places, right in known:
            error = 1 / (1 + math.exp(-(constant + sum([weights[i] for i in places])))) - right
            base += error
            for i in places:
                slope[i] += error
        constant -= rate * base / len(rows)
        for i, steep in enumerate(slope):
            weights[i] -= rate * (steep / len(rows) + pull * weights[i])
    return Weights(constant, dict(zip(names, weights, strict=True)), 1.0)


def held_out(rows: list[Row]) -> list[Said]:
    """What is said of each code by weights fitted without its set; of one set alone, without its fold of episodes."""
    sets = sorted({r.set for r in rows})
    if len(sets) > 1:
        away = [{r.episode for r in rows if r.set == name} for name in sets]
    else:
        episodes = sorted({r.episode for r in rows})
        away = [set(episodes[fold::_FOLDS]) for fold in range(_FOLDS)]
    out: list[Said] = []
    for episodes_away in away:
        weights = fit([r for r in rows if r.episode not in episodes_away])
        out += [
            Said(weights.confidence(set(r.features)), r.right, r.set, r.episode, ASKED in r.features)
            for r in rows
            if r.episode in episodes_away
        ]
    return out


def calibration_error(said: list[Said]) -> float:
    """Expected calibration error: the mean gap between what was said and what was so, over ten bins of equal width."""
    total = 0.0
    for i in range(_BINS):
        inside = [s for s in said if i / _BINS <= s.confidence < (i + 1) / _BINS or (i == _BINS - 1 and s.confidence == 1)]
        total += abs(sum(s.confidence for s in inside) - sum(s.right for s in inside))
    return total / len(said)


def lower_bound(right: int, count: int) -> float:
    """The share that one may be 95 % sure of (Wilson, one side)."""
    share, z = right / count, _CERTAIN
    middle, spread = share + z * z / 2 / count, z * math.sqrt(share * (1 - share) / count + z * z / 4 / count**2)
    return (middle - spread) / (1 + z * z / count)


def threshold(said: Iterable[Said]) -> float:
    """The lowest confidence from which upwards one may be sure that at least 95 of 100 codes are right."""
    best, right = 1.0, 0
    for count, one in enumerate(sorted((s for s in said if not s.asked), reverse=True), 1):
        right += one.right
        if count >= _FEWEST and lower_bound(right, count) >= _AIM:
            best = one.confidence
    return best


def by_set(said: list[Said]) -> list[tuple[str, int, float, float, float]]:
    """Of each set: codes, right, auto and right among them, with the threshold that the other sets alone would have set."""
    out = []
    for name in sorted({s.set for s in said}, key=lambda name: (len(name.partition(",")[0]), name)):
        own = [s for s in said if s.set == name]
        auto = threshold(s for s in said if s.set != name)
        above = [s.right for s in own if s.confidence >= auto and not s.asked]
        right = sum(s.right for s in own) / len(own)
        out.append((name, len(own), right, len(above) / len(own), sum(above) / len(above) if above else 1.0))
    return out


def together(said: list[Said], auto: float) -> int:
    """Episodes that would be touchless if no question were open."""
    episodes: dict[tuple[str, str], list[Said]] = {}
    for one in said:
        episodes.setdefault((one.set, one.episode), []).append(one)
    sure = [x for x in episodes.values() if all(s.confidence >= auto and not s.asked for s in x)]
    return sum(math.prod(s.confidence for s in x) >= TOGETHER for x in sure)


def write_weights(weights: Weights, auto: float, episodes: int, codes: int) -> None:
    """The table of the engine."""
    lines = ["; Confidence of a code: weights of a logistic sum, fitted by bench/calibrate.py. A feature adds its weight.",
             f"; Fitted on {episodes} episodes, as they were first coded, with {codes} codes.",
             f"constant  {weights.constant:.3f}", f"auto from  {auto:.3f}"]  # fmt: skip
    lines += [f"{name}  {value:.3f}" for name, value in sorted(weights.features.items(), key=lambda i: -i[1])]
    (STANDARDS / "confidence.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, measure on what was held out, print, and write table and page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    rows = rows_of(chosen.folders)
    if not rows:
        sys.exit("no coded episode with a gold.json in these folders")
    if chosen.keep:
        keep(rows, chosen.keep)
    said = held_out(rows)
    auto = threshold(said)
    above = [s.right for s in said if s.confidence >= auto and not s.asked]
    episodes = len({(r.set, r.episode) for r in rows})
    figures = {
        "episodes": str(episodes),
        "codes": str(len(rows)),
        "codes right": f"{sum(r.right for r in rows) / len(rows):.3f}",
        "expected calibration error": f"{calibration_error(said):.3f}",
        "auto from": f"{auto:.3f}",
        "codes that are auto": f"{len(above) / len(rows):.3f}",
        "of them right": f"{sum(above) / max(len(above), 1):.3f}",
        "episodes whose codes are all auto, and together right at 0.9": str(together(said, auto)),
    }
    table(figures, by_set(said))
    if chosen.write:
        write_weights(fit(rows), auto, episodes, len(rows))
        (DOCS / "confidence.svg").write_text(plot([(s.confidence, s.right) for s in said], auto), encoding="utf-8")
        write_page(DOCS / "confidence.md", figures, by_set(said))


if __name__ == "__main__":
    main()
