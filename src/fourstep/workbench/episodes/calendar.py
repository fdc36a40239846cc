"""The submission calendar: by when an episode must be coded, from the day of discharge."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable

from django.db.models import Q

from fourstep.errors import UsageError
from fourstep.workbench.episodes.models import Deadline

COLUMNS = ("label", "first_discharge", "last_discharge", "coded_by")


class Calendar:
    """The lines of the calendar, read once for a page."""

    def __init__(self, lines: Iterable[Deadline] | None = None) -> None:
        self.lines = list(Deadline.objects.all() if lines is None else lines)

    def deadline(self, discharged: dt.date | None) -> Deadline | None:
        """The first deadline that an episode discharged on the day has to meet; None where the calendar says nothing."""
        if discharged is None:
            return None
        return next((d for d in self.lines if d.first_discharge <= discharged <= d.last_discharge), None)

    def days_left(self, discharged: dt.date | None, today: dt.date) -> int | None:
        """Days to the deadline, negative when it has passed."""
        found = self.deadline(discharged)
        return (found.coded_by - today).days if found else None

    def due_within(self, days: int, today: dt.date) -> Q:
        """Episodes whose deadline is at most so many days away; 0 is today, and what has passed is always within."""
        due = Q(pk__in=[])
        for line in self.lines:
            if (line.coded_by - today).days <= days:
                due |= Q(discharge_date__range=(line.first_discharge, line.last_discharge))
        return due


def read_calendar(text: str, name: str) -> list[Deadline]:
    """The lines of a calendar file: CSV with the columns of COLUMNS, dates as 2026-05-31. Raises UsageError with the line."""
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UsageError(f"the columns are {', '.join(COLUMNS)}", f"{name}:1")
    lines = []
    for number, row in enumerate(reader, 2):
        try:
            first, last, by = (dt.date.fromisoformat(row[column] or "") for column in COLUMNS[1:])
        except ValueError:
            raise UsageError("dates are written 2026-05-31", f"{name}:{number}") from None
        if first > last:
            raise UsageError("the last discharge lies before the first", f"{name}:{number}")
        lines.append(Deadline(label=(row["label"] or "")[:60], first_discharge=first, last_discharge=last, coded_by=by))
    return lines
