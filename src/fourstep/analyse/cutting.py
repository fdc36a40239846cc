"""The segment under way: where it begins and ends, and the cues that stand in it."""

from __future__ import annotations

import re

from fourstep.analyse.cues import WHETHER, WHO, Cue, Trie
from fourstep.analyse.signs import A_WORD, CLOSE, OPEN, Sign, meaning, special
from fourstep.analyse.statements import Whether
from fourstep.analyse.word_lists import words_of
from fourstep.analyse.words import Tokens, at_least

#: After these tokens nothing follows that a cue could speak of.
_ENDS = frozenset("\n . ! ? , ; | : ( ) [ ] - – — → = and or & + / • * ●".split(" "))
#: The signs that end an item.
_PARTS = frozenset("\n . , ; | )".split(" "))
_LOOSE_PARTS = frozenset("/-–(")
_LONGEST_SCORED = 3  # words of an item before its nought: "oral mucositis 0"
_LONGEST_ASKED = 6  # words of a question before its N: "Stroke/MI last 3/12 N"
#: "AKI no Cr 91": a figure of the laboratory behind "no" is the reason for it, not what it denies.
_LABS = frozenset("cr creat creatinine k na hb plt plts inr ck crp wcc bm glucose ph lactate trop hba1c egfr bnp tsh".split())
#: "refused analgesia for her chest pain": what follows is not what the cue spoke of.
_REASONS = frozenset(("for", "because", "as", "so"))
_GOES_WITH = frozenset(("with", "who", "has"))
#: "COVID negative on admission": before these, a cue that could speak of either side speaks of what came.
_PREPOSITIONS = frozenset("on in at by for from after with so today x2 x3 as to given based because but".split())
_ADVERBS = ("ically", "icaly")  # "PE unlikely clinically"
#: "seen by the diabetes nurse": the name of a service goes back to one of these.
_BEFORE_NAMES = frozenset(
    "by the to at in with from via under for a an of on and or per our seen see known his her their this "
    "is was had has be been no not new old re regarding d/w w/ + & / through into your my".split()
)
_DASHES = frozenset("-–—")
_GIVERS, _NO_CONDITION = words_of("verdict givers"), words_of("no condition")
_LONGEST_NAME = 2  # words of the name of a service: "learning disability nurse"
_UNFINISHED = frozenset(", and or with of the to no".split())  # a line that ends so goes on in the next one
_WIDE_GAP = re.compile(r"[^\S\n]{3,}|\t")
_BLANKS = "   "  # the same begins with these where no other space stands in the text, and they are found at once
_OTHER_SPACES = "\t\r\v\f\x1c\x1d\x1e\x1f"
_NARROW = 3  # spaces that part columns only after a short label at the start of a line
_ROW_LABEL = 3  # words of such a label
_WRAPPED = range(60, 131)  # characters of the longest line of a text that is wrapped at a margin
_RAGGED = 15  # characters that a line may fall short of the margin

_UNREAD = Sign(A_WORD)  # of a token that the table of signs does not have yet
_NO_ITEMS: frozenset[int] = frozenset()

#: A cue where it stands: whether it speaks of what follows, its first token, the one after its last.
Mark = tuple[Cue, bool, int, int]


class Segment:
    """Tokens first..last-1 of a sentence, between two separators or cues."""

    __slots__ = ("allergy", "cue", "figures", "first", "last", "marks", "separator", "when", "whether", "who")

    def __init__(self, first: int, last: int, separator: int, marks: list[Mark] | None, figures: bool) -> None:
        self.first = first
        self.last = last
        self.separator = separator
        self.marks = marks
        self.figures = figures
        self.whether = -1  # not said: the section decides
        self.when = 0
        self.who = -1
        self.allergy = 0  # 1 an allergen, -1 tolerated
        self.cue = ""


def _wide_gaps(text: str) -> list[tuple[int, int]]:
    """The gaps of a text that may part columns, each with where it begins and ends."""
    if not text.isascii() or any(space in text for space in _OTHER_SPACES):
        return [gap.span() for gap in _WIDE_GAP.finditer(text)]
    found: list[tuple[int, int]] = []
    begin = text.find(_BLANKS)
    while begin >= 0:
        end = begin + len(_BLANKS)
        while end < len(text) and text[end] == " ":
            end += 1
        found.append((begin, end))
        begin = text.find(_BLANKS, end)
    return found


class Cutter:
    """Closes segments and sentences of one document, and marks cues on them."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.text = text
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        table = special()
        self.signs = [table.get(word, _UNREAD) for word in self.words]  # what each token means
        for i, sign in enumerate(self.signs):
            if sign is _UNREAD:
                self.signs[i] = meaning(self.words[i], table)
        for begin, end in _wide_gaps(text):
            at = at_least(self.start, end)
            if end - begin == _NARROW and not self._after_label(at):
                continue
            if 0 < at < len(self.words) and self.words[at - 1] != "\n":
                sign = self.signs[at]
                self.signs[at] = Sign(sign.kind, sign.node, True) if sign else Sign(A_WORD, None, True)
        self.widest, begun = 0, 0
        for end in [*[self.start[i] for i in tokens.line_ends()], len(text)]:
            self.widest, begun = max(self.widest, end - begun), end + 1
        self.wrapped = self.widest in _WRAPPED
        self._restart(0, 0)

    def _after_label(self, at: int) -> bool:
        """Whether token `at` follows a short label at the start of its line."""
        head = at
        while head and at - head <= _ROW_LABEL and self.words[head - 1] != "\n":
            head -= 1
            if self.signs[head] is not None:
                return False
        return 0 < at - head <= _ROW_LABEL

    def _behind_gap(self, i: int) -> bool:
        """Whether token i stands behind a gap of a table."""
        sign = self.signs[i]
        return sign is not None and sign.apart

    # --- the segment and the sentence under way

    def _restart(self, first: int, last: int) -> None:
        self.done: list[list[Segment]] = []
        self.segments: list[Segment] = []
        self.begin = self.skip = self.line = first
        self.last = last
        self.separator = 0
        self.marks: list[Mark] | None = None
        self.figures = False
        self.items = _NO_ITEMS  # the numbers of the items of this line
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

    def _apart(self, i: int) -> bool:
        """Whether more than one space stands between token i and the one before it, on one line."""
        return self.start[i] - self.end[i - 1] > 1 and self.words[i - 1] != "\n"

    # --- cues

    def _mark(self, i: int, node: Trie) -> bool:
        """Mark the cue that begins at token i, if there is one; True where its tokens need no other look."""
        found = self._longest(i, node)
        if found is None:
            return False
        cue, stop = found
        if self.words[i] == "?" and cue.forward and self._touches(i):
            return False  # "sight impaired??" asks about what stands before it
        if cue.pseudo:
            self.skip = stop
            return True
        if cue.named:
            self._name(cue, i, stop)
            return True
        ahead: bool | None = True
        if cue.label is not None and self._labels(cue, i, stop):
            cue = cue.label
        else:
            ahead = self._ahead(cue, i, stop)
        if ahead is None:
            self.skip = stop
            return True
        if ahead or cue.item:
            self._close(i, i, 0)
        self.skip = stop
        if self.marks is None:
            self.marks = []
        self.marks.append((cue, ahead, i, stop))
        if cue.item and stop < self.last and (self.words[stop] in _GOES_WITH or self._apart(stop)):
            self._close(stop, stop, 0)  # "never smoker with COPD", "NKDA  Smoker 5 a day"
        elif not ahead and stop < self.last and self.words[stop] in _REASONS:
            self._close(stop, stop, 0)
            if self.words[stop] == "for":
                self.skip = stop + 1  # "no cause found for syncope" plans nothing
        return True

    def _labels(self, cue: Cue, i: int, stop: int) -> bool:
        """Whether a cue is the label of a list: "Excluded: stroke, infection of the line"."""
        words = self.words
        if i != self.begin or self.segments or stop + 1 >= self.last or words[stop + 1] == "\n":
            return False
        if words[stop] == ":":
            return not words[stop + 1].isdecimal()
        if words[stop] not in _DASHES or self._touches(stop) or self._touches(stop + 1):
            return False
        return any(e.axis == WHETHER and e.value == Whether.RULED_OUT for e in cue.backward)  # "Excluded - PE, ACS"

    def _name(self, cue: Cue, i: int, stop: int) -> None:
        """Mark the name of a service, which says nothing of the patient: "seen by the stroke team"."""
        words, head = self.words, i
        while head > self.begin and i - head < _LONGEST_NAME and words[head - 1] not in _BEFORE_NAMES:
            head -= 1
        while head > self.begin and "-" in (words[head], words[head - 1]) and self._touches(head):
            head -= 1  # "pre-eclampsia prophylaxis"
        self.skip = stop
        if head == i or words[i - 1][0].isdigit():
            return
        self._close(head, head, 0)
        self.marks = [*(self.marks or ()), (cue, False, i, stop)]
        self._close(stop, stop, 0)

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
            (words[i] == "no" and (nearest.isdecimal() or (nearest == ":" and i > self.begin)))  # "Ref No: 12"
            or (words[i] == "old" and i > self.begin and words[i - 1][0].isdigit())  # "79yr old"
            or (words[i] in ("until", "till") and nearest[0].isdigit() and "/" in nearest)  # "NG feeds until 20/9"
        ):
            return None
        measured = nearest in _LABS and stop + 1 < self.last and words[stop + 1][0].isdigit()
        if words[i] == "no" and cue.denies and i > self.begin and measured:
            return False
        if cue.backward and cue.backward[0].scope == "last":
            loose = nearest in _LOOSE_PARTS and not self._touches(stop)  # "certified not yet - eye clinic", "N (planned)"
            ended = stop >= self.last or nearest in _PARTS or self._behind_gap(stop) or loose
            longest = _LONGEST_ASKED if self.text[self.start[i] : self.end[stop - 1]] == "N" else _LONGEST_SCORED
            if ended and i - self.begin <= longest:
                return False
            if not cue.forward:
                return None
        aside = nearest == "(" and bool(cue.forward) and cue.forward[0].axis == WHO  # "carer for wife (dementia)"
        follows = nearest not in _ENDS or aside or self._goes_on(i, stop, nearest)
        dated = nearest[0].isdigit() and (len(nearest) == 4 or "/" in nearest)  # "diabetes resolved 2022", "suspected 17/9"
        if follows and cue.forward and not (cue.backward and (dated or nearest in _PREPOSITIONS or nearest.endswith(_ADVERBS))):
            scope = cue.forward[0].scope
            opens = i == self.begin
            if (
                scope in ("forward", "verb", "both")
                or (scope == "start" and opens and not self.separator & (OPEN | CLOSE) and not nearest[0].isdigit())
                or (scope == "agent" and (opens or self._by_agent(i, nearest)))
                or (scope == "terse" and opens and not nearest.endswith(("ed", "ing", "'s")))
            ):
                return True
        if cue.backward or cue.item or cue.value:
            return False
        return False if cue.denies and not follows else None

    def _by_agent(self, i: int, nearest: str) -> bool:
        """Whether a test or a person stands before a verdict that speaks of what follows: "the MRI excluded TIA"."""
        if nearest in _GIVERS or nearest in _NO_CONDITION:
            return False
        return not _GIVERS.isdisjoint(self.words[self.begin : i])

    def _goes_on(self, i: int, stop: int, nearest: str) -> bool:
        """Whether words follow a cue although a sign does."""
        if stop + 1 >= self.last:
            return False
        if nearest == "\n":
            return self._wraps(stop, i)
        if nearest in "-/":
            return self._touches(stop) and self._touches(stop + 1)
        return nearest == ":" and i == self.begin and self.words[stop + 1] != "\n"  # "Nil: fever, rash"

    def _wraps(self, i: int, line: int) -> bool:
        """Whether the line end at token i only wraps a sentence; the line began at token `line`."""
        words = self.words
        if i + 1 >= self.last or i == 0 or words[i + 1] == "\n" or not self.text[self.start[i + 1]].islower():
            return False
        before = words[i - 1]
        if before in ".:;!?\n":
            return False
        return before in _UNFINISHED or (self.wrapped and self.start[i] - self.start[min(line, i)] >= self.widest - _RAGGED)
