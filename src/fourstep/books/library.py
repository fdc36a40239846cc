"""Which books are in force on a day: `books_on(date)`."""

from __future__ import annotations

import datetime as dt
import os
from functools import lru_cache
from pathlib import Path

from fourstep.books import icd10, opcs4, store, tables
from fourstep.books.icd10 import Icd10
from fourstep.books.opcs4 import Opcs4
from fourstep.episode import Message

RULE = "books.edition"


def books_on(date: dt.date | None) -> tuple[Icd10, Opcs4, list[Message]]:
    """The books for an episode that ends on this day, and what validation should say about them.

    Where no table of the edition in force is loaded, the newest one serves and a message says so. A day that
    is not known takes the newest editions.
    """
    messages: list[Message] = []
    library = _library()
    library.look()
    icd = library.pick("icd10", date, messages)
    opcs = library.pick("opcs4", date, messages)
    assert isinstance(icd, Icd10) and isinstance(opcs, Opcs4)
    return icd, opcs, messages


def forget_books() -> None:
    """Look again at what is imported, after an import or its undoing."""
    _library.cache_clear()


class Library:
    """The editions at hand: those built in, each replaced by its import where there is one."""

    def __init__(self) -> None:
        self.editions = tables.read_editions()
        self._open: dict[tuple[str, str], Icd10 | Opcs4] = {}
        self._seen: tuple[Path, int] | None = None  # the folder of imports, and when a file last came or went
        self._numbers: dict[str, list[str]] = {}

    def look(self) -> None:
        """Forget which editions are at hand if another process has imported one or taken one away."""
        folder = store.books_directory()
        try:
            changed = os.stat(folder).st_mtime_ns
        except OSError:
            changed = 0
        if self._seen != (folder, changed):
            self._seen = folder, changed
            self._numbers.clear()

    def numbers(self, name: str) -> list[str]:
        """The editions of a book that can be opened, the newest first."""
        if name not in self._numbers:
            at_hand = icd10.BUILT_IN_EDITIONS if name == "icd10" else opcs4.BUILT_IN_EDITIONS
            editions = [e.number for e in self.editions if e.book == name]
            self._numbers[name] = [n for n in editions if n in at_hand or store.path_of(name, n).is_file()]
        return self._numbers[name]

    def book(self, name: str, number: str) -> Icd10 | Opcs4:
        """A book in one edition."""
        key = (name, number)
        if key not in self._open:
            imported = store.path_of(name, number)
            if imported.is_file():
                opened = icd10.imported if name == "icd10" else opcs4.imported
                self._open[key] = opened(imported, number)
            else:
                self._open[key] = icd10.built_in() if name == "icd10" else opcs4.built_in(number)
        return self._open[key]

    def pick(self, name: str, date: dt.date | None, messages: list[Message]) -> Icd10 | Opcs4:
        """The edition in force on a day, or the newest with a message."""
        at_hand = self.numbers(name)
        if date is None:
            return self.book(name, at_hand[0])
        editions = [e for e in self.editions if e.book == name]
        in_force = [e for e in editions if e.since <= date]
        if in_force and in_force[0].number in at_hand:
            return self.book(name, in_force[0].number)
        # The newest that is not of a later day; for a day before all of them, the oldest.
        serves = next((e for e in in_force if e.number in at_hand), None)
        serves = serves or next(e for e in reversed(editions) if e.number in at_hand)
        wanted = in_force[0].title if in_force else "the edition"
        text = f"{wanted} in force on {date.isoformat()} is not loaded; coded with {serves.title}"
        messages.append(Message("warning", RULE, text))
        return self.book(name, serves.number)


@lru_cache(maxsize=1)
def _library() -> Library:
    return Library()
