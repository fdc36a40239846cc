"""Step 1: a document becomes statements."""

from __future__ import annotations

import datetime as dt

from fourstep.analyse.dates import date_in, past_year
from fourstep.analyse.scope import resolve
from fourstep.analyse.sections import Found, find_sections
from fourstep.analyse.segments import AND, CLOSE, COLON, COMMA, DASH, OPEN, OR, SEMI, Segment, Splitter
from fourstep.analyse.statements import Section, Statement, When, Whether, Who
from fourstep.analyse.words import Tokens, tokenise
from fourstep.episode import Document

#: What the words of a section assert that say nothing themselves.
_DEFAULTS = {
    "plan": Whether.PLANNED,
    "followup": Whether.PLANNED,
    "procedure_planned": Whether.PLANNED,
    "advice": Whether.HYPOTHETICAL,
    "consent": Whether.HYPOTHETICAL,
}
_NEWBORN = frozenset("newborn neonate neonatal nicu scbu nnu nipe baby".split())
_MOTHERS = frozenset(("maternity", "labour", "para", "gravida", "antenatal"))
_HEAD = 40  # tokens in which a document says whose it is
_SHORT_BRACKET = 3  # words in brackets that stay with what they stand beside: "appendicitis (gangrenous)"
_JOINS = AND | OR
_LONGEST_LABEL = 6
#: Sections in which "17.8" is the seventeenth of August.
_DATED = frozenset(("procedure", "delivery"))
_NO_ALLERGEN = frozenset(
    "rash childhood unknown reaction anaphylaxis nausea vomiting swelling itch itching angioedema hives urticaria "
    "wheeze sickness upset diarrhoea intolerance".split()
)
_WHETHER, _WHEN, _WHO = tuple(Whether), tuple(When), tuple(Who)


def sections_of(document: Document) -> list[Section]:
    """The sections of a document, in order; together they cover its text."""
    return [found.section for found in find_sections(document, tokenise(document.text))]


class _Builder:
    """Collects the statements of one document."""

    def __init__(self, document: Document, index: int, tokens: Tokens) -> None:
        self.document = document
        self.index = index
        self.tokens = tokens
        self.words, self.start, self.end = tokens.text, tokens.start, tokens.end
        self.statements: list[Statement] = []
        self.sentence = -1
        self.block: tuple[int, int] | None = None  # a label on a line of its own, or of a specimen
        head = self.words[:_HEAD]
        self.newborn = "newborn" in document.type or "neonat" in document.type or (
            not _NEWBORN.isdisjoint(head) and _MOTHERS.isdisjoint(head)
        )

    def section(self, found: Found, splitter: Splitter) -> None:
        """The statements of one section."""
        words, newborn = self.words, self.newborn
        self.block = None
        line_end = -1
        label: tuple[int, int] | None = None
        previous = found.body
        for segments in splitter.sentences(found.body, found.last):
            self.sentence += 1
            for segment in segments:
                if segment.marks:
                    resolve(segments, words, newborn)
                    break
            first = segments[0].first
            opens = first >= line_end
            if opens:  # a new line: labels of rows end, those of blocks end at an empty line
                label = None
                if "\n" in words[previous:first] and words[previous:first].count("\n") > 1:
                    self.block = None
                line_end = self._line_end(first, found.last)
            own = self._label(segments, line_end)
            if own is not None and opens:
                label = own  # of the whole line; of its own sentence where the line began otherwise
            self._emit(segments, found, own or label or self.block)
            previous = segments[-1].last

    def _line_end(self, first: int, last: int) -> int:
        try:
            return self.words.index("\n", first, last)
        except ValueError:
            return last

    def _label(self, segments: list[Segment], line_end: int) -> tuple[int, int] | None:
        """The label of a row ("R eye:", "A - nasal tip"), if a sentence begins with one."""
        head = segments[0]
        size = head.last - head.first
        words = self.words
        if len(segments) == 1:
            if size <= _LONGEST_LABEL and head.last < line_end and words[head.last] == ":" and head.last + 1 == line_end:
                self.block = (self.start[head.first], self.end[head.last - 1])
            return None
        sign = segments[1].separator
        if not sign & (COLON | DASH) or size > _LONGEST_LABEL:
            return None
        specimen = words[head.first] in ("specimen", "sample", "part", "pot") or (size == 1 and len(words[head.first]) == 1)
        if not sign & COLON and not specimen:
            return None
        span = (self.start[head.first], self.end[head.last - 1])
        if specimen:
            if sign & DASH and not sign & COLON:
                span = (span[0], self.end[segments[1].last - 1])
            self.block = span
        else:
            self.block = None
        return span

    def _emit(self, segments: list[Segment], found: Found, label: tuple[int, int] | None) -> None:
        section = found.section
        role = section.role
        default = _DEFAULTS.get(role, Whether.PRESENT)
        someone = Who.FAMILY if role == "family" else found.who
        n = len(segments)
        k = 0
        while k < n:
            head = segments[k]
            stop = k + 1
            bracket = False
            while stop < n:
                following = segments[stop]
                separator = following.separator
                same = (
                    following.whether == head.whether and following.when == head.when and following.who == head.who
                    and following.allergy == head.allergy
                )
                if self._only_cue(following) and not separator & (COMMA | SEMI) and (
                    same or following.whether == head.whether
                ):
                    stop += 1  # the answer belongs to what it answers: "Murmur - no"
                    continue
                if not same or (separator == 0 and self._asserts(following)):
                    break
                if separator == OPEN and self._year(following):
                    stop += 1  # "AVN hip (2021, under orthopaedics)"
                    break
                if separator & OPEN and not separator & ~(OPEN | _JOINS):
                    if following.last - following.first > _SHORT_BRACKET or following.marks or not (
                        stop + 1 == n or segments[stop + 1].separator & CLOSE
                    ):
                        break
                    bracket = True
                elif separator & CLOSE:
                    if not bracket or separator != CLOSE:
                        break
                    bracket = False
                elif separator & ~_JOINS:
                    break
                stop += 1
            self._statement(segments[k:stop], found, default, someone, label)
            k = stop

    @staticmethod
    def _asserts(segment: Segment) -> bool:
        """Whether a segment has its own cue: "? pseudoaneurysm ? DVT" are two items."""
        return bool(segment.cue) and segment.marks is not None and segment.marks[0][1]

    def _year(self, segment: Segment) -> bool:
        word = self.words[segment.first]
        return segment.last - segment.first == 1 and len(word) == 4 and word.isdecimal()

    @staticmethod
    def _only_cue(segment: Segment) -> bool:
        marks = segment.marks
        return marks is not None and len(marks) == 1 and marks[0][2:] == (segment.first, segment.last)

    def _statement(
        self, group: list[Segment], found: Found, default: Whether, someone: Who, label: tuple[int, int] | None
    ) -> None:
        head = group[0]
        first, last = head.first, group[-1].last
        words = self.words
        while last > first and words[last - 1] == "\n":
            last -= 1
        if last < len(words) and words[last] == ")" and "(" in words[first:last]:
            last += 1
        if first >= last or (len(group) == 1 and not self._says(first, last)):
            return
        section, document = found.section, self.document
        whether = default if head.whether < 0 else _WHETHER[head.whether]
        when = _WHEN[head.when]
        who = someone if head.who < 0 or found.section.role == "family" else _WHO[head.who]
        cue = head.cue
        if not cue and len(group) > 1:
            cue = next((s.cue for s in group if s.cue), "")
        if whether is Whether.PLANNED and when is When.CURRENT:
            when = When.FUTURE
        date: dt.date | None = None
        if self._numbered(first, last):
            date = date_in(self.tokens, first, last, document.date, section.role in _DATED)
            if when is When.CURRENT and section.role != "demographics":
                past = past_year(self.tokens, first, last, document.date)
                if past:
                    when, cue = When.HISTORICAL, cue or past
        allergy = head.allergy or (
            section.role == "allergy" and whether is Whether.PRESENT
            and not (head.separator & (DASH | OPEN)) and words[first] not in _NO_ALLERGEN
        )
        at = self.start[first]
        if label is not None and label[0] <= at < label[1]:
            label = None
        self.statements.append(
            Statement(
                self.index, section, self.sentence, at, self.end[last - 1], first, last, whether, when, who, allergy, cue,
                label, date,
            )
        )

    def _says(self, first: int, last: int) -> bool:
        words = self.words
        return any(words[i][0].isalnum() for i in range(first, last))

    def _numbered(self, first: int, last: int) -> bool:
        words = self.words
        for i in range(first, last):
            if "0" <= words[i] < ":":
                return True
        return False


def analyse_document(document: Document, index: int, tokens: Tokens) -> list[Statement]:
    """Every statement of a document, in order. `index` is its place in the episode, `tokens` are those of its text."""
    if not tokens.text:
        return []
    builder = _Builder(document, index, tokens)
    splitter = Splitter(document.text, tokens)
    for found in find_sections(document, tokens):
        if found.body < found.last:
            builder.section(found, splitter)
    return builder.statements


def assert_span(text: str, start: int, end: int) -> tuple[Whether, When, Who]:
    """The assertion of text[start:end] by the statement that covers most of it."""
    statements = analyse_document(Document("", text), 0, tokenise(text))
    best: Statement | None = None
    most = 0
    for statement in statements:
        shared = min(end, statement.end) - max(start, statement.start)
        if shared > most:
            best, most = statement, shared
    if best is None:
        return Whether.PRESENT, When.CURRENT, Who.PATIENT
    return best.whether, best.when, best.who
