"""Sentences and their segments: what stands between commas, dashes, brackets, "and", and cues.

One walk over the tokens that mean something here (signs, joining words, cues); plain words are passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from itertools import compress, count

from fourstep.analyse.cues import PHRASE, WHETHER, Cue, Effect, Trie
from fourstep.analyse.signs import (
    AND,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    KINDS,
    OPEN,
    OR,
    QUERY,
    SEMI,
    WIDE,
    WORD,
    Entry,
    special,
)
from fourstep.analyse.statements import Whether
from fourstep.analyse.words import Tokens

#: After these tokens nothing follows that a cue could speak of.
_ENDS = frozenset("\n . ! ? , ; | : ( ) [ ] - – — → = and or & + / • * ●".split(" "))
#: "refused analgesia for her chest pain": what follows is not what the cue spoke of.
_REASONS = frozenset(("for", "because", "as", "so"))
#: "COVID negative on admission": before these, a cue that could speak of either side speaks of what came.
_PREPOSITIONS = frozenset("on in at by for from after with so today x2 x3 as to".split())
_SHORT_FOR = frozenset("vs approx eg ie fig dept ext tel wt ht rpt temp inc incl resp al cf".split())
_TITLES = frozenset("mr mrs ms miss dr prof st".split())
_UNFINISHED = frozenset(", and or with of the to no".split())  # a line that ends so goes on in the next one
#: A comma between these does not part: "L1, L2 and L3", "ribs 3, 4 and 5".
_LEVEL = re.compile(r"[a-z]?\d{1,2}(?:st|nd|rd|th)?\Z")
_WIDE_GAP = re.compile(r"[^\S\n]{4,}|\t")
_WRAPPED = range(60, 131)  # characters of the longest line of a text that is wrapped at a margin
_RAGGED = 15  # characters that a line may fall short of the margin


def _one(name: str, value: Whether, ahead: bool, reach: int = PHRASE) -> Cue:
    effect = Effect(WHETHER, value, "forward" if ahead else "backward", reach)
    return Cue(name, forward=[effect]) if ahead else Cue(name, backward=[effect])


_QUERIED, _QUERIED_AFTER = _one("?", Whether.POSSIBLE, True), _one("?", Whether.POSSIBLE, False)
_UNTICKED, _UNTICKED_AFTER = _one("[ ]", Whether.ABSENT, True, 3), _one("[ ]", Whether.ABSENT, False)
_TICKED, _TICKED_AFTER = _one("[x]", Whether.PRESENT, True, 3), _one("[x]", Whether.PRESENT, False)
_TICKS = frozenset("x✓✔☑☒")
_EMPTY = frozenset("☐✗✘")

#: A cue where it stands: whether it speaks of what follows, its first token, the one after its last.
Mark = tuple[Cue, bool, int, int]


class Segment:
    """Tokens first..last-1 of a sentence, between two separators or cues."""

    __slots__ = ("allergy", "cue", "figures", "first", "last", "marks", "separator", "when", "whether", "who")

    def __init__(
        self, first: int, last: int, separator: int, marks: list[Mark] | None, figures: bool
    ) -> None:
        self.first = first
        self.last = last
        self.separator = separator
        self.marks = marks
        self.figures = figures
        self.whether = -1  # not said: the section decides
        self.when = 0
        self.who = -1
        self.allergy = False
        self.cue = ""


class Splitter:
    """Cuts the tokens of one document into sentences of segments."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.text = text
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        self.entries: list[Entry | None] = list(map(special().__getitem__, self.words))
        self.wide: set[int] = set()  # tokens after a gap of a table
        for gap in _WIDE_GAP.finditer(text):
            at = bisect_left(self.start, gap.end())
            if 0 < at < len(self.words) and self.words[at - 1] != "\n":
                self.wide.add(at)
                self.entries[at] = self.entries[at] or (WORD, None)
        self.specials = list(compress(count(), self.entries))
        self.widest = max(map(len, text.split("\n")))
        self.wrapped = self.widest in _WRAPPED
        self._restart(0, 0)
        self._of_kind: tuple[Callable[[int], None], ...] = tuple(getattr(self, f"_{kind}") for kind in KINDS)

    def sentences(self, first: int, last: int) -> list[list[Segment]]:
        """The sentences of tokens[first:last], each a list of segments in order."""
        self._restart(first, last)
        specials, entries, wide, of_kind = self.specials, self.entries, self.wide, self._of_kind
        for at in range(bisect_left(specials, first), bisect_left(specials, last)):
            i = specials[at]
            if i < self.skip:
                continue
            entry = entries[i]
            assert entry is not None
            if wide and i in wide and i > self.begin:
                self._close(i, i, WIDE)
            if entry[1] is not None and self._mark(i, entry[1]):
                continue
            of_kind[entry[0]](i)
        self._end(last, last)
        return self.done

    # --- the segment and the sentence under way

    def _restart(self, first: int, last: int) -> None:
        self.done: list[list[Segment]] = []
        self.segments: list[Segment] = []
        self.begin = self.skip = self.line = first
        self.last = last
        self.separator = 0
        self.marks: list[Mark] | None = None
        self.figures = False
        self.number = 0  # of the last item of an enumeration
        self.boxes = 0  # tick boxes of this line: 1 before their words, 2 after them

    def _close(self, stop: int, begin: int, separator: int) -> None:
        """End the segment under way before token `stop`; the next one begins at `begin`."""
        if stop > self.begin:
            self.segments.append(Segment(self.begin, stop, self.separator, self.marks, self.figures))
            self.separator, self.marks, self.figures = separator, None, False
        else:
            self.separator |= separator
        self.begin = begin

    def _end(self, stop: int, begin: int) -> None:
        """End the sentence under way before token `stop`."""
        self._close(stop, begin, 0)
        if self.segments:
            self.done.append(self.segments)
            self.segments = []
        self.separator = 0

    def _touches(self, i: int) -> bool:
        """Whether token i follows the one before it without a space."""
        return 0 < i < len(self.words) and self.start[i] == self.end[i - 1]

    # --- cues

    def _mark(self, i: int, node: Trie) -> bool:
        """Mark the cue that begins at token i, if there is one; True where its tokens need no other look."""
        found = self._longest(i, node)
        if found is None:
            return False
        cue, stop = found
        if cue.pseudo:
            self.skip = stop
            return True
        ahead = self._ahead(cue, i, stop)
        if ahead is None:
            self.skip = stop
            return True
        if ahead:
            self._close(i, i, 0)
        self.skip = stop
        if self.marks is None:
            self.marks = []
        self.marks.append((cue, ahead, i, stop))
        if not ahead and stop < self.last and self.words[stop] in _REASONS:
            self._close(stop, stop, 0)
        return True

    def _longest(self, i: int, node: Trie) -> tuple[Cue, int] | None:
        """The longest cue that begins at token i, and the token after it."""
        words = self.words
        best: Cue | None = node.get("")
        stop = k = i + 1
        while k < self.last:
            word = words[k]
            if word == "\n" and k + 1 < self.last and self.text[self.start[k + 1]].islower():
                k += 1
                continue
            following = node.get(word)
            if following is None:
                break
            node = following
            k += 1
            if "" in node:
                best, stop = node[""], k
        return None if best is None else (best, stop)

    def _ahead(self, cue: Cue, i: int, stop: int) -> bool | None:
        """Whether a cue speaks of what follows it or of what stands before; None: it is none here."""
        words = self.words
        nearest = words[stop] if stop < self.last else "\n"
        if stop == i + 1 and (
            (
                words[i] == "no" and (nearest.isdecimal() or (nearest == ":" and i > self.begin))
            )  # "Ref No: 12"
            or (words[i] == "old" and i > self.begin and words[i - 1][0].isdigit())  # "79yr old"
        ):
            return None
        follows = nearest not in _ENDS or self._goes_on(i, stop, nearest)
        if follows and cue.forward and not (cue.backward and nearest in _PREPOSITIONS):
            scope = cue.forward[0].scope
            opens = i == self.begin
            if (
                scope in ("forward", "both")
                or (
                    scope == "start"
                    and opens
                    and not self.separator & (OPEN | CLOSE)
                    and not nearest[0].isdigit()
                )
                or (scope == "terse" and opens and not nearest.endswith(("ed", "ing", "'s")))
            ):
                return True
        if cue.backward or cue.item or cue.value:
            return False
        return False if cue.denies and not follows else None

    def _goes_on(self, i: int, stop: int, nearest: str) -> bool:
        """Whether words follow a cue although a sign does."""
        if stop + 1 >= self.last:
            return False
        if nearest == "\n":
            return self._wraps(stop, i)
        if nearest in "-/":
            return self._touches(stop) and self._touches(stop + 1)
        return nearest == ":" and i == self.begin and self.words[stop + 1] != "\n"  # "Nil: fever, rash"

    # --- one method for each kind of token

    def _word(self, i: int) -> None:
        """A word that only begins cues, or stands after a gap."""

    def _figure(self, i: int) -> None:
        self.figures = True

    def _newline(self, i: int) -> None:
        if self._wraps(i, self.line):
            self.line = i + 1
            if i == self.begin:
                self.begin = i + 1
            return
        self.line, self.boxes = i + 1, 0
        self._end(i, i + 1)

    def _wraps(self, i: int, line: int) -> bool:
        """Whether the line end at token i only wraps a sentence; the line began at token `line`."""
        words = self.words
        if i + 1 >= self.last or i == 0 or words[i + 1] == "\n" or not self.text[self.start[i + 1]].islower():
            return False
        before = words[i - 1]
        if before in ".:;!?\n":
            return False
        return before in _UNFINISHED or (
            self.wrapped and self.start[i] - self.start[min(line, i)] >= self.widest - _RAGGED
        )

    def _stop(self, i: int) -> None:
        words, end = self.words, self.end
        before = words[i - 1] if i > self.begin else ""
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
        return i - 1 == self.begin or (int(before) == self.number + 1 and not self._touches(i - 1))

    def _query(self, i: int) -> None:
        if self._trails(i):
            if i > self.begin:
                self.marks = [*(self.marks or ()), (_QUERIED_AFTER, False, i, i + 1)]
                self._close(i, i + 1, QUERY)
            self.begin = i + 1
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
        if self._touches(i + 1) and words[i + 1] not in "?.,;:)]\n/":
            return False
        if self._touches(i) and words[i - 1] not in "\n(,;:/-":
            return True
        return i + 1 >= self.last or words[i + 1] in ".,;:)]\n"

    def _comma(self, i: int) -> None:
        words = self.words
        if self.begin < i < self.last - 1 and _LEVEL.match(words[i - 1]) and _LEVEL.match(words[i + 1]):
            return
        self._close(i, i + 1, COMMA)

    def _semi(self, i: int) -> None:
        self._close(i, i + 1, SEMI)

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
        if i + 1 < self.last:
            arrow = behind and words[i + 1] == ">"
            if before and ((behind and not arrow) or words[i - 1] == "/"):
                return  # "co-codamol", "+/-"
            if words[i - 1][-1].isdigit() and words[i + 1][0].isdigit():
                return  # "5 - 7"
            if arrow:
                self.skip = i + 2
        self._close(i, max(i + 1, self.skip), DASH)

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
        if (
            i > self.begin
            and self._touches(i)
            and i + 2 < self.last
            and words[i + 2] == ")"
            and len(words[i + 1]) < 4
        ):
            self.skip = i + 3  # "procedure(s)"
            return
        self._close(i, i + 1, OPEN)

    def _shut(self, i: int) -> None:
        if (
            i - self.begin == 1
            and not self.segments
            and (self.words[i - 1].isdecimal() or len(self.words[i - 1]) == 1)
        ):
            self.begin = i + 1  # "1) AKI"
            return
        self._close(i, i + 1, CLOSE)

    def _bullet(self, i: int) -> None:
        if i == self.begin or not self._touches(i):
            self._end(i, i + 1)

    def _box(self, i: int) -> bool:
        """A tick box: "[x] Anaemia [ ] Dysphagia", "Anaemia ✓  Dysphagia ✗"; False for any other bracket."""
        words = self.words
        ticked, skip = words[i] not in _EMPTY, i + 1
        if words[i] == "[":
            inside = words[i + 1 : min(i + 3, self.last)]
            ticked = len(inside) == 2 and inside[0] in _TICKS and inside[1] == "]"
            if not ticked and inside[:1] != ["]"]:
                return False
            skip = i + (3 if ticked else 2)
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
