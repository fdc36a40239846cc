"""`fourstep archive`: years of episodes, coded part by part."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Years of archived episodes, coded part by part.")


class Backend(StrEnum):
    LOCAL = "local"
    SPARK = "spark"


@app.command("code")
def code(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A folder of Parquet or JSONL files, or one of them.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of results; a run that was broken off goes on.")],
    backend: Annotated[Backend, typer.Option(help="This machine's cores, or a Spark cluster.")] = Backend.LOCAL,
    workers: Annotated[int | None, typer.Option(help="Processes of the local back end; all cores by default.", min=1)] = None,
    master: Annotated[str, typer.Option(help="The cluster, as Spark writes it: local[2], spark://host:7077.")] = "local[*]",
    every_condition: Annotated[bool, typer.Option(help="For research: code every asserted condition.")] = False,
    again: Annotated[bool, typer.Option(help="Throw away what is there and code all anew.")] = False,
) -> None:
    """Code every episode of an archive; results and errors stand beside each other, part by part.

    Exit status 1 when something could not be coded.
    """
    from fourstep.errors import UsageError

    try:
        from fourstep.archive.run import code_archive
        from fourstep.archive.unit import Settings
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise UsageError("archives need Parquet: pip install 'fourstep[tables]'") from None
    settings = Settings(every_condition=every_condition)
    status = code_archive(source, out, settings, backend=backend.value, workers=workers, master=master, again=again)
    raise typer.Exit(status)
