"""Load the shipped practice records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from fourstep.workbench.home import examples_directory
from fourstep.workbench.training.actions.loading import load_practice


class Command(BaseCommand):
    help = "Load the shipped practice records, new and changed ones."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were loaded."""
        self.stdout.write(f"{load_practice(None, examples_directory())} records loaded")
