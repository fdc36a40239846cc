"""Coding what stands at some paths: one result or one error for each episode, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.errors import FourstepError, ReadError
from fourstep.files import check_writable, writing
from fourstep.output.formats import WRITERS
from fourstep.output.record import show_record
from fourstep.read import read_episodes

_MANY = 10  # from this many episodes on a progress bar is worth its line


def read_paths(paths: Iterable[Path]) -> Iterator[Episode | ReadError]:
    """Every episode at the paths; a path that is not there is an error among the others."""
    for path in paths:
        if not path.exists():
            yield ReadError("there is no such file or folder", str(path))
            continue
        yield from read_episodes(path)


def code_paths(
    paths: list[Path], form: str, output: Path | None, *, auto_only: bool = False, every_condition: bool = False
) -> int:
    """Code everything at the paths and write it; returns the exit status: 0, or 1 when an episode failed."""
    check_writable(output)
    items = list(read_paths(paths))
    errors = [i for i in items if isinstance(i, ReadError)]
    episodes = [i for i in items if isinstance(i, Episode)]
    coder = Coder(every_condition=every_condition)
    console = Console(stderr=True)
    coded: list[CodedEpisode] = []
    with _progress(console, len(episodes)) as advance:
        for episode in episodes:
            try:
                result = coder.code(episode)
            except FourstepError as failure:
                errors.append(ReadError(failure.what, failure.place or episode.source or episode.id))
            except Exception as failure:  # a fault of ours in one record must not cost the others
                what = f"cannot be coded: {type(failure).__name__} inside the coder, please report it"
                errors.append(ReadError(what, episode.source or episode.id))
            else:
                if result.touchless or not auto_only:
                    coded.append(result)
            advance()
    for episode in episodes:
        for warning in episode.warnings:
            _say(console, f"fourstep: {episode.source or episode.id}: {warning}", "yellow")
    _write(coded, form, output)
    for error in errors:
        _say(console, f"fourstep: {error} [{error.code}]", "red")
    if errors:
        console.print(f"{len(coded)} episodes coded, {len(errors)} failed", highlight=False)
    if auto_only and episodes:
        console.print(f"{len(coded)} of {len(episodes)} episodes need no person", highlight=False)
    return 1 if errors else 0


def _say(console: Console, line: str, style: str) -> None:
    console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    if total < _MANY or not console.is_terminal:
        yield lambda: None
        return
    with Progress(
        TextColumn("coding"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("coding", total=total)
        yield lambda: progress.advance(task)


def _write(coded: list[CodedEpisode], form: str, output: Path | None) -> None:
    with writing(output) as file:
        if form != "record":
            WRITERS[form](coded, file)
            return
        console = Console(file=file, highlight=False, soft_wrap=output is not None)
        for episode in coded:
            show_record(episode, console)
