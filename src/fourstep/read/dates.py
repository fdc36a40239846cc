"""Dates as hospital systems write them, and ages from them."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_TIME = r"(?:[T\s,]+\d{1,2}[:.]\d{2}.*)?$"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4,6}(?:[.+-]\S*)?)?$")
# Day first, as in the United Kingdom; the American order is never tried.
_UK = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})" + _TIME)
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]*([A-Za-z]{3,9})\.?[\s,-]*(\d{4})" + _TIME)
_EARLIEST, _LATEST = 1850, 2200


def parse_date(value: object) -> dt.date | None:
    """The date that a string begins with, or None where it is no whole date (a time after it is dropped).

    A column of a table may hold a date or a time itself.
    """
    if isinstance(value, dt.date):
        value = value.isoformat()
    if not isinstance(value, str):
        return None
    value = value.strip()
    if len(value) > 64:
        return None
    if match := _ISO.match(value) or _COMPACT.match(value):
        year, month, day = (int(part) for part in match.groups())
    elif match := _UK.match(value):
        day, month, year = (int(part) for part in match.groups())
    elif match := _WORDS.match(value):
        month = _MONTHS.get(match[2][:3].lower(), 0)
        day, year = int(match[1]), int(match[3])
    else:
        return None
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def age_on(born: dt.date, day: dt.date) -> tuple[int, int] | None:
    """Age in whole years and in days on a day; None before birth."""
    if day < born:
        return None
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return years, (day - born).days
