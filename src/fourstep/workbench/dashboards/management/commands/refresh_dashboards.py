"""Count the dashboards' figures anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from fourstep.workbench.dashboards.actions import refresh


class Command(BaseCommand):
    help = "Count the dashboards' figures anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say over how many codings, and how long it took."""
        done = refresh(None)
        self.stdout.write(f"{done.episodes} finished codings counted in {done.seconds:.1f} s")
