"""Look-up in the terminal: codes found by the words a coder types."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from fourstep.books import books_on
from fourstep.books.search import Search
from fourstep.engine import Engine, load_engine
from fourstep.locate.index import walk


def searcher(engine: Engine | None = None) -> Search:
    """A search over the curated index and the titles of both books."""
    engine = engine or load_engine()
    icd10, opcs4, _ = books_on(None)
    entries: dict[str, list[tuple[str, str]]] = {"icd10": [], "opcs4": []}
    for entry in walk(engine.index.roots):
        if entry.layer and entry.codes and entry.codes[0] not in ("-", "?"):
            book = "opcs4" if entry.kind == "procedure" else "icd10"
            entries[book].append((entry.trail.replace(" > ", " "), entry.codes[0].removesuffix(".-")))
    return Search([icd10, opcs4], entries, terms=engine.lexicon.plain_terms())


def show(words: str, limit: int) -> None:
    """Print the codes that the words may mean, the best first."""
    console = Console(highlight=False)
    hits = searcher().look_up(words, limit=limit)
    if not hits:
        console.print("Nothing found. Try the condition's noun (fracture, failure) or fewer words.")
        return
    table = Table(show_edge=False)
    for name in ("book", "code", "title", "found by"):
        table.add_column(name, overflow="fold")
    for hit in hits:
        table.add_row({"icd10": "ICD-10", "opcs4": "OPCS-4"}[hit.book], hit.code, hit.title, hit.matched)
    console.print(table)
