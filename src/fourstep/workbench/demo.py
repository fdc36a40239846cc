"""The demo: the example episodes that ship with Fourstep, and an account for each role."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import track
from rich.table import Table

from fourstep.episode import Episode
from fourstep.read import read_episodes
from fourstep.workbench.episodes.actions import replace_calendar, store
from fourstep.workbench.episodes.models import Deadline
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.home import examples_directory
from fourstep.workbench.people.actions import open_account
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import ROLE_NAMES, Role
from fourstep.workbench.policies.actions import write
from fourstep.workbench.policies.models import Policy
from fourstep.workbench.training.actions.loading import load_practice


def illustrative_calendar(today: dt.date) -> list[Deadline]:
    """Two years of months, each to be coded by the twentieth of the next: not the national calendar, which a site loads."""
    lines = []
    for back in range(24):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        first = dt.date(year, month + 1, 1)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        label = f"{first:%B %Y} (illustrative)"
        last = following - dt.timedelta(days=1)
        lines.append(Deadline(label=label, first_discharge=first, last_discharge=last, coded_by=following.replace(day=20)))
    return lines


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
        people = {person.role: person for person in Person.objects.all()}
        people[Role.TRAINEE].mentor = people[Role.TRAINER]
        people[Role.TRAINEE].save()
        about = "Z60.2 FS.POL.01"
        text = "Living alone is coded when it bears on the discharge: a package of care, a delay, a move to a care home."
        write(people[Role.SENIOR], Policy(title="Living alone (fictional example)", about=about, text=text))
    replace_calendar(None, illustrative_calendar(timezone.localdate()))
    for episode in track(list(read_episodes(examples_directory())), "Example episodes", console=console, transient=True):
        if isinstance(episode, Episode):
            store(None, episode)
    with console.status("Coding them"):
        work_until_idle()
        load_practice(None, examples_directory())
    console.print(table)
