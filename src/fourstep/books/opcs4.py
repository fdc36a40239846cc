"""OPCS-4: as it comes, the codes the index uses under labels of our own; whole from the official release."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from fourstep.books import store, tables
from fourstep.books.rubric import Book, Row
from fourstep.cache import cached
from fourstep.errors import BookError

LABELS = tables.FOLDER.parent / "labels"
BUILT_IN_EDITIONS = ("4.10", "4.9")

_SHAPE = re.compile(r"([A-HJ-Z]\d\d)\.?(\d?)")
_CATEGORY = 3


class Opcs4(Book):
    """OPCS-4 in one edition. `whole` is False for the built-in table, which has only codes the index uses."""

    name = "opcs4"

    def __init__(
        self,
        edition: str,
        rows: Mapping[str, tuple[object, ...]],
        source: str = "built in",
        *,
        whole: bool = False,
        equal: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(edition, rows, source)
        self.whole = whole
        self._equal = equal or {}

    def normalise(self, code: str) -> str:
        """`j183` -> `J18.3`; a category or chapter stays as it is."""
        text = code.strip().upper().replace(" ", "").rstrip("-").rstrip(".")
        if len(text) == 1 and text.isalpha():
            return text
        shape = _SHAPE.fullmatch(text)
        if not shape:
            raise BookError(f"{code!r} is not an OPCS-4 code")
        category, fourth = shape.groups()
        return f"{category}.{fourth}" if fourth else category

    def _advice(self, code: str) -> str:
        if code in self._equal and code not in self._equal[code]:
            return f"; the table of equivalences has {' '.join(self._equal[code]) or 'nothing that stands for it'}"
        return "" if self.whole else "; the official release has every code, import it to look further"


def built_in(edition: str = BUILT_IN_EDITIONS[0]) -> Opcs4:
    """The table that comes with Fourstep, for one edition."""
    rows = cached("opcs4", [LABELS, tables.FOLDER, Path(tables.__file__).parent], _build_rows)
    validity = tables.read_validity()
    since = {e.number: e.since for e in tables.read_editions() if e.book == "opcs4"}
    day = since.get(edition)
    if day is None:
        raise BookError(f"no edition {edition} of OPCS-4 is known")
    kept = {}
    for code, values in rows.items():
        first, last = validity.get(code, ("", ""))
        starts, ends = since.get(first), _day_before_next(since, last)
        if (starts is None or starts <= day) and (ends is None or day <= ends):
            kept[code] = tuple(Row._make(values)._replace(valid_from=starts, valid_to=ends))
    return Opcs4(edition, kept)


def imported(path: Path, edition: str) -> Opcs4:
    """The book from an imported release: every code of the edition."""
    return Opcs4(edition, store.load(path), source=store.describe(path).release, whole=True, equal=store.load_equivalences(path))


def chapter_rows() -> dict[str, Row]:
    """The chapters, labelled in our own words."""
    rows = {}
    for line in tables.read_lines(tables.FOLDER / "opcs4_chapters.txt"):
        letter, title = line.text.split(maxsplit=1)
        rows[letter] = Row(title)
    return rows


def with_parents(labels: Mapping[str, str]) -> dict[str, Row]:
    """Rows in the order of the book, each with the category or chapter above it."""
    rows = chapter_rows()
    for code in sorted(labels):
        rows[code] = Row(labels[code], parent=code[0] if len(code) == _CATEGORY else code[:_CATEGORY])
    return rows


def read_labels(folder: Path = LABELS) -> dict[str, str]:
    """Labels by code from every `opcs4_*.tsv`; the first file that has a code gives its label."""
    labels: dict[str, str] = {}
    for path in sorted(folder.glob("opcs4_*.tsv")):
        for line in tables.read_lines(path):
            code, tab, label = line.text.partition("\t")
            if not tab or not label.strip() or not _SHAPE.fullmatch(code.strip()):
                raise line.wrong("expected an OPCS-4 code, a tab and a label")
            labels.setdefault(code.strip(), label.strip())
    return labels


def _build_rows() -> dict[str, tuple[object, ...]]:
    return {code: tuple(row) for code, row in with_parents(read_labels()).items()}


def _day_before_next(since: Mapping[str, dt.date], last: str) -> dt.date | None:
    """The last day of an edition: the day before the one that follows it."""
    if last not in since:
        return None
    later = [day for day in since.values() if day > since[last]]
    return min(later) - dt.timedelta(days=1) if later else None
