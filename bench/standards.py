"""What each standard contributes on coded records: the records it acts on, and the right and wrong codes it makes.

    python bench/standards.py FOLDER [FOLDER ...]

Each folder holds episode folders with a gold.json. Every rule of step 4 is left out in turn and the records are coded
again; a standard that changes one record only would lose its only support with that record.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

import fourstep.verify as verify
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.evaluate import audit_episode
from fourstep.read import read_episodes
from fourstep.verify.registry import STANDARDS

Gold = dict[str, object]
Result = tuple[list[str], int, int]  # the codes in order, how many are right, how many are extra


def records_of(folders: list[Path]) -> list[tuple[Episode, Gold]]:
    """The episodes of the folders that have a gold coding."""
    out: list[tuple[Episode, Gold]] = []
    for folder in folders:
        for episode in read_episodes(folder):
            gold = folder / getattr(episode, "id", "") / "gold.json"
            if isinstance(episode, Episode) and gold.is_file():
                out.append((episode, json.loads(gold.read_text(encoding="utf-8"))))
    return out


def results_of(coder: Coder, records: list[tuple[Episode, Gold]]) -> dict[str, Result]:
    """For each record what the coder gives now."""
    out: dict[str, Result] = {}
    for episode, gold in records:
        coded = coder.code(episode).as_dict()
        result = audit_episode(episode.id, gold, coded)
        codes = [c["code"] for c in coded["diagnoses"] + coded["procedures"]]
        right = result.primary + bool(result.main) + result.diagnoses.right + result.procedures.right
        out[episode.id] = codes, right, len(result.extra)
    return out


def main() -> None:
    """Leave out one rule after the other and show what changes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    records = records_of(parser.parse_args().folders)
    coder, whole = Coder(), verify.ORDER
    usual = results_of(coder, records)
    names = {one.rule.__name__: one.id for one in STANDARDS.values()}
    table = Table(title=f"{len(records)} records; what goes when a rule is left out", show_edge=False)
    for title in ("standard", "rule", "records it changes", "right lost", "extra gained", "its only record"):
        table.add_column(title, justify="left" if title in ("standard", "rule", "its only record") else "right")
    silent = []
    for rule in track(whole, description="rules", console=Console(stderr=True)):
        verify.ORDER = tuple(r for r in whole if r is not rule)
        without = results_of(coder, records)
        changed = [i for i in usual if usual[i][0] != without[i][0]]
        if not changed:
            silent.append(names.get(rule.__name__, rule.__name__))
            continue
        lost = sum(usual[i][1] - without[i][1] for i in changed)
        gained = sum(without[i][2] - usual[i][2] for i in changed)
        only = changed[0] if len(changed) == 1 else ""
        table.add_row(names.get(rule.__name__, ""), rule.__name__, str(len(changed)), str(lost), str(gained), only)
    verify.ORDER = whole
    console = Console(highlight=False)
    console.print(table)
    console.print(f"without effect on these records: {', '.join(sorted(silent)) or 'none'}")


if __name__ == "__main__":
    main()
