"""`fourstep audit sample|mark|report`: the yearly audit of a coding department, from files to files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from fourstep.evaluate.keys import Keys
    from fourstep.evaluate.result import AuditResult
    from fourstep.evaluate.rows import Row

audit_app = typer.Typer(
    no_args_is_help=True,
    help="Audit coded episodes: draw a sample, mark it against an auditor, report.",
    rich_markup_mode=None,
)
_Recorded = Annotated[Path, typer.Argument(help="The coding under audit: the sample as it was drawn.")]
_Audited = Annotated[Path, typer.Argument(help="The auditor's coding of the same episodes.")]
_KeysOption = Annotated[Path | None, typer.Option("--keys", help="Your table of error keys.")]


@audit_app.command("sample")
def sample(
    population: Annotated[Path, typer.Argument(help="Coded episodes: .jsonl, .csv, .tsv or .parquet.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Write the sample to this .csv or .jsonl.")],
    size: Annotated[int, typer.Option(help="How many episodes.")] = 200,
    by: Annotated[str, typer.Option(help="In proportion to specialty, coder or risk.")] = "",
    seed: Annotated[int, typer.Option(help="Another seed, another sample; the same seed, the same.")] = 1,
    take_all: Annotated[bool, typer.Option("--all", help="Take all, if there are fewer than asked for.")] = False,
    sheet: Annotated[Path | None, typer.Option(help="Write the auditor's empty sheet (CSV) too.")] = None,
    show_codes: Annotated[bool, typer.Option(help="Fill the sheet with the final codes; else it is blind.")] = False,
) -> None:
    """Draw the sample of an audit, with its codes as they are now."""
    from fourstep.evaluate.sample import draw
    from fourstep.evaluate.sheet import auditor_sheet, sample_text
    from fourstep.files import write_whole

    drawn = draw(_rows(population), size, by=by, seed=seed, take_all=take_all)
    write_whole(output, sample_text(drawn, json_lines=output.suffix == ".jsonl"))
    typer.echo(f"{output}: {len(drawn)} episodes, seed {seed}")
    if sheet:
        write_whole(sheet, auditor_sheet(drawn, blind=not show_codes))
        typer.echo(f"{sheet}: to be filled in, {'with the final codes' if show_codes else 'blind'}")


@audit_app.command("mark")
def mark(
    recorded: _Recorded,
    audited: _Audited,
    output: Annotated[Path, typer.Option("--output", "-o", help="Write the worksheet of differences (CSV) here.")],
    keys: _KeysOption = None,
    now: Annotated[
        Path | None, typer.Option(help="The episodes as they are coded now: name what was recoded since.")
    ] = None,
) -> None:
    """Mark every difference with its error key: a worksheet for the auditor's reasons and the coder's response."""
    from fourstep.evaluate.marks import mark_all
    from fourstep.evaluate.sheet import recoded, worksheet_text
    from fourstep.files import write_whole

    mine = _rows(recorded)
    marks = mark_all(mine, _rows(audited), _keys(keys))
    write_whole(output, worksheet_text(marks))
    typer.echo(f"{output}: {len(marks)} episodes, {sum(len(m.differences) for m in marks)} differences")
    if now and (changed := recoded(mine, _rows(now))):
        typer.echo(f"{len(changed)} recoded or gone since the sample was drawn: {', '.join(changed[:10])}")
        typer.echo("They are marked as they were drawn.")


@audit_app.command("report")
def report(
    recorded: _Recorded,
    audited: _Audited,
    worksheet: Annotated[Path | None, typer.Option(help="The worksheet with reasons, causes, responses.")] = None,
    engine: Annotated[Path | None, typer.Option(help="The engine's proposals for the same episodes.")] = None,
    second: Annotated[Path | None, typer.Option(help="A second auditor's coding: agreement (kappa).")] = None,
    date: Annotated[str, typer.Option(help="Thresholds in force on this day (2026-04-01); today if not given.")] = "",
    thresholds: Annotated[Path | None, typer.Option(help="Your table of thresholds.")] = None,
    keys: _KeysOption = None,
    title: Annotated[str, typer.Option(help="Title of the report.")] = "Clinical coding audit",
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the plot of the four figures as SVG.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the figures as CSV.")] = None,
    json: Annotated[bool, typer.Option(help="Print the figures as JSON.")] = False,
) -> None:
    """The four percentages with intervals against the thresholds; as table, PDF with plots, CSV, JSON."""
    from fourstep.evaluate.agreement import agreement
    from fourstep.evaluate.marks import mark_all
    from fourstep.evaluate.result import AuditResult, figure_columns, figure_rows
    from fourstep.evaluate.sheet import apply_worksheet, table_text
    from fourstep.evaluate.thresholds import TABLE, levels_on
    from fourstep.files import write_whole

    table = _keys(keys)
    day = _day(date)
    levels = levels_on(day, thresholds or TABLE)
    mine, theirs = _rows(recorded), _rows(audited)
    result = AuditResult(mark_all(mine, theirs, table), day, levels, table, title=title)
    result.excluded = [r for r in theirs if r.excluded]
    if second:
        result.agreement = agreement(result.marks, mark_all(mine, _rows(second), table))
    if worksheet:
        apply_worksheet(worksheet, result.marks, table)
    if engine:
        result.engine = mark_all(_rows(engine), theirs, table)
    written = _write_drawn(result, pdf, svg)
    if csv:
        write_whole(csv, table_text(figure_columns(result), figure_rows(result)))
        written.append(csv)
    if json:
        _print_json(result)
        return
    _print(result)
    for path in written:
        typer.echo(f"{path} written")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(audit_app, name="audit")


def _rows(path: Path) -> list[Row]:
    """All rows of a file: an audit counts none by guess, so one that cannot be read is the end."""
    from fourstep.evaluate.rows import read_rows

    return read_rows(path, strict=True).rows


def _keys(path: Path | None) -> Keys:
    from fourstep.evaluate.keys import TABLE, Keys

    return Keys(path or TABLE)


def _day(text: str) -> dt.date:
    from fourstep.errors import UsageError

    try:
        return dt.date.fromisoformat(text) if text else dt.date.today()
    except ValueError:
        raise UsageError(f"{text} is no day: write 2026-04-01") from None


def _write_drawn(result: AuditResult, pdf: Path | None, svg: Path | None) -> list[Path]:
    if not pdf and not svg:
        return []
    from fourstep.errors import UsageError
    from fourstep.files import write_whole

    try:
        from fourstep.evaluate import plots
        from fourstep.evaluate.pdf import report_pdf
    except ModuleNotFoundError:
        raise UsageError("reports with plots need the extra: pip install 'fourstep[report]'") from None
    if pdf:
        write_whole(pdf, report_pdf(result))
    if svg:
        write_whole(svg, plots.svg(plots.four_figures(result)))
    return [p for p in (pdf, svg) if p]


def _print_json(result: AuditResult) -> None:
    import json

    from fourstep.evaluate.result import figure_columns, figure_rows

    columns = figure_columns(result)
    agreed = {
        area: {"pairs": k.pairs, "agreed": k.agreed, "kappa": k.value, "interval": k.interval, "note": k.note}
        for area, k in result.agreement.items()
    }
    keys = [dict(zip(("key", "national", "meaning", "coder", "non_coder"), k, strict=True)) for k in result.key_counts()]
    out = {
        "episodes": len(result.marks),
        "excluded": len(result.excluded),
        "date": result.day.isoformat(),
        "level": result.level_reached(),
        "figures": [dict(zip(columns, row, strict=True)) for row in figure_rows(result)],
        "keys": keys,
        "agreement": agreed,
    }
    typer.echo(json.dumps(out, ensure_ascii=False))


def _print(result: AuditResult) -> None:
    from rich.console import Console
    from rich.table import Table

    from fourstep.evaluate.result import verdict
    from fourstep.evaluate.thresholds import AREAS

    console = Console(highlight=False)
    console.print(_figure_table(result, engine=False))
    if result.engine:
        console.print()
        console.print(_figure_table(result, engine=True))
    keys = Table(show_edge=False)
    for name in ("key", "national", "meaning"):
        keys.add_column(name)
    for name in ("coder", "non-coder"):
        keys.add_column(name, justify="right")
    for key, national, meaning, coder, other in result.key_counts():
        keys.add_row(key, national, meaning, str(coder), str(other))
    console.print()
    console.print(keys)
    for area, k in result.agreement.items():
        value = "-" if k.value is None else f"{k.value:.2f}"
        span = "{:.2f} to {:.2f}".format(*k.interval) if k.interval else k.note
        console.print(f"kappa, {AREAS[area].lower()}: {value} ({span}), {k.agreed} of {k.pairs} agreed")
    console.print(f"{len(result.marks)} episodes, {len(result.excluded)} not audited. {verdict(result)}")


def _figure_table(result: AuditResult, *, engine: bool) -> Table:
    from rich.table import Table

    from fourstep.evaluate.result import figures, interval, per_cent
    from fourstep.evaluate.thresholds import AREAS

    table = Table(show_edge=False)
    table.add_column("engine" if engine else "", no_wrap=True)
    for name in ("counted", "right", "%", "95 %", *(v.name for v in result.levels)):
        table.add_column(name, justify="right", no_wrap=True)
    for area, f in figures(result.engine if engine else result.marks).items():
        against = [
            "-" if f.per_cent is None else f"{v.least[area]:g} {'yes' if v.reached(area, f.per_cent) else 'no'}"
            for v in result.levels
        ]
        table.add_row(AREAS[area], str(f.total), str(f.right), per_cent(f), interval(f).replace(" to ", "-"), *against)
    return table
