"""Sections: where the headings of a document stand, and what the words below them are.

A heading is found by its words and by its place: at the start of a line, or inside a line before a colon. A
section begun inside a line ends at the next blank line; the words after it are again what the document's type
says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from fourstep.analyse.headings import HeadingRule, Headings, Trie, choose, headings
from fourstep.analyse.statements import Section, Who
from fourstep.analyse.words import Tokens, tokenise
from fourstep.episode import Document

_NHS_NUMBER = re.compile(r"\b\d{3} ?\d{3} ?\d{4}\b")
_BULLETS = frozenset("-–—*•●▪·◦#>")
_DASHES = frozenset("-–—")
_LONGEST_LABEL = 7  # tokens of an unlisted heading that may contain a listed one
_LONGEST_TITLE = 22
#: Words of a sentence, not of a title.
_TELLING = frozenset("was were is has had have who this she he with admitted presented after since".split())
_PROSE = 14  # tokens of a line that is running text rather than an entry of a list
#: Sections that list things: running text after their blank line is not part of them.
_LISTS = frozenset(
    "diagnosis secondary_diagnosis complication problem_list past_history procedure procedure_planned "
    "medication discharge_medication allergy family investigation".split()
)
#: "Impression of ...", "Allergy to ...": words of a sentence, not a heading.
_GOES_ON = frozenset(
    ("of", "is", "was", "were", "to", "that", "has", "and", "&", "with", "for", "from", "by", "/")
)
_SPELT_OUT = 5  # letters of a heading in capitals that needs no sign after it
_WEAK = frozenset(("colon", "line", "header", "keep"))  # flags of headings too common to be part of another
_NO_LABEL = frozenset(",.;?")
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


class Finder:
    """Walks the lines of one document."""

    def __init__(self, document: Document, tokens: Tokens, rules: Headings) -> None:
        self.text = document.text
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        self.rules = rules
        self.document_rule = rules.document(document.type)
        self.kind = self.document_rule.kind
        self.marked = [(bisect_left(self.start, h.start), h) for h in document.headings]
        self.found: list[Found] = []
        self.clinical = False  # a section other than who, where and when has begun
        self.operated = False
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
        self.found[-1].section.title = before.section.title
        self.found[-1].section.label = before.section.label

    # --- the walk

    def walk(self) -> list[Found]:
        words = self.words
        n = len(words)
        breaks = [i for i, w in enumerate(words) if w == "\n"]
        breaks.append(n)
        self.open(0, 0, self.document_rule.role)
        first = 0
        if sum(b - a > 1 for a, b in zip([-1, *breaks], breaks, strict=False)) <= 1 and not self.marked:
            self.found[0].section.role = self.document_rule.one_line
        else:
            first = self.titles(breaks)
        for stop in breaks[bisect_left(breaks, first) :]:
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
                if last - first > _LONGEST_TITLE or line[-1] == "." or not (named or self._dated(line)):
                    break
                if not _TELLING.isdisjoint(line):
                    break
                if not named and stop < 0 and first:
                    break
                if self.opening(first, last) is not None and ":" in line:
                    break
                stop = last
            first = last + 1
        if stop > 0:
            # what a report is called is the examination that was done
            self.found[0].section.role = "procedure" if self.kind == "test_result" else "demographics"
            if stop < len(self.words):
                self.plain(stop)
            return stop + 1
        return 0

    @staticmethod
    def _dated(line: list[str]) -> bool:
        return len(line) <= 4 and any(w[0].isdigit() for w in line)

    def blank(self, at: int, breaks: list[int]) -> None:
        current = self.found[-1]
        if current.one_line and self.before is not None and self.before.inline:
            self.before = None
        if not current.section.title or current.one_line:
            return
        if current.inline or (current.section.role in _LISTS and self._prose(at, breaks)):
            self.plain(at)

    def _prose(self, at: int, breaks: list[int]) -> bool:
        words, n = self.words, len(self.words)
        while at < n and words[at] == "\n":
            at += 1
        if at == n or words[at] in _BULLETS or words[at][0].isdigit():
            return False
        stop = breaks[bisect_left(breaks, at)]
        return stop - at >= _PROSE and "." in words[at:stop]

    def line(self, first: int, last: int) -> None:
        words = self.words
        current = self.found[-1]
        if current.one_line and current.head < first:
            self.resume(first)
        if self.marked:
            self._marked(first, last)
        at = self._skip_bullet(first, last)
        if words[at] == "dear":
            self.open(first, last, "demographics", one_line=True)
            self.before = None
            return
        after = at
        opening = self.opening(at, last)
        if opening is not None:
            rule, body = opening
            self._accept(rule, at, body, last)
            after = body
        elif words[at] == "yours" or (
            last - first <= 4 and words[last - 1 - (words[last - 1] == ",")] in _FAREWELL
        ):
            self.open(first, last, "demographics")
            return
        elif self._identity(first, last):
            self.open(first, first, "demographics", one_line=True)
        self._inside(after, last)

    def _identity(self, first: int, last: int) -> bool:
        """A line with an NHS number, before the first clinical section, says who the patient is."""
        return not self.clinical and bool(
            _NHS_NUMBER.search(self.text, self.start[first], self.end[last - 1])
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
        return choose(node[""], self.kind) if node and "" in node else None

    def _skip_bullet(self, first: int, last: int) -> int:
        words = self.words
        at = first
        while at < last - 1 and words[at] in _BULLETS:
            at += 1
        if at < last - 2 and words[at].isdecimal() and words[at + 1] in (".", ")"):
            at += 2
        return at

    # --- headings at the start of a line

    def opening(self, at: int, last: int) -> tuple[HeadingRule, int] | None:
        """The heading that tokens[at:last] begin with, and where its words begin."""
        words = self.words
        node: Trie = self.rules.trie
        best: tuple[HeadingRule, int] | None = None
        i = at
        while i < last:
            following = node.get(words[i])
            if following is None:
                if not self._hyphen(i):
                    break
                i += 1
                continue
            node = following
            i += 1
            if "" in node:
                rule = self._pick(node[""])
                body = self._signed(rule, at, i, last) if rule is not None else 0
                if rule is not None and body:
                    best = rule, body
        return best or self._unlisted(at, last)

    def _hyphen(self, i: int) -> bool:
        """Whether token i joins two words: "Follow-up" is the heading "follow up"."""
        return (
            self.words[i] in _DASHES
            and 0 < i < len(self.words) - 1
            and self.end[i - 1] == self.start[i]
            and self.end[i] == self.start[i + 1]
        )

    def _pick(self, rules: list[HeadingRule]) -> HeadingRule | None:
        """The rule for these words here: who, where and when only before the first clinical section."""
        header = not self.clinical
        fitting = [
            r for r in rules if ("header" not in r.flags or header) and not (r.not_in == "header" and header)
        ]
        if header and any("header" in r.flags for r in fitting):
            fitting = [r for r in fitting if "header" in r.flags] or fitting
        return choose(fitting, self.kind)

    def _signed(self, rule: HeadingRule, at: int, i: int, last: int) -> int:
        """Where the words below the heading tokens[at:i] begin; 0 if it is none by its place."""
        words, flags = self.words, rule.flags
        if i < last and words[i] == "(":  # "PAST MEDICAL HISTORY (from problem list)", "USS (o/call):"
            close = next((k for k in range(i + 1, min(i + 9, last)) if words[k] == ")"), 0)
            if close and (close + 1 == last or words[close + 1] == ":"):
                i = close + 1
        if i < last and words[i] == ":":
            return i + 1
        if i == last:
            return i if "header" not in flags else 0
        gap = self.start[i] - self.end[i - 1]
        capitals = self._capitals(at, i)
        if "colon" in flags or ("caps" in flags and not capitals):
            return 0
        if words[i] in _DASHES and gap and i + 1 < last and self.start[i + 1] > self.end[i]:
            return i + 1
        if gap > 1 or (gap and self.text[self.end[i - 1]] == "\t"):
            return i
        if not gap:
            return 0
        if words[i] in _GOES_ON:
            return 0
        if "bare" in flags and self.text[self.start[at]].isupper():
            return i
        if capitals and self.end[i - 1] - self.start[at] >= _SPELT_OUT and not self._capitals(i, i + 1):
            return i if words[i] not in _DASHES and words[i][0].isalnum() else 0
        return 0

    def _capitals(self, first: int, last: int) -> bool:
        piece = self.text[self.start[first] : self.end[last - 1]]
        return piece.isupper()

    def _unlisted(self, at: int, last: int) -> tuple[HeadingRule, int] | None:
        """An unlisted heading before a colon that begins or ends with a listed one: "Plan for the GP:"."""
        words = self.words
        stop = next((k for k in range(at + 1, min(at + _LONGEST_LABEL, last)) if words[k] == ":"), 0)
        if not stop or stop - at < 2 or not self.text[self.start[at]].isupper():
            return None
        if not _NO_LABEL.isdisjoint(words[at:stop]) or "   " in self.text[self.start[at] : self.start[stop]]:
            return None
        for trie, span in ((self.rules.trie, words[at:stop]), (self.rules.backwards, words[at:stop][::-1])):
            node: Trie = trie
            best: HeadingRule | None = None
            for token in span:
                following = node.get(token)
                if following is None:
                    break
                node = following
                if "" in node:
                    rule = choose(node[""], self.kind)
                    whole = trie is self.rules.trie or " " in rule.phrase if rule else False
                    if rule and whole and not rule.flags & _WEAK and len(rule.phrase) > 3:
                        best = rule
            if best is not None:
                return best, stop + 1
        return None

    def _accept(self, rule: HeadingRule, at: int, body: int, last: int) -> None:
        words = self.words
        stop = body
        while stop > at + 1 and (words[stop - 1] in ":-–—" or stop > last):
            stop -= 1
        inline = body < last
        one_line = bool(rule.flags & {"line", "header"}) and inline
        if "keep" in rule.flags and inline:
            body = at
        self.open(at, body, rule.role, stop, rule.who, inline, one_line)

    # --- headings inside a line

    def _inside(self, first: int, last: int) -> None:
        words, bare = self.words, self.rules.bare
        for i in range(first + 1, last):
            word = words[i]
            if word == ":":
                self._before_colon(first, i, last)
            elif (
                word in bare
                and (words[i - 1] in ".;|" or self.start[i] - self.end[i - 1] > 2)
                and i > first + 1
            ):
                self._bare(i, last)

    def _before_colon(self, first: int, colon: int, last: int) -> None:
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
        if best is not None and best[1] > self.found[-1].head:
            self._accept(best[0], best[1], colon + 1, last)

    def _stands_alone(self, i: int, first: int) -> bool:
        """Whether a heading may begin at token i inside a line: after a sign or a gap, or with a capital."""
        if i == first or self.words[i - 1] in ".;|,)]?!":
            return True
        if self.words[i - 1] in "/-(&+" or self.start[i] == self.end[i - 1]:
            return False
        return self.start[i] - self.end[i - 1] > 1 or self.text[self.start[i]].isupper()

    def _bare(self, i: int, last: int) -> None:
        if not self.text[self.start[i]].isupper():
            return
        node: Trie = self.rules.trie
        k = i
        best: tuple[HeadingRule, int] | None = None
        while k < last and (following := node.get(self.words[k])) is not None:
            node = following
            k += 1
            if "" in node and (rule := self._pick(node[""])) is not None and "bare" in rule.flags:
                best = rule, k
        if best is None or best[1] >= last or self.words[best[1]] in _GOES_ON or self.words[best[1]] == ":":
            return
        if self.start[best[1]] > self.end[best[1] - 1]:
            self._accept(best[0], i, best[1], last)


def find_sections(document: Document, tokens: Tokens) -> list[Found]:
    """The sections of a document with their tokens, in order; together they cover it."""
    return Finder(document, tokens, headings()).walk()
