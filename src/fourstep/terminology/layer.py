"""An imported layer: synonyms that lead to codes, with maps and exclusions. One read-only file each, beside the imported books.

Several releases of one kind stand side by side (`snomed-20250401`, `snomed-20251001`). The newest is in force, unless the site
chose another (`fourstep books use NAME`).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fourstep.books import store
from fourstep.books.store import SourceFile
from fourstep.errors import BookError

#: Kinds of layers: the first part of an import's name.
AMERICAN, SNOMED, INCLUSIONS = KINDS = ("icd10cm", "snomed", "inclusions")

_CHOSEN = "chosen"
_SCHEMA = """
CREATE TABLE synonym (phrase TEXT NOT NULL, kind TEXT NOT NULL, codes TEXT NOT NULL, sex TEXT NOT NULL);
CREATE TABLE map (
  concept TEXT NOT NULL, book TEXT NOT NULL, block INTEGER NOT NULL, grp INTEGER NOT NULL, priority INTEGER NOT NULL,
  rule TEXT NOT NULL, advice TEXT NOT NULL, target TEXT NOT NULL
);
CREATE INDEX map_of ON map (concept, book);
CREATE TABLE exclusion (code TEXT NOT NULL, words TEXT NOT NULL, target TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that mean a code. `kind` is that of an index entry (problem, procedure); `sex` limits it to women or men."""

    phrase: str
    kind: str
    codes: tuple[str, ...]
    sex: str = ""


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of an extended map: the code of a concept in one group, where the rule holds; "" for no code."""

    concept: str
    book: str
    block: int
    group: int
    priority: int
    rule: str
    advice: str
    target: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What the Tabular List excludes from a code or category, and where it sends it."""

    code: str
    words: str
    target: str


@dataclass(slots=True)
class Layer:
    """What one release brings. `version` sorts by age: 20251001, 2025."""

    kind: str
    version: str
    synonyms: list[Synonym] = field(default_factory=list)
    maps: list[MapRow] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def save(layer: Layer, *, release: str, layout: str, files: tuple[SourceFile, ...]) -> Path:
    """Write the layer in one step, as `store.write` does."""

    def fill(database: sqlite3.Connection) -> None:
        database.executescript(_SCHEMA)
        database.executemany(
            "INSERT INTO synonym VALUES (?, ?, ?, ?)", [(s.phrase, s.kind, " ".join(s.codes), s.sex) for s in layer.synonyms]
        )
        database.executemany(
            "INSERT INTO map VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(m.concept, m.book, m.block, m.group, m.priority, m.rule, m.advice, m.target) for m in layer.maps],
        )
        database.executemany("INSERT INTO exclusion VALUES (?, ?, ?)", [(e.code, e.words, e.target) for e in layer.exclusions])

    size = len(layer.synonyms)
    return store.write(layer.kind, layer.version, size, fill, release=release, layout=layout, files=files)


def synonyms(path: Path) -> Iterator[Synonym]:
    """The synonyms of a layer, in the order of the release."""
    with store.opened(path) as database:
        for phrase, kind, codes, sex in database.execute("SELECT phrase, kind, codes, sex FROM synonym ORDER BY rowid"):
            yield Synonym(phrase, kind, tuple(codes.split()), sex)


def exclusions(path: Path) -> list[Exclusion]:
    """The exclusions of a layer."""
    with store.opened(path) as database:
        return [Exclusion(*row) for row in database.execute("SELECT code, words, target FROM exclusion ORDER BY rowid")]


def map_rows(path: Path, concept: str, book: str) -> list[MapRow]:
    """The rows of one concept, in the order in which their rules are asked."""
    with store.opened(path) as database:
        found = database.execute(
            "SELECT concept, book, block, grp, priority, rule, advice, target FROM map"
            " WHERE concept = ? AND book = ? ORDER BY block, grp, priority",
            (concept, book),
        ).fetchall()
    return [MapRow(*row) for row in found]


def in_force(kind: str) -> Path | None:
    """The release of a kind that serves: the one chosen, else the newest; None where none is imported."""
    found = sorted(store.books_directory().glob(f"{kind}-*.sqlite"), key=lambda p: p.stem)
    chosen = _choices().get(kind)
    return next((p for p in found if p.stem == chosen), found[-1] if found else None)


def choose(name: str) -> None:
    """Let one of several releases of a kind serve. BookError where it is not imported or the day of discharge decides."""
    path = store.books_directory() / f"{name}.sqlite"
    kind = name.partition("-")[0]
    if not path.is_file() or path.parent != store.books_directory():
        raise BookError(f"no {name!r} is imported", str(store.books_directory()))
    if kind not in KINDS:
        raise BookError(f"the day of discharge decides which edition of {kind} serves", name)
    choices = _choices() | {kind: name}
    target = store.books_directory() / _CHOSEN
    handle, temporary = tempfile.mkstemp(prefix=f".{_CHOSEN}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{name}\n" for _, name in sorted(choices.items()))
        os.replace(temporary, target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _choices() -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError):
        names = (store.books_directory() / _CHOSEN).read_text(encoding="utf-8").split()
        return {name.partition("-")[0]: name for name in names}
    return {}


def digests() -> list[str]:
    """What the imports are, for the key of the compiled index: names, files' sums, times; nothing where there is none."""
    chosen = [str(path.name) for kind in KINDS if (path := in_force(kind))]
    known = [(one.name, one.imported, *(f.sha256 for f in one.files)) for one in map(store.describe, store.imported_files())]
    return [repr(chosen), repr(known)] if known else []
