from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fourstep.workbench.queries.actions import remind
from fourstep.workbench.queries.errors import QueryRefused
from fourstep.workbench.queries.mail import deliver
from fourstep.workbench.queries.reminders import due


class Command(BaseCommand):
    help = "Remind by mail of queries and document requests that wait for an answer (FOURSTEP_REMIND_DAYS)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", action="store_true", help="Only say how many are due")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = list(due().exclude(email=""))
        if options["count"]:
            self.stdout.write(f"{len(waiting)} reminders are due")
            return
        sent = failed = 0
        for query in waiting:
            try:
                reached = deliver(remind(None, query.pk))
            except QueryRefused:  # answered a moment ago
                continue
            sent, failed = sent + reached, failed + (not reached)
        by_hand = due().filter(email="").count()
        self.stdout.write(f"{sent} reminders sent; {by_hand} more are due that have no address of mail")
        if failed:
            raise CommandError(f"the mail server did not take {failed} reminders")
