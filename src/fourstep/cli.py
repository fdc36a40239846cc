"""The command line: parses, calls, prints. Heavy modules are imported inside the commands, so that --help stays quick."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="An open clinical coder for the NHS.")
index_app = typer.Typer(no_args_is_help=True, help="The Alphabetical Index: check it, report on it.")
app.add_typer(index_app, name="index")


@index_app.command("check")
def index_check() -> None:
    """Check every knowledge file; name file and line of whatever is wrong."""
    from fourstep.locate.check import check_knowledge

    checked = check_knowledge()
    for problem in checked.problems:
        typer.echo(str(problem))
    typer.echo(f"{checked.entries} entries, {checked.terms} terms, {len(checked.problems)} problems")
    raise typer.Exit(1 if checked.problems else 0)


def main() -> None:
    """Entry point of the `fourstep` command."""
    app()
