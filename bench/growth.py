"""How the work grows with the length of a document and with the size of the index.

    python bench/growth.py                       documents of 1, 10 and 100 notes; half, whole and doubled index

Work is counted in calls of Python functions, which no other process disturbs; the processor time beside it is that of this
process alone. An episode of one document is measured after it was coded once before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes
from rich.console import Console
from rich.table import Table

from fourstep.coder import Coder
from fourstep.engine import Engine, load_engine
from fourstep.episode import Document, Episode
from fourstep.locate.index import Entry, Index, Phrase, walk

Row = tuple[str, int, float, float]
_REPEATS = 5  # of which the fastest counts: what a busy machine adds is not the work's


def calls(work: Callable[[], object]) -> int:
    """How many Python functions are called."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def summaries(times: int) -> Episode:
    """An episode whose one document is that many discharge summaries, each of another patient of the generator."""
    episodes = notes.episodes(times)
    text = "\n".join(e.documents[2].text for e in episodes)
    return replace(episodes[0], documents=(Document("summary.txt", text, "discharge_summary"),))


def measure(coder: Coder, episode: Episode, name: str) -> Row:
    """Characters of the episode; calls and milliseconds for each 1,000 of them."""
    size = sum(len(d.text) for d in episode.documents)
    coder.code(episode)
    counted = calls(lambda: coder.code(episode))
    used = []
    for _ in range(_REPEATS if size < 50_000 else 2):
        start = time.process_time()
        coder.code(episode)
        used.append(time.process_time() - start)
    return name, size, counted / size * 1000, min(used) / size * 1_000_000


def _strange(entry: Entry) -> Entry:
    """A lead term like another, of words that no record holds: a larger index of which no more is found."""
    phrases = [Phrase(tuple(f"{w}\N{DOUBLE DAGGER}" for w in p.words), guards=p.guards, far=p.far) for p in entry.phrases]
    return replace(entry, phrases=phrases, near={}, far=[], children=[_strange(c) for c in entry.children])


def resized(engine: Engine, size: str) -> Engine:
    """The engine with half of the lead terms, all, or all and as many of words that no record holds."""
    roots = engine.index.roots
    if size == "half":
        roots = roots[::2]
    elif size == "double":
        roots = roots + [_strange(r) for r in roots]
    for entry in walk(roots):
        entry.near, entry.far = {}, []  # the index fills them again
    return replace(engine, index=Index(roots))


def by_length(coder: Coder) -> list[Row]:
    """One document of 1, 10 and 100 notes."""
    return [measure(coder, summaries(n), f"{n} notes" if n > 1 else "1 note") for n in (1, 10, 100)]


def by_index() -> list[Row]:
    """The same 36 notes with half of the index, all of it, and twice as much."""
    whole = notes.episodes(12)
    episode = replace(whole[0], documents=tuple(d for e in whole for d in e.documents))
    rows = []
    for size in ("half", "whole", "double"):
        engine = resized(load_engine(), size)
        entries = sum(1 for _ in walk(engine.index.roots))
        rows.append(measure(Coder(engine), episode, f"{size}: {entries:,} entries"))
    return rows


def main() -> None:
    """Measure and print two tables."""
    for title, rows in (("length of the document", by_length(Coder())), ("size of the index", by_index())):
        table = Table(title=title, show_edge=False)
        for column in ("", "characters", "calls a 1,000 characters", "ms a 1,000 characters"):
            table.add_column(column, justify="right" if column else "left")
        for name, characters, counted, milliseconds in rows:
            table.add_row(name, f"{characters:,}", f"{counted:,.0f}", f"{milliseconds:.2f}")
        Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
