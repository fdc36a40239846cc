"""How long answers take."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from fourstep.workbench.queries.models import Query

_SPAN = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Turnaround:
    """Days from sending to answer of a group: how many were answered, and the median."""

    group: str
    answered: int
    median_days: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Turnaround of what was answered in the last year."""

    whole: Turnaround | None
    by_specialty: list[Turnaround]
    by_addressee: list[Turnaround]


def figures(now: dt.datetime | None = None) -> Figures:
    """Median turnaround overall, by specialty of the episode and by addressee; the slowest first."""
    since = (now or timezone.now()) - _SPAN
    rows = Query.objects.filter(answered_at__gte=since, episode__training=False).order_by()
    specialties: dict[str, list[float]] = defaultdict(list)
    addressees: dict[str, list[float]] = defaultdict(list)
    everything: list[float] = []
    for sent, answered, specialty, addressee in rows.values_list("sent_at", "answered_at", "episode__specialty", "addressee"):
        if answered is None or sent is None:
            continue
        days = (answered - sent) / dt.timedelta(days=1)
        everything.append(days)
        specialties[specialty or "not known"].append(days)
        addressees[addressee].append(days)
    whole = Turnaround("", len(everything), statistics.median(everything)) if everything else None
    return Figures(whole, _groups(specialties), _groups(addressees))


def _groups(days: dict[str, list[float]]) -> list[Turnaround]:
    out = [Turnaround(name, len(values), statistics.median(values)) for name, values in days.items()]
    return sorted(out, key=lambda group: (-group.median_days, group.group))
