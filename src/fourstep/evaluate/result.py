"""The figures of an audit: four classes with intervals, against thresholds, for people and engine on the same sample."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fourstep.evaluate.agreement import Kappa
from fourstep.evaluate.audit import score_interval
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.marks import Difference, Mark
from fourstep.evaluate.rows import Row
from fourstep.evaluate.thresholds import AREAS, Level


@dataclass(frozen=True, slots=True)
class Figure:
    """Codes right of codes counted, in per cent with the 95 % Wilson interval; no per cent where nothing was counted."""

    right: int
    total: int

    @property
    def per_cent(self) -> float | None:
        return 100 * self.right / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval in per cent. It takes codes as independent, which those of one episode are not quite."""
        return score_interval(self.right, self.total)


def figure(marks: Sequence[Mark], area: str, *, coder_only: bool = False) -> Figure:
    """The figure of a class over marked episodes: (total - wrong) / total.

    Total is the recorded codes plus those the auditor added; wrong is every difference that stands. With `coder_only`
    a difference that the coder did not cause counts as right.
    """
    standing = [d for m in marks for d in m.differences if d.area == area and d.stands]
    omitted = sum(not d.recorded for d in standing)
    total = sum(len(m.codes[area]) for m in marks) + omitted
    wrong = sum(not coder_only or d.cause == "coder" for d in standing)
    return Figure(total - wrong, total)


def figures(marks: Sequence[Mark], *, coder_only: bool = False) -> dict[str, Figure]:
    """The four figures."""
    return {area: figure(marks, area, coder_only=coder_only) for area in AREAS}


@dataclass(slots=True)
class AuditResult:
    """All that a report shows. `engine` are the marks of the engine's proposals against the same auditor."""

    marks: list[Mark]
    day: dt.date
    levels: list[Level]
    keys: Keys
    excluded: list[Row] = field(default_factory=list)
    engine: list[Mark] = field(default_factory=list)
    agreement: dict[str, Kappa] = field(default_factory=dict)
    title: str = "Clinical coding audit"

    @property
    def differences(self) -> list[Difference]:
        """Those that stand."""
        return [d for m in self.marks for d in m.differences if d.stands]

    @property
    def withdrawn(self) -> int:
        return sum(not d.stands for m in self.marks for d in m.differences)

    def level_reached(self) -> str:
        """The highest level all of whose classes are reached, "none", or "not told" where a class counted nothing."""
        found = figures(self.marks)
        if any(f.per_cent is None for f in found.values()):
            return "not told"
        reached = [v.name for v in self.levels if all(v.reached(a, f.per_cent or 0.0) for a, f in found.items())]
        return reached[-1] if reached else "none"

    def by(self, what: Callable[[Row], str]) -> dict[str, dict[str, Figure]]:
        """The four figures for each specialty, coder, ... (most episodes first)."""
        groups: dict[str, list[Mark]] = {}
        for m in self.marks:
            groups.setdefault(what(m.row) or "not stated", []).append(m)
        ordered = sorted(groups, key=lambda name: (-len(groups[name]), name))
        return {name: figures(groups[name]) for name in ordered}

    def key_counts(self) -> list[tuple[str, str, str, int, int]]:
        """Our key, national key, meaning, how many by the coder, how many not; most first."""
        counts = Counter((d.key, d.cause) for d in self.differences)
        names = sorted({k for k, _ in counts}, key=lambda k: (-counts[k, "coder"] - counts[k, "non-coder"], k))
        return [
            (k, self.keys[k].national, self.keys[k].meaning, counts[k, "coder"], counts[k, "non-coder"]) for k in names
        ]

    def beside(self, area: str) -> dict[str, int]:
        """People and engine on the same episodes: how many have no difference in this class, for both, one, neither."""
        clean = {m.row.episode_id: not any(d.area == area and d.stands for d in m.differences) for m in self.marks}
        machine = {m.row.episode_id: not any(d.area == area for d in m.differences) for m in self.engine}
        names = {(True, True): "both right", (True, False): "people only", (False, True): "engine only"}
        counts = Counter(names.get((clean[i], machine[i]), "neither") for i in machine if i in clean)
        return {name: counts[name] for name in (*names.values(), "neither")}


def per_cent(figure: Figure) -> str:
    """A figure for a table: "92.0", or "-" where nothing was counted."""
    return "-" if figure.per_cent is None else f"{figure.per_cent:.1f}"


def interval(figure: Figure) -> str:
    """The interval for a table."""
    return "" if figure.per_cent is None else "{:.1f} to {:.1f}".format(*figure.interval)


def verdict(result: AuditResult) -> str:
    """The level reached, in a sentence."""
    reached = result.level_reached()
    sentences = {
        "none": "No level is reached in all four classes.",
        "not told": "No level can be told: in at least one class nothing was counted.",
    }
    return sentences.get(reached, f"All four classes reach the level “{reached}”.")


def figure_rows(result: AuditResult) -> list[tuple[object, ...]]:
    """The figures as one table: who (people, engine), class, counted, right, per cent, interval, coder's errors only, levels."""
    out: list[tuple[object, ...]] = []
    for who, marks in (("people", result.marks), ("engine", result.engine)):
        if not marks:
            continue
        all_errors, coder_only = figures(marks), figures(marks, coder_only=True)
        for area, f in all_errors.items():
            low, high = f.interval if f.total else (None, None)
            levels = [None if f.per_cent is None else v.reached(area, f.per_cent) for v in result.levels]
            values = (f.per_cent, low, high, coder_only[area].per_cent)
            out.append((who, area, f.total, f.right, *(None if v is None else round(v, 2) for v in values), *levels))
    return out


def figure_columns(result: AuditResult) -> tuple[str, ...]:
    """What the columns of `figure_rows` are called."""
    start = ("who", "area", "counted", "right", "per_cent", "low_95", "high_95", "per_cent_coder_errors_only")
    return (*start, *(f"reaches_{v.name}" for v in result.levels))
