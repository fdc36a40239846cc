"""Reading knowledge/books: the small tables that turn the world edition into the UK's."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fourstep.books.ranges import Ranges as Ranges
from fourstep.errors import KnowledgeError

T = TypeVar("T")

FOLDER = Path(__file__).parent.parent / "knowledge" / "books"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a knowledge file: its words, and where it stands for messages."""

    path: Path
    number: int
    text: str
    indented: bool

    @property
    def place(self) -> str:
        return f"{self.path.name}:{self.number}"

    def wrong(self, what: str) -> KnowledgeError:
        return KnowledgeError(what, self.place)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines that say something: comments (`;` first, or ` ;; ` at the end) and empty lines left out."""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.split(" ;; ")[0].rstrip()
        if text.strip() and not text.lstrip().startswith(";"):
            yield Line(path, number, text.strip(), indented=text[0].isspace())


class Numbered(dict[str, frozenset[int]]):
    """Many ranges asked at once: `numbers[code]` are the places of those that a code is in; answers are kept."""

    def __init__(self, ranges: Iterable[Ranges | None]) -> None:
        turns = sorted((bound, number) for number, r in enumerate(ranges) if r is not None for bound in r.bounds)
        self._bounds: list[str] = []
        self._inside: list[frozenset[int]] = [frozenset()]
        for bound, number in turns:
            inside = self._inside[-1] ^ {number}
            if self._bounds and bound == self._bounds[-1]:
                self._inside[-1] = inside
            else:
                self._bounds.append(bound)
                self._inside.append(inside)

    def __missing__(self, code: str) -> frozenset[int]:
        found = self[code] = self._inside[bisect_right(self._bounds, code)]
        return found


class Chart(list[tuple[Ranges, T]]):
    """Lines of codes and what they lead to: `of(code)` is that of the first line that names the code."""

    def __init__(self, lines: Iterable[tuple[Ranges, T]] = ()) -> None:
        super().__init__(lines)
        self._asked: dict[str, T | None] = {}

    def of(self, code: str) -> T | None:
        """What a code leads to; None where no line names it."""
        try:
            return self._asked[code]
        except KeyError:
            found = self._asked[code] = next((to for codes, to in self if code in codes), None)
            return found


@dataclass(slots=True)
class FifthCharacters:
    """The schemes of fifth characters and which codes take them."""

    schemes: dict[str, dict[str, str]] = field(default_factory=dict)
    uses: list[tuple[str, bool, Ranges]] = field(default_factory=list)

    def scheme(self, code: str) -> tuple[str, bool]:
        """The scheme of a code ("" for none) and whether the character is required; later lines go first."""
        for name, required, ranges in reversed(self.uses):
            if code in ranges:
                return ("", False) if name == "none" else (name, required)
        return "", False


def read_fifth_characters(path: Path = FOLDER / "fifth_characters.txt") -> FifthCharacters:
    """The table of fifth characters."""
    table = FifthCharacters()
    characters: dict[str, str] = {}
    for line in read_lines(path):
        words = line.text.split(maxsplit=3)
        if line.indented:
            character, meaning = line.text.split(maxsplit=1)
            characters[character] = meaning
        elif words[0] == "scheme" and len(words) == 2:
            characters = table.schemes.setdefault(words[1], {})
        elif words[0] == "use" and len(words) == 4 and words[2] in ("required", "optional"):
            if words[1] not in (*table.schemes, "none"):
                raise line.wrong(f"no scheme named {words[1]}")
            table.uses.append((words[1], words[2] == "required", Ranges(words[3])))
        else:
            raise line.wrong("neither a scheme, one of its characters nor a use")
    return table


@dataclass(slots=True)
class Places:
    """Place of occurrence: what each fourth character means and which categories take it."""

    meanings: dict[str, str] = field(default_factory=dict)
    takes: Ranges = field(default_factory=Ranges)
    excepted: Ranges = field(default_factory=Ranges)

    def __contains__(self, category: object) -> bool:
        return category in self.takes and category not in self.excepted


def read_places(path: Path = FOLDER / "place_of_occurrence.txt") -> Places:
    """The table of places of occurrence."""
    places = Places()
    for line in read_lines(path):
        first, rest = line.text.split(maxsplit=1)
        if first == "use":
            places.takes.add(rest)
        elif first == "except":
            places.excepted.add(rest)
        elif len(first) == 1 and first.isdigit():
            places.meanings[first] = rest
        else:
            raise line.wrong("neither a place, use nor except")
    return places


@dataclass(slots=True)
class Delta:
    """Codes to add (code, parent, title), to remove and to leave undivided."""

    add: list[tuple[str, str, str]] = field(default_factory=list)
    remove: set[str] = field(default_factory=set)
    undivide: set[str] = field(default_factory=set)


def read_delta(path: Path = FOLDER / "icd10_delta.txt") -> Delta:
    """Where the UK edition differs from the world edition."""
    delta = Delta()
    for line in read_lines(path):
        what, *rest = line.text.split()
        if what == "add" and len(rest) > 2:
            delta.add.append((rest[0], rest[1], " ".join(rest[2:])))
        elif what == "remove":
            delta.remove.update(rest)
        elif what == "undivide":
            delta.undivide.update(rest)
        else:
            raise line.wrong("neither add, remove nor undivide")
    return delta


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of sex or age over some codes."""

    codes: Ranges
    sex: str = ""
    min_age: int | None = None
    max_age: int | None = None


def read_limits(path: Path = FOLDER / "age_sex.txt") -> list[Limit]:
    """Sex and age limits."""
    limits = []
    for line in read_lines(path):
        words = line.text.split()
        if words[0] in ("female", "male"):
            limits.append(Limit(Ranges(" ".join(words[1:])), sex=words[0]))
        elif words[0] == "age" and len(words) > 3:
            ages = [None if w == "-" else int(w) for w in words[1:3]]
            limits.append(Limit(Ranges(" ".join(words[3:])), min_age=ages[0], max_age=ages[1]))
        else:
            raise line.wrong("neither female, male nor age")
    return limits


def read_retired(path: Path = FOLDER / "icd10_retired.txt") -> dict[str, str]:
    """Retired codes and the code that stands for each now ("" where several or none do)."""
    retired = {}
    for line in read_lines(path):
        code, *now = line.text.split()
        retired[code] = now[0] if now else ""
    return retired


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a book and the first day it is in force."""

    book: str
    number: str
    since: dt.date
    title: str


def read_editions(path: Path = FOLDER / "editions.txt") -> list[Edition]:
    """Editions, the newest of each book first."""
    editions = []
    for line in read_lines(path):
        book, number, since, title = line.text.split(maxsplit=3)
        editions.append(Edition(book, number, dt.date.fromisoformat(since), title))
    return sorted(editions, key=lambda e: e.since, reverse=True)


def read_validity(path: Path = FOLDER / "opcs4_validity.txt") -> dict[str, tuple[str, str]]:
    """For OPCS-4 codes that are not in every edition, the first and the last edition ("" where not known)."""
    validity = {}
    for line in read_lines(path):
        words = line.text.split()
        if len(words) != 3:
            raise line.wrong("expected a code, the first edition and the last")
        first, last = ("" if w == "-" else w for w in words[1:])
        validity[words[0]] = (first, last)
    return validity


@dataclass(slots=True)
class Pairs:
    """Dagger and asterisk: which codes are asterisk codes, and what usually goes with what."""

    asterisks: Ranges = field(default_factory=Ranges)
    marked: Ranges = field(default_factory=Ranges)
    partners: list[tuple[Ranges, Ranges]] = field(default_factory=list)

    def kind(self, code: str) -> str:
        """ "asterisk", "dagger" for a code that the book marks, or nothing."""
        if code in self.asterisks:
            return "asterisk"
        return "dagger" if code in self.marked else ""

    def goes_with(self, dagger: str, asterisk: str) -> bool | None:
        """Whether the table has the pair; None where it has no partner of the asterisk code at all."""
        found = [daggers for daggers, asterisks in self.partners if asterisk in asterisks]
        return any(dagger in daggers for daggers in found) if found else None


def read_pairs(path: Path = FOLDER / "dagger_asterisk.txt") -> Pairs:
    """The table of daggers and asterisks."""
    pairs = Pairs()
    for line in read_lines(path):
        what, _, rest = line.text.partition(" ")
        daggers, arrow, asterisks = rest.partition(">")
        if what == "asterisk" and not arrow:
            pairs.asterisks.add(rest)
        elif what in ("dagger", "with") and arrow:
            wrong = [code for code in asterisks.split() if code not in pairs.asterisks]
            if wrong:
                raise line.wrong(f"{' '.join(wrong)}: not an asterisk code")
            pairs.partners.append((Ranges(daggers), Ranges(asterisks)))
            if what == "dagger":
                pairs.marked.add(daggers)
        else:
            raise line.wrong("neither asterisk, dagger nor with")
    return pairs
