"""`fourstep serve`, `fourstep work` and `fourstep manage`: the workbench in the browser."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from fourstep.errors import UsageError


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    demo: Annotated[bool, typer.Option(help="Fictional episodes, and an account for each role.")] = True,
) -> None:
    """Open the workbench in the browser: worklist, coding screen, queries.

    Without options a demo of fictional episodes; --no-demo for an installation with its own accounts.
    """
    _django()
    from fourstep.workbench.serve import run

    run(host, port, demo=demo)


def work() -> None:
    """Code what waits in the workbench's queue, until told to stop. `fourstep serve` starts one; more may run beside it."""
    _django()
    from fourstep.workbench.episodes.work import work as run

    run()


def manage(context: typer.Context) -> None:
    """Django's management commands: migrate, createsuperuser, verify_log and others."""
    _django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["fourstep manage", *context.args])


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(serve)
    app.command()(work)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(manage)


def _django() -> None:
    """Make Django ready. Raises UsageError where the extra is not installed or the database cannot be opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourstep.workbench.settings")
    try:
        import django
    except ModuleNotFoundError:
        raise UsageError("the workbench is not installed: pip install 'fourstep[workbench]'") from None
    django.setup()
