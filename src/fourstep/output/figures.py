"""Audit figures in the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from fourstep.errors import ReadError
from fourstep.evaluate import Audit, audit
from fourstep.evaluate.evidence import evidence_share
from fourstep.read import read_text


def _load(path: Path, text: str, number: int | None = None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError("no valid JSON", f"{path}:{number or error.lineno}") from None


def read_golds(folder: Path) -> dict[str, Any]:
    """gold.json of every episode folder below `folder`, by the folder's name.

    Raises ReadError where there is none.
    """
    golds = {
        p.parent.name: _load(p, p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*/gold.json"))
    }
    if not golds:
        raise ReadError("holds no episode folder with a gold.json", str(folder))
    return golds


def read_coded(path: Path) -> dict[str, Any]:
    """Coded episodes of a JSONL file by their id. Raises ReadError naming file and line."""
    out: dict[str, Any] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            episode = _load(path, line, number)
            if not isinstance(episode, dict) or "episode_id" not in episode:
                raise ReadError("no episode_id", f"{path}:{number}")
            out[episode["episode_id"]] = episode
    return out


def show(gold: Path, coded: Path, *, records: Path | None, episodes: bool, as_json: bool) -> None:
    """Print the four classes of the audit; with the records also how many quotes stand in them."""
    results = read_coded(coded)
    result = audit(read_golds(gold), results)
    figures = result.figures()
    if records is not None:
        figures["evidence"] = round(evidence_share(results, records, read_text), 1)
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    console = Console(highlight=False)
    if episodes:
        console.print(_episode_table(result))
    table = Table(show_edge=False)
    table.add_column("figure")
    table.add_column("per cent, or count", justify="right")
    table.add_column("95 % interval", justify="right")
    intervals = result.intervals()
    for name, value in figures.items():
        low_high = f"{intervals[name][0]:.1f} to {intervals[name][1]:.1f}" if name in intervals else ""
        table.add_row(name.replace("_", " "), str(value), low_high)
    console.print(table)


def _episode_table(result: Audit) -> Table:
    table = Table(show_edge=False)
    for name in ("episode", "primary", "main", "missed", "extra", "guessed"):
        table.add_column(name)
    word = {True: "ok", False: "NO", None: "-"}
    for e in result.episodes:
        table.add_row(
            e.episode_id,
            word[e.primary],
            word[e.main],
            " ".join(e.missed),
            " ".join(e.extra),
            " ".join(e.guessed),
        )
    return table
