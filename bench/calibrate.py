"""Fit the confidence of codes on coded records, and say how well it holds on records it was not fitted on.

    python bench/calibrate.py FOLDER [FOLDER ...] [--keep FILE] [--write]

Each folder holds episode folders with a gold.json; a file in .jsonl holds what `--keep` wrote when a set was first coded, since
records that have been mended would flatter: bench/first_sight.jsonl has sets 8 to 10 so. A code counts as right when the gold
coding has it (optional codes too).
Printed: expected calibration error over five folds of episodes, the confidence from which codes are right in 95 of 100, the share
of codes above it. `--write` replaces the table that the engine uses.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep.assign.weights import Weights
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.evaluate.audit import accepted, plain
from fourstep.knowledge import STANDARDS
from fourstep.read import read_episodes

Row = tuple[set[str], bool, str]  # features, right, episode
_FOLDS, _BINS, _AIM = 5, 10, 0.95


def rows_of(folders: list[Path]) -> list[Row]:
    """Every code given on the gold records: its features, whether it is right, its episode."""
    coder, out = Coder(), []
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
                out += [(features, plain(code) in right, episode.id) for code, features in items]
    return out


def kept_rows(file: Path) -> list[Row]:
    """Rows that an earlier run kept, one JSON object a line."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [(set(line["features"]), line["right"], line["episode"]) for line in lines]


def keep(rows: list[Row], file: Path) -> None:
    """Write rows for a later fit."""
    lines = (json.dumps({"episode": e, "right": r, "features": sorted(f)}) for f, r, e in rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fit(rows: list[Row], rounds: int = 400, rate: float = 0.5, pull: float = 0.003) -> Weights:
    """Logistic regression by gradient descent with a pull towards zero."""
    names = sorted({f for features, _, _ in rows for f in features})
    weights, constant = dict.fromkeys(names, 0.0), 0.0
    for _ in range(rounds):
        slope, base = dict.fromkeys(names, 0.0), 0.0
        for features, right, _ in rows:
            error = 1 / (1 + math.exp(-(constant + sum(weights[f] for f in features)))) - right
            base += error
            for f in features:
                slope[f] += error
        constant -= rate * base / len(rows)
        for f in names:
            weights[f] -= rate * (slope[f] / len(rows) + pull * weights[f])
    return Weights(constant, weights, 1.0)


def calibration_error(said: list[tuple[float, bool]]) -> float:
    """Expected calibration error: the mean gap between what was said and what was so, over ten bins of equal width."""
    total = 0.0
    for i in range(_BINS):
        inside = [(p, r) for p, r in said if i / _BINS <= p < (i + 1) / _BINS or (i == _BINS - 1 and p == 1)]
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(r for _, r in inside))
    return total / len(said)


def threshold(said: list[tuple[float, bool]]) -> float:
    """The lowest confidence from which upwards at least 95 of 100 codes are right."""
    ordered = sorted(said, reverse=True)
    best, right = 1.0, 0
    for count, (p, r) in enumerate(ordered, 1):
        right += r
        if right / count >= _AIM:
            best = p
    return best


def main() -> None:
    """Fit, measure on held-out folds, print, and write the table where asked."""
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
    episodes = sorted({e for _, _, e in rows})
    random.Random(1).shuffle(episodes)
    held_out: list[tuple[float, bool]] = []
    for fold in range(_FOLDS):
        away = set(episodes[fold::_FOLDS])
        weights = fit([r for r in rows if r[2] not in away])
        held_out += [(weights.confidence(features), right) for features, right, e in rows if e in away]
    auto = threshold(held_out)
    above = [r for p, r in held_out if p >= auto]
    table = Table(show_edge=False)
    table.add_column("figure, over five folds of episodes")
    table.add_column("", justify="right")
    for name, value in (
        ("episodes", str(len(episodes))), ("codes", str(len(rows))),
        ("codes right", f"{sum(r for _, r in held_out) / len(rows):.3f}"),
        ("expected calibration error", f"{calibration_error(held_out):.3f}"), ("auto from", f"{auto:.3f}"),
        ("codes that are auto", f"{len(above) / len(rows):.3f}"), ("of them right", f"{sum(above) / max(len(above), 1):.3f}"),
    ):  # fmt: skip
        table.add_row(name, value)
    Console().print(table)
    if chosen.write:
        final = fit(rows)
        lines = ["; Confidence of a code: weights of a logistic sum, fitted by bench/calibrate.py. A feature adds its weight.",
                 f"; Fitted on {len(episodes)} coded episodes with {len(rows)} codes.",
                 f"constant  {final.constant:.3f}", f"auto from  {auto:.3f}"]  # fmt: skip
        lines += [f"{name}  {value:.3f}" for name, value in sorted(final.features.items(), key=lambda i: -i[1])]
        (STANDARDS / "confidence.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
