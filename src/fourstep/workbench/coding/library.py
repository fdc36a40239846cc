"""The books and the index at the coder's hand: looking up words, and what stands around a code."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.books import Book, BookError, Rubric, books_on
from fourstep.books.search import Hit, Search
from fourstep.output.lookup import searcher
from fourstep.workbench.episodes.models import Episode

_MOST = 12


_loading = threading.Lock()


@functools.cache
def _search() -> Search:
    return searcher()


def search() -> Search:
    """The search of this process, loaded once however many ask for it at the same moment."""
    with _loading:
        return _search()


def warm_up() -> None:
    """Load the search beside the request at hand: whoever opens an episode will look something up."""
    threading.Thread(target=search, daemon=True).start()


def book_of(episode: Episode, name: str) -> Book:
    """The book in force for the episode: icd10 or opcs4."""
    icd10, opcs4, _ = books_on(episode.discharge_date)
    return opcs4 if name == "opcs4" else icd10


def rubric(episode: Episode, name: str, code: str) -> Rubric:
    """The rubric of a code as a person wrote it. Raises BookError where the book has no such code, or only a part of one."""
    found = book_of(episode, name).get(code)
    if not found.complete:
        raise BookError(f"{found.code} is not a complete code: choose one of those below it")
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """One code that look-up offers. `divided`: it is to be opened, not recorded."""

    book: str
    code: str
    title: str
    matched: str
    divided: bool


def look_up(episode: Episode, words: str, book: str = "") -> list[Found]:
    """The codes that words may mean, the best first, as the books in force have them."""
    hits = search().look_up(words[:200], book=book or None, limit=_MOST)
    return [found for hit in hits for found in _found(episode, hit)]


def _found(episode: Episode, hit: Hit) -> list[Found]:
    """A hit may be a pair of codes (dagger and asterisk): each is offered."""
    book, out = book_of(episode, hit.book), []
    for code in hit.code.split():
        entry = book.find(code)
        if entry is not None:
            matched = hit.matched if hit.matched != hit.title else ""
            out.append(Found(hit.book, entry.code, entry.title, matched, not entry.complete))
    return out


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a code in its book."""

    book: str
    rubric: Rubric
    above: list[Rubric]
    beside: list[Rubric]
    below: list[Rubric]


def around(episode: Episode, name: str, code: str) -> Around:
    """The code with those above it (the chapter first), beside it and below it. Raises BookError where it is not there."""
    book = book_of(episode, name)
    own = book.get(code)
    above: list[Rubric] = []
    while (up := (above[0] if above else own).parent) and (found := book.find(up)) is not None:
        above.insert(0, found)
    # by the rows: a book in part may lack the category itself
    beside = _rubrics(book, above[-1].children if above else [c for c, row in book.rows.items() if row[1] == own.parent])
    return Around(name, own, above, beside, _rubrics(book, own.children))


def _rubrics(book: Book, codes: Iterable[str]) -> list[Rubric]:
    return [found for code in codes if (found := book.find(code)) is not None]
