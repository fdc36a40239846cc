"""Dates written in a statement, as UK records write them; and whether they are past."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from fourstep.analyse.word_lists import words_of
from fourstep.analyse.words import MONTHS, Tokens

_NUMERIC = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?\Z")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")
#: The day that a range of days begins with, and what stands behind it: "18-22/11", "4th to 7th May".
_RANGE_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")
_TO = frozenset(("-", "\u2013", "to"))
_YEAR = re.compile(r"(?:19[2-9]|20[0-9])\d\Z")
#: n/7, n/52 and n/12 are days, weeks and months, unless written with the zero of a date.
_PERIODS = frozenset((7, 12, 52))
#: "9/10" is a score and "1/3" a fraction.
_FRACTIONS = frozenset("1/2 1/3 2/3 1/4 2/4 3/4 4/4 1/5 2/5 3/5 4/5 5/5 1/6 5/6 6/6 1/8 3/8".split())
#: Further apart than this two figures are no range of days: "3/4 - 8/12".
_STAY = dt.timedelta(days=60)
#: Behind a figure: "4.5 mm" is no fourth of May.
_MEASURES = frozenset("mm cm ml l litre litres mg g kg mcg units hours hrs hr h min mins days weeks months years %".split())
_OLDEST, _NEWEST = dt.timedelta(days=200), dt.timedelta(days=60)
#: Further back than this a full date belongs to an earlier admission.
_EARLIER = dt.timedelta(days=90)
#: What a month does not end, be it that of its diagnosis or of a treatment.
STAYING = frozenset("tumour tumours cancer carcinoma ca malignant malignancy adenocarcinoma lymphoma".split())
#: What is put in and stays.
FITTED = words_of("fitted")
#: A year, and nothing else.
CENTURY = re.compile(r"(?:19|20)\d\d\Z")
#: Words before a year that say since when a thing has been so, not that it is over.
_ONGOING = frozenset("since from dx dx'd diagnosed diagnosis onset known started commenced on began".split())


def _build(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _near(month: int, day: int, document: dt.date | None) -> dt.date | None:
    """A day and month without a year: the one near the document, also over the turn of a year."""
    if document is None:
        return None
    for year in (document.year, document.year - 1, document.year + 1):
        found = _build(year, month, day)
        if found and -_OLDEST <= found - document <= _NEWEST:
            return found
    return None


@lru_cache(maxsize=8192)
def _parts(token: str) -> tuple[int, int, int, bool] | None:
    """Day, month, year (0: none) of a figure like 17/8/24, and whether it could be no date but a decimal."""
    match = _NUMERIC.match(token)
    if not match:
        return None
    day, month, year = int(match[1]), int(match[3]), match[4]
    if year:
        return day, month, int(year) if len(year) == 4 else 2000 + int(year), False
    padded = match[1][0] == "0" or match[3][0] == "0"
    period = day <= 24 and month in _PERIODS
    if match[2] == "/" and not padded and (period or month == 10 or token in _FRACTIONS):
        return None
    return day, month, 0, match[2] == "."


def _numeric(token: str, document: dt.date | None, decimal: bool) -> dt.date | None:
    parts = _parts(token) if "/" in token or "." in token else None
    if parts is None:
        return None
    day, month, year, doubtful = parts
    if year:
        return _build(year, month, day)
    return _near(month, day, document) if decimal or not doubtful else None


def date_in(tokens: Tokens, first: int, last: int, document: dt.date | None, decimal: bool) -> dt.date | None:
    """The first whole date among tokens[first:last]; `decimal` also takes "17.8" for a day and month."""
    text = tokens.text
    for i in range(first, last):
        token = text[i]
        if not (token[0].isdigit() and "0" <= token < ":"):  # the first is asked sooner
            continue
        measured = i + 1 < last and text[i + 1] in _MEASURES
        found = _numeric(token, document, decimal and not measured)
        if found is None and i + 1 < last and len(token) <= 4:
            found = _worded(text, i, last, document) or _dashed(tokens, i, last)
        if found is not None:
            return _begun(text, first, i, found)
    return None


def _begun(text: list[str], first: int, i: int, end: dt.date) -> dt.date:
    """The first day of "18-22/11" and of "3/4 - 8/4"; the date itself where it ends no range."""
    if i - 2 < first or text[i - 1] not in _TO:
        return end
    whole = _NUMERIC.match(text[i - 2])
    if whole and not whole[4]:
        begun = _build(end.year, int(whole[3]), int(whole[1]))
        return begun if begun and dt.timedelta() < end - begun <= _STAY else end
    day = _RANGE_DAY.match(text[i - 2])
    if not day:
        return end
    return end.replace(day=int(day[1])) if 0 < int(day[1]) < end.day else end


def _worded(text: list[str], i: int, last: int, document: dt.date | None) -> dt.date | None:
    """3 Oct 2024, 3rd October."""
    at = i + 2 if text[i + 1] in ("of", "-") and i + 2 < last else i + 1
    month = MONTHS.get(text[at])
    if month is None:
        return None
    day = _DAY.match(text[i])
    if not day:
        return None
    after = at + 2 if at + 1 < last and text[at + 1] in ("-", ",") else at + 1
    if after < last and _YEAR.match(text[after]):
        return _build(int(text[after]), month, int(day[1]))
    return _near(month, int(day[1]), document)


def _dashed(tokens: Tokens, i: int, last: int) -> dt.date | None:
    """24-10-2024 and 2024-10-24."""
    text, start, end = tokens.text, tokens.start, tokens.end
    if i + 4 >= last or text[i + 1] != "-" or text[i + 3] != "-":
        return None
    if end[i] != start[i + 1] or end[i + 3] != start[i + 4]:
        return None
    parts = (text[i], text[i + 2], text[i + 4])
    if not all(p.isdecimal() and p.isascii() and len(p) <= 4 for p in parts):
        return None
    a, b, c = (int(p) for p in parts)
    return _build(a, b, c) if len(parts[0]) == 4 else _build(c if c > 99 else 2000 + c, b, a)


def month_over(year: int, month: int) -> dt.date:
    """The first day after a month."""
    return dt.date(year + month // 12, month % 12 + 1, 1)


def _months_back(month: int, figure: int, document: dt.date) -> bool:
    """Whether "Nov 24" is long before a document, be the figure the year or the day."""
    ended = month_over(2000 + figure, month)
    day = _near(month, figure, document)
    return ended < document - _EARLIER and (day is None or day < document - _EARLIER)


def put_in(words: Sequence[str]) -> bool:
    """Whether words with a year name what was put in or taken out then: "a right hip replacement from 2012"."""
    return any(w in FITTED or w.endswith("ectomy") for w in words)


def past_year(tokens: Tokens, first: int, last: int, document: dt.date | None, *, over: bool = False) -> str:
    """The year or early date that puts tokens[first:last] into the past; "" if nothing does.

    `over` says that it has ended, so that a dash behind the year does not say "until now": "2022 - resolved".
    """
    text = tokens.text
    for i in range(first, last):
        token = text[i]
        if not (token[0].isdigit() and "0" <= token < ":"):  # the first is asked sooner
            continue
        if len(token) == 4 and _YEAR.match(token):
            following = text[i + 1] if i + 1 < last else ""
            since = not _ONGOING.isdisjoint(text[max(first, i - 2) : i]) and not put_in(text[first:i])
            if following == "onwards" or (following == "-" and not over) or since:
                return ""
            if document is None or int(token) < document.year:
                return token
        elif document is not None and len(token) == 2 and token.isdecimal() and i > first and (month := MONTHS.get(text[i - 1])):
            since = not _ONGOING.isdisjoint(text[max(first, i - 3) : i]) or not STAYING.isdisjoint(text[first:last])
            if _months_back(month, int(token), document) and not since:
                return token
        elif document is not None and len(token) > 5:
            whole = _numeric(token, None, False)
            if whole and whole < document - _EARLIER and _ONGOING.isdisjoint(text[max(first, i - 1) : i]):
                return token
    return ""
