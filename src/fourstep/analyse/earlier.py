"""What a sentence puts into the past for reasons that lie outside the words of one cue.

A treatment that was stopped, a treatment that ended what it was for, an earlier stay in hospital, and a sentence that
says of the one before it that all has gone.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise

from fourstep.analyse.cues import read_proofs
from fourstep.analyse.cutting import Segment
from fourstep.analyse.dates import CENTURY, FITTED, STAYING, date_in, month_over, put_in
from fourstep.analyse.signs import CLOSE, DASH, OPEN
from fourstep.analyse.statements import When
from fourstep.analyse.words import MONTHS, Tokens
from fourstep.episode import Document
from fourstep.knowledge import SECTIONS

_HISTORICAL = int(When.HISTORICAL)
_STOPPED = frozenset(("stopped", "discontinued", "weaned", "off"))
#: Words that end a list of what a patient was told might come of an operation, and what makes it one.
_TOLD = frozenset("explained quoted outlined".split())
_TALKED = frozenset("discussed mentioned accepted understood covered".split())
_RISKS = frozenset("risk risks chance chances complication complications".split())
_FEWEST_RISKS = 3
_LONGEST_RISK = 4  # tokens
#: Before or after a month these tell of a stay in hospital: "stented in August for an infected kidney".
_STAYS = frozenset(
    "admitted readmitted admission admissions hospitalised hospitalisation stented drained inpatient discharged "
    "itu icu hdu".split()
)
_OUTPATIENT = ("letter", "clinic", "referral", "preop", "pre_op", "preassess", "pre_assess")
_RECENT = dt.timedelta(days=60)  # a stay may have begun in the month before
_MONTH = dt.timedelta(days=28)  # a day, or a month written with its year, is rarely that on which the stay began
_A_DAY = dt.timedelta(days=1)
#: What was placed at another stay, for something that was dealt with then.
_PLACED = frozenset("stent stents nephrostomy cholecystostomy drain".split())
#: "This has all resolved": what may stand before the verdict.
_POINTS = frozenset(("this", "these", "that", "they", "it", "all", "both", "everything"))
_FILLERS = _POINTS | frozenset("of has have had now since is are was were fully completely largely symptoms".split())
_GONE = frozenset(("resolved", "settled", "cleared", "gone", "recovered"))


@cache
def mends() -> dict[str, frozenset[str]]:
    """The treatments that end a condition, by its word: knowledge/sections/mended.txt."""
    return read_proofs(SECTIONS / "mended.txt")


def _past(segment: Segment, cue: str) -> None:
    segment.when, segment.cue = _HISTORICAL, segment.cue or cue


def stopped_or_mended(segments: list[Segment], words: list[str], lists: bool) -> bool:
    """Put into the past what a treatment was stopped for or has ended; True if there is anything.

    `lists` says that the sentence stands in a list of past conditions.
    """
    found = False
    for before, segment in pairwise(segments):
        if not segment.separator or segment.separator & ~(DASH | OPEN) or before.when:
            continue
        if segment.separator in (DASH, OPEN):
            if not _STOPPED.isdisjoint(words[segment.first : segment.first + 2]):
                # "depression - stopped sertraline 2022", "PMR (pred stopped 2021)"
                if any(CENTURY.match(w) for w in words[segment.first : segment.last]):
                    _past(before, "stopped")
                    found = True
                continue
            if not segment.when and words[before.last - 1] == "stopped":  # "brimonidine stopped - allergic conjunctivitis"
                _past(segment, "stopped")
                found = True
                continue
        if lists and not segment.when:
            named, done = words[before.first : before.last], words[segment.first : segment.last]
            if _mended(named, done):  # "complete heart block -> PPM 2020"
                _past(before, "mended")
                found = True
            elif segment.separator & OPEN and _mended(done, named):  # "PPM (complete heart block)"
                _past(segment, "mended")
                found = True
    return found


def removed_for(segments: list[Segment], words: list[str]) -> bool:
    """Put into the past what the brackets behind a past removal or a device name, and a year with them: "hysterectomy 2012
    (fibroids, ovaries kept)", "pacemaker (2020, complete heart block)"."""
    found = False
    for k in range(1, len(segments)):
        if segments[k].separator != OPEN:
            continue
        before = words[segments[k - 1].first : segments[k - 1].last]
        if before[-1] in FITTED:
            closed = next((j for j in range(k + 1, len(segments)) if segments[j].separator & CLOSE), len(segments))
            following = words[segments[k].first : segments[closed - 1].last]
            if not any(CENTURY.match(word) for word in following):
                continue
            if len(before) == 1 and not segments[k - 1].when:  # "infected TKR (2019)" is infected now
                _past(segments[k - 1], "fitted")  # the year is that of the device as well
        elif not (CENTURY.match(before[-1]) and put_in(before)):
            continue
        for inside in segments[k:]:
            if inside.separator & CLOSE:
                break
            if not inside.when:
                _past(inside, "removed")
        found = True
    return found


def risks_told(segments: list[Segment], words: list[str]) -> list[Segment]:
    """The segments of a sentence that lists what a patient was told might come: "bleeding, DVT and recurrence explained"."""
    if len(segments) < _FEWEST_RISKS:
        return []
    last = segments[-1].last
    told = words[last - 1] in _TOLD or (words[last - 1] in _TALKED and not _RISKS.isdisjoint(words[segments[0].first : last]))
    if not told:
        return []
    listed = all(s.last - s.first <= _LONGEST_RISK for s in segments[:-1])
    return segments if listed or not _RISKS.isdisjoint(words[segments[0].first : last]) else []


def _mended(condition: list[str], treatment: list[str]) -> bool:
    known = mends()
    return any(word in known and not known[word].isdisjoint(treatment) for word in condition)


def months_named(document: Document, tokens: Tokens) -> list[int]:
    """The tokens that name a month, or a day, long before a document, by their place: "admitted in August", "on 28 April"."""
    words, day = tokens.text, document.date
    if day is None or not tokens.watched:
        return []
    recent = dt.timedelta(0) if _outpatient(document.type) else _RECENT
    exact = recent if "discharge" in document.type else min(recent, _MONTH)
    found = []
    for i in tokens.watched:
        month = MONTHS.get(words[i])
        if month is None or i == 0:
            continue
        if words[i - 1] in ("in", "last") and month != day.month:
            ended, least = month_over(day.year if month < day.month else day.year - 1, month), recent
        elif dated := date_in(tokens, i - 1, min(i + 2, len(words)), day, decimal=False):  # "28 April", "28th April 2024"
            ended, least = dated, max(exact, _A_DAY)
        elif (year := _year_behind(words, i, day)) and (year, month) < (day.year, day.month):  # "Jan 25", "January 2025"
            ended, least = month_over(year, month), exact
        else:
            continue
        if day - ended >= least:
            found.append(i)
    return found


def _year_behind(words: list[str], i: int, day: dt.date) -> int:
    """The year that stands behind the month at token i, this or the one before; 0 where none does."""
    said = words[i + 1] if i + 1 < len(words) else ""
    return next((year for year in (day.year, day.year - 1) if said in (str(year), str(year)[2:])), 0)


def _outpatient(type_: str) -> bool:
    return "discharge" not in type_ and any(word in type_ for word in _OUTPATIENT)


def earlier_stay(segments: list[Segment], words: list[str], months: list[int]) -> bool:
    """Put into the past what an earlier stay was for; True if there is anything."""
    first, last = segments[0].first, segments[-1].last
    if not any(first <= i < last for i in months):
        return False
    said = words[first:last]
    if _STAYS.isdisjoint(said) and (_PLACED.isdisjoint(said) or "for" not in said or not STAYING.isdisjoint(said)):
        return False
    for segment in segments:
        if not segment.when:
            _past(segment, "stay")
    return True


def all_gone(words: list[str], first: int, last: int) -> bool:
    """Whether a sentence begins by saying that what was said before it has gone: "This has all resolved"."""
    if words[first] not in _POINTS:
        return False
    for i in range(first + 1, min(first + 6, last)):
        if words[i] in _GONE:
            return True
        if words[i] not in _FILLERS:
            return False
    return False
