"""Coding what stands at some paths: one result or one error for each episode, progress on many, nothing half-written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.errors import FourstepError, ReadError
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


def code_paths(paths: list[Path], form: str, output: Path | None, *, auto_only: bool = False) -> int:
    """Code everything at the paths and write it; returns the exit status: 0, or 1 when an episode failed."""
    items = list(read_paths(paths))
    errors = [i for i in items if isinstance(i, ReadError)]
    episodes = [i for i in items if isinstance(i, Episode)]
    coder = Coder()
    console = Console(stderr=True)
    coded: list[CodedEpisode] = []
    with _progress(console, len(episodes)) as advance:
        for episode in episodes:
            try:
                result = coder.code(episode)
            except FourstepError as failure:
                errors.append(ReadError(failure.what, failure.place or episode.source or episode.id))
            else:
                if result.touchless or not auto_only:
                    coded.append(result)
            advance()
    for episode in episodes:
        for warning in episode.warnings:
            console.print(f"fourstep: {episode.source or episode.id}: {warning}", style="yellow", highlight=False, markup=False)
    _write(coded, form, output)
    for error in errors:
        console.print(f"fourstep: {error} [{error.code}]", style="red", highlight=False, markup=False, soft_wrap=True)
    if errors:
        console.print(f"{len(coded)} episodes coded, {len(errors)} failed", highlight=False)
    if auto_only and episodes:
        console.print(f"{len(coded)} of {len(episodes)} episodes need no person", highlight=False)
    return 1 if errors else 0


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    if total < _MANY or not console.is_terminal:
        yield lambda: None
        return
    with Progress(
        TextColumn("coding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task("coding", total=total)
        yield lambda: progress.advance(task)


def _write(coded: list[CodedEpisode], form: str, output: Path | None) -> None:
    if form == "record":
        with whole_file(output) if output else _standard_output() as file:
            console = Console(file=file, highlight=False, soft_wrap=output is not None)
            for episode in coded:
                show_record(episode, console)
        return
    with whole_file(output) if output else _standard_output() as file:
        WRITERS[form](coded, file)


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    yield sys.stdout


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A text file that appears under its name only when it is complete."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or Path())
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
