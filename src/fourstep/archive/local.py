"""The local back end: a pool of processes. A worker that is killed costs nothing but the time of its part."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from fourstep.archive.parts import Part
from fourstep.archive.store import Done, do_part
from fourstep.archive.unit import ENVIRONMENT, Settings, spare_pandas

_MOST_ATTEMPTS = 3


def run(parts: list[Part], settings: Settings, out: Path, workers: int) -> Iterator[Done]:
    """Do the parts; each yields as it is done. A part whose worker dies three times is told as failed, and the others go on."""
    os.environ.update(ENVIRONMENT)  # that of the workers, too
    waiting, attempts = list(reversed(parts)), dict.fromkeys((p.name for p in parts), 0)
    suspects: set[str] = set()
    while waiting:
        # After a death nobody knows whose part it was: those that were under way go one by one.
        alone = [p for p in waiting if p.name in suspects]
        queue = alone or waiting
        lost: list[Part] = []
        with ProcessPoolExecutor(1 if alone else workers, multiprocessing.get_context("spawn"), spare_pandas) as pool:
            running: dict[Future[Done], Part] = {}
            while queue or running:
                while queue and len(running) < (1 if alone else 2 * workers):
                    part = queue.pop()
                    if queue is alone:
                        waiting.remove(part)
                    try:
                        running[pool.submit(do_part, part, settings, out)] = part
                    except BrokenProcessPool:
                        lost.append(part)
                        break
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    part = running.pop(future)
                    suspects.discard(part.name)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        lost.append(part)
                if lost:
                    lost += running.values()
                    break
        for part in lost:
            attempts[part.name] += 1
            suspects.add(part.name)
            if attempts[part.name] < _MOST_ATTEMPTS:
                waiting.append(part)
            else:
                suspects.discard(part.name)
                yield Done(part.name, failed=f"{part.place}: its worker was killed {_MOST_ATTEMPTS} times (out of memory?)")
