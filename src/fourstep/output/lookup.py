"""Look-up in the terminal: codes found by the words a coder types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fourstep import cache, knowledge
from fourstep.analyse.terms import lay_words
from fourstep.analyse.words import fold
from fourstep.books import books_on
from fourstep.books.search import Search
from fourstep.engine import Engine, load_engine, sources
from fourstep.locate.index import Entry, shown

_CODE = Path(__file__).parent.parent


def searcher(engine: Engine | None = None) -> Search:
    """A search over the curated index and the titles of both books; kept between runs where no engine is given."""
    if engine is not None:
        return _built(engine)
    own = [_CODE / "output/lookup.py"]
    return cache.cached("search", [*sources(), *own], lambda: _built(load_engine()))


def _built(engine: Engine) -> Search:
    icd10, opcs4, _ = books_on(None)
    entries: dict[str, list[tuple[str, str]]] = {"icd10": [], "opcs4": []}
    for root in engine.index.roots:
        if root.layer:
            entries["opcs4" if root.kind == "procedure" else "icd10"] += _phrases(root, "")
    for agent in engine.agents.rows():
        ways = (("overdose", agent.poisoning), ("poisoning", agent.poisoning), ("adverse effect", agent.adverse))
        entries["icd10"] += [(f"{agent.name} {way}", code) for way, code in ways if code[:1].isalpha()]
    lay = lay_words(knowledge.TERMS / "lay_words.txt")
    return Search([icd10, opcs4], entries, terms=engine.lexicon.plain_terms(), lay=lay, fold=fold)


def _phrases(entry: Entry, above: str) -> Iterator[tuple[str, str]]:
    """(phrase, code) of every way that an entry and those below it are said; what stands above by its first phrase."""
    ways = [f"{above} {way}".strip() for way in shown(entry.text)]
    if entry.codes and entry.codes[0] not in ("-", "?"):
        yield from ((way, entry.codes[0].removesuffix(".-")) for way in ways)
    for child in entry.children:
        yield from _phrases(child, ways[0])


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
