"""How fast the coder is, and how much memory it takes.

    python bench/engine.py                       generated episodes: three notes of 3.4 KB each
    python bench/engine.py FOLDER                the episodes of a folder as well
    python bench/engine.py --json FILE           the figures as JSON, too

Everything is measured in processes of its own: start-up from a warm cache and of --help, one core,
two cores, peak memory. On a machine that has other work, wall-clock figures are too low: the processor time of an episode
stands beside them. Where MedCAT 2, medspaCy, EDS-NLP or spaCy are installed, here or for the Python given with
--others-python, they read the same documents with the same phrases, measured in processor time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes
import others
from rich.console import Console
from rich.table import Table

from fourstep import compiled
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.locate.index import walk
from fourstep.read import read_episodes

Figures = dict[str, float | str]

_coder: Coder | None = None


def _start_worker() -> None:
    global _coder
    _coder = Coder()


def _code(episode: Episode) -> int:
    assert _coder is not None
    return len(_coder.code(episode).diagnoses)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _one_core(episodes: Sequence[Episode], out: multiprocessing.SimpleQueue[tuple[float, float, float]]) -> None:
    _start_worker()
    for episode in episodes[:5]:
        _code(episode)
    start, used = time.perf_counter(), time.process_time()
    for episode in episodes:
        _code(episode)
    out.put((time.perf_counter() - start, time.process_time() - used, _peak_megabytes()))


def code_alone(episodes: Sequence[Episode]) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor time and peak memory in MB of a process that codes the episodes."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.SimpleQueue[tuple[float, float, float]] = context.SimpleQueue()
    process = context.Process(target=_one_core, args=(episodes, queue))
    process.start()
    measured = queue.get()
    process.join()
    return measured


def code_all(episodes: Sequence[Episode]) -> Figures:
    """Episodes and documents a second on one core and on two, and peak memory of a process."""
    alone, used, peak = code_alone(episodes)
    context = multiprocessing.get_context("spawn")
    with context.Pool(2, _start_worker) as pool:
        pool.map(_code, episodes[:10], chunksize=5)
        start = time.perf_counter()
        pool.map(_code, episodes, chunksize=max(1, len(episodes) // 40))
        together = time.perf_counter() - start
    documents = sum(len(e.documents) for e in episodes)
    return {
        "episodes": len(episodes),
        "documents": documents,
        "characters a document": round(sum(len(d.text) for e in episodes for d in e.documents) / documents),
        "episodes/s, one core": round(len(episodes) / alone, 1),
        "documents/s, one core": round(documents / alone, 1),
        "processor time an episode, ms": round(used / len(episodes) * 1000, 2),
        "episodes for a second of processor time": round(len(episodes) / used, 1),
        "episodes/s, two cores": round(len(episodes) / together, 1),
        "peak memory, MB": round(peak),
    }


def start_up() -> Figures:
    """Seconds to start: a coder ready for its first episode from a warm cache, and --help."""
    ready = [sys.executable, "-c", "from fourstep.coder import Coder; Coder()"]
    asked = [sys.executable, "-c", "from fourstep.cli import main; main()", "--help"]
    return {
        "start-up, warm cache, s": round(_median_run(ready), 2),
        "--help, s": round(_median_run(asked), 2),
    }


def _median_run(command: list[str]) -> float:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def phrases() -> list[str]:
    """What the other libraries look for: every entry of the index as one phrase, lead term last."""
    found = {
        " ".join(reversed(entry.trail.lower().replace(" | ", " ").split(" > ")))
        for entry in walk(Coder().engine.index.roots)
    }
    return sorted(p for p in found if len(p) > 2)


def main() -> None:
    """Measure, print a table, write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="episode folders to measure as well")
    parser.add_argument("--episodes", type=int, default=200, help="episodes to generate (200)")
    parser.add_argument("--seconds", type=float, default=10, help="at most for each other library (10)")
    parser.add_argument("--others-python", help="the Python of an environment in which the other libraries are installed")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()

    generated = notes.episodes(options.episodes)
    results: dict[str, Figures] = {"start": start_up(), "generated": code_all(generated)}
    for folder in options.folders:
        results[str(folder)] = code_all([e for e in read_episodes(folder) if isinstance(e, Episode)])
    texts = [d.text for e in generated for d in e.documents]
    looked_for = phrases()
    if options.others_python:
        rates = others.measure_in(options.others_python, looked_for, texts, options.seconds)
    else:
        rates = dict(others.measure(looked_for, texts, options.seconds))
    results["others, documents for a second of processor time"] = rates
    results["machine"] = {
        "python": platform.python_version(),
        "engine": "compiled" if compiled.in_use() else "plain Python",
        "cores": os.cpu_count() or 0,
        "load as the bench ends": round(os.getloadavg()[0], 1),
        "phrases given to the others": len(looked_for),
    }

    table = Table(show_edge=False)
    for name in ("measured on", "figure", ""):
        table.add_column(name, justify="right" if not name else "left")
    for group, figures in results.items():
        for name, value in figures.items():
            table.add_row(group, name, value if isinstance(value, str) else f"{value:,g}")
            group = ""
        table.add_section()
    Console(highlight=False).print(table)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
