"""Figures from the cells, as tables and plots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.safestring import SafeString

from fourstep.books import books_on
from fourstep.evaluate.audit import score_interval
from fourstep.measures import activity
from fourstep.measures.catalogue import Measure
from fourstep.workbench.dashboards import drawing
from fourstep.workbench.dashboards.catalogue import BY_CONSULTANT, KINDS, OF_CODERS, SECTIONS, measures
from fourstep.workbench.dashboards.counting import first_codes
from fourstep.workbench.dashboards.models import Cell, Refresh

GROUPS = {"month": "Month", "specialty": "Specialty", "consultant": "Consultant"}
NOT_STATED = "not stated"
#: So many months are drawn, the latest.
_MONTHS = 24
_MOST_GROUPS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a measure; `value` is None where nothing was counted."""

    group: str
    value: float | None
    amount: float
    of: float
    interval: str = ""

    @property
    def shown(self) -> str:
        if self.value is None:
            return "-"
        return f"{self.value:,.0f}" if self.value == int(self.value) and not self.interval else f"{self.value:,.1f}"


def figure(measure: Measure, group: str, amount: float, of: float) -> Figure:
    """A figure from its sums, by the unit of its measure; per cent with the 95 % interval of Wilson."""
    if measure.unit == "count":
        return Figure(group, amount, amount, of)
    if not of:
        return Figure(group, None, amount, of)
    if measure.unit == "mean":
        return Figure(group, amount / of, amount, of)
    low, high = score_interval(round(amount), round(of))
    return Figure(group, 100 * amount / of, amount, of, f"{low:.1f} to {high:.1f}")


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure with its figures, the whole, and its plot."""

    measure: Measure
    whole: Figure
    figures: list[Figure]
    plot: SafeString | None
    absent: str = ""


def cells(chosen: dict[str, str], family: str = Cell.Family.DEPARTMENT) -> QuerySet[Cell]:
    """The cells of a specialty and consultant, where one is chosen."""
    found = Cell.objects.filter(family=family).order_by()
    return found.filter(**{name: value for name, value in chosen.items() if value})


def overview(chosen: dict[str, str]) -> dict[str, Any]:
    """Every measure by month: one query for all."""
    sums: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    rows = cells(chosen).filter(key="").values_list("name", "month").annotate(a=Sum("amount"), o=Sum("of"))
    for name, month, amount, of in rows:
        sums[name][month] = (amount, of)
    last = Refresh.objects.first()
    absent = last.absent if last else {}
    sections = [(title, [_by_month(n, sums.get(n, {}), absent.get(n, "")) for n in names]) for title, names in SECTIONS]
    return {"sections": sections, "refresh": last, "kinds": KINDS, "chosen": chosen, **choices()}


def choices() -> dict[str, list[str]]:
    """The specialties there are."""
    found = Cell.objects.filter(family=Cell.Family.DEPARTMENT, name="episodes", key="").order_by("specialty")
    return {"specialties": [s for s in found.values_list("specialty", flat=True).distinct() if s]}


def _by_month(name: str, sums: dict[str, tuple[float, float]], absent: str) -> Chart:
    measure = measures()[name]
    figures = [figure(measure, m or NOT_STATED, *sums[m]) for m in sorted(sums)]
    amount, of = sum(a for a, _ in sums.values()), sum(o for _, o in sums.values())
    values = {f.group: f.value for f in figures if f.group != NOT_STATED}
    plot = None
    if values:
        nothing = 0.0 if measure.unit == "count" else None
        months = _months(min(values), max(values))[-_MONTHS:]
        plot = drawing.over_time(f"{measure.title} by month", months, [values.get(m, nothing) for m in months])
    return Chart(measure, figure(measure, "all", amount, of), figures, plot, absent)


def _months(first: str, last: str) -> list[str]:
    """All months from one to another, those without a figure too."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def by(measure: Measure, group: str, chosen: dict[str, str], key: str = "") -> Chart:
    """One measure by month, specialty or consultant (as many as a page holds, in order of name)."""
    rows = cells(chosen).filter(name=measure.name, key=key).values_list(group).annotate(a=Sum("amount"), o=Sum("of"))
    sums = {name: (amount, of) for name, amount, of in rows}
    last = Refresh.objects.first()
    absent = last.absent.get(measure.name, "") if last else ""
    if group == "month":
        return _by_month(measure.name, sums, absent)
    figures = [figure(measure, name or NOT_STATED, *sums[name]) for name in sorted(sums)]
    amount, of = sum(a for a, _ in sums.values()), sum(o for _, o in sums.values())
    shown = figures[:_MOST_GROUPS]
    plot = drawing.bars(f"{measure.title} by {group}", [f.group for f in shown], [f.value for f in shown]) if shown else None
    return Chart(measure, figure(measure, "all", amount, of), figures, plot, absent)


def chapters(measure: Measure, chosen: dict[str, str]) -> list[Figure]:
    """What became of proposals, by chapter of the proposed code: of a specialty or all, not of a consultant."""
    if chosen["consultant"]:
        return []
    rows = cells(chosen).filter(name=measure.name).exclude(key="").values_list("key").annotate(a=Sum("amount"), o=Sum("of"))
    titles = {key: _chapter(key) for key, _, _ in rows}
    return [figure(measure, titles[key], amount, of) for key, amount, of in sorted(rows)]


def _chapter(key: str) -> str:
    icd10, opcs4, _ = books_on(None)
    book, code = (opcs4, key[-1:]) if key.startswith("OPCS") else (icd10, key)
    found = book.find(code)
    while found is not None and found.parent and (above := book.find(found.parent)) is not None:
        found = above
    return f"{found.code} {found.title}" if found else key


@dataclass(frozen=True, slots=True)
class Common:
    """A code with its share, and its count in every group."""

    code: str
    title: str
    count: int
    share: float
    groups: list[int]


def commonest(kind: str, group: str, chosen: dict[str, str], *, limit: int = 15) -> dict[str, Any]:
    """The commonest codes of a kind, and how often they stand in each month, specialty or consultant."""
    if chosen["consultant"] and group == "month":  # no cell has month and consultant of a code
        if chosen["specialty"]:  # few enough codings to be counted as they are asked for
            return _trend(kind, chosen, limit)
        group = "consultant"
    whole = cells(chosen).filter(name=kind, key="")
    total = whole.aggregate(t=Sum("amount"))["t"] or 0
    found = cells(chosen).filter(name=kind + BY_CONSULTANT if group == "consultant" or chosen["consultant"] else kind)
    top = list(found.exclude(key="").values_list("key").annotate(a=Sum("amount")).order_by("-a", "key")[:limit])
    keys = [key for key, _ in top]
    counts: dict[tuple[str, str], float] = {}
    for key, name, amount in found.filter(key__in=keys).values_list("key", group).annotate(a=Sum("amount")):
        counts[key, name] = amount
    names = sorted({name for _, name in counts})[-_MONTHS:] if group == "month" else sorted({n for _, n in counts})[:_MOST_GROUPS]
    lines = [
        Common(key, _title(kind, key), int(a), 100 * a / total, [int(counts.get((key, n), 0)) for n in names]) for key, a in top
    ]
    return _commonest(kind, group, lines, [n or NOT_STATED for n in names], int(total))


def _trend(kind: str, chosen: dict[str, str], limit: int) -> dict[str, Any]:
    """The commonest codes of one consultant in one specialty, by month: counted as it is asked for."""
    found = activity.commonest(first_codes(kind, chosen), kind, limit=limit, by="month")
    names = list(found[0].groups)[-_MONTHS:] if found else []
    lines = [Common(one.code, one.title, one.count, one.share, [one.groups[n] for n in names]) for one in found]
    return _commonest(kind, "month", lines, names, found[0].of if found else 0) | {"now": True}


def _commonest(kind: str, group: str, lines: list[Common], names: list[str], total: int) -> dict[str, Any]:
    plot = drawing.bars(KINDS[kind], [c.code for c in lines], [float(c.count) for c in lines]) if lines else None
    return {"lines": lines, "names": names, "plot": plot, "total": total, "group": group}


def _title(kind: str, code: str) -> str:
    if kind == "hrgs":
        return ""
    icd10, opcs4, _ = books_on(None)
    found = (icd10 if kind == "diagnoses" else opcs4).find(code)
    return found.title if found else ""


def of_coders(coder: int | None = None) -> list[tuple[str, list[Figure], list[tuple[str, list[Figure]]]]]:
    """Each coder (or one): figures of all months, and month by month, the latest first. In order of name: nobody is ranked."""
    found = cells({}, Cell.Family.CODER)
    if coder is not None:
        found = found.filter(coder=coder)
    sums: dict[tuple[str, int | None], dict[str, dict[str, tuple[float, float]]]] = defaultdict(lambda: defaultdict(dict))
    rows = found.values_list("coder_name", "coder", "name", "month").annotate(a=Sum("amount"), o=Sum("of"))
    for who, number, name, month, amount, of in rows:
        sums[who, number][month][name] = (amount, of)
    out = []
    for (who, _), months in sorted(sums.items(), key=lambda item: item[0][0].lower()):
        lines = [(month or NOT_STATED, _figures(months[month])) for month in sorted(months, reverse=True)[:_MONTHS]]
        whole: dict[str, tuple[float, float]] = {}
        for one in months.values():
            for name, (amount, of) in one.items():
                before = whole.get(name, (0.0, 0.0))
                whole[name] = (before[0] + amount, before[1] + of)
        out.append((who, _figures(whole), lines))
    return out


def _figures(sums: dict[str, tuple[float, float]]) -> list[Figure]:
    return [figure(measures()[name], name, *sums.get(name, (0.0, 0.0))) for name in OF_CODERS]
