"""What the worklist's page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from fourstep.workbench.episodes.calendar import Calendar
from fourstep.workbench.episodes.models import OPEN_STATES, Episode, State

#: From so many episodes on, what every page counts is kept for some seconds.
MANY, SECONDS = 5_000, 10
_COUNTS = "worklist-counts"


@dataclass(frozen=True, slots=True)
class Row:
    """An episode with its deadline."""

    episode: Episode
    days_left: int | None
    deadline: str

    @property
    def urgency(self) -> str:
        """How the deadline is coloured: late, soon, or nothing."""
        if self.days_left is None or self.episode.state not in OPEN_STATES:
            return ""
        return "late" if self.days_left < 0 else "soon" if self.days_left <= 3 else ""


def rows(episodes: list[Episode], calendar: Calendar, today: dt.date) -> list[Row]:
    """The lines of the worklist."""
    out = []
    for episode in episodes:
        line = calendar.deadline(episode.discharge_date)
        out.append(Row(episode, (line.coded_by - today).days if line else None, line.label if line else ""))
    return out


@dataclass(frozen=True, slots=True)
class Counts:
    """How many episodes stand where; `late` and `soon` count those discharged and not coded."""

    states: list[tuple[str, str, int]]
    open: int
    late: int
    soon: int


def counts(calendar: Calendar, today: dt.date) -> Counts:
    """The counts above the worklist, at most ten seconds old where there are many episodes."""
    kept: Counts | None = cache.get(_COUNTS)
    if kept is None:
        kept = _counted(calendar, today)
        if sum(number for _, _, number in kept.states) >= MANY:
            cache.set(_COUNTS, kept, SECONDS)
    return kept


def _counted(calendar: Calendar, today: dt.date) -> Counts:
    known = dict(Episode.objects.filter(training=False).order_by().values_list("state").annotate(Count("id")))
    waiting = Episode.objects.filter(training=False, state__in=OPEN_STATES).order_by()
    late = waiting.filter(calendar.due_within(-1, today)).count()
    return Counts(
        [(s.value, s.label, known.get(s.value, 0)) for s in State],
        sum(known.get(s, 0) for s in OPEN_STATES),
        late,
        waiting.filter(calendar.due_within(7, today)).count() - late,
    )
