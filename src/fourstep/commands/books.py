"""`fourstep books`: the editions at hand, importing releases, undoing it, choosing between several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="The two books: list the editions, import an official release.",
    rich_markup_mode=None,
)


@app.command("list")
def books_list() -> None:
    """The editions and synonyms at hand, where they come from, and which are in force."""
    from fourstep.output.books import show_list

    show_list()


@app.command("import")
def books_import(
    path: Annotated[
        Path,
        typer.Argument(help="A release as downloaded (file, folder or zip): TRUD ICD-10 or OPCS-4, ClaML, SNOMED CT, ICD-10-CM."),
    ],
    edition: Annotated[str, typer.Option(help="The edition, where the name of the file does not say it.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Show what it would change, and import nothing.")] = False,
) -> None:
    """Import an official release: say what it changes in the reach of the index and in the coding of the examples."""
    from fourstep.output.books import import_one

    import_one(path, edition, dry_run=dry_run)


@app.command("use")
def books_use(name: Annotated[str, typer.Argument(help="A name that `fourstep books list` shows.")]) -> None:
    """Of several imported releases of synonyms, let this one serve instead of the newest."""
    from fourstep.output.books import choose

    choose(name)


@app.command("remove")
def books_remove(
    name: Annotated[str, typer.Argument(help="A name that `fourstep books list` shows.")],
) -> None:
    """Undo an import."""
    from fourstep.output.books import remove

    remove(name)
