from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fourstep.workbench.people.actions import open_first_account
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role


class Command(BaseCommand):
    help = "Open an account. Its password is printed once and serves for one sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=[r.value for r in Role], required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if Person.objects.filter(username=name).exists():
            raise CommandError(f"there is an account {name} already")
        password = secrets.token_urlsafe(12)
        open_first_account(Person(username=name, role=options["role"]), password)
        self.stdout.write(f"{name}: {password}")
