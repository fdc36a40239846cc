"""What step 1 hands on: sections, and statements with their assertion on three axes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum


class Whether(IntEnum):
    """Is it so? PRESENT and PROBABLE are coded, LIKELY by a site's policy, the others not."""

    PRESENT = 0
    PROBABLE = 1
    LIKELY = 2
    POSSIBLE = 3
    HYPOTHETICAL = 4
    PLANNED = 5
    ABSENT = 6
    RULED_OUT = 7


class When(IntEnum):
    """When was it so? RESOLVED says that it has gone, not that it belongs to an earlier admission."""

    CURRENT = 0
    HISTORICAL = 1
    RESOLVED = 2
    FUTURE = 3


class Who(IntEnum):
    """Whose is it?"""

    PATIENT = 0
    FAMILY = 1
    OTHER = 2


@dataclass(slots=True)
class Section:
    """A stretch of a document under one heading.

    `start` is where the heading begins (the words, where there is none), `end` where the next section begins;
    `label` is the span of the heading's own words, None without a heading.
    """

    role: str
    title: str
    start: int
    end: int
    label: tuple[int, int] | None = None


@dataclass(slots=True)
class Statement:
    """One item of the record: a maximal stretch of words with one assertion.

    `first` and `last` are the token range tokens[first:last]. Items of one sentence, or of one line, share
    the number `sentence`. `cue` is the word that decided the assertion; it is empty where the words assert
    plainly, and where only the section did (everything in a plan is planned unless it says that it was
    done). `label` is the span of the row's own label, such as "R eye:".
    """

    document: int
    section: Section
    sentence: int
    start: int
    end: int
    first: int
    last: int
    whether: Whether = Whether.PRESENT
    when: When = When.CURRENT
    who: Who = Who.PATIENT
    allergy: bool = False
    cue: str = ""
    label: tuple[int, int] | None = None
    date: dt.date | None = None
