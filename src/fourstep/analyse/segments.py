"""Sentences and their segments: the stretches between commas, dashes, brackets, "and", and the words that assert.

One walk over the tokens that mean something here (signs, joining words, cues); plain words are never looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import compress, count

from fourstep.analyse.cues import WHETHER, Cue, Effect, Trie, cues
from fourstep.analyse.statements import Whether
from fourstep.analyse.words import Tokens

# What stands between a segment and the one before it. 0: nothing but a cue.
AND, OR, COMMA, SEMI, COLON, DASH, OPEN, CLOSE, WIDE, QUERY = (1 << n for n in range(10))
HARD = SEMI | COLON | DASH | WIDE | QUERY

(_WORD, _NEWLINE, _STOP, _QUERY, _COMMA, _SEMI, _COLON, _DASH, _ARROW, _OPEN, _CLOSE, _AND, _OR, _BULLET, _DIGIT, _BOX) = range(16)
_SIGNS = {
    "\n": _NEWLINE, ".": _STOP, "!": _STOP, "?": _QUERY, ",": _COMMA, ";": _SEMI, "|": _SEMI, ":": _COLON,
    "-": _DASH, "–": _DASH, "—": _DASH, "−": _DASH, "→": _ARROW, "⇒": _ARROW, "=": _ARROW, "(": _OPEN, ")": _CLOSE,
    "[": _OPEN, "]": _CLOSE, "{": _OPEN, "}": _CLOSE, "and": _AND, "&": _AND, "+": _AND, "or": _OR, "/": _OR,
    "•": _BULLET, "*": _BULLET, "●": _BULLET, "▪": _BULLET, "·": _BULLET, "◦": _BULLET,
    "☐": _BOX, "☑": _BOX, "☒": _BOX, "✓": _BOX, "✔": _BOX, "✗": _BOX, "✘": _BOX,
}  # fmt: skip
#: After these tokens nothing follows that a cue could speak of.
_ENDS = frozenset("\n . ! ? , ; | : ( ) [ ] - – — → = and or & + / • * ●".split(" "))
#: "refused analgesia for her chest pain": what follows is not what the cue spoke of.
_REASONS = frozenset(("for", "because", "as", "so"))
#: "COVID negative on admission", "suspected on the right": a cue that could speak of either side speaks of what came.
_PREPOSITIONS = frozenset(("on", "in", "at", "by", "for", "from", "after", "with", "so", "today", "x2", "x3", "as", "to"))
_SHORT_FOR = frozenset(
    "vs approx eg ie fig dept ext tel wt ht rpt temp inc incl resp al cf".split()
)
_TITLES = frozenset("mr mrs ms miss dr prof st".split())
#: A comma between these does not part: "L1, L2 and L3", "ribs 3, 4 and 5".
_LEVEL = re.compile(r"[a-z]?\d{1,2}(?:st|nd|rd|th)?\Z")
_WIDE_GAP = re.compile(r"[^\S\n]{4,}|\t")
_TICKS = frozenset("x✓✔☑☒")
_WRAP = 60  # characters of a line that may go on in the next one

UNTICKED = Cue("[ ]", forward=[Effect(WHETHER, Whether.ABSENT, "forward", 3)], denies=True)
TICKED = Cue("[x]", forward=[Effect(WHETHER, Whether.PRESENT, "forward", 3)])
LEADING = Cue("?", forward=[Effect(WHETHER, Whether.POSSIBLE, "forward", 0)])
TRAILING = Cue("?", backward=[Effect(WHETHER, Whether.POSSIBLE, "backward", 0)])
_AFTER = {
    "[x]": Cue("[x]", backward=[Effect(WHETHER, Whether.PRESENT, "backward", 0)]),
    "[ ]": Cue("[ ]", backward=[Effect(WHETHER, Whether.ABSENT, "backward", 0)]),
}
_BOXES = {"☐": UNTICKED, "✗": UNTICKED, "✘": UNTICKED, "☑": TICKED, "☒": TICKED, "✓": TICKED, "✔": TICKED}

#: A cue where it stands: the cue, whether it speaks of what follows, its tokens.
Mark = tuple[Cue, bool, int, int]


class Segment:
    """Tokens first..last-1 of a sentence, between two separators or cues."""

    __slots__ = ("allergy", "cue", "first", "last", "marks", "separator", "when", "whether", "who")

    def __init__(self, first: int, last: int, separator: int, marks: list[Mark] | None) -> None:
        self.first = first
        self.last = last
        self.separator = separator
        self.marks = marks
        self.whether = -1  # not said; the section decides
        self.when = 0
        self.who = -1
        self.allergy = False
        self.cue = ""


Entry = tuple[int, Trie | None]


class Special(dict[str, Entry | None]):
    """Token -> what it means here, None for plain words; learns the tokens it meets, up to a bound."""

    def __missing__(self, token: str) -> Entry | None:
        entry = (_DIGIT, None) if "0" <= token[0] <= "9" else None
        if len(self) < 100_000:
            self[token] = entry
        return entry


@cache
def special() -> Special:
    """Signs, joining words and the first words of cues."""
    table = Special()
    for token, sign in _SIGNS.items():
        table[token] = (sign, None)
    for token, node in cues().items():
        known = table.get(token)
        kind = known[0] if known else _DIGIT if "0" <= token[0] <= "9" else _WORD
        table[token] = (kind, node)
    return table


class Splitter:
    """Cuts the tokens of one document into sentences of segments."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.text = text
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        self.entries: list[Entry | None] = list(map(special().__getitem__, self.words))
        self.wide: set[int] = set()
        for gap in _WIDE_GAP.finditer(text):
            at = bisect_left(self.start, gap.end())
            if 0 < at < len(self.words) and self.words[at - 1] != "\n":
                self.wide.add(at)
                if self.entries[at] is None:
                    self.entries[at] = (_WORD, None)
        self.specials = list(compress(count(), self.entries))

    def sentences(self, first: int, last: int) -> Iterator[list[Segment]]:
        """The sentences of tokens[first:last], each a list of segments in order."""
        words, start, end, entries = self.words, self.start, self.end, self.entries
        specials = self.specials
        wide = self.wide
        segments: list[Segment] = []
        begin = first  # of the segment under way
        separator = 0
        marks: list[Mark] | None = None
        skip = first
        number = 0  # of the last item of an enumeration
        line_start = first
        boxes = 0  # tick boxes of this line: 1 before their words, 2 after them

        for at in range(bisect_left(specials, first), len(specials)):
            i = specials[at]
            if i >= last:
                break
            if i < skip:
                continue
            kind, node = entries[i]  # type: ignore[misc]
            if wide and i in wide and i > begin:
                segments.append(Segment(begin, i, separator, marks))
                begin, separator, marks = i, WIDE, None
            if node is not None:
                found = self._cue(i, last, node)
                if found is not None:
                    cue, stop = found
                    skip = stop
                    if cue.pseudo:
                        continue
                    forward = self._looks_forward(cue, i, stop, last, begin, separator)
                    if forward is None:
                        continue
                    if forward and i > begin:
                        segments.append(Segment(begin, i, separator, marks))
                        begin, separator, marks = i, 0, None
                    if marks is None:
                        marks = []
                    marks.append((cue, forward, i, stop))
                    if not forward and stop < last and words[stop] in _REASONS:
                        segments.append(Segment(begin, stop, separator, marks))
                        begin, separator, marks = stop, 0, None
                    continue
            if kind == _WORD or kind == _DIGIT:
                continue

            if (kind == _OPEN or kind == _BOX) and (box := self._box(i, last)) is not None:
                cue, skip = box
                if boxes == 0:
                    boxes = 1 if i == begin and not segments else 2
                if boxes == 2:  # the boxes of this line stand after their words
                    segments.append(Segment(begin, skip, separator, [*(marks or ()), (_AFTER[cue.name], False, i, skip)]))
                    begin, separator, marks = skip, SEMI, None
                else:
                    if i > begin:
                        segments.append(Segment(begin, i, separator, marks))
                    begin, separator, marks = i, SEMI if segments else 0, [(cue, True, i, skip)]
                continue
            if kind == _COMMA:
                if i > begin and i + 1 < last and _LEVEL.match(words[i - 1]) and _LEVEL.match(words[i + 1]):
                    continue
                sign = COMMA
            elif kind == _AND or kind == _OR:
                word = words[i]
                if i > begin and words[i - 1] in "-/" and start[i] == end[i - 1]:
                    continue  # "to-and-fro"
                if word in "+&/" and (
                    i == begin or i + 1 >= last or start[i] == end[i - 1] or (start[i + 1] == end[i] and word != "+")
                    or (word == "+" and start[i + 1] == end[i] and not words[i + 1][0].isalpha())
                ):
                    continue
                sign = AND if kind == _AND else OR
            elif kind == _STOP:
                verdict = self._stops(i, begin, last, number)
                if verdict == 0:
                    continue
                if verdict == 2:  # the number of an item: "1. AKI 2. CKD"
                    number = int(words[i - 1])
                    if i - 1 > begin:
                        segments.append(Segment(begin, i - 1, separator, marks))
                    if segments:
                        yield segments
                    segments, begin, separator, marks = [], i + 1, 0, None
                    continue
                if i > begin:
                    segments.append(Segment(begin, i, separator, marks))
                if segments:
                    yield segments
                segments, begin, separator, marks = [], i + 1, 0, None
                continue
            elif kind == _NEWLINE:
                if self._wraps(i, line_start, last):
                    line_start = i + 1
                    if i == begin:
                        begin = i + 1
                    continue
                line_start, boxes = i + 1, 0
                if i > begin:
                    segments.append(Segment(begin, i, separator, marks))
                if segments:
                    yield segments
                segments, begin, separator, marks = [], i + 1, 0, None
                continue
            elif kind == _QUERY:
                trailing = self._trails(i, last)
                if trailing:
                    if i > begin:
                        segments.append(Segment(begin, i, separator, [*(marks or ()), (TRAILING, False, i, i + 1)]))
                        separator = QUERY
                    begin, marks = i + 1, None
                    continue
                if i > begin:
                    segments.append(Segment(begin, i, separator, marks))
                    separator, marks = 0, None
                skip = i + 1
                while skip < last and words[skip] == "?":
                    skip += 1
                begin = i
                marks = [*(marks or ()), (LEADING, True, i, skip)]
                continue
            elif kind == _COLON:
                if i + 1 < last and start[i + 1] == end[i] and i > begin and start[i] == end[i - 1]:
                    continue
                sign = COLON
            elif kind == _DASH:
                before = i > first and start[i] == end[i - 1]
                behind = i + 1 < last and start[i + 1] == end[i]
                if i == begin:
                    begin = i + 1
                    separator |= DASH if segments else 0
                    continue
                if (before and ((behind and words[i + 1] != ">") or words[i - 1] == "/")) or (
                    i + 1 < last and words[i - 1][-1].isdigit() and words[i + 1][0].isdigit()
                ):
                    continue
                sign = DASH
                if behind and words[i + 1] == ">":
                    skip = i + 2
            elif kind == _ARROW:
                if words[i] == "=":
                    if i + 1 >= last or words[i + 1] != ">":
                        continue
                    skip = i + 2
                sign = DASH
            elif kind == _SEMI:
                sign = SEMI
            elif kind == _OPEN:
                if i > begin and start[i] == end[i - 1] and i + 2 < last and words[i + 2] == ")" and end[i + 1] - start[i + 1] < 4:
                    skip = i + 3  # "procedure(s)"
                    continue
                sign = OPEN
            elif kind == _CLOSE:
                if i - begin == 1 and not segments and (words[begin].isdecimal() or len(words[begin]) == 1):
                    begin = i + 1  # "1) AKI"
                    continue
                sign = CLOSE
            else:  # a bullet
                if i == begin or start[i] > end[i - 1]:
                    if i > begin:
                        segments.append(Segment(begin, i, separator, marks))
                    if segments:
                        yield segments
                    segments, begin, separator, marks = [], i + 1, 0, None
                continue

            if i > begin:
                segments.append(Segment(begin, i, separator, marks))
                separator, marks = sign, None
            else:
                separator |= sign
            begin = max(i + 1, skip)

        if begin < last:
            segments.append(Segment(begin, last, separator, marks))
        if segments:
            yield segments

    def _cue(self, i: int, last: int, node: Trie) -> tuple[Cue, int] | None:
        """The longest cue that begins at token i, and the token after it."""
        words = self.words
        best = node.get("")
        stop = i + 1
        k = i + 1
        while k < last:
            word = words[k]
            if word == "\n" and k + 1 < last and self.text[self.start[k + 1]].islower():
                k += 1
                continue
            following = node.get(word)
            if following is None:
                break
            node = following
            k += 1
            if "" in node:
                best, stop = node[""], k
        return (best, stop) if best is not None else None

    def _looks_forward(self, cue: Cue, i: int, stop: int, last: int, begin: int, separator: int) -> bool | None:
        """Whether a cue speaks of what follows it (True) or of what stands before (False); None: it is none here."""
        words = self.words
        nearest = words[stop] if stop < last else "\n"
        follows = nearest not in _ENDS
        if not follows and stop + 1 < last:
            if nearest == "\n":
                follows = self._wraps(stop, i, last)
            elif nearest in "-/" and self.start[stop] == self.end[stop - 1] and self.start[stop + 1] == self.end[stop]:
                follows = True
            elif nearest == ":":
                follows = i == begin and words[stop + 1] != "\n"
                if words[i] == "no" and stop == i + 1 and not follows:
                    return None  # "NHS No: ..."
        if words[i] == "no" and stop == i + 1 and nearest.isdecimal():
            return None
        if words[i] == "old" and i > begin and words[i - 1][0].isdigit():
            return None  # "79yr old"
        if follows and cue.forward and not (cue.backward and nearest in _PREPOSITIONS):
            scope = cue.forward[0].scope
            if scope in ("forward", "both"):
                return True
            opens = i == begin and not separator & (OPEN | CLOSE)
            if scope == "start" and opens and not nearest[0].isdigit():
                return True
            if scope == "terse" and i == begin and not nearest.endswith(("ed", "ing", "'s")):
                return True
        if cue.backward or cue.item or cue.value:
            return False
        return False if cue.denies and not follows else None

    def _stops(self, i: int, begin: int, last: int, number: int) -> int:
        """What a full stop is: 0 no end of a sentence, 1 an end, 2 the stop after the number of an item."""
        words, start, end, text = self.words, self.start, self.end, self.text
        before = words[i - 1] if i > begin else ""
        after = text[start[i + 1]] if i + 1 < last else "\n"
        spaced = i + 1 >= last or start[i + 1] > end[i] or after == "\n"
        if not before or words[i] == "!":
            return 1
        if not spaced:
            return 1 if len(before) > 2 and after.isupper() and before.isalpha() else 0
        if before in _TITLES and i > begin:
            return 0 if after.isupper() and text[end[i - 1] - 1].islower() else 1
        if before in _SHORT_FOR and after != "\n":
            return 0
        if len(before) == 1 and before.isalpha() and (after.islower() or (i - 2 >= begin and words[i - 2] in _TITLES)):
            return 0
        if before.isdecimal() and len(before) <= 2 and after != "\n" and start[i] == end[i - 1]:
            value = int(before)
            if i - 1 == begin or (value == number + 1 and start[i - 1] > end[i - 2]):
                return 2
        return 1

    def _wraps(self, i: int, line_start: int, last: int) -> bool:
        """Whether the line end at token i only wraps a sentence."""
        words = self.words
        if i + 1 >= last or i == 0 or words[i + 1] == "\n" or not self.text[self.start[i + 1]].islower():
            return False
        before = words[i - 1]
        if before in ".:;!?\n":
            return False
        if before in (",", "and", "or", "with", "of", "the", "to", "no"):
            return True
        return self.start[i] - self.start[min(line_start, i)] >= _WRAP

    def _trails(self, i: int, last: int) -> bool:
        """Whether a question mark belongs to the words before it."""
        words, start, end = self.words, self.start, self.end
        behind = i + 1 < last and start[i + 1] == end[i] and words[i + 1] not in "?.,;:)]\n/"
        if behind:
            return False
        before = i > 0 and start[i] == end[i - 1] and words[i - 1] not in "\n(,;:/-"
        if before:
            return True
        return i + 1 >= last or words[i + 1] in ".,;:)]\n"

    def _box(self, i: int, last: int) -> tuple[Cue, int] | None:
        words = self.words
        if words[i] in _BOXES:
            return _BOXES[words[i]], i + 1
        if words[i] != "[" or i + 1 >= last:
            return None
        if words[i + 1] == "]":
            return UNTICKED, i + 2
        if i + 2 < last and words[i + 1] in _TICKS and words[i + 2] == "]":
            return TICKED, i + 3
        return None


