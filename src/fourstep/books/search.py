"""Looking a code up by words, as a coder types them: whole words, beginnings, abbreviations, misspellings.

    entries = {"icd10": [("Fracture neck of femur", "S72.0"), ...], "opcs4": [...]}
    search = Search([icd10, opcs4], entries, terms={"nof": "neck of femur"})
    search.look_up("fract nof")

It looks through the index entries it is given and the titles of the books. A hit ranks by how much of what
was typed it explains, then by how little else it says: the plain entry stands before its special cases.
"""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from fourstep.books.rubric import Book

_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(r"[a-z]\d\d?(\.?[\dx]{0,2})?")
_CODES = re.compile(r"[A-Z]\d\d\.?[\dX]{0,2}")
# Words that say nothing about which entry is meant.
_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a an and as at by due for from in into of on or the to with"
        " classified elsewhere not stated unspecified",
    )
)

_PREFIX_LENGTH = 2  # the fewest letters that are completed
_FUZZY_LENGTH = 4  # shorter words are too like each other
_FUZZY_CUTOFF = 78.0
_FUZZY_WORDS = 6
_MOST_COMPLETIONS = 200
_PREFIX_WEIGHT = 0.9
_FUZZY_WEIGHT = 0.8
_BREVITY = 0.3  # how much of the score is how little else the entry says
_INDEX_BONUS = 0.03  # an index entry before a title that fits as well
_LEAST_COVERAGE = 0.55


@dataclass(frozen=True, slots=True)
class Hit:
    """A code found: its title, the words of the index or the title that matched, and how well (0 to 1)."""

    book: str
    code: str
    title: str
    matched: str
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    book: str
    code: str
    phrase: str
    index: bool


class Search:
    """The words of the index and of the titles, ready to be looked up; it can be pickled for the cache."""

    def __init__(
        self,
        books: Iterable[Book],
        entries: Mapping[str, Iterable[tuple[str, str]]] | None = None,
        terms: Mapping[str, str] | None = None,
    ) -> None:
        """`entries` are (phrase, codes) of the index by name of the book; `terms` what abbreviations mean."""
        self._terms = {" ".join(_words(k)): _words(v) for k, v in (terms or {}).items()}
        self._titles: dict[tuple[str, str], str] = {}
        self._codes: list[tuple[str, str, str]] = []  # (code without its dot, book, code), sorted
        self._entries: list[_Entry] = []
        postings: dict[str, array[int]] = {}
        lengths: list[list[str]] = []
        for book in books:
            for entry in _of_book(book, (entries or {}).get(book.name, ())):
                words = sorted(set(_words(entry.phrase)))
                if not words:
                    continue
                for word in words:
                    postings.setdefault(word, array("L")).append(len(self._entries))
                self._entries.append(entry)
                lengths.append(words)
            for code, title in book.entries():
                self._titles[book.name, code] = title
                self._codes.append((code.replace(".", "").lower(), book.name, code))
        self._codes.sort()
        self._vocabulary = sorted(postings)
        self._postings = postings
        total = len(self._entries) + 1
        self._weight = {word: math.log(total / len(found)) for word, found in postings.items()}
        self._length = array("d", (sum(self._weight[w] for w in words) for words in lengths))

    def look_up(self, words: str, *, book: str | None = None, limit: int = 10) -> list[Hit]:
        """The codes that fit these words best, or that begin with them if they are a code."""
        typed = words.strip().lower()
        if _CODE.fullmatch(typed):
            hits = self._by_code(typed.replace(".", ""), book, limit)
            if hits:
                return hits
        query = _words(typed)
        best: dict[tuple[str, str], Hit] = {}
        for variant in self._variants(query):
            for number, score in self._scored(variant):
                entry = self._entries[number]
                if book is not None and entry.book != book:
                    continue
                key = (entry.book, entry.code)
                if key not in best or best[key].score < score:
                    best[key] = Hit(entry.book, entry.code, self._title(entry), entry.phrase, score)
        return heapq.nsmallest(limit, best.values(), key=lambda h: (-h.score, h.book, h.code))

    def _by_code(self, start: str, book: str | None, limit: int) -> list[Hit]:
        hits: list[Hit] = []
        for plain, name, code in self._codes[bisect_left(self._codes, (start,)) :]:
            if not plain.startswith(start) or len(hits) == limit:
                break
            if book in (None, name):
                title = self._titles[name, code]
                hits.append(Hit(name, code, title, code, 1.0 if plain == start else 0.9))
        return hits

    def _variants(self, query: Sequence[str]) -> list[list[str]]:
        """The words as typed, and with abbreviations written out; the longest abbreviation first."""
        written: list[str] = []
        at = 0
        while at < len(query):
            for size in range(min(4, len(query) - at), 0, -1):
                meaning = self._terms.get(" ".join(query[at : at + size]))
                if meaning:
                    written += meaning
                    at += size
                    break
            else:
                written.append(query[at])
                at += 1
        variants = [list(dict.fromkeys(w for w in query if w)), list(dict.fromkeys(written))]
        return variants if variants[0] != variants[1] else variants[:1]

    def _scored(self, query: Sequence[str]) -> Iterator[tuple[int, float]]:
        """(entry, score) of all entries that explain enough of the query."""
        covered: dict[int, float] = {}
        matched: dict[int, float] = {}
        whole = 0.0
        for word in query:
            alternatives = self._alternatives(word)
            weight = self._weight.get(word) or max(
                (self._weight[w] for w in alternatives), default=math.log(len(self._entries) + 1)
            )
            whole += weight
            found: dict[int, tuple[float, float]] = {}
            for other, likeness in alternatives.items():
                own = self._weight[other]
                for number in self._postings[other]:
                    if number not in found or found[number][0] < likeness:
                        found[number] = (likeness, own)
            for number, (likeness, own) in found.items():
                covered[number] = covered.get(number, 0.0) + weight * likeness
                matched[number] = matched.get(number, 0.0) + own
        for number, value in covered.items():
            coverage = value / whole
            if coverage >= _LEAST_COVERAGE:
                brevity = min(1.0, matched[number] / (self._length[number] or 1.0))
                bonus = _INDEX_BONUS if self._entries[number].index else 0.0
                yield number, coverage * (1 - _BREVITY + _BREVITY * brevity) * (1 - _INDEX_BONUS) + bonus

    def _alternatives(self, word: str) -> dict[str, float]:
        """Words of the vocabulary that this may stand for, with how like it they are."""
        found: dict[str, float] = {word: 1.0} if word in self._postings else {}
        if len(word) >= _PREFIX_LENGTH and not word.isdigit():
            start = bisect_left(self._vocabulary, word)
            for other in self._vocabulary[start : start + _MOST_COMPLETIONS]:
                if not other.startswith(word):
                    break
                found.setdefault(other, _PREFIX_WEIGHT * (len(word) / len(other)) ** 0.25)
        if not found and len(word) >= _FUZZY_LENGTH:
            for other, ratio, _ in process.extract(
                word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF, limit=_FUZZY_WORDS
            ):
                found[other] = _FUZZY_WEIGHT * ratio / 100
        return found

    def _title(self, entry: _Entry) -> str:
        titles = [self._titles.get((entry.book, code), "") for code in _CODES.findall(entry.code)]
        return " + ".join(t for t in titles if t) or entry.phrase


def _of_book(book: Book, entries: Iterable[tuple[str, str]]) -> Iterator[_Entry]:
    for phrase, codes in entries:
        found = [book.normalise(code) for code in _CODES.findall(codes)]
        if found:  # "-" and "?" say that there is nothing to look up
            yield _Entry(book.name, " ".join(found), phrase, index=True)
    for code, title in book.entries():
        divided = "." not in code and any(child in book.rows for child in book.children(code))
        if not divided:
            yield _Entry(book.name, code, title, index=False)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = _WORD.findall(plain.replace("'s", "").replace("'", ""))
    return [_singular(word) for word in words if word not in _IDLE]


def _singular(word: str) -> str:
    """Without a plural s, on both sides alike, so that it need not be grammatical."""
    if len(word) > len("gas") and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
