"""docs/benchmarks.md and docs/sizing.md, written from the figures of bench/report.py."""

# ruff: noqa: E501 - lines of text stand here as they stand in the page, with figures in them
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_OURS = "Fourstep, all four steps"
_YEAR = 20  # million consultant episodes that England records in a year
_WRITTEN = "<!-- Written by `sh scripts/bench`; an edit here is lost. -->\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _number(value: float) -> str:
    """As many digits as a reader takes in."""
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:,.1f}" if abs(value) >= 2 else f"{value:,.2f}"


def benchmarks(figures: dict[str, Any]) -> str:
    """The page of speed and memory."""
    where = figures["machine"]
    start, coded = figures["start"], figures["engine"]
    load = f"load {where['load before']} before it began" if where["load before"] >= 0.5 else "nothing else running"
    return f"""{_WRITTEN}# Benchmarks

One run of `sh scripts/bench` on {where['day']}, {where['minutes']} minutes: {where['cores']} cores of a {where['processor']},
Python {where['python']}, engine as {where['engine']}, {load}. The notes are generated (three of 3.4 KB an episode) and read for the first
time. Figures for a core are processor time of one process, so that other work on the machine counts little; figures of the archive are wall clock.

## Beside other libraries

{figures['documents']:,} documents, the same for all, in turns; each of the others looks for the {figures['phrases']:,} phrases of our index, one for each entry.
They find phrases; EDS-NLP and medspaCy also say which are negated. Fourstep reads sections and assertions, walks its index, gathers, codes by
the standards and asks. MedCAT has a concept for each phrase and is not trained.

{_peers(figures["peers"])}
![Documents for a second of processor time](benchmarks-peers.svg)

## An archive, both back ends

`fourstep archive code` from Parquet to Parquet, wall clock. Each back end codes a small and a large archive; the difference is the rate, the
rest the start. A year of England in a day asks for 231 episodes a second on two cores.

{_archive(figures["archive"])}
{_same(figures["archive"])}
## Growth

Work for 1,000 characters: level means that it grows with the length and no faster. The doubled index has as many lead terms again, of words that
no record holds.

{_growth(figures["growth"]["length"], "document")}
{_growth(figures["growth"]["index"], "index")}
![Work for 1,000 characters by length and by index](benchmarks-growth.svg)

## Start-up, memory, one core and two

{table(("what", "figure", "wanted"), (
    ("start-up, warm cache, s", f"{start['start-up, warm cache, s']:.2f}", "under 1"),
    ("`--help`, s", f"{start['--help, s']:.2f}", ""),
    ("peak memory of a process that codes, MB", _number(coded["peak memory, MB"]), "under 300"),
    ("processor time an episode, ms", _number(coded["processor time an episode, ms"]), ""),
    ("episodes a second, one core", _number(coded["episodes/s, one core"]), ""),
    ("episodes a second, two cores", _number(coded["episodes/s, two cores"]), "231"),
))}
## What limits them

Some tens of thousands of calls of small Python functions an episode, spread evenly over the four steps; no loop stands out. [Why the engine stays
Python](adr/0006-the-engine-stays-python-that-anyone-can-read.md) says what compiling gave. An episode's parts do not wait for each
other, so cores and machines add up: the [page on sizing](sizing.md) says how many. On one machine Spark gives nothing over the local pool but a
slower start.
"""


def _peers(rates: dict[str, Any]) -> str:
    ours = rates[_OURS]
    wanted = {"MedCAT": "5", "medspaCy": "30", "EDS-NLP": "1"}
    rows = []
    for name, rate in sorted(rates.items(), key=lambda item: -item[1] if isinstance(item[1], float | int) else 1.0):
        aim = next((f"{w} times" for n, w in wanted.items() if name.startswith(n)), "")
        measured = isinstance(rate, float | int)
        times = f"{ours / rate:.2f} times" if measured and name != _OURS else ""
        rows.append((name, _number(rate) if measured else str(rate), times, aim))
    return table(("on one core", "documents a second", "Fourstep is", "wanted"), rows)


def _archive(found: dict[str, Any]) -> str:
    rows = []
    for name, one in found.items():
        if isinstance(one, str):
            if name != "same bytes":
                rows.append((name, one, "", "", "", ""))
            continue
        large = one["large"]
        rows.append((
            name, f"{one['episodes']:,}", _number(large["seconds"]), _number(one["rate"]), _number(one["start"]),
            _number(large["worker"]) + (f", and {_number(large['java'])} of a Java process" if large["java"] else ""),
        ))  # fmt: skip
    head = ("back end", "episodes", "seconds in all", "episodes a second", "start, s", "peak memory of a process, MB (wanted: under 300)")
    return table(head, rows)


def _same(found: dict[str, Any]) -> str:
    said = {"yes": "Both back ends wrote the same bytes.\n", "no": "**The back ends did not write the same bytes.**\n"}
    return said.get(str(found.get("same bytes")), "")


def _growth(rows: Sequence[Sequence[Any]], what: str) -> str:
    body = [(r[0], f"{r[1]:,}", f"{r[2]:,.0f}", f"{r[3]:.2f}") for r in rows]
    return table((what, "characters", "calls for 1,000 characters", "ms for 1,000 characters"), body)


def sizing(figures: dict[str, Any]) -> str:
    """The page on what a million episodes cost."""
    one = figures["archive"].get("local, 1 worker")
    if not isinstance(one, dict):
        return f"{_WRITTEN}# Sizing\n\nNot measured: {one}.\n"
    two = figures["archive"].get("local, 2 workers")
    hours = one["processor"] * 1e6 / 3600
    first = one["small"]["processor"] / (one["episodes"] // 5)
    giga = {name: one[name] * 1e6 / 1e9 for name in ("size_in", "size_out", "text_in", "text_out")}
    memory = max(one["large"]["worker"], two["large"]["worker"] if isinstance(two, dict) else 0)
    pair = f"{1e6 / two['rate'] / 3600:.1f}" if isinstance(two, dict) else "not measured"
    rows = [
        ("hours of one core (processor time)", f"{one['processor'] * one['episodes'] / 3600:.4f}", f"{hours:.1f}", f"{hours * _YEAR:,.0f}"),
        ("hours on the clock, two cores", "", pair, f"{1e6 * _YEAR / two['rate'] / 3600:,.0f}" if isinstance(two, dict) else ""),
        ("text that goes in, GB", *_sizes(one, "text_in", giga)),
        ("the same as Parquet (zstd), GB", *_sizes(one, "size_in", giga)),
        ("codings that come out, as JSON, GB", *_sizes(one, "text_out", giga)),
        ("the same as Parquet (zstd), GB", *_sizes(one, "size_out", giga)),
    ]
    cores = hours * _YEAR / 24
    return f"""{_WRITTEN}# Sizing: what a million episodes cost

From the run of [the benchmark](benchmarks.md) of {figures['machine']['day']}: {one['episodes']:,} generated episodes of {one['text_in'] / 1000:.1f} KB of text, on cores of a
{figures['machine']['processor']}. The first column is measured, the others are extrapolated in a straight line: the cost of an episode is that of
the difference between {one['episodes'] // 5:,} and {one['episodes']:,} episodes, so that the start of the program is not in it, and work
[grows with the text and no faster](benchmarks.md#growth). With the start, {one['episodes'] // 5:,} episodes took {first * 1000:.1f} ms of a core each;
without it an episode takes {one['processor'] * 1000:.1f} ms.

{table(("", f"{one['episodes']:,} episodes, measured", "a million", f"{_YEAR} million, England's year"), rows)}
**Cores.** England's year in a day takes {cores:,.0f} such cores; a year of a trust of 100,000 episodes takes one core {hours / 10:.1f} hours. Cores add up,
within a machine by `--workers` and over machines by Spark; reading and writing are a small part of it.

**Your episodes.** Longer or shorter records cost in proportion: multiply by the KB of text of your episodes over {one['text_in'] / 1000:.1f}. Measure a
sample: `fourstep archive code` on 1,000 of them prints its rate.

**Memory.** {_number(memory)} MB for a process at the most, with a part of {one['episodes']:,} episodes; a worker reads, codes and writes
a part a few episodes at a time, so that a longer one takes no more. So 0.5 GB for each worker leaves room. Spark wants about 1 GB more for Java on each machine.

**Disk.** Generated notes repeat their sentences, and Parquet packs them better than real ones: the rows of text and JSON are the upper limit.
Drafts take the room of one part for each worker. Nothing else is written.
"""


def _sizes(one: dict[str, Any], name: str, giga: dict[str, float]) -> tuple[str, str, str]:
    return f"{one[name] * one['episodes'] / 1e9:.4f}", f"{giga[name]:.2f}", f"{giga[name] * _YEAR:,.1f}"
