"""Imported editions: one read-only SQLite file each, in the data directory.

The directory is $FOURSTEP_HOME/books, else $XDG_DATA_HOME/fourstep/books, else ~/.local/share/fourstep/books.
A file is written under another name and renamed when it is whole, so a broken import leaves what was there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from fourstep.books.rubric import Row
from fourstep.errors import BookError

FORMAT = 1  # PRAGMA user_version: a file of another format is refused, not guessed at

_SCHEMA = """
CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
"""
_RUBRICS = """
CREATE TABLE rubric (
  place INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, parent TEXT NOT NULL,
  kind TEXT NOT NULL, sex TEXT NOT NULL, min_age INTEGER, max_age INTEGER,
  valid_from TEXT, valid_to TEXT, notes TEXT NOT NULL
);
CREATE TABLE equivalence (code TEXT NOT NULL, stands TEXT NOT NULL);
"""


_stage: ContextVar[Path | None] = ContextVar("stage", default=None)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a release, as it was read."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ImportedBook:
    """What is known of an imported edition without opening all of it."""

    book: str
    edition: str
    release: str
    layout: str
    imported: str
    codes: int
    files: tuple[SourceFile, ...]
    path: Path

    @property
    def name(self) -> str:
        """What `remove_book` calls it: `icd10-5`, `opcs4-4.11`."""
        return self.path.stem


def home() -> Path:
    """The data directory of this installation; it need not exist yet."""
    if (stage := _stage.get()) is not None:
        return stage
    if own := os.environ.get("FOURSTEP_HOME"):
        return Path(own)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path("~/.local/share").expanduser()) / "fourstep"


@contextlib.contextmanager
def staged() -> Iterator[Path]:
    """A data directory that shows what is imported and takes what is written, and is gone afterwards.

    An import is made here first, so that one that fails, or was only to be seen, leaves the true directory as it was.
    """
    true = home()
    with tempfile.TemporaryDirectory(prefix="fourstep-") as folder:
        stage = Path(folder)
        (stage / "books").mkdir()
        for path in true.glob("books/*"):
            (stage / "books" / path.name).symlink_to(path.absolute())
        if (true / "site").is_dir():
            (stage / "site").symlink_to((true / "site").absolute())
        token = _stage.set(stage)
        try:
            yield stage
        finally:
            _stage.reset(token)


def books_directory() -> Path:
    """Where imported editions are kept; it need not exist yet."""
    return home() / "books"


def imported_files() -> list[Path]:
    """The files of all imports in force or at hand, by name; those that newer imports took the place of stand apart."""
    return sorted(books_directory().glob("*.sqlite"))


def path_of(book: str, edition: str) -> Path:
    """The file of an edition, whether or not it is imported."""
    return books_directory() / f"{book}-{edition}.sqlite"


def save(
    book: str,
    edition: str,
    rows: Mapping[str, Row],
    equal: Sequence[tuple[str, str]] = (),
    *,
    release: str,
    layout: str,
    files: tuple[SourceFile, ...],
) -> Path:
    """Write an edition and put it in its place in one step; `equal` are codes of other editions and what stands for each."""

    def fill(database: sqlite3.Connection) -> None:
        database.executescript(_RUBRICS)
        database.executemany(
            "INSERT INTO rubric VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(place, code, *map(_stored, row)) for place, (code, row) in enumerate(rows.items())],
        )
        database.executemany("INSERT INTO equivalence VALUES (?, ?)", equal)

    return write(book, edition, len(rows), fill, release=release, layout=layout, files=files)


def write(
    book: str,
    edition: str,
    size: int,
    fill: Callable[[sqlite3.Connection], None],
    *,
    release: str,
    layout: str,
    files: tuple[SourceFile, ...],
) -> Path:
    """Write an import, whose tables `fill` makes, and put it in its place in one step; `size` counts its codes or terms.

    What stood in that place is kept aside, and `undo` puts it back.
    """
    target = path_of(book, edition)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise BookError(f"cannot write there: {error.strerror}", str(target.parent)) from error
    os.close(handle)
    temporary = Path(name)
    try:
        provenance = {
            "book": book,
            "edition": edition,
            "release": release,
            "layout": layout,
            "imported": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "codes": str(size),
        }
        with contextlib.closing(sqlite3.connect(temporary)) as database:
            database.executescript(_SCHEMA)
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.executemany("INSERT INTO provenance VALUES (?, ?)", provenance.items())
            database.executemany(
                "INSERT INTO file VALUES (?, ?, ?)", [(f.name, f.sha256, f.size) for f in files]
            )
            fill(database)
            database.commit()
        temporary.chmod(0o444)
        _put(temporary, target)
    except (OSError, sqlite3.Error) as error:
        raise BookError(f"the import could not be written: {error}", str(target)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def adopt(path: Path, folder: Path) -> Path:
    """Take a staged import over into a folder of imports."""
    target = folder / path.name
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=target.parent)
        os.close(handle)
        try:
            shutil.copyfile(path, name)
            os.chmod(name, 0o444)
            _put(Path(name), target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise BookError(f"the import could not be written: {error}", str(target)) from error
    return target


def undo(path: Path) -> bool:
    """Remove an import; True where an earlier import of the same name took its place again."""
    aside = _aside(path)
    try:
        if aside:
            os.replace(aside[-1], path)
        else:
            path.unlink()
    except OSError as error:
        raise BookError(f"cannot be removed: {error.strerror}", str(path)) from error
    return bool(aside)


def _aside(target: Path) -> list[Path]:
    """The imports that newer ones of the same name took the place of, the oldest first."""
    return sorted((target.parent / "earlier").glob(f"{target.stem}~*.sqlite"))


def _put(temporary: Path, target: Path) -> None:
    """Rename into place; what stood there is copied aside first, so that no moment has neither."""
    if target.exists() and not target.is_symlink():  # a link stands in a staged directory
        folder = target.parent / "earlier"
        folder.mkdir(mode=0o700, exist_ok=True)
        last = int(_aside(target)[-1].stem.rpartition("~")[2]) if _aside(target) else 0
        shutil.copy2(target, folder / f"{target.stem}~{last + 1:04}.sqlite")
    os.replace(temporary, target)


def load(path: Path) -> dict[str, tuple[object, ...]]:
    """All rows of an imported edition, in the order of the book."""
    with opened(path) as database:
        found = database.execute(
            "SELECT code, title, parent, kind, sex, min_age, max_age, valid_from, valid_to, notes"
            " FROM rubric ORDER BY place"
        ).fetchall()
    return {code: (*values[:6], _day(values[6]), _day(values[7]), values[8]) for code, *values in found}


def load_equivalences(path: Path) -> dict[str, tuple[str, ...]]:
    """Codes of other editions, each with what stands for it in this one; empty where the release had no such table."""
    with opened(path) as database:
        try:
            rows = database.execute("SELECT code, stands FROM equivalence ORDER BY rowid").fetchall()
        except sqlite3.OperationalError:  # imported before tables of equivalences were read
            return {}
    found: dict[str, tuple[str, ...]] = {}
    for code, stands in rows:
        found[code] = (*found.get(code, ()), *([stands] if stands else []))
    return found


def describe(path: Path) -> ImportedBook:
    """The provenance of an imported edition."""
    with opened(path) as database:
        facts = dict(database.execute("SELECT key, value FROM provenance").fetchall())
        files = database.execute("SELECT name, sha256, bytes FROM file ORDER BY name").fetchall()
    return ImportedBook(
        book=facts["book"],
        edition=facts["edition"],
        release=facts["release"],
        layout=facts["layout"],
        imported=facts["imported"],
        codes=int(facts["codes"]),
        files=tuple(SourceFile(*file) for file in files),
        path=path,
    )


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """An import, to read; BookError where the file is damaged."""
    advice = "import the release again, or remove this file to return to the built-in table"
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise BookError(f"an imported book of format {version}, not {FORMAT}; {advice}", str(path))
            yield database
    except sqlite3.Error as error:
        raise BookError(f"not a usable imported book ({error}); {advice}", str(path)) from error


def _stored(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) else None
