"""`fourstep listen`: records taken in from HL7 v2 feeds and watched folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def listen(
    folder: Annotated[Path, typer.Argument(help="Folder of the inbox: every message that was acknowledged.")],
    output: Annotated[Path | None, typer.Option(help="Folder for codings; without it `coded` in the inbox's folder.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for HL7 v2 over MLLP; 0 takes any that is free.", min=0, max=65535)] = 2575,
    watch: Annotated[list[Path] | None, typer.Option(help="A folder whose files are taken; may be given again.")] = None,
    settle: Annotated[float, typer.Option(help="Seconds without change until a file is complete.", min=0)] = 2.0,
    largest: Annotated[float, typer.Option(help="Largest message in MB.", min=0.001, max=64)] = 20,
    workbench: Annotated[bool, typer.Option(help="Hand what comes in to the workbench's queue.")] = False,
    connections: Annotated[int, typer.Option(help="Most connections at a time.", min=1, max=1000)] = 64,
) -> None:
    """Take in HL7 v2 messages and files, code them, write the codings to a folder. Ends at SIGTERM or Ctrl-C.

    A message is acknowledged when it is stored, and not before.
    """
    from fourstep.listen.service import Settings, check_settings, serve
    from fourstep.workbench.feed import into_workbench

    size = int(largest * 1024 * 1024)
    hand_over = into_workbench if workbench else None
    settings = Settings(
        folder, output or folder / "coded", host, port, tuple(watch or ()), settle, size, connections, hand_over
    )
    check_settings(settings)
    if host not in {"127.0.0.1", "::1", "localhost"}:
        _say("MLLP has neither passwords nor encryption: let only the sender's address through, or use a tunnel")
    serve(settings, _say)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(listen)


def _say(line: str) -> None:
    typer.echo(f"fourstep: {line}", err=True)
