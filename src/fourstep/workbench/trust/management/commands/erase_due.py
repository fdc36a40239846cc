from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fourstep.workbench.trust.retention import days_kept, due, erase


class Command(BaseCommand):
    help = "Erase the episodes whose time is over by the retention rule (FOURSTEP_KEEP_DAYS)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", action="store_true", help="Only say how many they are")

    def handle(self, *args: Any, **options: Any) -> None:
        if days_kept() is None:
            raise CommandError("there is no retention rule: set FOURSTEP_KEEP_DAYS")
        if options["count"]:
            self.stdout.write(f"{due().count()} episodes are due")
            return
        self.stdout.write(f"{erase(None, due(), 'retention rule')} episodes erased")
