"""`fourstep archive code` as a whole, reading and writing Parquet, on each back end, watched from outside.

Every back end codes a small and a large archive: the difference is the cost of an episode, the rest is the start.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fourstep.episode import Episode

_ONE_PART = 1_000  # rows: all of the large archive
_BACK_ENDS = {
    # name: (rows of a part, arguments)
    "local, 1 worker": (_ONE_PART, ("--workers", "1")),
    "local, 2 workers": (50, ("--workers", "2")),
    "spark, 2 executors": (50, ("--backend", "spark", "--master", "local-cluster[2,1,1024]")),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took. Memory is the most that any one worker, and any one Java process, ever held, in MB."""

    seconds: float
    processor: float
    worker: float
    java: float


@dataclass(frozen=True, slots=True)
class Archive:
    """Figures of a back end: from two archives, so that the start can be told from the work."""

    episodes: int
    small: Run
    large: Run
    rate: float  # episodes a second, without the start
    start: float  # seconds
    processor: float  # seconds of it for an episode, without the start
    size_in: float  # bytes of Parquet for an episode
    size_out: float
    text_in: float  # bytes of text for an episode
    text_out: float
    output: str  # name of its folder


def write(episodes: Sequence[Episode], path: Path, rows: int) -> None:
    """The episodes as an archive has them."""
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([_record(e) for e in episodes]), path, row_group_size=rows, compression="zstd")


def _record(episode: Episode) -> dict[str, Any]:
    documents = [{"file": d.name, "type": d.type, "date": str(d.date), "text": d.text} for d in episode.documents]
    return {
        "id": episode.id, "documents": documents, "age_years": episode.age_years, "sex": episode.sex.value,
        "patient_class": episode.patient_class, "admission_method": episode.admission_method,
        "admission_date": str(episode.admission_date), "discharge_date": str(episode.discharge_date),
        "specialty": episode.specialty,
    }  # fmt: skip


def measure(episodes: Sequence[Episode], folder: Path) -> dict[str, dict[str, Any] | str]:
    """Figures of each back end, or why there are none; and whether the back ends wrote the same bytes."""
    found: dict[str, dict[str, Any] | str] = {}
    for name, (rows, arguments) in _BACK_ENDS.items():
        if "spark" in arguments and not shutil.which("java"):
            found[name] = "not measured: there is no Java here"
            continue
        try:
            found[name] = asdict(_measure(episodes, folder / str(rows), name.split(",")[0], arguments, rows))
        except (subprocess.CalledProcessError, OSError) as error:
            found[name] = f"did not run ({type(error).__name__})"
    outputs = [Path(f["output"]) for n, f in found.items() if isinstance(f, dict) and _BACK_ENDS[n][0] != _ONE_PART]
    if len(outputs) == 2:
        same = _bytes(outputs[0]) == _bytes(outputs[1])
        found["same bytes"] = "yes" if same else "no"
    for figures in found.values():
        if isinstance(figures, dict):
            del figures["output"]  # a place of this run
    return found


def _bytes(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (out / "parts").iterdir()}


def _measure(episodes: Sequence[Episode], folder: Path, name: str, arguments: Sequence[str], rows: int) -> Archive:
    few = len(episodes) // 5
    runs = []
    for size, some in (("small", episodes[:few]), ("large", episodes)):
        source = folder / size / "in"  # the same for all back ends with such parts: results name the place of an episode
        if not source.exists():
            write(some, source / "a.parquet", rows)
        out = folder / size / name
        runs.append(_run(source, out, arguments))
    small, large = runs
    more = len(episodes) - few
    took = max(large.seconds - small.seconds, 1e-6)
    results = list((out / "parts").iterdir())
    written = pa.concat_tables(pq.read_table(p, columns=["result"]) for p in results)
    assert written.num_rows == len(episodes), f"{len(episodes) - written.num_rows} episodes are missing"
    return Archive(
        len(episodes), small, large, more / took, max(0.0, small.seconds - few * took / more),
        (large.processor - small.processor) / more,
        (folder / "large" / "in" / "a.parquet").stat().st_size / len(episodes),
        sum(p.stat().st_size for p in results) / len(episodes),
        sum(len(d.text.encode()) for e in episodes for d in e.documents) / len(episodes),
        sum(len(t.encode()) for t in written.column("result").to_pylist()) / len(episodes),
        str(out),
    )  # fmt: skip


def _run(source: Path, out: Path, arguments: Sequence[str]) -> Run:
    command = [sys.executable, "-m", "fourstep", "archive", "code", str(source), str(out), *arguments]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    stop, most = threading.Event(), {"worker": 0.0, "java": 0.0}
    before, begun = os.times(), time.perf_counter()
    with out.with_suffix(".log").open("w") as log:
        program = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=out.parent)
        watcher = threading.Thread(target=_watch, args=(program.pid, stop, most))
        watcher.start()
        status = program.wait()
        took, after = time.perf_counter() - begun, os.times()
        stop.set()
        watcher.join()
    if status:
        sys.stderr.write(out.with_suffix(".log").read_text(errors="replace")[-2000:])
        raise subprocess.CalledProcessError(status, command)
    assert json.loads((out / "manifest.json").read_text())["complete"]
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(took, used, most["worker"], most["java"])


def _watch(program: int, stop: threading.Event, most: dict[str, float]) -> None:
    while not stop.wait(0.25):
        for pid in _below(program):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            kind = "java" if b"java" in command.split(b"\0")[0] else "worker"
            peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
            most[kind] = max(most[kind], peak / 1024)


def _below(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(c) for t in threads for c in (t / "children").read_text().split()]
    except OSError:
        return []
    return [p for child in children for p in (child, *_below(child))]
