"""What a book is made of: the rubric of one code, and the interface that both books share."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fourstep.errors import BookError

_NO_FIFTHS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Rubric:
    """One code of a book, with what the Tabular List says of it.

    `children` are the codes one step below it; `fifths` what each fifth character means where the code takes
    one, `needs_fifth` whether it is incomplete without. `kind` is "dagger", "asterisk" or empty. The limits
    of sex and age are for warnings.
    """

    code: str
    title: str
    parent: str = ""
    children: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    sex: str = ""
    min_age: int | None = None
    max_age: int | None = None
    kind: str = ""
    needs_fifth: bool = False
    fifths: Mapping[str, str] = field(default_factory=lambda: _NO_FIFTHS)
    notes: str = ""

    @property
    def complete(self) -> bool:
        """Whether it may be recorded as it stands: no block, no divided category, not short of a fifth."""
        return "." in self.code and not self.needs_fifth

    def valid_on(self, date: dt.date | None) -> bool:
        """Whether the code is in use on this day; a day that is not known excludes nothing."""
        if date is None:
            return True
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_to is None or date <= self.valid_to
        )


class Row(NamedTuple):
    """A rubric as it is stored: plain values only, so that a whole book loads at once."""

    title: str
    parent: str = ""
    kind: str = ""
    sex: str = ""
    min_age: int | None = None
    max_age: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    notes: str = ""


class Book(ABC):
    """A classification in one edition: what coders look up in it."""

    name: str
    edition: str
    source: str  # "built in", or the release it was imported from

    whole = True  # False for a table that has only a part of the edition's codes

    def __init__(
        self, edition: str, rows: Mapping[str, tuple[object, ...]], source: str = "built in"
    ) -> None:
        self.edition = edition
        self.source = source
        self._rows = rows
        self._children: dict[str, list[str]] = {}
        for code, row in rows.items():
            self._children.setdefault(str(row[1]), []).append(code)
        self._rubrics: dict[str, Rubric | None] = {}

    def __repr__(self) -> str:
        return f"<{self.name} {self.edition}, {self.source}>"

    def get(self, code: str) -> Rubric:
        """The rubric of a code in any usual spelling; BookError where the book does not have it."""
        shape = self.normalise(code)
        rubric = self._find(shape)
        if rubric is None:
            raise BookError(f"{shape} is not in {self}{self._advice(shape)}")
        return rubric

    def find(self, code: str) -> Rubric | None:
        """The rubric of a code, or None."""
        known = self._rubrics.get(code)  # kept by the display form, in which most are asked for
        if known is not None:
            return known
        try:
            return self._find(self.normalise(code))
        except BookError:
            return None

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.find(code) is not None

    @property
    def rows(self) -> Mapping[str, tuple[object, ...]]:
        """The stored rows by code, in the order of the book: plain values in the order of `Row`."""
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def title(self, code: str) -> str:
        """The title of a code; BookError where the book does not have it."""
        return self.get(code).title

    def children(self, code: str) -> tuple[str, ...]:
        """The codes one step below; for "" the chapters or whatever stands at the top."""
        return self.get(code).children if code else tuple(self._children.get("", ()))

    def valid_on(self, code: str, date: dt.date | None) -> bool:
        """Whether the book has the code, complete, and it is in use on this day."""
        rubric = self.find(code)
        return rubric is not None and rubric.complete and rubric.valid_on(date)

    @abstractmethod
    def normalise(self, code: str) -> str:
        """The display form of a code, whether or not the book has it; BookError where it is no code."""

    def codes(self) -> Iterator[str]:
        """Every complete code, in the order of the book."""
        for code in self._rows:
            rubric = self._find(code)
            if rubric is not None:
                yield from self._complete_below(rubric)

    def entries(self) -> Iterator[tuple[str, str]]:
        """(code, title) of every category and code that the book lists, without composed fifth characters."""
        for code, row in self._rows.items():
            if _CODE.match(code):
                yield code, str(row[0])

    def _complete_below(self, rubric: Rubric) -> Iterator[str]:
        if rubric.complete:
            yield rubric.code

    def _find(self, code: str) -> Rubric | None:
        try:
            return self._rubrics[code]
        except KeyError:
            rubric = self._build(code)
            if rubric is not None:  # what is not there is not remembered: text may hold any number of it
                self._rubrics[code] = rubric
            return rubric

    def _build(self, code: str) -> Rubric | None:
        values = self._rows.get(code)
        if values is None:
            return None
        return Rubric(code, children=tuple(self._children.get(code, ())), **Row._make(values)._asdict())

    def _advice(self, code: str) -> str:
        return ""


_CODE = re.compile(r"[A-Z]\d\d(\.|$)")
