"""How broad the index is: per chapter of both books, what its entries reach, as a share of volume."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep.analyse.terms import read_terms
from fourstep.analyse.words import Sense
from fourstep.assign.sites import BOTH, LEFT, ONE_SIDE, RIGHT
from fourstep.books import books_on
from fourstep.books.rubric import Book
from fourstep.engine import Engine, load_engine
from fourstep.errors import BookError, ReadError
from fourstep.knowledge import TERMS
from fourstep.locate.imported import Line
from fourstep.locate.index import CURATED, Entry, walk

_SHOWN = {"icd10": "ICD-10", "opcs4": "OPCS-4"}
_NO_CODE = ("-", "?")
_FOURTH = 5  # characters of a code to its fourth: S72.0


@dataclass(slots=True)
class Chapter:
    """The figures of one chapter. `volume` and `reached_volume` are sums of the usage file."""

    name: str
    codes: int = 0
    reached: int = 0
    entries: int = 0
    terms: int = 0
    ambiguous: int = 0
    volume: int = 0
    reached_volume: int = 0

    @property
    def share(self) -> float | None:
        """Per cent of the volume that is reachable; None where no usage is known."""
        return 100 * self.reached_volume / self.volume if self.volume else None


@dataclass(slots=True)
class Report:
    """Chapters of each book in its order, and the heaviest codes that nothing reaches: (code, usage)."""

    chapters: dict[str, list[Chapter]]
    unreached: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def total(self, book: str) -> Chapter:
        """The sums of a book's chapters; terms that several chapters use are counted in each."""
        rows = self.chapters[book]
        figures = [name for name in Chapter.__dataclass_fields__ if name != "name"]
        return Chapter("all", *(sum(getattr(row, name) for row in rows) for name in figures))


class Reach:
    """The codes of one book that some curated entry, agent, site list or table of partners leads to."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._exact: set[str] = set()
        self._whole: set[str] = set()  # categories whose fourth character the record completes: W19.-
        for code in codes:
            if code.endswith(".-"):
                self._whole.add(code[:3])
            else:
                self._exact |= {code, code[:_FOURTH], code.removesuffix(".X")}

    def __contains__(self, code: object) -> bool:
        """Whether the code, or the one that its fifth character divides, is reached."""
        if not isinstance(code, str):
            return False
        plain = code.removesuffix(".X")
        return plain in self._exact or plain[:_FOURTH] in self._exact or plain[:3] in self._whole


def reaches(engine: Engine, *, imports: Iterable[Line] = ()) -> dict[str, Reach]:
    """What each book's curated knowledge leads to, and the lines of imports where they are given."""
    found: dict[str, set[str]] = {"icd10": set(), "opcs4": set()}
    for line in imports:
        found["opcs4" if line.kind == "procedure" else "icd10"].update(line.codes)
    for entry in _curated(engine.index.roots):
        found[_book_of(entry)].update(entry.codes)
    for sites in engine.slots.lists.values():
        for entry in walk(sites.roots):
            found["opcs4"].update(entry.codes)
    for row in engine.agents.rows():
        found["icd10"].update((row.poisoning, row.accidental, row.self_harm, row.undetermined, row.adverse))
    tables = engine.tables
    found["icd10"].update(code for _, code in (*tables.partners, *tables.pregnancy, *tables.care_cause))
    found["icd10"].update(code for one in tables.combinations for code in one.result)
    found["icd10"].update(tables.adverse.names.values())
    found["opcs4"].update((LEFT, RIGHT, BOTH, ONE_SIDE))
    found["opcs4"].update(code for _, code in tables.guided.phrases)
    return {book: Reach(codes.difference(_NO_CODE)) for book, codes in found.items()}


def read_usage(path: Path) -> dict[str, int]:
    """Code -> usage of a tab-separated file with the columns `code` and one that begins with `usage`.

    Lines without a figure are passed over. Raises ReadError where a column is missing or a figure is none.
    """
    out: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = rows.fieldnames or []
        usage = next((c for c in columns if c.lower().startswith("usage")), None)
        if "code" not in columns or usage is None:
            raise ReadError("needs a column 'code' and one that begins with 'usage'", str(path))
        for number, row in enumerate(rows, 2):
            figure = (row[usage] or "").strip().replace(",", "")
            if not figure:
                continue
            if not figure.isdigit():
                raise ReadError(f"'{figure}' is no usage", f"{path}:{number}")
            out[(row["code"] or "").strip()] = int(figure)
    return out


def make_report(engine: Engine, usages: Mapping[str, Mapping[str, int]] | None = None) -> Report:
    """The figures of both books, with the volumes of those that `usages` names: "icd10", "opcs4"."""
    icd10, opcs4, _ = books_on(None)
    books: dict[str, Book] = {"icd10": icd10, "opcs4": opcs4}
    reach = reaches(engine)
    chapters: dict[str, dict[str, Chapter]] = {name: {} for name in books}
    for name, book in books.items():
        for code in units(book):
            row = _row(chapters[name], book, code)
            row.codes += 1
            row.reached += code in reach[name]
    _count_entries(engine, books, chapters)
    report = Report({})
    for name, usage in (usages or {}).items():
        for code, figure in usage.items():
            row = _row(chapters[name], books[name], code)
            row.volume += figure
            row.reached_volume += figure if code in reach[name] else 0
        missing = [(code, figure) for code, figure in usage.items() if code not in reach[name]]
        report.unreached[name] = sorted(missing, key=lambda item: (-item[1], item[0]))
    report.chapters = {name: [c for c in rows.values() if c.codes] for name, rows in chapters.items()}
    return report


def _curated(roots: Iterable[Entry]) -> Iterable[Entry]:
    return (e for e in walk(roots) if e.layer >= CURATED)


def _book_of(entry: Entry) -> str:
    return "opcs4" if entry.kind == "procedure" else "icd10"


def units(book: Book) -> Iterable[str]:
    """What is counted as one code: four characters, and categories whose fourth the record completes."""
    listed = [code for code, _ in book.entries()]
    divided = {code[:3] for code in listed if "." in code}
    return [code for code in listed if "." in code or code not in divided]


def _row(rows: dict[str, Chapter], book: Book, code: str) -> Chapter:
    """The chapter of a code, by its category; where the book has none, its letter."""
    rubric = book.find(code[:3]) or book.find(code[:1])
    while rubric is not None and rubric.parent:
        rubric = book.get(rubric.parent)
    name = rubric.code if rubric is not None else code[:1]
    if name not in rows:
        rows[name] = Chapter(name)
    return rows[name]


def _count_entries(
    engine: Engine, books: Mapping[str, Book], chapters: dict[str, dict[str, Chapter]]
) -> None:
    """Entries by the chapter of their first code; terms by each chapter whose entries use all their words."""
    words: dict[tuple[str, str], set[str]] = {}
    for entry in _curated(engine.index.roots):
        if not entry.codes or entry.codes[0] in _NO_CODE:
            continue
        name = _book_of(entry)
        row = _row(chapters[name], books[name], entry.codes[0].removesuffix(".-"))
        row.entries += 1
        words.setdefault((name, row.name), set()).update(
            w for p in entry.phrases for w in (*p.words, *p.optional)
        )
    senses, _ = read_terms(sorted(TERMS.glob("*.terms")))
    for (name, chapter), vocabulary in words.items():
        row = chapters[name][chapter]
        for meanings in senses.values():
            if any(vocabulary.issuperset(sense.words) for sense in meanings):
                row.terms += 1
                row.ambiguous += _ambiguous(meanings)


def _ambiguous(meanings: list[Sense]) -> bool:
    """Whether a term has more than one sense, or one that only holds in some company."""
    return len({m.words for m in meanings}) > 1 or not any(m.unconditional for m in meanings)


def show(usage: Path | None, procedure_usage: Path | None, limit: int) -> None:
    """Print the figures, chapter by chapter, and what is missing most."""
    files = {"icd10": usage, "opcs4": procedure_usage}
    report = make_report(load_engine(), {name: read_usage(path) for name, path in files.items() if path})
    console = Console(highlight=False)
    for name, rows in report.chapters.items():
        table = Table(title=_SHOWN[name], title_justify="left", show_edge=False)
        table.add_column("chapter")
        for column in ("codes", "reached", "entries", "terms", "ambiguous", "% of volume"):
            table.add_column(column, justify="right")
        for row in (*rows, report.total(name)):
            share = "" if row.share is None else f"{row.share:.2f}"
            cells = (row.codes, row.reached, row.entries, row.terms, row.ambiguous)
            table.add_row(row.name, *map(str, cells), share)
        console.print(table)
        console.print()
    for name, missing in report.unreached.items():
        console.print(f"{_SHOWN[name]}: the heaviest codes that nothing reaches")
        icd10, opcs4, _ = books_on(None)
        book: Book = icd10 if name == "icd10" else opcs4
        for code, figure in missing[:limit]:
            console.print(f"  {code:7}{figure:>10,}  {_title(book, code)}")


def _title(book: Book, code: str) -> str:
    try:
        return book.title(code)
    except BookError:
        return "not in the table at hand"
