"""What was learnt from coders, in the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from fourstep.assign.local import load_local, local_file
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import UsageError
from fourstep.learn.fit import Learnt, learn
from fourstep.learn.rows import Row, final_codes, rows_of
from fourstep.learn.store import moved, save, strongest
from fourstep.read import read_episodes

_FEATURES_SHOWN = 4


def fit_files(episodes: Path, final: Path, *, keep: bool) -> None:
    """Fit on files and print the figures. Raises UsageError when no episode has a final coding."""
    codings, coder = final_codes(final), Coder(local=None)
    known = [e for e in read_episodes(episodes) if isinstance(e, Episode) and e.id in codings]
    if not known:
        raise UsageError("no episode has a final coding: do the identifiers agree?", str(final))
    rows: list[Row] = []
    for episode in track(known, "Episodes", console=Console(stderr=True), transient=True):
        rows += rows_of(episode, codings[episode.id], coder)
    fit_rows(rows, coder, keep=keep)


def fit_rows(rows: list[Row], coder: Coder, *, keep: bool) -> None:
    """Fit on rows, print the figures, keep the weights."""
    learnt = learn(rows, coder.engine.tables.weights.auto)
    _print(learnt)
    if keep:
        Console(highlight=False).print(f"kept in {save(learnt)}; `fourstep learn off` switches it off", soft_wrap=True)


def _print(learnt: Learnt) -> None:
    table = Table("on episodes held out", "engine alone", "with what was learnt", show_edge=False)
    for name, value in (
        ("log loss", "{0.loss:.3f}"),
        ("calibration error", "{0.calibration:.3f}"),
        ("codes that are auto", "{0.auto:.1%}"),
        ("of them, kept by coders", "{0.auto_right:.1%}"),
    ):
        table.add_row(name, value.format(learnt.before), value.format(learnt.after))
    console = Console(highlight=False)
    console.print(f"{learnt.rows} proposed codes of {learnt.episodes} episodes")
    console.print(table)
    if learnt.local.aside:
        console.print(
            f"set aside below {learnt.local.aside:.2f}: {learnt.set_aside} held-out codes, "
            f"{learnt.set_aside_right} of which coders had rejected"
        )


def show_features(limit: int) -> None:
    """Print the strongest features. Raises UsageError where nothing was learnt."""
    local = load_local()
    if local is None:
        raise UsageError("nothing has been learnt here yet, or it is switched off", str(local_file()))
    table = Table("feature", "weight", show_edge=False)
    for name, weight in strongest(local)[:limit]:
        table.add_row(name, f"{weight:+.2f}")
    Console(highlight=False).print(table)


def show_moved(path: Path) -> None:
    """Print what moved each code of the episodes at a path."""
    coder, console = Coder(local=None), Console(highlight=False)
    for episode in read_episodes(path):
        if not isinstance(episode, Episode):
            raise episode
        table = Table("code", "engine", "here", "moved by", title=episode.id, show_edge=False)
        for code, own, here, features in moved(episode, coder):
            named = ", ".join(f"{name} {weight:+.2f}" for name, weight in features[:_FEATURES_SHOWN])
            table.add_row(code, f"{own:.2f}", f"{here:.2f}", named)
        console.print(table)
