"""Sentences and their segments: what stands between commas, dashes, brackets, "and", and cues.

One walk over the tokens that mean something here (signs, joining words, cues); plain words are passed over.
"""

from __future__ import annotations

import re

from fourstep.analyse.cues import PHRASE, WHETHER, Cue, Effect
from fourstep.analyse.cutting import Cutter, Segment
from fourstep.analyse.signs import (
    A_BOX,
    A_BRACKET,
    A_BULLET,
    A_CLOSING,
    A_COLON,
    A_COMMA,
    A_DASH,
    A_FIGURE,
    A_JOIN,
    A_NEWLINE,
    A_QUERY,
    A_SEMI,
    A_SPREAD,
    A_STOP,
    AN_ARROW,
    AND,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    OPEN,
    OR,
    QUERY,
    SEMI,
    WIDE,
)
from fourstep.analyse.statements import Whether
from fourstep.analyse.word_lists import words_of
from fourstep.analyse.words import SCALES

_SHORT_FOR = frozenset("vs approx eg ie fig ext tel wt ht rpt temp inc incl resp al cf".split())
_TITLES = frozenset("mr mrs ms miss dr prof st".split())
_LONGEST_SHORT = max(map(len, _SHORT_FOR | _TITLES))
#: The number of the first item of an enumeration, and which numbers may follow one.
_FIRST = frozenset(("1", "1a"))
_NEXT = {str(n): (str(n + 1),) for n in range(1, 15)} | {
    "1a": ("1b", "2"),
    "1b": ("1c", "2"),
    "1c": ("1d", "2"),
    "1d": ("2",),
}
#: Before these a figure counts, and after those: "2 days", "stage 2".
_UNITS = frozenset(
    "day days d week weeks wk wks month months year years yr yrs hour hours hr hrs h min mins minutes "
    "minute sec seconds times time mg mcg g kg ml l litre litres unit units u cm mm m x stage grade per "
    "of to in and or with for on at the puffs tabs tablets doses dose episodes episode further more other "
    "previous".split()
)
_COUNTED = frozenset(
    "stage grade type class level ckd nyha day para g p about for of the to x and with lasting over in at "
    "every after within last score ecog asa cfs gcs ed icu ward bay bed room no number dose page part stent "
    "version degree degrees - / + = > < ( :".split()
)
#: A comma between these does not part: "L1, L2 and L3", "ribs 3, 4 and 5".
_LEVEL = re.compile(r"[a-z]?\d{1,2}(?:st|nd|rd|th)?\Z")


def _one(name: str, value: Whether, ahead: bool, reach: int = PHRASE) -> Cue:
    effect = Effect(WHETHER, value, "forward" if ahead else "backward", reach)
    return Cue(name, forward=(effect,)) if ahead else Cue(name, backward=(effect,))


_QUERIED, _QUERIED_AFTER = _one("?", Whether.POSSIBLE, True), _one("?", Whether.POSSIBLE, False)
_UNTICKED, _UNTICKED_AFTER = _one("[ ]", Whether.ABSENT, True, 3), _one("[ ]", Whether.ABSENT, False)
_TICKED, _TICKED_AFTER = _one("[x]", Whether.PRESENT, True, 3), _one("[x]", Whether.PRESENT, False)
_MINUS = _one("-", Whether.ABSENT, False)
_GROUPS = frozenset("a b o ab rh rhesus".split())  # "O-" is a blood group
_TESTED = frozenset("hiv hbv hcv hbsag ana anca".split())
_POSITIVE = frozenset("on positive pos + reactive detected known undetectable diagnosed since".split())
_CANCER, _SPREAD = words_of("cancer"), words_of("spread")
_PLACES = words_of("places of spread")
_LISTED = _PLACES | frozenset((",", "and", "&", "+", "the", "both"))
_WHERE = frozenset(("to", "in"))
_LONGEST_PLACE = 4  # words that name a place and what is there: "right axillary lymph node metastases"
_TICKS = frozenset(("x", "y", "yes", *"✓✔☑☒"))
_CROSSES = frozenset("n no nil none never".split())
_ANSWERS = _TICKS | _CROSSES
_EMPTY = frozenset("☐✗✘")


class Splitter(Cutter):
    """Cuts the tokens of one document into sentences of segments."""

    def sentences(self, first: int, last: int) -> list[list[Segment]]:
        """The sentences of tokens[first:last], each a list of segments in order."""
        self._restart(first, last)
        signs, words = self.signs, self.words
        for i in range(first, last):
            sign = signs[i]
            if sign is None or i < self.skip:
                continue
            if sign.apart and i > self.begin:
                self._close(i, i, WIDE)
            node = sign.node
            if node is not None:
                nearest = words[i + 1] if i + 1 < last else "\n"
                if (nearest in node or "" in node or nearest == "\n") and self._mark(i, node):
                    continue
            if sign.kind:  # not a mere word
                self._sign(sign.kind, i)
        self._end(last, last)
        return self.done

    def _sign(self, kind: int, i: int) -> None:
        """Do what a token is there for, by its kind; the most frequent first. One method for each stands below."""
        if kind == A_FIGURE:
            self._figure(i)
        elif kind == A_STOP:
            self._stop(i)
        elif kind == A_COMMA:
            self._comma(i)
        elif kind == A_NEWLINE:
            self._newline(i)
        elif kind == A_JOIN:
            self._join(i)
        elif kind == A_SPREAD:
            self._spread(i)
        elif kind == A_COLON:
            self._colon(i)
        elif kind == A_DASH:
            self._dash(i)
        elif kind == A_QUERY:
            self._query(i)
        elif kind == A_BRACKET:
            self._open(i)
        elif kind == A_CLOSING:
            self._shut(i)
        elif kind == A_SEMI:
            self._close(i, i + 1, SEMI)
        elif kind == AN_ARROW:
            self._arrow(i)
        elif kind == A_BULLET:
            self._bullet(i)
        elif kind == A_BOX:
            self._box(i)

    def _figure(self, i: int) -> None:
        word = self.words[i]
        if i == self.begin and not self.segments and word in _FIRST:
            self.items = self._enumeration(i)
        if self.items and i in self.items:
            self._end(i, i + 1)
            return
        self.figures = True

    def _enumeration(self, i: int) -> frozenset[int]:
        """The numbers of the items of a line that begins with one: "1 PE 2 pneumonia"."""
        words, found, following = self.words, [i], _NEXT[self.words[i]]
        for k in range(i + 1, self.last - 1):
            if words[k] == "\n":
                break
            if words[k] in following and self._numbers(k):
                found.append(k)
                following = _NEXT.get(words[k], ())
        return frozenset(found) if len(found) > 1 and self._numbers(i) else frozenset()

    def _numbers(self, k: int) -> bool:
        """Whether figure k stands before an item rather than counting something."""
        words, after = self.words, self.words[k + 1]
        if self._touches(k) or self._touches(k + 1) or not (after[0].isalpha() or after in "#?"):
            return False
        if k > self.begin and self.start[k] - self.end[k - 1] > 1:
            return True
        return after not in _UNITS and (k == self.begin or words[k - 1] not in _COUNTED)

    def _newline(self, i: int) -> None:
        if self._wraps(i, self.line):
            self.line = i + 1
            if i == self.begin:
                self.begin = i + 1
            return
        self.line, self.boxes = i + 1, 0
        self._end(i, i + 1)

    def _stop(self, i: int) -> None:
        words, end = self.words, self.end
        before = words[i - 1] if i > self.begin else ""
        if i + 1 < len(words) and len(before) > _LONGEST_SHORT and (self.start[i + 1] > end[i] or words[i + 1] == "\n"):
            self._end(i, i + 1)  # nearly every full stop: behind a word, before a space
            return
        after = self.text[self.start[i + 1]] if i + 1 < self.last else "\n"
        if not before or words[i] == "!":
            self._end(i, i + 1)
        elif self._touches(i + 1) and after != "\n":
            if len(before) > 2 and after.isupper() and before.isalpha():
                self._end(i, i + 1)  # "... on the ward.Home when"
        elif before in _TITLES:
            if not (after.isupper() and self.text[end[i - 1] - 1].islower()):
                self._end(i, i + 1)  # "MS." is no lady
        elif not self._shortened(i, before, after):
            if (
                before.isdecimal()
                and len(before) <= 2
                and after != "\n"
                and self._touches(i)
                and self._counts(i, before)
            ):
                self.number = int(before)
                self._end(i - 1, i + 1)
            else:
                self._end(i, i + 1)

    def _shortened(self, i: int, before: str, after: str) -> bool:
        if len(before) == 1 and before.isalpha():
            return after.islower() or (i - 2 >= self.begin and self.words[i - 2] in _TITLES)
        return before in _SHORT_FOR and after != "\n"

    def _counts(self, i: int, before: str) -> bool:
        """Whether a figure and its full stop number an item: "1. AKI 2. CKD"."""
        if i - 1 > self.begin and self.words[i - 2] in SCALES:
            return False  # "heel grade 1. Nursing home"
        return i - 1 == self.begin or (int(before) == self.number + 1 and not self._touches(i - 1))

    def _query(self, i: int) -> None:
        if self._trails(i):
            if i > self.begin:
                self.marks = [*(self.marks or ()), (_QUERIED_AFTER, False, i, i + 1)]
                self._close(i, i + 1, QUERY)
            self.begin = i + 1
            if i + 1 < self.last and self.words[i + 1] in "\"”’":  # "sleep apnoea?" in quotes
                self.begin = i + 2
            return
        self._close(i, i, 0)
        skip = i + 1
        while skip < self.last and self.words[skip] == "?":
            skip += 1
        self.skip = skip
        self.marks = [*(self.marks or ()), (_QUERIED, True, i, skip)]

    def _trails(self, i: int) -> bool:
        """Whether a question mark belongs to the words before it."""
        words = self.words
        if self._touches(i + 1) and words[i + 1] not in "?.,;:)]\n/\"”’":
            return False
        if self._touches(i) and words[i - 1] not in "\n(,;:/-":
            return True
        return i + 1 >= self.last or words[i + 1] in ".,;:)]\n"

    def _comma(self, i: int) -> None:
        words = self.words
        if self.begin < i < self.last - 1:
            before = words[i - 1]
            numbered = before[0].isdigit() or before[1:2].isdigit()
            if numbered and _LEVEL.match(before) and _LEVEL.match(words[i + 1]):
                return
            if before in _PLACES and words[i + 1] in _LISTED and self._spreads(i):
                return
        self._close(i, i + 1, COMMA)

    def _spreads(self, i: int) -> bool:
        """Whether the comma at token i stands between places that a cancer has spread to: "lung, liver and bone mets"."""
        if not _SPREAD.isdisjoint(self.words[self.begin : i]):
            return True
        return self._behind_places(i + 1) in _SPREAD

    def _behind_places(self, i: int) -> str:
        """The first word from token i on that is no place and joins none."""
        words = self.words
        while i < self.last and words[i] in _LISTED:
            i += 1
        return words[i] if i < self.last else ""

    def _spread(self, i: int) -> None:
        """Part a cancer from the place that it has spread to: "cancer, mets to brain", "mets in liver, from the colon"."""
        words = self.words
        if i == self.begin or i + 1 >= self.last or self.marks is not None:
            return
        before = words[self.begin : i]
        behind = words[i + 1 : min(i + 1 + _LONGEST_PLACE, self.last)]
        if words[i] == "from":
            first = self.segments[0].first if self.segments else self.begin
            parts = not _SPREAD.isdisjoint(words[first:i]) and not _CANCER.isdisjoint(behind)
        elif words[i] == "with":
            spread = not _SPREAD.isdisjoint(behind) or self._behind_places(i + 1) in _SPREAD
            parts = spread and not _CANCER.isdisjoint(before)
        else:
            parts = words[i + 1] in _WHERE and not _CANCER.isdisjoint(before)
        if parts:
            self._close(i, i, COMMA)

    def _colon(self, i: int) -> None:
        if not (i > self.begin and self._touches(i) and self._touches(i + 1)) or self.words[i + 1] == "\n":
            self._close(i, i + 1, COLON)

    def _join(self, i: int) -> None:
        word = self.words[i]
        if self._touches(i) and (word in "+&/" or self.words[i - 1] in "-/"):
            return  # "I&D", "to-and-fro"
        if word in "+&/":
            if i == self.begin or i + 1 >= self.last:
                return
            if self._touches(i + 1) and (word != "+" or not self.words[i + 1][0].isalpha()):
                return
        self._close(i, i + 1, OR if word in ("or", "/") else AND)

    def _dash(self, i: int) -> None:
        words = self.words
        if i == self.begin:  # a bullet
            self.begin = i + 1
            self.separator |= DASH if self.segments else 0
            return
        before, behind = self._touches(i), self._touches(i + 1)
        if before and i + 1 < self.last and words[i + 1] in ",;" and words[i - 1] not in _GROUPS:
            if words[i - 1].isalpha():  # "HTN+, DM-, CKD+"
                self.marks = [*(self.marks or ()), (_MINUS, False, i, i + 1)]
            return
        ends = not behind or i + 1 >= self.last or words[i + 1] in ".)"
        if before and ends and self._minus(i):  # "HIV- HBV- HCV-."
            self.marks = [*(self.marks or ()), (_MINUS, False, i, i + 1)]
            self._close(i, i + 1, COMMA)
            return
        if i + 1 < self.last:
            arrow = behind and words[i + 1] == ">"
            if before and ((behind and not arrow) or words[i - 1] == "/"):
                return  # "co-codamol", "+/-"
            if words[i - 1][-1].isdigit() and words[i + 1][0].isdigit():
                return  # "5 - 7"
            if arrow:
                self.skip = i + 2
        self._close(i, max(i + 1, self.skip), DASH)

    def _minus(self, i: int) -> bool:
        """Whether the dash behind a word is a minus sign: behind a virus or an antibody, or a short form of a row of such."""
        words, before = self.words, self.words[i - 1]
        if before in _GROUPS or not before.isalpha() or not self.text[self.start[i - 1] : self.end[i - 1]].isupper():
            return False
        if i + 1 >= self.last or words[i + 1] in ".\n)":
            return True
        signed = i + 2 < len(words) and words[i + 2] in "+-" and self._touches(i + 2)
        return signed or (before in _TESTED and words[i + 1] not in _POSITIVE)

    def _arrow(self, i: int) -> None:
        if self.words[i] == "=":
            if i + 1 >= self.last or self.words[i + 1] != ">":
                return
            self.skip = i + 2
        self._close(i, max(i + 1, self.skip), DASH)

    def _open(self, i: int) -> None:
        words = self.words
        if words[i] == "[" and self._box(i):
            return
        if i > self.begin and self._touches(i) and i + 2 < self.last and words[i + 2] == ")" and len(words[i + 1]) < 4:
            self.skip = i + 3  # "procedure(s)"
            return
        self._close(i, i + 1, OPEN)

    def _shut(self, i: int) -> None:
        if i - self.begin == 1 and not self.segments and (self.words[i - 1].isdecimal() or len(self.words[i - 1]) == 1):
            self.begin = i + 1  # "1) AKI"
            return
        self._close(i, i + 1, CLOSE)

    def _bullet(self, i: int) -> None:
        if i == self.begin or not self._touches(i):
            self._end(i, i + 1)

    def _box(self, i: int) -> bool:
        """A tick box: "[x] Anaemia [ ] Dysphagia", "Anaemia ✓  Dysphagia ✗", "Anaemia [n]"; False for any other bracket."""
        words = self.words
        ticked, skip = words[i] not in _EMPTY, i + 1
        if words[i] == "[":
            inside = words[i + 1 : min(i + 3, self.last)]
            answered = len(inside) == 2 and inside[1] == "]" and inside[0] in _ANSWERS
            ticked = answered and inside[0] in _TICKS
            if not answered and inside[:1] != ["]"]:
                return False
            skip = i + (3 if answered else 2)
        if not self.boxes:
            self.boxes = 1 if i == self.begin and not self.segments else 2
        if self.boxes == 2:
            self.marks = [*(self.marks or ()), (_TICKED_AFTER if ticked else _UNTICKED_AFTER, False, i, skip)]
            self._close(skip, skip, SEMI)
        else:
            self._close(i, i, SEMI if self.segments or i > self.begin else 0)
            self.marks = [(_TICKED if ticked else _UNTICKED, True, i, skip)]
        self.skip = skip
        return True
