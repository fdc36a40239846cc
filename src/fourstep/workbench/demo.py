"""The demo: the example episodes that ship with Fourstep, and an account for each role."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.db import transaction
from rich.console import Console
from rich.progress import track
from rich.table import Table

from fourstep.episode import Episode
from fourstep.read import read_episodes
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.actions import open_account
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import ROLE_NAMES


def examples_directory() -> Path:
    """The example episodes: beside the source in a checkout, inside the package when installed from a wheel."""
    inside = Path(__file__).parent.parent / "examples"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "examples"


def prepare(console: Console) -> None:
    """Fill an empty database: accounts (their passwords are shown once), and the example episodes, coded."""
    if Person.objects.exists():
        return
    table = Table("account", "role", "password", title="Accounts of the demo (shown only now)")
    with transaction.atomic():
        for role, name in ROLE_NAMES.items():
            password = secrets.token_urlsafe(9)
            open_account(None, role.value, role, password)
            table.add_row(role.value, name, password)
    for episode in track(list(read_episodes(examples_directory())), "Example episodes", console=console, transient=True):
        if isinstance(episode, Episode):
            store(None, episode)
    with console.status("Coding them"):
        work_until_idle()
    console.print(table)
