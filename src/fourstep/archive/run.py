"""Code an archive from beginning to end: plan, leave out what is done, do the rest, say how it went."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fourstep.archive import store
from fourstep.archive.parts import Part, plan
from fourstep.archive.unit import Settings
from fourstep.errors import ReadError, UsageError


def code_archive(
    source: Path, out: Path, settings: Settings, *, backend: str, workers: int | None, master: str, again: bool
) -> int:
    """Code every episode below `source`; returns the exit status: 0, or 1 when something could not be coded.

    Raises UsageError when the source is not there or the results in `out` were made otherwise.
    """
    if not source.exists():
        raise UsageError("there is no such file or folder", str(source))
    console = Console(stderr=True)
    if source.resolve() == out.resolve():
        raise UsageError("the results would stand among what is coded: name another folder", str(out))
    planned = list(plan(source, out))
    unreadable = [p for p in planned if isinstance(p, ReadError)]
    parts = [p for p in planned if isinstance(p, Part)]
    store.begin(out, settings, again=again)
    there = [p for p in parts if store.finished(p, out)]
    done = [store.counted(p, out) for p in there]
    todo = [p for p in parts if p not in set(there)]
    if there:
        console.print(f"{len(there)} of {len(parts)} parts are done already")
    if others := store.others(parts, out):
        what = f"{len(others)} files of results are of nothing that is in {source}, and are left as they are: {others[0]}"
        console.print(f"{what}{' …' if len(others) > 1 else ''}", style="yellow", highlight=False, soft_wrap=True)
    begun, before = time.monotonic(), sum(d.episodes for d in done)
    with _progress(console) as progress:
        bar = progress.add_task("Parts", total=len(parts), completed=len(there), rate="")
        for one in _run(todo, settings, out, backend, workers, master):
            done.append(one)
            rate = (sum(d.episodes for d in done) - before) / (time.monotonic() - begun)
            progress.update(bar, advance=1, rate=f"{rate:,.0f} episodes/s")
    done += [store.Done(Path(e.place).name, failed=str(e)) for e in unreadable]
    status = _say(console, out, done)
    store.write_manifest(out, settings, done, complete=not any(d.failed for d in done))
    return status


def _run(
    todo: list[Part], settings: Settings, out: Path, backend: str, workers: int | None, master: str
) -> Iterator[store.Done]:
    if backend == "spark":
        from fourstep.archive import spark

        return spark.run(todo, settings, out, master) if todo else iter(())
    from fourstep.archive import local

    return local.run(todo, settings, out, workers or os.cpu_count() or 1)


def _progress(console: Console) -> Progress:
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}")]
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


def _say(console: Console, out: Path, done: list[store.Done]) -> int:
    episodes, errors = sum(d.episodes for d in done), sum(d.errors for d in done)
    failed = [d for d in done if d.failed]
    console.print(f"{episodes:,} episodes coded in {len(done) - len(failed)} parts, in {out / 'parts'}")
    if errors:
        console.print(f"{errors:,} episodes could not be coded: {out / 'errors'} says where and why", style="yellow")
    for one in failed:
        console.print(f"fourstep: {one.failed}", style="red", highlight=False, soft_wrap=True)
    return 1 if errors or failed else 0
