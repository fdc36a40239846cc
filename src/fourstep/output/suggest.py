"""Entries that coders' own codes suggest: what the index did not lead to, in canonical words, for a person to put in the overlay.

A quote may hold a name. So a word is kept only if it is known to the terms, the index or the titles of the books, or stands in
quotes of the same code in at least three episodes; figures are left out. Nothing else of a record is written, and no
identifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from fourstep import knowledge
from fourstep.analyse.terms import plain_words
from fourstep.books import books_on
from fourstep.engine import Engine, load_engine
from fourstep.episode import Code, CodedEpisode
from fourstep.exchange.coded import read_coded
from fourstep.files import writing
from fourstep.locate.index import KINDS
from fourstep.locate.matcher import Scene, locate

_EPISODES = 3  # in which an unknown word must stand to be clinical, not somebody's name
_MOST_WORDS = 8
_GUARDS = frozenset(("adult",))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words that coders gave a code for. `episodes` counts where; `left_out` says that unknown words stood beside them."""

    kind: str
    words: tuple[str, ...]
    code: str
    episodes: int
    left_out: bool

    def line(self) -> str:
        """The line for an index file."""
        unknown = "; words that are not known are left out" if self.left_out else ""
        return f"{' '.join(self.words)}   {self.code}   ;; {self.episodes} episode{'s' * (self.episodes != 1)}{unknown}"


def suggestions(coded: Iterable[CodedEpisode], engine: Engine, at_least: int = 1) -> list[Suggestion]:
    """The entries that final codings suggest, those of most episodes first."""
    known = _known(engine)
    quotes: dict[tuple[str, str], dict[tuple[str, ...], set[str]]] = {}
    for episode in coded:
        for kind, codes in (("problem", episode.diagnoses), ("procedure", episode.procedures)):
            for given in codes:
                for words in _unread(engine, kind, given):
                    quotes.setdefault((kind, given.code), {}).setdefault(words, set()).add(episode.episode_id)
    found: dict[tuple[str, str, tuple[str, ...]], tuple[set[str], bool]] = {}
    for (kind, code), said in quotes.items():
        where: dict[str, set[str]] = {}
        for words, episodes in said.items():
            for word in words:
                where.setdefault(word, set()).update(episodes)
        for words, episodes in said.items():
            kept = tuple(w for w in words if w in known or len(where[w]) >= _EPISODES)
            if kept:
                seen, left_out = found.get((kind, code, kept), (set(), False))
                found[kind, code, kept] = (seen | episodes, left_out or kept != words)
    out = [Suggestion(kind, words, code, len(seen), left) for (kind, code, words), (seen, left) in found.items()]
    return sorted((s for s in out if s.episodes >= at_least), key=lambda s: (s.kind, -s.episodes, s.code, s.words))


def _known(engine: Engine) -> frozenset[str]:
    """Words that are surely no patient's: of the index, the terms, ordinary speech and the books' titles."""
    icd10, opcs4, _ = books_on(None)
    titles = {w for book in (icd10, opcs4) for _, title in book.entries() for w in engine.lexicon.phrase(title)}
    terms = {w for left, right in engine.lexicon.plain_terms().items() for w in (*left.split(), *right.split())}
    return engine.index.vocabulary() | plain_words(knowledge.TERMS / "plain_words.txt") | titles | terms


def _unread(engine: Engine, kind: str, code: Code) -> Iterable[tuple[str, ...]]:
    """The canonical words of each quote of a code that the index does not lead to it."""
    for evidence in code.evidence:
        words = tuple(
            dict.fromkeys(w for w in engine.lexicon.phrase(evidence.text) if w[0] != "?" and not any(c.isdigit() for c in w))
        )
        if not 0 < len(words) <= _MOST_WORDS:
            continue
        hits = locate(engine.index, Scene(words, _GUARDS), KINDS)
        if not any(_leads(given, code.code) for hit in hits for given in hit.codes):
            yield words


def _leads(given: str, code: str) -> bool:
    return code == given or code[:5] == given or (given.endswith(".-") and code[:3] == given[:3])


def show(paths: list[Path], at_least: int, output: Path | None) -> None:
    """Write the suggestions as lines of an index, a part for each kind."""
    coded = [episode for path in paths for episode in read_coded(path).values()]
    found = suggestions(coded, load_engine(), at_least)
    with writing(output) as file:
        for kind in dict.fromkeys(s.kind for s in found):
            file.write(f"; for site/index/{kind}/: look at each line before you keep it\n")
            file.writelines(f"{s.line()}\n" for s in found if s.kind == kind)
    typer.echo(f"{len(found)} entries suggested by {len(coded)} episodes", err=True)
