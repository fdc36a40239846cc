"""The benchmark: everything that docs/benchmarks.md and docs/sizing.md say, measured in one run and written there.

    sh scripts/bench                              installs the peers, too
    python bench/report.py [--quick] [--docs DIR]
    python bench/report.py --from docs/benchmarks.json    only writes the pages and plots again

Peers and Fourstep take turns on the same documents, so that a machine that slows down slows all of them; of the rounds the
fastest counts. Time on a core is processor time of a process; the archive's wall clock needs a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import backends
import engine
import growth
import notes
import others
import pages

from fourstep import compiled
from fourstep.coder import Coder
from fourstep.episode import Episode

_ROOT = Path(__file__).parent.parent
_PEERS = _ROOT / "build" / "peers"
_ENVIRONMENTS = {  # of each library: the environment that has it, and the package that names its version
    "spaCy PhraseMatcher": ("spacy", "spacy"),
    "EDS-NLP phrases and negation": ("spacy", "edsnlp"),
    "medspaCy": ("medspacy", "medspacy"),
    "MedCAT 2": ("medcat", "medcat"),
}


def peers(episodes: Sequence[Episode], seconds: float, rounds: int) -> dict[str, Any]:
    """Documents for a second of processor time: Fourstep and each library, in turns."""
    texts = [d.text for e in episodes for d in e.documents]
    phrases = engine.phrases()
    rates: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    for _ in range(rounds):
        _, used, _ = engine.code_alone(episodes)
        rates.setdefault("Fourstep, all four steps", []).append(len(texts) / used)
        for name, (home, package) in _ENVIRONMENTS.items():
            python = _PEERS / home / "bin" / "python"
            rate: object = "could not be installed here"
            if python.exists():
                rate = next(iter(others.measure_in(str(python), phrases, texts, seconds, [name]).values()), "did not run")
            label = f"{name} ({_version(python, package)})" if python.exists() else name
            if isinstance(rate, float | int):
                rates.setdefault(label, []).append(rate)
            else:
                failed[label] = str(rate)
    return {"phrases": len(phrases), "documents": len(texts), "rates": {n: max(r) for n, r in rates.items()} | failed}


def _version(python: Path, package: str) -> str:
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False).stdout.strip()


def machine() -> dict[str, Any]:
    """On what it was measured."""
    described = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.+)", described)
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "engine": "compiled" if compiled.in_use() else "plain Python",
        "load before": round(os.getloadavg()[0], 1),
        "day": str(dt.date.today()),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; what fails is named in its place."""
    begun = time.perf_counter()
    figures: dict[str, Any] = {"machine": machine()}
    episodes = notes.episodes(100 if options.quick else 1000)

    def step(name: str) -> None:
        print(f"{time.perf_counter() - begun:5.0f} s  {name}", file=sys.stderr, flush=True)

    step("start-up")
    figures["start"] = engine.start_up()
    step("peers")
    measured = peers(episodes[:60 if options.quick else 200], 2 if options.quick else 8, 1 if options.quick else 2)
    figures |= {"peers": measured["rates"], "phrases": measured["phrases"], "documents": measured["documents"]}
    step("one core and two")
    figures["engine"] = engine.code_all(episodes[:60 if options.quick else 200])
    step("growth")
    figures["growth"] = {"length": growth.by_length(Coder()), "index": growth.by_index()}
    step("archive, both back ends")
    with tempfile.TemporaryDirectory(prefix="fourstep-bench-") as folder:
        figures["archive"] = backends.measure(episodes, Path(folder))
    figures["machine"]["minutes"] = round((time.perf_counter() - begun) / 60, 1)
    step("done")
    return figures


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: to see that it runs; the figures say little")
    parser.add_argument("--docs", type=Path, default=_ROOT / "docs", help="where the pages go")
    parser.add_argument("--from", dest="source", type=Path, help="figures measured before")
    options = parser.parse_args()
    options.docs.mkdir(exist_ok=True)
    kept = options.docs / "benchmarks.json"
    figures = json.loads(options.source.read_text(encoding="utf-8")) if options.source else measure(options)
    kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    drawn = _PEERS / "plots" / "bin" / "python"
    if drawn.exists():
        subprocess.run([str(drawn), str(Path(__file__).with_name("plots.py")), str(kept), str(options.docs)], check=True)
    else:
        print("matplotlib could not be installed here: the plots stay as they are", file=sys.stderr)
    (options.docs / "benchmarks.md").write_text(pages.benchmarks(figures), encoding="utf-8")
    (options.docs / "sizing.md").write_text(pages.sizing(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
