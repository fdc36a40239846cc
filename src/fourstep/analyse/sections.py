"""Sections: where the headings of a document stand, and what the words below them are.

A heading is found by its words and by its place: at the start of a line, or inside a line before a colon. A
section begun inside a line ends at the next blank line; the words after it are again what the document's type
says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fourstep.analyse.headings import NO_HEADING, HeadingRule, Headings, Trie, choose, headings
from fourstep.analyse.placing import BULLETS, GOES_ON, Placer
from fourstep.analyse.statements import Section, Whether, Who
from fourstep.analyse.words import Tokens, at_least, tokenise
from fourstep.episode import Document

_NHS_NUMBER = re.compile(r"\b\d{3} ?\d{3} ?\d{4}\b")
_LONGEST_TITLE = 22
_LONGEST_GREETING = 8  # tokens of "Dear Dr Ash,"
_LONGEST_IDENTITY = 24  # tokens of a line that only says who the patient is
#: Words of a sentence, not of a title.
_TELLING = frozenset("was were is has had have who this she he with admitted presented after since".split())
_OPERATIVE = frozenset(("interventional", "angiosuite"))  # words of a title: the report is that of an operation
_PROSE = 14  # tokens of a line that is running text rather than an entry of a list
#: Sections that list things: running text after their blank line is not part of them.
_LISTS = frozenset(
    "diagnosis secondary_diagnosis complication problem_list past_history procedure procedure_planned "
    "medication discharge_medication allergy family investigation".split()
)
_UNENDED = frozenset(", and or & + with of".split())  # a line that ends so goes on in the next one
_LONGEST_ROW = 5  # tokens of the label of a row in a record of two columns
_COLUMN_GAP = 3
#: What an operation note says of the patient in passing, on one line: the operation goes on in the next.
_ASIDES = frozenset("anaesthetic past_history medication allergy social".split())
_FAREWELL = frozenset(("sincerely", "faithfully", "regards", "wishes"))


@dataclass(slots=True)
class Found:
    """A section with its tokens: its heading is tokens[head:body], its words are tokens[body:last]."""

    section: Section
    head: int
    body: int
    last: int
    who: Who
    inline: bool  # its words begin on the heading's own line
    one_line: bool  # it ends with its line
    whether: Whether | None = None  # what its heading says of everything below it

    @property
    def denied(self) -> bool:
        """Whether its heading denies everything below it."""
        return self.whether is not None and self.whether >= Whether.ABSENT


class Finder(Placer):
    """Walks the lines of one document."""

    def __init__(self, document: Document, tokens: Tokens, rules: Headings) -> None:
        super().__init__(document, tokens, rules)
        self.marked = [(at_least(self.start, h.start), h) for h in document.headings]
        self.found: list[Found] = []
        #: The tokens at which a heading inside a line may show: colons, and first words that need none.
        self.signs = [i for i, word in enumerate(self.words) if word in rules.signs]
        self.operated = False
        self.column = 0  # where the words of the last heading began, if a gap parted them from it
        self.before: Found | None = None  # what a section of one line interrupts

    # --- opening and closing

    def open(
        self,
        head: int,
        body: int,
        role: str,
        titled: int = 0,
        who: Who = Who.PATIENT,
        inline: bool = False,
        one_line: bool = False,
    ) -> None:
        """Begin a section at token `head`, its words at token `body`; its title ends before `titled`."""
        n = len(self.words)
        at = self.start[head] if head < n else len(self.text)
        label = (at, self.end[titled - 1]) if titled > head else None
        title = self.text[label[0] : label[1]] if label else ""
        if role == "procedure" and self.kind == "operation_note":
            if self.operated and title.lower().startswith(("procedure", "operation")):
                role = "operative_detail"  # the second one tells how it was done
            self.operated = True
        if self.found:
            self.found[-1].last = head
            self.found[-1].section.end = at
        if one_line and self.found and not self.found[-1].one_line:
            self.before = self.found[-1]
        section = Section(role, title, at, len(self.text), label)
        self.found.append(Found(section, head, body, n, who, inline, one_line))
        self.role = role
        if role != "demographics" and title:
            self.clinical = True

    def plain(self, head: int) -> None:
        """Back to what the document's type says."""
        self.open(head, head, self.document_rule.role)

    def resume(self, head: int) -> None:
        """Back to the section that a section of one line interrupted, if it goes on after it."""
        before = self.before
        passing = self.found[-1].section.role in ("demographics", "investigation", "examination", "findings")
        if before is None or not before.section.title or (before.inline and not passing):
            self.plain(head)
            return
        self.open(head, head, before.section.role, who=before.who)
        self.found[-1].whether = before.whether
        self.found[-1].section.title = before.section.title
        self.found[-1].section.label = before.section.label

    # --- the walk

    def walk(self) -> list[Found]:
        words = self.words
        n = len(words)
        breaks = [*self.breaks, n]
        self.open(0, 0, self.document_rule.role)
        first = 0
        if sum(b - a > 1 for a, b in zip([-1, *breaks], breaks, strict=False)) <= 1 and not self.marked:
            self.found[0].section.role = self.role = self.document_rule.one_line
        else:
            first = self.titles(breaks)
        for stop in breaks[at_least(breaks, first) :]:
            if stop > first:
                self.line(first, stop)
            elif first:
                self.blank(first, breaks)
            first = stop + 1
        return [f for f in self.found if f.last > f.head or f.section.end > f.section.start] or self.found[:1]

    def titles(self, breaks: list[int]) -> int:
        """The first lines say what the document is, not what the patient has; the token after them."""
        first = 0
        stop = -1
        for last in breaks[:6]:
            if last > first:
                line = self.words[first:last]
                named = any(w in self.rules.titles for w in line)
                if last - first > _LONGEST_TITLE or line[-1] == "." or "?" in line or not (named or self._dated(line)):
                    break
                if not _TELLING.isdisjoint(line) or (line[0].isdecimal() and len(line) > 1 and line[1].isalpha() and first):
                    break  # "1 Fracture of the wrist (trauma)" below a title is the first of a list
                if not named and stop < 0 and first:
                    break
                if (":" in line or not named) and self.opening(first, last) is not None:
                    break
                if self._labelled(first, last) or self._lists(line):
                    break
                stop = last
            first = last + 1
        if stop > 0:
            # what a report is called is the examination that was done
            self.found[0].section.role = "procedure" if self.kind == "test_result" else "demographics"
            if stop < len(self.words):
                if self.kind == "test_result" and not _OPERATIVE.isdisjoint(self.words[:stop]):
                    self.open(stop, stop, "procedure")  # what an interventional radiologist reports is what he did
                else:
                    self.plain(stop)
            return stop + 1
        return 0

    def _labelled(self, first: int, last: int) -> bool:
        """Whether a clinical label stands inside a line: "Discharge date 3/2/25.  Diagnosis: cellulitis"."""
        colons = (i for i in range(first + 1, last) if self.words[i] == ":")
        return any((best := self._titled(first, i)) is not None and best[0].role != "demographics" for i in colons)

    @staticmethod
    def _lists(line: list[str]) -> bool:
        """Whether a line begins an enumeration, alone or behind a label: "1 Subdural haematoma", "DISCHARGE: 1 AVR 2 AF"."""
        at = line.index(":") + 1 if ":" in line else 0
        ahead = line[at : at + 3]
        return len(ahead) == 3 and ahead[0] == "1" and (ahead[1][0].isalpha() or (ahead[1] in ".)" and ahead[2][0].isalpha()))

    @staticmethod
    def _dated(line: list[str]) -> bool:
        return len(line) <= 4 and any(w[0].isdigit() for w in line)

    def blank(self, at: int, breaks: list[int]) -> None:
        current = self.found[-1]
        if current.one_line and self.before is not None and self.before.inline:
            self.before = None
        if not current.section.title or current.one_line:
            return
        if current.inline or current.denied or (current.section.role in _LISTS and self._prose(at, breaks)):
            self.plain(at)

    def _prose(self, at: int, breaks: list[int]) -> bool:
        words, n = self.words, len(self.words)
        while at < n and words[at] == "\n":
            at += 1
        if at == n or words[at] in BULLETS or words[at][0].isdigit():
            return False
        stop = breaks[at_least(breaks, at)]
        return stop - at >= _PROSE and "." in words[at:stop]

    def line(self, first: int, last: int) -> None:
        words = self.words
        current = self.found[-1]
        if current.one_line and current.head < first and not self._continues(first, last):
            self.resume(first)
        if self.marked:
            self._marked(first, last)
        at = self._skip_bullet(first, last)
        if words[at] == "dear":
            comma = next((k for k in range(at, min(at + _LONGEST_GREETING, last)) if words[k] == ","), last - 1)
            self.open(first, comma + 1, "demographics", one_line=True)
            self.before = None
            if comma + 1 < last:  # "Dear Dr Ash, She came ..." on one line
                self.plain(comma + 1)
                self._inside(comma + 1, last)
            return
        after = at
        opening = self.opening(at, last)
        if opening is not None:
            rule, body = opening
            self._accept(rule, at, body, last)
            after = body
        elif words[at] == "yours" or (last - first <= 4 and words[last - 1 - (words[last - 1] == ",")] in _FAREWELL):
            self.open(first, last, "demographics")
            return
        elif self._identity(first, last):
            self.open(first, first, "demographics", one_line=True)
        elif self.found[-1].section.title and (self._row(first, last) or self._specimen(first, last)):
            self.plain(first)
        self._inside(after, last)

    def _row(self, first: int, last: int) -> bool:
        """Whether a line begins with a label of its own, in a record of two columns: "DVT    swollen leg"."""
        if not self.column or (first and self.text[self.start[first] - 1] != "\n"):
            return False
        for k in range(first + 1, min(first + _LONGEST_ROW, last)):
            if self.start[k] - self.end[k - 1] >= _COLUMN_GAP:
                label = self.text[self.start[first] : self.end[k - 1]]
                return label[0].isupper() and (label.isupper() or self._offset(k) == self.column)
        return False

    def _offset(self, i: int) -> int:
        """How far from the margin token i stands."""
        return self.start[i] - self.text.rfind("\n", 0, self.start[i])

    def _specimen(self, first: int, last: int) -> bool:
        """Whether a line begins with the mark of a specimen, which ends what the request said."""
        if self.kind != "histology" or not self.found[-1].inline or self.role != "indication":
            return False
        mark = self.words[first]
        return first + 2 < last and len(mark) == 1 and mark.isalnum() and self.words[first + 1] in ".):-"

    def _continues(self, first: int, last: int) -> bool:
        """Whether a line goes on with that of its heading: with the next item, or after a comma."""
        body, words = self.found[-1].body, self.words
        if self.found[-1].section.role == "demographics":
            return False
        if first - 2 > body and words[first - 2] in _UNENDED:
            return True
        if last - first < 2:
            return False
        return words[body].isdecimal() and words[first].isdecimal() and len(words[first]) < 3

    def _identity(self, first: int, last: int) -> bool:
        """A line with an NHS number, before the first clinical section, says who the patient is."""
        return (
            not self.clinical
            and last - first <= _LONGEST_IDENTITY
            and bool(_NHS_NUMBER.search(self.text, self.start[first], self.end[last - 1]))
        )

    def _marked(self, first: int, last: int) -> None:
        while self.marked and self.marked[0][0] < last:
            token, heading = self.marked.pop(0)
            title = tokenise(heading.title).text
            rule = self._lookup(title)
            role = heading.role or (rule.role if rule else "other")
            if token >= first:
                headed = self.words[token : token + len(title)] == title
                titled = body = token + len(title) if headed else token
                while body < last and self.words[body] in ":-":
                    body += 1
                self.open(token, body, role, titled, rule.who if rule else Who.PATIENT)
                self.found[-1].section.title = heading.title.strip()

    def _lookup(self, tokens: list[str]) -> HeadingRule | None:
        node: Trie | None = self.rules.trie
        for token in tokens:
            node = node.get(token) if node else None
        return choose(node[""].rules, self.kind) if node and "" in node else None

    def _accept(self, rule: HeadingRule, at: int, body: int, last: int) -> None:
        words = self.words
        stop = body
        while stop > at + 1 and (words[stop - 1] in ":-–—" or stop > last):
            stop -= 1
        inline = body < last
        gap = inline and self.start[body] - self.end[body - 1] >= _COLUMN_GAP
        if gap or (inline and at and self.text[self.start[at] - 1] == "\n"):
            self.column = self._offset(body) if gap else 0
        aside = self.kind == "operation_note" and rule.role in _ASIDES
        told = self.kind == "summary" and rule.role == "histology"  # what a summary says of it ends with its line
        one_line = inline and ("line" in rule.flags or "header" in rule.flags or rule.role == "family" or aside or told)
        if "keep" in rule.flags and (inline or words[last - 1] != ":"):
            body, one_line = at, one_line or "line" in rule.flags  # "Smoker" on a line of its own says it all
        self.open(at, body, rule.role, stop, rule.who, inline, one_line)
        self.found[-1].whether = rule.whether

    # --- headings inside a line

    def _inside(self, first: int, last: int) -> None:
        words, signs = self.words, self.signs
        for at in range(at_least(signs, first + 1), at_least(signs, last)):
            i = signs[at]
            if words[i] == ":":
                self._before_colon(first, i, last)
            elif (words[i - 1] in ".;|" or self.start[i] - self.end[i - 1] > 2) and i > first + 1:
                self._bare(i, last)

    def _before_colon(self, first: int, colon: int, last: int) -> None:
        best = self._titled(first, colon)
        if best is not None and best[1] > self.found[-1].head:
            self._accept(best[0], best[1], colon + 1, last)

    def _titled(self, first: int, colon: int) -> tuple[HeadingRule, int] | None:
        """The heading that a colon inside a line ends, and its first token."""
        words = self.words
        stop = colon
        if words[colon - 1] == ")":
            stop = next((k for k in range(colon - 2, max(colon - 8, first), -1) if words[k] == "("), colon)
        node: Trie = self.rules.backwards
        best: tuple[HeadingRule, int] | None = None
        i = stop - 1
        while i >= first:
            following = node.get(words[i])
            if following is None:
                if not self._hyphen(i):
                    break
                i -= 1
                continue
            node = following
            if "" in node and self._stands_alone(i, first) and (rule := self._pick(node[""])) is not None:
                best = rule, i
            i -= 1
        return best or self._ending(first, stop)

    def _bare(self, i: int, last: int) -> None:
        if not self.text[self.start[i]].isupper():
            return
        node: Trie = self.rules.trie
        k = i
        best: tuple[HeadingRule, int] | None = None
        while k < last and (following := node.get(self.words[k])) is not None:
            node = following
            k += 1
            if "" in node and (rule := self._pick(node[""])) is not None:
                if rule.role == NO_HEADING:
                    return
                if "bare" in rule.flags:
                    best = rule, k
        if best is None or best[1] >= last or self.words[best[1]] in GOES_ON or self.words[best[1]] == ":":
            return
        if self.start[best[1]] > self.end[best[1] - 1]:
            self._accept(best[0], i, best[1], last)


def find_sections(document: Document, tokens: Tokens) -> list[Found]:
    """The sections of a document with their tokens, in order; together they cover it."""
    return Finder(document, tokens, headings()).walk()
