"""Words: from characters to tokens, from tokens to canonical words.

Text and index pass through the same steps, so an index entry "renal failure" finds "kidney failure" as soon as the
terms say that renal is kidney. Tokens keep the offsets of the text as read; a canonical word keeps the tokens it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fourstep.analyse.spelling import Spelling
from fourstep.analyse.word_lists import words_of

# One pass over the text. In order: spinal levels (L4/5, C5/6, L5/S1), letters and digits (T2DM, 3b, Parkinson's),
# numbers with their separators (17.8.24, 6/52, 0.25), a line end, any other sign.
TOKEN = re.compile(
    r"[CTLSctls]\d{1,2}(?:/[CTLSctls]?\d{1,2})+(?!\w)"
    r"|\d+(?:[.,/:]\d+)+|\d+[A-Za-z]+\d*[A-Za-z]*"
    r"|[^\W_]+(?:['’][a-zA-Z]{1,2}(?![^\W_]))?"
    r"|\n|[^\s]"
)
_UNEVEN = ("\u212a", "\u03a3")  # the Kelvin sign is a "k" in small letters; a sigma looks at what follows it

#: Words that carry no meaning for the index; they are left out of canonical words.
STOP = frozenset(
    "the a an of in on at to for by with and or from his her their this that is was were be been has had have as it its "
    "he she they patient pt via per into onto due secondary caused associated related also which who there both "
    "w c s d".split()
)

_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "first": "1st", "second": "2nd",
    "third": "3rd", "fourth": "4th", "once": "1", "twice": "2",
}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "iiia": "3a", "iiib": "3b", "iva": "4a", "ivb": "4b"}
#: Words that a following figure belongs to: "stage 3" is one word to the matcher.
SCALES = frozenset("stage grade type class category degree level tier gd cat".split())
_SCALE_NAMES = {"gd": "grade", "cat": "category"}
#: Months by name, long and short.
MONTHS = {
    name[:size]: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
    for size in (3, len(name))
} | {"sept": 9}
#: Tokens that are looked at again for what stands beside them: where they stand is noted as the text is read.
_WATCHED = frozenset(("l", "ms", *MONTHS))
_SHORT = 8  # tokens of an item short enough to come again
#: What stands between two spaces, with the tokens in it, their offsets and whether they are watched: most has been read before.
#: No token holds a space.
_Piece = tuple[tuple[str, int, int, bool], ...]
_PIECES: dict[str, _Piece] = {}
#: The offsets of most texts, each one object: thousands of figures an episode that need not be made and thrown away.
_OFFSETS: list[Any] = list(range(16_000))
_TOKENS: dict[str, str] = {}  # each token once, for a string that is the same object is found at once
_MOST_PIECES = 30_000
_LONGEST_PIECE = 24
_MOST_SHORT = 30_000
_MOST_ASKED = 10_000
_MOST_FOLDED = 40_000
_NOTHING: tuple[()] = ()
_NAMES_NEXT = "\0"
_TITLES = frozenset("mr mrs miss dr prof professor sister nurse".split())
_FIGURE = re.compile(r"\d{1,3}[a-d]?\Z")
_TIMES = re.compile(r"x\d{1,2}\Z")
#: Genitives of species names, which are no plurals: Klebsiella pneumoniae is not pneumonia.
_SPECIES = frozenset("pneumoniae influenzae gonorrhoeae agalactiae diphtheriae".split())
_LITRE = "litre"
_DECIMAL = re.compile(r"\d+\.\d+\Z")
#: What comes by the litre, behind the figure.
_POURED = frozenset(
    "/ of saline fluid washout lavage crystalloid hartmann hartmanns plasmalyte oxygen o2 nc via nrb nasal straw bilious "
    "purulent pus blood bloody haemoperitoneum ascites drained removed warm normal on".split()
)
#: Units: behind a figure "3.1 mm" is no melanoma, "120 ms" no sclerosis.
_UNITS = frozenset("mm ms cm pm am mg ml".split())
_TENTH = ("stases", "theses", "lyses", "physes")


@dataclass(slots=True)
class Tokens:
    """Tokens of one document: lower-cased surface and character offsets, in parallel lists. A line end is the token "\\n"."""

    text: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    breaks: list[int] | None = field(default=None, compare=False)
    watched: list[int] = field(default_factory=list, compare=False)  # the tokens that are months, "l" or "ms"

    def __len__(self) -> int:
        return len(self.text)

    def line_ends(self) -> list[int]:
        """The tokens that are line ends; looked for once."""
        breaks = self.breaks
        if breaks is None:
            breaks = self.breaks = [i for i, word in enumerate(self.text) if word == "\n"]
        return breaks


def tokenise(text: str) -> Tokens:
    """Split text into tokens whose offsets point into `text` itself (folding case never moves them)."""
    low = text.lower()
    if not text.isascii() and (len(low) != len(text) or any(sign in text for sign in _UNEVEN)):
        return _tokenise_uneven(text)
    words: list[str] = []
    start: list[Any] = []
    end: list[Any] = []
    breaks: list[int] = []
    watched: list[int] = []
    offsets = _OFFSETS if len(text) + 2 <= len(_OFFSETS) else list(range(len(text) + 2))
    at = 0
    for line in low.split("\n"):
        for piece in line.split(" "):
            if piece:
                for word, first, last, noted in _PIECES.get(piece) or _tokens_of(piece):
                    if noted:
                        watched.append(len(words))
                    words.append(word)
                    start.append(offsets[at + first])
                    end.append(offsets[at + last])
            at += len(piece) + 1
        breaks.append(len(words))
        words.append("\n")
        start.append(offsets[at - 1])
        end.append(offsets[at])
    for ends in (breaks, words, start, end):
        ends.pop()  # the last line has none
    for i in watched:
        if words[i] == "l":
            _litre(words, i)
        elif words[i] == "ms":
            _title(words, start, text, i)
    return Tokens(words, start, end, breaks, watched)


def _tokens_of(piece: str) -> _Piece:
    """The tokens of what stands between two spaces, and where in it they stand; kept for the next time."""
    if len(_PIECES) >= _MOST_PIECES:  # names and figures must not grow it for ever
        _PIECES.clear()
        _TOKENS.clear()
    tokens = ((_TOKENS.setdefault(m.group(), m.group()), m.start(), m.end()) for m in TOKEN.finditer(piece))
    found = tuple([(word, first, last, word in _WATCHED) for word, first, last in tokens])
    if len(piece) <= _LONGEST_PIECE:
        _PIECES[piece] = found
    return found


def at_least(places: list[int], least: int) -> int:
    """How many of some places, which stand in order, come before `least`: `bisect_left`, but compiled with those who ask."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) >> 1
        if places[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


def _title(words: list[str], start: list[int], text: str, i: int) -> None:
    """Make "Ms" before a name the title that it is: "Ms T Oyelaran"; "MS" and "ms" are left to the terms."""
    if text[start[i] + 1] == "s" and text[start[i]] == "M" and i + 1 < len(words):
        after = start[i + 1 + (words[i + 1] == "." and i + 2 < len(words))]
        if text[after].isupper():
            words[i] = "miss"


def _litre(words: list[str], i: int) -> None:
    """Make "l" behind a figure the measure that it is, not the left side: "2.3 L", "6 L saline", "15 L/min"."""
    before = words[i - 1] if i else ""
    if before[:1].isdigit() and (
        _DECIMAL.match(before) or (before.isdigit() and i + 1 < len(words) and words[i + 1] in _POURED)
    ):
        words[i] = _LITRE


def _tokenise_uneven(text: str) -> Tokens:
    """The same for a text with letters whose small form is longer, of another script, or depends on its neighbours."""
    found = list(TOKEN.finditer(text))
    words = [m.group().lower() for m in found]
    watched = [i for i, word in enumerate(words) if word in _WATCHED]
    return Tokens(words, [m.start() for m in found], [m.end() for m in found], watched=watched)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """The spelling that counts: British and American, singular and plural, possessive and plain are one.

    It only has to be the same for text and index; it need not be a word.
    """
    if word[-2:] in ("'s", "’s"):
        word = word[:-2]
    number = _NUMBER_WORDS.get(word)
    if number:
        return number
    if len(word) < 5:
        # too short to tell a plural from an abbreviation (CRPS, mets): plurals that matter are terms
        return word
    if word.endswith("ae") and word not in _SPECIES:
        word = word[:-1]
    if "ae" in word or "oe" in word:
        word = word.replace("ae", "e").replace("oe", "e")
    if word.endswith(_TENTH) or (len(word) > 7 and word.endswith(("noses", "roses"))):
        return word[:-2] + "is"
    if word.endswith("s") and word[-2] not in "sui'":
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("ches", "shes", "xes", "sses")) and not word.endswith("aches"):
            word = word[:-2]
        else:
            word = word[:-1]
    if "our" in word:
        word = word.replace("our", "or")
    if word.endswith(("isation", "ised", "ising", "ise")):
        word = word[::-1].replace("si", "zi", 1)[::-1] if "is" in word else word
    return word


_KIN = words_of("relatives")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a term means, and when: words in the sentence, section role, or specialty decide."""

    words: tuple[str, ...]
    when: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    specialty: tuple[str, ...] = ()
    alone: frozenset[str] = frozenset()  # section roles in which it is meant where the term is all of its item

    def __reduce__(self) -> tuple[type[Sense], tuple[object, ...]]:
        """Kept by its fields: a compiled class has no other state to hand out."""
        return Sense, (self.words, self.when, self.roles, self.specialty, self.alone)

    @property
    def unconditional(self) -> bool:
        return not (self.when or self.roles or self.specialty or self.alone)


class Wording:
    """The canonical words of an item wherever it stands: word i stands for its tokens first[i]..last[i] (inclusive).

    Tokens are counted from the first one of the item. Items of the same tokens share one wording, so it must not be changed.
    """

    __slots__ = ("asked", "first", "joints", "last", "text", "unresolved")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.unresolved: tuple[tuple[str, int, int], ...] = ()  # terms with several senses and nothing to decide
        self.asked = False  # whether it has a term of several senses, so that other neighbours may give other words
        self.joints = -1  # a bit for each word that a conjunction stands before; not yet looked for


_UNSAID = Wording()


class Words:
    """A wording at its place: its first token is number `at` of its document."""

    __slots__ = ("at", "text", "wording")

    def __init__(self, text: list[str], wording: Wording = _UNSAID, at: int = 0) -> None:
        self.text = text
        self.wording = wording
        self.at = at

    @property
    def first(self) -> list[int]:
        """The first token of each word, in the document."""
        return [i + self.at for i in self.wording.first]

    @property
    def last(self) -> list[int]:
        """The last token of each word."""
        return [i + self.at for i in self.wording.last]

    @property
    def unresolved(self) -> list[tuple[str, int, int]]:
        """Terms with several senses and nothing to decide, with their tokens."""
        return [(word, first + self.at, last + self.at) for word, first, last in self.wording.unresolved]


#: All folded words of a term, its meaning where it has one only, its senses.
_Term = tuple[tuple[str, ...], tuple[str, ...] | None, list[Sense]]
#: The tokens of an item, those of its sentence, the role of its section and the specialty.
_Asked = tuple[tuple[str, ...], tuple[str, ...], str, str]


class Lexicon:
    """Terms and folding together: tokens -> canonical words. Built from the terms files by `terms.load_terms`."""

    def __init__(self, senses: dict[tuple[str, ...], list[Sense]]) -> None:
        # first folded word -> [(all folded words, senses)], longest first
        self._starts: dict[str, list[_Term]] = {}
        for left, meanings in sorted(senses.items(), key=lambda item: -len(item[0])):
            plain = meanings[0].words if len(meanings) == 1 and meanings[0].unconditional else None
            self._starts.setdefault(left[0], []).append((left, plain, meanings))
        # the same by the first two words: "left" begins hundreds of terms, "left ventricular" a few
        self._alone = {word: alone for word, terms in self._starts.items() if (alone := [t for t in terms if len(t[0]) == 1])}
        self._pairs: dict[str, dict[str, list[_Term]]] = {}
        for word, terms in self._starts.items():
            for term in terms:
                if len(term[0]) > 1:
                    self._pairs.setdefault(word, {}).setdefault(term[0][1], []).append(term)
        self._folded: dict[str, str] = {}
        self._spelling: Spelling | None = None
        self._short: dict[tuple[str, ...], Wording] = {}
        self._asked: dict[_Asked, Wording] = {}

    def __reduce__(self) -> tuple[Callable[..., Lexicon], tuple[object, ...]]:
        """Kept without its memory of words seen, plain or compiled in one form."""
        senses = {left: meanings for found in self._starts.values() for left, _, meanings in found}
        return _kept, (senses, self._spelling)

    def learn(self, vocabulary: Iterable[str]) -> None:
        """Mend slips from now on, against these words and those of the terms."""
        own = (w for found in self._starts.values() for left, _, _ in found for w in left)
        self._spelling = Spelling({*vocabulary, *own, *STOP})
        self._folded.clear()
        self._short.clear()
        self._asked.clear()

    def _compound(self, word: str) -> bool:
        """Whether a combining form and its word are known as one word."""
        return self._spelling is not None and word in self._spelling

    def _fold(self, surface: str) -> str:
        folded = fold(surface)
        if surface in _TITLES:
            folded = _NAMES_NEXT
        elif not (folded[0].isalnum() or folded in "#%"):
            folded = ""
        elif self._spelling is not None:
            folded = self._spelling.mend(folded)
        if len(self._folded) >= _MOST_FOLDED:  # names and misspellings must not grow it for ever
            self._folded.clear()
        self._folded[surface] = folded
        return folded

    def plain_terms(self) -> dict[str, str]:
        """Terms of one sense as text: what a coder types -> what it means."""
        return {
            " ".join(left): " ".join(plain)
            for found in self._starts.values()
            for left, plain, _ in found
            if plain is not None
        }

    def phrase(self, text: str) -> tuple[str, ...]:
        """Canonical words of a phrase of the index; ambiguous terms take their unconditional sense."""
        tokens = tokenise(text)
        return tuple(self.words(tokens, 0, len(tokens)).text)

    def words(
        self,
        tokens: Tokens,
        first: int,
        last: int,
        around: tuple[int, int] = (0, 0),
        role: str = "",
        specialty: str = "",
    ) -> Words:
        """Canonical words of tokens[first:last].

        `around` are the tokens of the whole sentence, `role` the section role and `specialty` the episode's (lower
        case): they decide between the senses of an ambiguous term.
        """
        text = tokens.text
        if last - first > _SHORT or (first and text[first - 1] in _KIN):
            wording = self._wording(text, first, last, text[around[0] : around[1]], role, specialty)
            return Words(wording.text, wording, first)
        known = self._short.get(tuple(text[first:last]))
        if known is None or known.asked:
            known = self._kept_wording(text, first, last, text[around[0] : around[1]], role, specialty)
        return Words(known.text, known, first)

    def _kept_wording(
        self, text: list[str], first: int, last: int, around: Sequence[str], role: str, specialty: str
    ) -> Wording:
        """The wording of tokens[first:last], kept for the next item of the same tokens."""
        key = tuple(text[first:last])
        asked = (key, tuple(around), role, specialty)
        wording = self._asked.get(asked)
        if wording is None:
            wording = self._wording(text, first, last, around, role, specialty)
            if len(self._short) >= _MOST_SHORT:
                self._short.clear()
            self._short[key] = wording
            if wording.asked:
                if len(self._asked) >= _MOST_ASKED:
                    self._asked.clear()
                self._asked[asked] = wording
        return wording

    def _wording(
        self, text: list[str], first: int, last: int, around: Sequence[str], role: str, specialty: str
    ) -> Wording:
        """The wording of tokens[first:last]."""
        cache, alone, pairs = self._folded, self._alone, self._pairs
        stream: list[tuple[str, int]] = []
        ends: dict[int, int] = {}  # last token of the words that were joined
        named = -1
        before = ""
        for i in range(first, last):
            surface = text[i]
            word = cache.get(surface)
            if word is None:
                word = self._fold(surface)
            if word is not _NAMES_NEXT and word and i and text[i - 1] in _KIN:
                word = surface  # "wife Carys": a name, neither a slip nor a plural of a disease
            if not word or i == named:
                continue
            if word is _NAMES_NEXT:  # "Dr Graves", "Mr. Parkinson": a name, not a disease
                if i + 1 < last and fold(text[i + 1]) in pairs.get(surface, _NOTHING):
                    stream.append((surface, i))  # "MR angiogram" is a term
                    before = ""
                    continue
                named = i + 2 if i + 1 < last and text[i + 1] == "." else i + 1
                if surface == "mr" and i + 1 < last and text[i + 1] in STOP:  # "MR and AS" are valves
                    named = -1
                elif named < last and len(text[named]) == 1 and text[named].isalpha():
                    named += 1  # "Mr T Graves": over the initial
                stream.append((surface, i))
                before = ""
                continue
            if before and before[-1] == "o" and i - stream[-1][1] < 3 and self._compound(before + word):
                before += word  # gastro enteritis, musculo-skeletal
                stream[-1] = (before, stream[-1][1])
                ends[stream[-1][1]] = i
                continue
            stream.append((word, i))
            before = word
        out = Wording()
        add, add_first, add_last = out.text.append, out.first.append, out.last.append
        i, n = 0, len(stream)
        while i < n:
            word, at = stream[i]
            step = 0
            seconds = pairs.get(word)
            terms = alone.get(word, _NOTHING)
            if seconds is not None and i + 1 < n and (joined := seconds.get(stream[i + 1][0])) is not None:
                terms = [*joined, *terms]
            if terms and text[at] in _UNITS and at > first and text[at - 1][0].isdecimal():
                terms = _NOTHING
            for left, plain, senses in terms:
                size = len(left)
                if size > 1 and (
                    i + size > n
                    or any(stream[i + k][0] != left[k] for k in range(1, size))
                    or stream[i + size - 1][1] - at > 3 * size
                ):
                    continue
                meaning = plain
                if meaning is None:
                    out.asked = True
                    meaning = self._decide(senses, around, role, specialty, size == n)
                upto = stream[i + size - 1][1]
                upto = ends.get(upto, upto)
                if meaning is None:
                    out.unresolved += ((word, at - first, upto - first),)
                    meaning = ("?" + word,)
                for w in meaning:
                    add(w)
                    add_first(at - first)
                    add_last(upto - first)
                step = size
                break
            if step:
                i += step
                continue
            i += 1
            if word not in STOP:
                add(word[1:] if word[0] == "x" and _TIMES.match(word) else word)
                add_first(at - first)
                add_last(ends.get(at, at) - first)
        _fuse(out)
        return out

    @staticmethod
    def _decide(
        senses: list[Sense], around: Sequence[str], role: str, specialty: str, alone: bool
    ) -> tuple[str, ...] | None:
        near = {fold(w) for w in around}
        default = None
        for sense in senses:
            if sense.unconditional:
                default = sense.words
            elif (
                (sense.when and near & sense.when)
                or (role and (role in sense.roles or (alone and role in sense.alone)))
                or (specialty and any(s in specialty for s in sense.specialty))
            ):
                return sense.words
        return default


def _kept(senses: dict[tuple[str, ...], list[Sense]], spelling: Spelling | None) -> Lexicon:
    """A lexicon as it was kept."""
    lexicon = Lexicon(senses)
    lexicon._spelling = spelling
    return lexicon


def _fuse(words: Wording) -> None:
    """Join a scale and its figure: stage + 3 -> stage_3. Works in place, keeps the offsets of both."""
    text = words.text
    if SCALES.isdisjoint(text):
        return
    i = 0
    while i < len(text) - 1:
        if text[i] in SCALES:
            figure = _ROMAN.get(text[i + 1], text[i + 1])
            if _FIGURE.match(figure):
                text[i] = f"{_SCALE_NAMES.get(text[i], text[i])}_{figure}"
                words.last[i] = words.last[i + 1]
                del text[i + 1], words.first[i + 1], words.last[i + 1]
        i += 1
