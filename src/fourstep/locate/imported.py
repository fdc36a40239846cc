"""Imported synonyms in little room: hundreds of thousands of lines, made into entries word by word when a record uses them.

A site that imports a terminology has thirty times the lines of the curated index, and a record touches a few hundred of them.
So they are kept as text, sorted under the rarest word of each, and start-up reads one block of bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fourstep.locate.index import Entry, Phrase


@dataclass(frozen=True, slots=True)
class Line:
    """One synonym with its canonical words: where it comes from, and what it leads to. `sex` limits it to women or men."""

    layer: int
    source: str
    kind: str
    words: tuple[str, ...]
    codes: tuple[str, ...]
    sex: str
    text: str


class Imported:
    """The lines of all imports in force."""

    def __init__(self, lines: Iterable[Line]) -> None:
        lines = list(lines)
        frequency: dict[str, int] = {}
        for line in lines:
            for word in line.words:
                frequency[word] = frequency.get(word, 0) + 1
        under: dict[str, list[str]] = {}
        for number, line in enumerate(lines, 1):
            key = min(line.words, key=lambda w: (frequency[w], w))
            fields = (str(line.layer), f"{line.source}:{number}", line.kind, " ".join(line.words), " ".join(line.codes), line.sex)
            under.setdefault(key, []).append("\t".join((*fields, " ".join(line.text.split()))))
        self._at: dict[str, tuple[int, int]] = {}
        blocks, place = [], 0
        for word, found in under.items():
            block = "\n".join(found).encode()
            self._at[word] = (place, place + len(block))
            blocks.append(block)
            place += len(block)
        self._text = b"".join(blocks)
        self._made: dict[str, list[tuple[Phrase, Entry]]] = {}
        self.vocabulary = frozenset(frequency)

    def __reduce__(self) -> tuple[Callable[..., Imported], tuple[object, ...]]:
        """Kept without the entries that were made, plain or compiled in one form."""
        return _kept, (self._at, self._text, self.vocabulary)

    def __len__(self) -> int:
        return sum(1 for _ in self.lines())

    def lines(self) -> Iterator[Line]:
        """Every line, in no order that means anything."""
        for start, end in self._at.values():
            yield from map(_line, self._text[start:end].decode().split("\n"))

    def leads(self, word: str) -> list[tuple[Phrase, Entry]]:
        """The entries under a word; made once."""
        made = self._made.get(word)
        if made is None:
            place = self._at.get(word)
            if place is None:
                return []
            lines = map(_line, self._text[place[0] : place[1]].decode().split("\n"))
            made = self._made[word] = [(phrase, entry) for entry in map(_entry, lines) for phrase in entry.phrases]
        return made


def _kept(at: dict[str, tuple[int, int]], text: bytes, vocabulary: frozenset[str]) -> Imported:
    """Imports as they were kept."""
    imported = Imported(())
    imported._at, imported._text, imported.vocabulary = at, text, vocabulary
    return imported


def _line(text: str) -> Line:
    layer, source, kind, words, codes, sex, said = text.split("\t")
    return Line(int(layer), source, kind, tuple(words.split()), tuple(codes.split()), sex, said)


def _entry(line: Line) -> Entry:
    guards = (line.sex,) if line.sex else ()
    # of two words loose in a sentence each may belong to something else: they stand side by side
    groups = [(line.words,), (line.words[::-1],)] if len(line.words) == 2 else [()]
    phrases = [Phrase(line.words, group, guards=guards) for group in groups]
    trail = f"{line.source.rpartition(':')[0]} > {line.text}"
    return Entry(line.text, line.kind, line.source, phrases, line.codes, layer=line.layer, trail=trail)
