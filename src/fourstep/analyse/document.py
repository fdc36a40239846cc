"""Step 1: a document becomes statements."""

from __future__ import annotations

from itertools import pairwise

from fourstep.analyse.cutting import Segment
from fourstep.analyse.dates import date_in, past_year
from fourstep.analyse.earlier import all_gone, earlier_stay, months_named, removed_for, risks_told, stopped_or_mended
from fourstep.analyse.scope import resolve
from fourstep.analyse.sections import Found, find_sections
from fourstep.analyse.segments import Splitter
from fourstep.analyse.signs import AND, CLOSE, COLON, COMMA, DASH, OPEN, OR, SEMI
from fourstep.analyse.statements import Section, Statement, When, Whether, Who
from fourstep.analyse.word_lists import words_of
from fourstep.analyse.words import Tokens, at_least, tokenise
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
_SIDES = {"left": 0, "l": 0, "lt": 0, "right": 1, "r": 1, "rt": 1}
_SIDED = 2  # words of an item that is about something on a side, "left" and "right" alone are of the same thing
_LONGEST_LABEL = 6
_LONGEST_ALLERGEN = 5
_SPECIMENS = frozenset(("specimen", "sample", "part", "pot"))
#: Sections in which "17.8" is the seventeenth of August.
_DATED = frozenset(("procedure", "delivery"))
#: In a list of allergies these are what happened, not what causes it.
_REACTIONS = frozenset(
    "rash childhood unknown reaction anaphylaxis nausea vomiting swelling itch itching angioedema hives "
    "urticaria wheeze sickness upset diarrhoea intolerance".split()
)
_UNSUITED, _GIVEN = words_of("unsuited"), words_of("given")
_CAUSES = frozenset(("to", "with", "from"))  # "rash with amoxicillin" names both
#: Sections that tell what was: a treatment that was stopped is over, and so is what it was stopped for.
_OVER = frozenset(("past_history", "indication", "problem_list"))
#: Of these, the lists of conditions.
_PAST_LISTS = frozenset(("past_history", "problem_list"))
#: Before a year these say that it is over, not since when: "repaired AVSD 2020".
_MENDED = frozenset("repaired corrected closed ligated excised removed cured clipped coiled ablated healed".split())
_WHETHER, _WHEN, _WHO = tuple(Whether), tuple(When), tuple(Who)
# an enumeration is slow to ask, and these are asked for every item
_PRESENT, _PLANNED, _HYPOTHETICAL = Whether.PRESENT, Whether.PLANNED, Whether.HYPOTHETICAL
_CURRENT, _FAMILY = When.CURRENT, Who.FAMILY
_NOT_GONE = (When.CURRENT, When.RESOLVED)

Span = tuple[int, int]


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
        self.months = months_named(document, tokens)
        self.block: Span | None = None  # a label on a line of its own, or of a specimen
        head = self.words[:_HEAD]
        self.newborn = (
            "newborn" in document.type
            or "neonat" in document.type
            or (not _NEWBORN.isdisjoint(head) and _MOTHERS.isdisjoint(head))
        )

    def section(self, found: Found, sentences: list[list[Segment]]) -> None:
        """The statements of one section."""
        words = self.words
        self._end_block()
        doubt = found.whether or _PRESENT
        default = _DEFAULTS.get(found.section.role, doubt)
        over = found.section.role in _OVER
        lists = found.section.role in _PAST_LISTS
        months = [i for i in self.months if found.body <= i < found.last] if self.months else self.months
        family = found.section.role == "family"
        someone = _FAMILY if family else found.who
        line_end = -1
        row: Span | None = None
        previous = found.body
        for segments in sentences:
            self.sentence += 1
            plain = True
            for segment in segments:
                if segment.marks is not None:
                    resolve(segments, words, self.newborn)
                    plain = False
                    break
            for segment in segments:
                if segment.whether < 0:
                    segment.whether = default
                elif segment.whether < doubt:
                    segment.whether = doubt
                if segment.who < 0 or family:
                    segment.who = someone
            if over and len(segments) > 1 and stopped_or_mended(segments, words, lists):
                plain = False
            if len(segments) > 1 and removed_for(segments, words):
                plain = False
            for segment in risks_told(segments, words):
                if segment.whether < _HYPOTHETICAL:
                    segment.whether, plain = _HYPOTHETICAL, False
            if found.section.role == "allergy" and self._unsuited(segments):
                plain = False
            if months and earlier_stay(segments, words, months):
                plain = False
            first = segments[0].first
            if all_gone(words, first, segments[-1].last):
                self._gone(found)
            opens = first >= line_end
            if opens:  # a new line: the label of a row ends, that of a block ends at an empty line
                row = None
                if self.block is not None and words[previous:first].count("\n") > 1:
                    self._end_block()
                line_end = self._line_end(first, found.last)
            own = self._label(segments, line_end)
            if own is not None and opens:
                row = own  # of the whole line; of its own sentence where the line began otherwise
            self._emit(segments, found, own or row or self.block, plain)
            previous = segments[-1].last

    def _unsuited(self, segments: list[Segment]) -> bool:
        """Mark the drugs of a list of allergies that only upset: "codeine - vomiting", "nitrofurantoin (sick)"."""
        marked = False
        for drug, effect in pairwise(segments):
            joined = effect.separator & (DASH | OPEN | COLON)
            if joined and _UNSUITED.issuperset(self.words[effect.first : effect.last]) and drug.allergy >= 0:
                drug.allergy, drug.cue, marked = -1, "intolerance", True
        return marked

    def _end_block(self) -> None:
        """Forget the label of a block; in a method, for a checker that reads one function does not see `_label` set it again."""
        self.block = None

    def _gone(self, found: Found) -> None:
        """Resolve what the sentence before this one says."""
        for statement in reversed(self.statements):
            if statement.sentence != self.sentence - 1 or statement.section is not found.section:
                return
            if statement.when is _CURRENT and statement.whether < Whether.POSSIBLE:
                statement.when, statement.cue = When.RESOLVED, statement.cue or "resolved"

    def _line_end(self, first: int, last: int) -> int:
        breaks = self.tokens.line_ends()
        at = at_least(breaks, first)
        return min(breaks[at], last) if at < len(breaks) else last

    def _label(self, segments: list[Segment], line_end: int) -> Span | None:
        """The label of a row ("R eye:", "A - nasal tip"), if a sentence begins with one."""
        head = segments[0]
        size = head.last - head.first
        words = self.words
        if size > _LONGEST_LABEL:
            return None
        if len(segments) == 1:
            if line_end == head.last + 1 and words[head.last] == ":":
                self.block = (self.start[head.first], self.end[head.last - 1])
            return None
        sign = segments[1].separator
        if not sign & (COLON | DASH):
            return None
        specimen = words[head.first] in _SPECIMENS or (size == 1 and len(words[head.first]) == 1)
        if not sign & COLON and not specimen:
            return None
        last = segments[1].last if specimen and not sign & COLON else head.last
        span = (self.start[head.first], self.end[last - 1])
        self.block = span if specimen else None
        return span

    def _emit(self, segments: list[Segment], found: Found, label: Span | None, plain: bool) -> None:
        """The items of a sentence: segments joined again where nothing parts them and one assertion holds."""
        n = len(segments)
        if n == 1:
            self._statement(segments, found, label)
            return
        k = 0
        while k < n:
            stop = k + 1
            while (
                stop < n
                and segments[stop].separator & ~_JOINS == 0
                and (plain or self._alike(segments[k], segments[stop]))
                and not self._other_side(segments, stop)
            ):
                stop += 1
            if stop < n and (not plain or segments[stop].separator & OPEN):
                stop = self._extend(segments, k, stop)
            self._statement(segments[k:stop], found, label)
            k = stop

    def _extend(self, segments: list[Segment], k: int, stop: int) -> int:
        """Where the item of segment k really ends: short brackets and bare answers belong to it."""
        head, n = segments[k], len(segments)
        bracket = False
        while stop < n:
            following = segments[stop]
            separator = following.separator
            same = following.whether == head.whether and following.when == head.when
            if same and not separator & (COMMA | SEMI) and _only_cue(following):
                stop += 1  # "Murmur - no"
                continue
            if not self._alike(head, following) or self._other_side(segments, stop):
                break
            if separator == OPEN and self._year(following):
                return stop + 1  # "AVN hip (2021, under orthopaedics)"
            later = segments[stop + 1] if stop + 1 < n else None
            if separator == OPEN and later and later.separator == COMMA and self._year(later):
                if not self._alike(head, later):
                    break
                return stop + 2  # "PE (provoked, 2014)"
            if separator & OPEN:
                closed = stop + 1 == n or segments[stop + 1].separator & CLOSE
                if separator & ~(OPEN | _JOINS) or following.marks or not closed:
                    break
                if following.last - following.first > _SHORT_BRACKET:
                    break
                bracket = True
            elif separator & CLOSE:
                if not bracket or separator != CLOSE:
                    break
                bracket = False
            elif separator & ~_JOINS:
                break
            stop += 1
        return stop

    @staticmethod
    def _alike(head: Segment, following: Segment) -> bool:
        """Whether two segments can be one item; one with its own cue cannot: "? aneurysm ? DVT"."""
        if (
            following.whether != head.whether
            or following.when != head.when
            or following.who != head.who
            or following.allergy != head.allergy
        ):
            return False
        marks = following.marks
        return not (following.separator == 0 and following.cue and marks is not None and marks[0][1])

    def _other_side(self, segments: list[Segment], at: int) -> bool:
        """Whether what is joined at a segment is on a side of its own: "right hydrocele and left recurrent hernia"."""
        if not segments[at].separator & _JOINS:
            return False
        stop, begin = at + 1, at - 1
        while stop < len(segments) and segments[stop].separator == 0:
            stop += 1
        while begin > 0 and segments[begin].separator == 0:
            begin -= 1
        sides = []
        for first, last in ((segments[begin].first, segments[at - 1].last), (segments[at].first, segments[stop - 1].last)):
            named = {_SIDES[w] for w in self.words[first:last] if w in _SIDES}
            if len(named) != 1 or last - first < _SIDED:
                return False
            sides.append(named)
        return sides[0] != sides[1]

    def _year(self, segment: Segment) -> bool:
        """Whether a segment is a year, or a side and its year: "(R 2019, L 2021)"."""
        word = self.words[segment.last - 1]
        size = segment.last - segment.first
        alone = size == 1 or (size == 2 and self.words[segment.first] in _SIDES)
        return alone and len(word) == 4 and word.isdecimal()

    def _statement(self, group: list[Segment], found: Found, label: Span | None) -> None:
        words, head = self.words, group[0]
        first, last = head.first, group[-1].last
        while words[last - 1] == "\n" and last > first:
            last -= 1
        if not words[first][0].isalnum() and not any(w[0].isalnum() for w in words[first:last]):
            return
        if last < len(words) and words[last] == ")" and "(" in words[first:last]:
            last += 1
        section = found.section
        role = section.role
        whether = _WHETHER[head.whether]
        when = _WHEN[head.when]
        cue = head.cue
        if not cue and len(group) > 1:
            cue = next((s.cue for s in group if s.cue), "")
        if whether is _PLANNED and when is _CURRENT:
            when = When.FUTURE
        date = None
        if head.figures or (len(group) > 1 and any(s.figures for s in group)):
            day = self.document.date
            date = date_in(self.tokens, first, last, day, role in _DATED)
            if when in _NOT_GONE and role != "demographics":
                past = past_year(self.tokens, first, last, day, over=when is When.RESOLVED)
                if past:
                    mended = next((w for w in words[first:last] if w in _MENDED), "")
                    when, cue = When.HISTORICAL, cue or mended or past
        allergy = False
        if head.allergy or role == "allergy":
            allergy = head.allergy > 0
            if whether is _PRESENT and head.allergy < 0:
                if role == "allergy" or self._allergic(first, last):
                    whether, cue = Whether.ABSENT, cue or "tolerated"  # an intolerance is no allergy
            elif whether is _PRESENT and not allergy:
                allergy = self._allergen(head, first, last)
                if not _GIVEN.isdisjoint(words[first:last]):
                    whether, cue = Whether.ABSENT, cue or "given"
        at = self.start[first]
        if label is not None and label[0] <= at < label[1]:
            label = None
        self.statements.append(
            Statement(
                self.index,
                section,
                self.sentence,
                at,
                self.end[last - 1],
                first,
                last,
                whether,
                when,
                _WHO[head.who],
                allergy,
                cue,
                label,
                date,
            )
        )

    def _allergen(self, head: Segment, first: int, last: int) -> bool:
        """Whether an item of a list of allergies names what causes one."""
        return (
            not head.separator & (DASH | OPEN)
            and last - first <= _LONGEST_ALLERGEN
            and _GIVEN.isdisjoint(self.words[first:last])
            and (self.words[first] not in _REACTIONS or not _CAUSES.isdisjoint(self.words[first + 1 : last - 1]))
        )

    def _allergic(self, first: int, last: int) -> bool:
        return any(w.startswith("allerg") for w in self.words[first:last])


def _only_cue(segment: Segment) -> bool:
    marks = segment.marks
    return marks is not None and len(marks) == 1 and marks[0][2:] == (segment.first, segment.last)


def analyse_document(document: Document, index: int, tokens: Tokens) -> list[Statement]:
    """Every statement of a document, in order.

    `index` is the document's place in the episode, `tokens` are those of its text.
    """
    if not tokens.text:
        return []
    builder = _Builder(document, index, tokens)
    splitter = Splitter(document.text, tokens)
    for found in find_sections(document, tokens):
        if found.body < found.last:
            builder.section(found, splitter.sentences(found.body, found.last))
    return builder.statements


def assert_span(text: str, start: int, end: int) -> tuple[Whether, When, Who]:
    """The assertion of text[start:end] by the statement that covers most of it."""
    best: Statement | None = None
    most = 0
    for statement in analyse_document(Document("", text), 0, tokenise(text)):
        shared = min(end, statement.end) - max(start, statement.start)
        if shared > most:
            best, most = statement, shared
    if best is None:
        return Whether.PRESENT, When.CURRENT, Who.PATIENT
    return best.whether, best.when, best.who
