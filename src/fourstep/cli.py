"""The command line: parses, calls, prints.

Heavy modules are imported inside the commands, so that --help stays quick.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fourstep.commands import archive as archive_commands
from fourstep.commands import learn as learn_commands
from fourstep.commands.audit import register as register_audit
from fourstep.commands.books import app as books_app
from fourstep.commands.export import export
from fourstep.commands.grouper import app as grouper_app
from fourstep.commands.listen import register as register_listen
from fourstep.commands.measures import register as register_measures
from fourstep.commands.serve import register as register_workbench

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="An open clinical coder for the NHS: hospital episodes to ICD-10 and OPCS-4, "
    "with the words behind every code.",
)
index_app = typer.Typer(
    no_args_is_help=True, help="The Alphabetical Index: check it, report on it.", rich_markup_mode=None
)
app.add_typer(index_app, name="index")
app.add_typer(books_app, name="books")
app.add_typer(grouper_app, name="grouper")
app.command()(export)
app.add_typer(archive_commands.app, name="archive")
app.add_typer(learn_commands.app, name="learn")
register_workbench(app)
register_listen(app)
register_measures(app)
register_audit(app)


class Format(StrEnum):
    RECORD = "record"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@app.command()
def code(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Episode folders, folders of them, single files, JSONL or FHIR documents."),
    ],
    format: Annotated[Format, typer.Option(help="A readable record, or a file format.")] = Format.RECORD,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
    every_condition: Annotated[
        bool, typer.Option(help="For research: code every asserted condition, symptoms and history too.")
    ] = False,
    auto_only: Annotated[
        bool, typer.Option(help="Only the episodes that need no person (touchless).")
    ] = False,
) -> None:
    """Code episodes: diagnoses, procedures, evidence, what was left out, queries.

    Exit status 1 when an episode failed.
    """
    from fourstep.output.run import code_paths

    raise typer.Exit(code_paths(paths, format.value, output, auto_only=auto_only, every_condition=every_condition))


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="Any file that the readers know.")],
    document: Annotated[str, typer.Option(help="Of a file with several documents, the one that evidence names.")] = "",
) -> None:
    """Print the text of a file as the coder reads it: what all offsets count in."""
    from fourstep.read import read_text

    sys.stdout.write(read_text(file, document))


@app.command()
def analyse(
    spans: Annotated[Path, typer.Option(help="Tab-separated file with columns id, text, start, end.")],
    output: Annotated[Path | None, typer.Option(help="Write id, whether, when, who to this file.")] = None,
) -> None:
    """Assert any words of any text: whether, when and who."""
    from fourstep.output.spans import assert_spans

    assert_spans(spans, output)


@app.command("look-up")
def look_up(
    words: Annotated[list[str], typer.Argument(help="What a coder would type.")],
    limit: Annotated[int, typer.Option(help="How many lines to show.", min=1, max=200)] = 10,
) -> None:
    """Search the index and the books by words, beginnings, abbreviations, misspellings and everyday speech."""
    from fourstep.output.lookup import show

    show(" ".join(words), limit)


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder with a gold.json in each episode folder.")],
    coded: Annotated[Path, typer.Argument(help="JSONL of coded episodes.")],
    records: Annotated[
        Path | None,
        typer.Option(help="Folder of the episodes: check that every quote stands in its document."),
    ] = None,
    episodes: Annotated[bool, typer.Option(help="A line for every episode.")] = False,
    json: Annotated[bool, typer.Option(help="Figures as JSON.")] = False,
) -> None:
    """Compare codings as an NHS clinical coding audit does: the four classes, in per cent."""
    from fourstep.output.figures import show

    show(gold, coded, records=records, episodes=episodes, as_json=json)


@app.command()
def standards(
    markdown: Annotated[bool, typer.Option(help="The whole page, as docs/standards.md holds it.")] = False,
) -> None:
    """List the standards that change codes: identifier, national reference, what each does."""
    from fourstep.output.standards import show

    show(markdown=markdown)


@index_app.command("check")
def index_check(
    site: Annotated[bool, typer.Option("--site", help="Check the site's own lines instead of ours.")] = False,
) -> None:
    """Check every knowledge file; name file and line of whatever is wrong."""
    from fourstep.output.check import checked_files

    checked = checked_files(site=site)
    for problem in checked.problems:
        typer.echo(str(problem))
    typer.echo(f"{checked.entries} entries, {checked.terms} terms, {len(checked.problems)} problems")
    raise typer.Exit(1 if checked.problems else 0)


@index_app.command("report")
def index_report(
    usage: Annotated[
        Path | None,
        typer.Option(help="National counts of diagnoses: tab-separated, columns code and usage..."),
    ] = None,
    procedure_usage: Annotated[Path | None, typer.Option(help="The same for procedures.")] = None,
    limit: Annotated[int, typer.Option(help="How many unreached codes to list.", min=0)] = 40,
) -> None:
    """Per chapter of both books: what the index reaches, and the heaviest codes that it does not."""
    from fourstep.output.report import show

    show(usage, procedure_usage, limit)


@index_app.command("unread")
def index_unread(
    paths: Annotated[list[Path], typer.Argument(help="Whatever `fourstep code` reads.")],
    limit: Annotated[int, typer.Option(help="How many wordings to list.", min=1)] = 40,
) -> None:
    """Count what lists of conditions hold and the index does not know."""
    from fourstep.output.unread import show

    raise typer.Exit(show(paths, limit))


@index_app.command("suggest")
def index_suggest(
    paths: Annotated[list[Path], typer.Argument(help="JSONL of final codings, with evidence.")],
    at_least: Annotated[int, typer.Option(help="In how many episodes at least.", min=1)] = 1,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Propose entries for the site's own index from what coders added by hand."""
    from fourstep.output.suggest import show

    show(paths, at_least, output)


def main() -> None:
    """Entry point of the `fourstep` command: errors meant for people are shown in one line, with status 2."""
    from fourstep.errors import FourstepError

    try:
        app()
    except FourstepError as error:
        typer.echo(f"fourstep: {error} [{error.code}]", err=True)
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except OSError as error:
        typer.echo(f"fourstep: {error.filename or ''}: {error.strerror or error}", err=True)
        raise SystemExit(2) from None
