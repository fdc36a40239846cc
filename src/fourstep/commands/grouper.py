"""`fourstep grouper`: the input of the HRG4+ grouper, its output joined to the episodes, HRGs with their prices."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="HRGs and prices: what goes into the HRG4+ grouper, and what comes back.",
    rich_markup_mode=None,
)


class Form(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command("input")
def input_file(
    paths: Annotated[list[Path], typer.Argument(help="Whatever `fourstep code` reads.")],
    output: Annotated[Path, typer.Option(help="The input file; its record definition goes beside it as .rdf.")],
    coded: Annotated[Path | None, typer.Option(help="JSONL of coded episodes; without it they are coded now.")] = None,
    provider: Annotated[str, typer.Option(help="Organisation code for records that name none.")] = "",
    unfinished: Annotated[bool, typer.Option(help="Also what has an open query or a validation error.")] = False,
) -> None:
    """Write the grouper's input file (admitted patient care) and its record definition."""
    from fourstep.output.grouper import write_input

    raise typer.Exit(write_input(paths, output, coded=coded, provider=provider, unfinished=unfinished))


@app.command("import")
def import_output(
    sent: Annotated[Path, typer.Argument(help="The input file that went to the grouper.")],
    fce: Annotated[Path, typer.Argument(help="The grouper's ..._FCE.csv; spell and quality file are read beside it.")],
    output: Annotated[Path, typer.Option(help="JSONL of grouped episodes.")],
) -> None:
    """Join the grouper's output to the episodes that were sent. Exit status 1 when one of them did not come back right."""
    from fourstep.output.grouper import import_run

    raise typer.Exit(import_run(sent, fce, output))


@app.command("price")
def price(
    grouped: Annotated[Path, typer.Argument(help="JSONL of `fourstep grouper import`.")],
    prices: Annotated[Path, typer.Option(help="Price workbook (.xlsx) or CSV: HRG, tariffs, trim points, excess days.")],
    before: Annotated[Path | None, typer.Option(help="Another grouping of the same episodes, to compare with.")] = None,
    factor: Annotated[str, typer.Option(help="Market forces factor.")] = "1",
    format: Annotated[Form, typer.Option(help="A table, or a file format.")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """HRG, complexity and price of every episode; with --before, what a recoding changed."""
    from fourstep.errors import UsageError
    from fourstep.output.grouper import show_prices

    try:
        multiplier = Decimal(factor)
    except ArithmeticError:
        raise UsageError("the market forces factor is no number", "--factor") from None
    show_prices(grouped, prices, before=before, factor=multiplier, form=format.value, output=output)
