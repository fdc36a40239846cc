"""The plots of docs/benchmarks.md, as SVG, from figures as JSON. Runs where matplotlib is installed (bench/peers).

    python bench/plots.py FIGURES FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams |= {"svg.hashsalt": "fourstep", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}

from matplotlib import pyplot  # noqa: E402

_OURS, _OTHER = "#005eb8", "#768692"


def growth(figures: dict[str, Any], path: Path) -> None:
    """Work for 1,000 characters by length of the document and by size of the index: level is linear growth."""
    drawn, axes = pyplot.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
    for one, group, label in (
        (axes[0], "length", "characters of the document"), (axes[1], "index", "entries of the index"),
    ):  # fmt: skip
        rows = figures["growth"][group]
        across = [r[1] if group == "length" else int(r[0].split()[1].replace(",", "")) for r in rows]
        for column, name, colour in ((2, "calls of functions", _OURS), (3, "processor time", _OTHER)):
            first = rows[0][column]
            one.plot(across, [r[column] / first for r in rows], "o-", color=colour, label=name)
        one.set_xscale("log")
        one.set_xticks(across, [f"{a:,}" for a in across])
        one.minorticks_off()
        one.set_xlabel(label)
        one.set_ylim(0, 2)
    axes[0].set_ylabel("work for 1,000 characters,\nsmallest = 1")
    axes[0].legend(frameon=False)
    drawn.savefig(path, metadata={"Date": None})


def peers(figures: dict[str, Any], path: Path) -> None:
    """Documents for a second of processor time."""
    rates = {n: r for n, r in figures["peers"].items() if isinstance(r, float | int)}
    names = sorted(rates, key=lambda n: rates[n])
    drawn, one = pyplot.subplots(figsize=(8, 0.4 * len(names) + 0.8), layout="constrained")
    bars = one.barh(names, [rates[n] for n in names], color=[_OURS if n.startswith("Fourstep") else _OTHER for n in names])
    one.bar_label(bars, fmt="%.0f", padding=3)
    one.set_xlabel("documents of 3.4 KB for a second of processor time")
    drawn.savefig(path, metadata={"Date": None})


def main() -> None:
    """Draw both."""
    figures, folder = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    growth(figures, folder / "benchmarks-growth.svg")
    peers(figures, folder / "benchmarks-peers.svg")


if __name__ == "__main__":
    main()
