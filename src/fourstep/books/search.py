"""Looking a code up by words, as a coder types them: whole words, beginnings, abbreviations, misspellings, lay words.

    entries = {"icd10": [("Fracture neck of femur", "S72.0"), ...], "opcs4": [...]}
    search = Search([icd10, opcs4], entries, terms={"nof": "neck of femur"})
    search.look_up("fract nof")

It looks through the index entries it is given and the titles of the books. A hit ranks by how much of what
was typed it explains, then by how little else it says: the plain entry stands before its special cases.
Words of everyday speech ("water on the lung") are looked up as what they may mean.
"""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
_MENDED_CUTOFF = 76.0  # "asma", "hemroids"
_SPELLINGS = 3  # words that an unknown one is tried as
_MOST_SPELLINGS = 6
_SPELLING_TRUST = 0.96
_RARE = 8  # a word of so few entries may be a slip for another
_RARE_TRUST = 0.85
_SATISFIED = 0.75  # below this, a word of those typed may be left out
_LEFT_OUT = 0.7
_LAY_WEIGHT = 0.98  # what was typed before what it may mean
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
        lay: Mapping[str, Sequence[str]] | None = None,
        fold: Callable[[str], str] | None = None,
    ) -> None:
        """`entries` are (phrase, codes) of the index by name of the book; `terms` what abbreviations mean.

        `lay` are words of everyday speech with what each may mean; `fold` gives the spelling of a word that counts
        (a function of a module, so that a search can be pickled).
        """
        self._fold = fold or str
        self._terms = {" ".join(self._words(k)): self._words(v) for k, v in (terms or {}).items()}
        self._lay = [
            (frozenset(self._words(k)), [self._written(self._words(v)) for v in meanings])
            for k, meanings in (lay or {}).items()
        ]
        self._lay.sort(key=lambda item: (-len(item[0]), sorted(item[0])))
        self._titles: dict[tuple[str, str], str] = {}
        self._codes: list[tuple[str, str, str]] = []  # (code without its dot, book, code), sorted
        self._entries: list[_Entry] = []
        postings: dict[str, array[int]] = {}
        lengths: list[list[str]] = []
        for book in books:
            for entry in _of_book(book, (entries or {}).get(book.name, ())):
                said = self._words(entry.phrase)
                words = sorted(set(self._written(said)))
                if not words:
                    continue
                for word in sorted({*words, *said}):
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
        # what a misspelling may stand for: words found, and words that only terms and lay speech know
        self._known = sorted({*self._vocabulary, *(w for term in self._terms for w in term.split()), *self._lay_words()})

    def look_up(self, words: str, *, book: str | None = None, limit: int = 10) -> list[Hit]:
        """The codes that fit these words best, or that begin with them if they are a code."""
        typed = words.strip().lower()
        if _CODE.fullmatch(typed):
            hits = self._by_code(typed.replace(".", ""), book, limit)
            if hits:
                return hits
        best: dict[tuple[str, str], Hit] = {}
        said = self._words(typed)
        for variant, trust in self._variants(said):
            self._collect(variant, trust, book, best)
        if len(said) > 1 and max((h.score for h in best.values()), default=0.0) < _SATISFIED:
            for left_out in range(len(said)):  # a word that no entry has: "fall at home", "colostomy in situ"
                self._collect(self._written([*said[:left_out], *said[left_out + 1 :]]), _LEFT_OUT, book, best)
        return heapq.nsmallest(limit, best.values(), key=lambda h: (-h.score, h.book, h.code))

    def _collect(self, words: Sequence[str], trust: float, book: str | None, best: dict[tuple[str, str], Hit]) -> None:
        """Add the hits of these words to the best so far, one for each code."""
        for number, score in self._scored(words):
            entry = self._entries[number]
            if book is not None and entry.book != book:
                continue
            key = (entry.book, entry.code)
            if key not in best or best[key].score < score * trust:
                best[key] = Hit(entry.book, entry.code, self._title(entry), entry.phrase, score * trust)

    def _by_code(self, start: str, book: str | None, limit: int) -> list[Hit]:
        hits: list[Hit] = []
        for plain, name, code in self._codes[bisect_left(self._codes, (start,)) :]:
            if not plain.startswith(start) or len(hits) == limit:
                break
            if book in (None, name):
                title = self._titles[name, code]
                hits.append(Hit(name, code, title, code, 1.0 if plain == start else 0.9))
        return hits

    def _variants(self, query: Sequence[str]) -> list[tuple[list[str], float]]:
        """The words to look up, with how far they are trusted: as typed, as meant, and what lay words may mean."""
        if not query:
            return []
        found = {tuple(dict.fromkeys(query)): 1.0}
        for words, trust in self._spellings(query):
            for meant in self._meant(words):
                found.setdefault(tuple(dict.fromkeys(meant)), trust * _LAY_WEIGHT)
            found.setdefault(tuple(dict.fromkeys(self._written(words))), trust)
        return [(list(words), trust) for words, trust in found.items() if words]

    def _spellings(self, query: Sequence[str]) -> list[tuple[list[str], float]]:
        """The words as typed, then with each unknown or rare one put as known words that it is like."""
        out: list[tuple[list[str], float]] = [(list(query), 1.0)]
        for at, word in enumerate(query):
            known = self._is_known(word)
            if len(word) < _FUZZY_LENGTH or word.isdigit() or (known and len(self._postings.get(word, ())) > _RARE):
                continue
            like = process.extract(
                word, self._known, scorer=fuzz.ratio, score_cutoff=_MENDED_CUTOFF, limit=_SPELLINGS + known
            )
            others = [w for w, _, _ in like if w != word]
            grown = [
                ([*words[:at], other, *words[at + 1 :]], trust * (_RARE_TRUST if known else _SPELLING_TRUST**rank))
                for words, trust in out
                for rank, other in enumerate(others)
            ]
            out = (out + grown if known else grown or out)[:_MOST_SPELLINGS]
        return out if out[0][0] == list(query) else [(list(query), 1.0), *out]

    def _is_known(self, word: str) -> bool:
        at = bisect_left(self._known, word)
        return at < len(self._known) and self._known[at] == word

    def _written(self, words: Sequence[str]) -> list[str]:
        """The words with abbreviations and synonyms written out; the longest term first."""
        written: list[str] = []
        at = 0
        while at < len(words):
            for size in range(min(4, len(words) - at), 0, -1):
                meaning = self._terms.get(" ".join(words[at : at + size]))
                if meaning:
                    written += meaning
                    at += size
                    break
            else:
                written.append(words[at])
                at += 1
        return written

    def _lay_words(self) -> Iterator[str]:
        return (word for words, _ in self._lay for word in words)

    def _meant(self, words: Sequence[str]) -> list[list[str]]:
        """The words with what they say in everyday speech put as the index says it: every sense of the longest phrase."""
        left = set(words)
        out: list[list[str]] = [[]]
        for lay, meanings in self._lay:
            if lay <= left:
                left -= lay
                senses = meanings if len(out) == 1 else meanings[:1]
                out = [[*before, *sense] for before in out for sense in senses]
        if len(left) == len(set(words)):
            return []
        rest = self._written([w for w in words if w in left])
        return [[*meant, *rest] for meant in out]

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
        if word not in self._postings and len(word) >= _FUZZY_LENGTH:
            for other, ratio, _ in process.extract(
                word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF, limit=_FUZZY_WORDS
            ):
                found[other] = max(found.get(other, 0.0), _FUZZY_WEIGHT * ratio / 100)
        return found

    def _words(self, text: str) -> list[str]:
        """The words that count, in the spelling that counts."""
        return [self._fold(word) for word in _words(text)]

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
