"""Imported editions: one read-only SQLite file each, in the data directory.

The directory is $FOURSTEP_HOME/books, else $XDG_DATA_HOME/fourstep/books, else ~/.local/share/fourstep/books.
A file is written under another name and renamed when it is whole, so a broken import leaves what was there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fourstep.books.rubric import Row
from fourstep.errors import BookError

FORMAT = 1  # PRAGMA user_version: a file of another format is refused, not guessed at

_SCHEMA = """
CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE rubric (
  place INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, parent TEXT NOT NULL,
  kind TEXT NOT NULL, sex TEXT NOT NULL, min_age INTEGER, max_age INTEGER,
  valid_from TEXT, valid_to TEXT, notes TEXT NOT NULL
);
"""


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


def books_directory() -> Path:
    """Where imported editions are kept; it need not exist yet."""
    if own := os.environ.get("FOURSTEP_HOME"):
        return Path(own) / "books"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path("~/.local/share").expanduser()) / "fourstep" / "books"


def path_of(book: str, edition: str) -> Path:
    """The file of an edition, whether or not it is imported."""
    return books_directory() / f"{book}-{edition}.sqlite"


def save(
    book: str,
    edition: str,
    rows: Mapping[str, Row],
    *,
    release: str,
    layout: str,
    files: tuple[SourceFile, ...],
) -> Path:
    """Write an edition and put it in its place in one step."""
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
            "codes": str(len(rows)),
        }
        with contextlib.closing(sqlite3.connect(temporary)) as database:
            database.executescript(_SCHEMA)
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.executemany("INSERT INTO provenance VALUES (?, ?)", provenance.items())
            database.executemany(
                "INSERT INTO file VALUES (?, ?, ?)", [(f.name, f.sha256, f.size) for f in files]
            )
            database.executemany(
                "INSERT INTO rubric VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(place, code, *map(_stored, row)) for place, (code, row) in enumerate(rows.items())],
            )
            database.commit()
        temporary.chmod(0o444)
        os.replace(temporary, target)
    except (OSError, sqlite3.Error) as error:
        raise BookError(f"the import could not be written: {error}", str(target)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def load(path: Path) -> dict[str, tuple[object, ...]]:
    """All rows of an imported edition, in the order of the book."""
    with _opened(path) as database:
        found = database.execute(
            "SELECT code, title, parent, kind, sex, min_age, max_age, valid_from, valid_to, notes"
            " FROM rubric ORDER BY place"
        ).fetchall()
    return {code: (*values[:6], _day(values[6]), _day(values[7]), values[8]) for code, *values in found}


def describe(path: Path) -> ImportedBook:
    """The provenance of an imported edition."""
    with _opened(path) as database:
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
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
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
