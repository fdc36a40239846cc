from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fourstep.workbench.trust.actions import record, verify
from fourstep.workbench.trust.copies import restore


class Command(BaseCommand):
    help = "Put a copy in the place of the database. Stop server and workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="Yes: what is in the database now will be gone")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["replace"]:
            raise CommandError("what is in the database now will be gone: say --replace")
        restore(options["file"])
        verdict = verify()
        record(None, "restored")
        self.stdout.write(f"restored; the log has {verdict.entries} entries{', and is BROKEN' if verdict.what else ', unbroken'}")
