"""`fourstep measures`: what coded episodes tell, as tables, CSV or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

    from fourstep.measures import Value
    from fourstep.measures.activity import Line

_COLUMNS = ("measure", "group", "unit", "value", "low_95", "high_95", "amount", "of", "note")
#: What fits on a terminal of 80 characters: measures side by side, and groups of the commonest codes. The CSV has all.
_ACROSS = 5
_ACROSS_COMMON = 6


def measures(
    episodes: Annotated[
        Path | None, typer.Argument(help="Coded episodes: .jsonl, .csv, .tsv or .parquet.", show_default=False)
    ] = None,
    by: Annotated[str, typer.Option(help="Group by month, specialty, consultant or coder.")] = "",
    commonest: Annotated[str, typer.Option(help="List the commonest diagnoses, procedures or hrgs instead.")] = "",
    limit: Annotated[int, typer.Option(help="How many of the commonest.", min=1)] = 10,
    shmi_groups: Annotated[Path | None, typer.Option(help="Your table of SHMI diagnosis groups.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    json: Annotated[bool, typer.Option(help="Print JSON.")] = False,
    definitions: Annotated[bool, typer.Option(help="Definition, source and caveats of every measure.")] = False,
) -> None:
    """Depth, comorbidity, symptom primaries, Charlson, frailty, readmissions, the commonest codes of coded episodes.

    Exit status 1 when a row could not be read; it is named, and no figure counts it.
    """
    from rich.console import Console

    from fourstep.errors import UsageError
    from fourstep.evaluate.rows import read_rows
    from fourstep.measures import activity, measure
    from fourstep.measures.outcomes import read_groups

    console = Console(highlight=False)
    if definitions:
        console.print(_definitions())
        return
    if episodes is None:
        raise UsageError("name a file of coded episodes (or --definitions)")
    groups = read_groups(shmi_groups) if shmi_groups else None
    found = read_rows(episodes)
    for problem in found.problems:
        typer.echo(f"fourstep: {problem} [{problem.code}]", err=True)
    if commonest:
        lines = activity.commonest(found.rows, commonest, limit=limit, by=by or "month")
        table: Table | Group
        columns, rows, table = _line_rows(lines, commonest, by or "month")
    else:
        values = measure(found.rows, by=by, groups=groups)
        columns, rows = _COLUMNS, [_cells(v) for v in values]
        table = _grouped(values, by) if by else _whole(values)
    _give(console, columns, rows, table, csv, json)
    if found.problems:
        typer.echo(f"{len(found.problems)} rows were left out", err=True)
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(measures)


def _give(
    console: Console,
    columns: tuple[str, ...],
    rows: list[tuple[object, ...]],
    table: Table | Group,
    csv: Path | None,
    json: bool,
) -> None:
    import json as json_module

    from fourstep.evaluate.sheet import table_text
    from fourstep.files import write_whole

    if csv:
        write_whole(csv, table_text(columns, rows))
    if json:
        typer.echo(json_module.dumps([dict(zip(columns, r, strict=True)) for r in rows], ensure_ascii=False))
    elif not csv:
        console.print(table)


def _cells(v: Value) -> tuple[object, ...]:
    low, high = v.interval or (None, None)
    return (
        v.measure.name, v.group, v.measure.unit, _rounded(v.value), _rounded(low), _rounded(high),
        _rounded(v.amount), v.of, v.note,
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _text(v: Value) -> str:
    """A value as people compare it: counts whole, means with two decimals, per cent with one."""
    if v.value is None:
        return "-"
    return f"{v.value:.{ {'count': 0, 'mean': 2}.get(v.measure.unit, 1) }f}"


def _whole(values: list[Value]) -> Group:
    from rich.console import Group
    from rich.table import Table

    table = Table(show_edge=False)
    table.add_column("measure", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("95 %", justify="right", no_wrap=True)
    table.add_column("counted", justify="right", no_wrap=True)
    notes = [f"{v.measure.title}: {v.note}" for v in values if v.note]
    for v in values:
        interval = f"{v.interval[0]:.1f}-{v.interval[1]:.1f}" if v.interval and v.value is not None else ""
        counted = f"{v.amount:g} of {v.of}" if v.measure.unit == "per cent" and v.value is not None else ""
        if v.measure.unit == "mean" and v.value is not None:
            counted = f"over {v.of}"
        per_cent = " %" if v.measure.unit == "per cent" and v.value is not None else ""
        table.add_row(v.measure.title, _text(v) + per_cent, interval, counted)
    return Group(table, *notes)


def _grouped(values: list[Value], by: str) -> Group:
    """A line a group, a column a measure, five measures a table; what no group can tell is left out."""
    from rich.console import Group
    from rich.table import Table

    told = [v for v in values if v.value is not None]
    names = list(dict.fromkeys(v.measure.name for v in told))
    groups = sorted({v.group for v in told})
    cells = {(v.group, v.measure.name): _text(v) for v in told}
    tables: list[Table | str] = []
    for start in range(0, len(names), _ACROSS):
        some = names[start : start + _ACROSS]
        table = Table(show_edge=False)
        table.add_column(by, no_wrap=True)
        for name in some:
            table.add_column(name.replace("_", " "), justify="right")
        for group in groups:
            table.add_row(group, *(cells.get((group, name), "-") for name in some))
        tables += [table, ""]
    return Group(*tables[:-1])


def _line_rows(
    lines: list[Line], kind: str, by: str
) -> tuple[tuple[str, ...], list[tuple[object, ...]], Table]:
    from rich.table import Table

    from fourstep.errors import UsageError

    if not lines:
        raise UsageError(f"no episode has {kind}")
    groups = tuple(lines[0].groups)
    columns = ("code", "title", "episodes", "per_cent", *groups)
    rows: list[tuple[object, ...]] = [
        (x.code, x.title, x.count, round(x.share, 2), *(x.groups[g] for g in groups)) for x in lines
    ]
    shown = groups[-_ACROSS_COMMON:] if by == "month" else groups[:_ACROSS_COMMON]
    hidden = f"; {len(groups) - len(shown)} more columns in the CSV" if len(groups) > len(shown) else ""
    table = Table(show_edge=False, caption=f"{lines[0].of} episodes with {kind}{hidden}")
    table.add_column("code", no_wrap=True)
    table.add_column("title")
    for name in ("n", "%", *(f"{g[5:]}/{g[2:4]}" if by == "month" and g[:2] == "20" else g for g in shown)):
        table.add_column(name, justify="right")
    for x in lines:
        table.add_row(x.code, x.title, str(x.count), f"{x.share:.1f}", *(str(x.groups[g]) for g in shown))
    return columns, rows, table


def _definitions() -> Table:
    from rich.table import Table

    from fourstep.measures import catalogue

    table = Table(show_edge=False, show_lines=True)
    for name in ("measure", "unit", "definition", "source", "caveats"):
        table.add_column(name)
    for m in catalogue().values():
        table.add_row(m.title, m.unit, m.definition, m.source, m.caveats)
    return table
