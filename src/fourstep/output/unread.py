"""What lists of conditions hold and the index does not know, counted over episodes: the next work on the index."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep.assign.unread import NOT_UNDERSTOOD
from fourstep.coder import Coder
from fourstep.episode import CodedEpisode
from fourstep.errors import ReadError
from fourstep.output.run import read_paths


def count_unread(episodes: list[CodedEpisode]) -> tuple[Counter[str], int]:
    """How often each wording was not understood (lower case), and how many statements were left uncoded in all."""
    counts: Counter[str] = Counter()
    left_out = 0
    for episode in episodes:
        left_out += len(episode.not_coded)
        counts.update(" ".join(n.text.lower().split()) for n in episode.not_coded if n.reason == NOT_UNDERSTOOD)
    return counts, left_out


def show(paths: list[Path], limit: int) -> int:
    """Print the commonest wordings; returns the exit status: 1 when an episode could not be read."""
    coder, console, errors = Coder(), Console(), Console(stderr=True)
    coded: list[CodedEpisode] = []
    failed = 0
    for item in read_paths(paths):
        if isinstance(item, ReadError):
            errors.print(f"fourstep: {item} [{item.code}]", markup=False, highlight=False, soft_wrap=True)
            failed = 1
        else:
            coded.append(coder.code(item))
    counts, left_out = count_unread(coded)
    table = Table(show_edge=False)
    table.add_column("times", justify="right")
    table.add_column("wording that is not understood")
    for text, times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]:
        table.add_row(str(times), text)
    console.print(table)
    console.print(f"{counts.total()} of {left_out} statements left uncoded, in {len(coded)} episodes", highlight=False)
    return failed
