from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fourstep.coder import Coder
from fourstep.learn.rows import Row, rows_of
from fourstep.output.learned import fit_rows
from fourstep.workbench.coding.models import Standing
from fourstep.workbench.episodes.engine import episode_of
from fourstep.workbench.episodes.models import Episode, State


class Command(BaseCommand):
    help = "Learn from the coded episodes of this workbench what coders made of the proposals (docs/learning.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only measure; keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        coder, rows = Coder(local=None), list[Row]()
        final = Episode.objects.filter(state__in=(State.CODED, State.EXPORTED), training=False).order_by("id")
        for episode in final.prefetch_related("documents", "lines").iterator(chunk_size=200):
            codes = [line.code for line in episode.lines.all() if line.standing != Standing.REMOVED]
            rows += rows_of(episode_of(episode), codes, coder)
        fit_rows(rows, coder, keep=not options["dry_run"])
