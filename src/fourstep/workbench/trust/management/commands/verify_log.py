from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fourstep.workbench.trust.actions import verify


class Command(BaseCommand):
    help = "Follow the chain of the access log from its start to its end."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if verdict.what:
            where = f"entry {verdict.broken_at}: " if verdict.broken_at else ""
            raise CommandError(f"{where}{verdict.what} ({verdict.entries} entries stand before it)")
        self.stdout.write(f"{verdict.entries} entries, unbroken")
