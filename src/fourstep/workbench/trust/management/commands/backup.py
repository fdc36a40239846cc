from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fourstep.workbench.trust.actions import record
from fourstep.workbench.trust.copies import backup


class Command(BaseCommand):
    help = "Write a copy of the whole database to a file; the workbench may go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        record(None, "backup")
        backup(options["file"])
        self.stdout.write(f"written: {options['file']}")
