"""The workbench on one machine: database made ready, a worker beside the server, stopped together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection
from gunicorn.app.base import BaseApplication
from rich.console import Console

from fourstep.errors import UsageError
from fourstep.workbench import demo as demonstration
from fourstep.workbench.home import workbench_directory

_THREADS = 8
#: An idle connection outlives the pauses of somebody who reads: one closed while it is used again is an error on the screen.
_SETTINGS = {"threads": _THREADS, "worker_class": "gthread", "loglevel": "warning", "keepalive": 65}


class _Server(BaseApplication):  # type: ignore[misc] # the library has no types
    """Gunicorn, told what to do by this module instead of by its command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from fourstep.workbench.wsgi import application

        return application


def run(host: str, port: int, *, demo: bool) -> None:
    """Serve until interrupted. Raises UsageError when the database cannot be used."""
    console = Console()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise UsageError(f"the database cannot be used: {error}".strip(), connection.vendor) from None
    if demo:
        demonstration.prepare(console)
    worker = subprocess.Popen([sys.executable, "-m", "fourstep", "work"])
    console.print(f"Fourstep is at [bold]http://{host}:{port}/[/bold] (data in {workbench_directory()}); stop with Ctrl-C")
    try:
        _Server(_SETTINGS | {"bind": f"{host}:{port}"}).run()
    finally:
        worker.terminate()
        worker.wait(timeout=60)
