"""The cells are counted anew; the site's table of SHMI groups is loaded."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import DatabaseError, transaction
from django.utils import timezone

from fourstep.measures.outcomes import read_groups
from fourstep.workbench.dashboards.counting import Place, count
from fourstep.workbench.dashboards.models import Cell, Refresh, ShmiTable
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record

#: The worker counts again when the cells are older.
STALE = dt.timedelta(hours=1)
_BATCH = 2000
_log = logging.getLogger("fourstep.workbench.dashboards")
_failed_at: dt.datetime | None = None


def refresh(person: Person | None) -> Refresh:
    """Count everything anew; the old cells stand until the new ones are there."""
    begun = time.perf_counter()
    table = ShmiTable.objects.first()
    at = timezone.now()
    counted = count(table.groups if table else None)
    with transaction.atomic():
        Cell.objects.all().delete()
        for family, sums in ((Cell.Family.DEPARTMENT, counted.department), (Cell.Family.CODER, counted.coders)):
            Cell.objects.bulk_create(_cells(family, sums, counted.names), batch_size=_BATCH)
        done = Refresh.objects.create(
            at=at, episodes=counted.episodes, seconds=time.perf_counter() - begun, absent=counted.absent
        )
        Refresh.objects.exclude(id=done.id).delete()
        record(person, "figures counted", "", episodes=done.episodes)
    return done


def _cells(family: str, sums: dict[Place, list[float]], names: dict[int, str]) -> Iterator[Cell]:
    for (name, key, month, specialty, consultant, coder), (amount, of) in sums.items():
        yield Cell(
            family=family, name=name, key=key, month=month, specialty=specialty, consultant=consultant, coder=coder,
            coder_name=names.get(coder, "an account that is gone") if coder else "", amount=amount, of=of,
        )  # fmt: skip


def refresh_when_due() -> bool:
    """For the worker: count again when the cells are older than an hour.

    A count that fails is tried again after an hour, and does not stop the worker: the old cells stand with their day. Where
    the database is away, its error is passed on.
    """
    global _failed_at
    now, last = timezone.now(), Refresh.objects.first()
    if any(at is not None and now - at < STALE for at in (last.at if last else None, _failed_at)):
        return False
    try:
        refresh(None)
    except DatabaseError:
        raise
    except Exception as error:  # one wrong row must not stop the queue; its words stay out of the log
        _log.error("figures were not counted: %s", type(error).__name__)
        _failed_at = now
        return False
    return True


@transaction.atomic
def load_groups(person: Person, name: str, text: str) -> ShmiTable:
    """Load the site's table of SHMI diagnosis groups. Raises KnowledgeError naming the line that is wrong."""
    with TemporaryDirectory(prefix="fourstep-") as folder:
        path = Path(folder) / (Path(name).name or "groups.txt")
        path.write_text(text, encoding="utf-8")
        groups = read_groups(path)
    ShmiTable.objects.all().delete()
    kept = ShmiTable.objects.create(name=name[:200], groups=groups)
    record(person, "SHMI groups loaded", "", codes=len(groups))
    return kept
