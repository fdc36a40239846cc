"""The statements of a record as lines of canonical words, and what each line may look for in the index."""

from __future__ import annotations

from collections.abc import Sequence

from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.analyse.words import Lexicon, Tokens
from fourstep.episode import Episode
from fourstep.locate.candidates import NOWHERE, PROCEDURAL, Far, Line
from fourstep.locate.matcher import Hit

#: Sections whose words were not done, or not in this patient's procedure.
_NOT_DONE = frozenset("plan followup advice consent procedure_planned postop family allergy past_history".split())
#: A test that came out so was done all the same.
_RESULTS = frozenset("negative neg normal nad".split())
#: Where "anaphylaxis to nuts" is what brought the patient, not what to avoid.
_OF_NOW = (
    "diagnosis",
    "secondary_diagnosis",
    "complication",
    "impression",
    "presenting",
    "history_presenting",
    "course",
)
_REACTED, _ALLERGIC = (
    frozenset(("anaphylaxis", "anaphylactic", "anaphylaxi")),
    frozenset(("allergic", "allergy", "allergies")),
)
#: The kinds of entries that can explain a statement, by its assertion and its section.
LOOKED_FOR: tuple[tuple[str, ...], ...] = (
    ("problem", "circumstance", "drug", "cause", "organism", "procedure"),
    ("history", "problem", "circumstance", "drug", "cause", "organism", "procedure"),
    ("allergy", "circumstance"),
    ("allergy", "circumstance"),
    ("allergy", "circumstance", "drug"),
    ("family",),
)
_CURRENT, _PAST, _ALLERGEN, _LISTED_ALLERGEN, _NO_ALLERGEN, _FAMILY = 0, 1, 2, 3, 4, 5
_NO_HITS: list[Hit] = []
#: Labels of what was booked; what was done stands elsewhere.
_BOOKED = frozenset("planned proposed booked listed intended scheduled consented".split())
_AND = frozenset(("and", "&", "+", "plus", "with"))


def sentences_of(
    statements: list[Statement], tokens: list[Tokens], lexicon: Lexicon, specialty: str
) -> list[list[Line]]:
    """Every statement with its canonical words, by sentence; the words of its sentence decide between the senses of a term."""
    sentences: list[list[Line]] = []
    at, n = 0, len(statements)
    while at < n:
        opening = statements[at]
        document, number = opening.document, opening.sentence
        stop = at + 1
        while stop < n and statements[stop].sentence == number and statements[stop].document == document:
            stop += 1
        source = tokens[document]
        around = (opening.first, statements[stop - 1].last)
        sentences.append([
            Line(s, lexicon.words(source, s.first, s.last, around, s.section.role, specialty), _NO_HITS)
            for s in statements[at:stop]
        ])  # fmt: skip
        at = stop
    return sentences


def joints_of(line: Line, tokens: Tokens) -> int:
    """A bit for each word of the line that "and" or its like stands before."""
    wording = line.words.wording
    if wording.joints < 0:
        first, last, text, at = wording.first, wording.last, tokens.text, line.words.at
        wording.joints = sum(
            1 << i
            for i in range(1, len(first))
            if first[i] - last[i - 1] > 1 and not _AND.isdisjoint(text[at + last[i - 1] + 1 : at + first[i]])
        )
    return wording.joints


def kinds_for(statement: Statement, text: Sequence[str]) -> int:
    """Which kinds of entries can explain a statement of this assertion and these canonical words, by number (LOOKED_FOR)."""
    role = statement.section.role
    if statement.allergy:
        reacted = role in _OF_NOW and not _REACTED.isdisjoint(text) and _ALLERGIC.isdisjoint(text)
        if reacted:
            return _CURRENT
        return _LISTED_ALLERGEN if role == "allergy" else _ALLERGEN
    if role == "allergy":
        return _NO_ALLERGEN
    if role == "family" or statement.who is Who.FAMILY:
        return _FAMILY
    if role == "past_history" or statement.when is When.HISTORICAL:
        return _PAST
    return _CURRENT


def _done(s: Statement) -> bool:
    """Whether a statement asserts something of now, be it a test that was negative: "CLO test taken - negative"."""
    told = s.whether <= Whether.LIKELY or (s.whether is Whether.ABSENT and s.cue.lower() in _RESULTS)
    return told and s.section.role not in _NOT_DONE and s.when is not When.HISTORICAL


def in_booking(episode: Episode, line: Line) -> bool:
    """Whether words stand in the row that says what was planned: "Booked: inguinal hernia repair"."""
    words, label = line.words.text, line.statement.label
    if words and words[0] in _BOOKED and "delayed" not in words:
        return True
    if label is None:
        return False
    text = episode.documents[line.statement.document].text
    return not _BOOKED.isdisjoint(text[label[0] : label[1]].lower().split())


#: A note of the emergency department tells of the wound before the tests, and of its closure after them.
_SENTENCES_BACK = 12


class Afar:
    """The words of a note that an '&' modifier may find, put together for a sentence when one asks for them."""

    def __init__(self, episode: Episode, sentences: list[list[Line]]) -> None:
        self.episode = episode
        self.sentences = sentences
        self._kinds = [document.type for document in episode.documents]
        self._notes: dict[int, Far] = {}
        # of the emergency note that was last asked for: its number, the sentence, the words that it and those before it assert
        self._note = self._at = -1
        self._before: Far = {}

    def of(self, at: int) -> Far:
        """The words for sentence number `at`: those of its note if that tells of procedures, its own and those before it in an
        emergency. They hold until another sentence is asked for.
        """
        number = self.sentences[at][0].statement.document
        kind = self._kinds[number]
        if kind == "ed_note":
            return self._up_to(at, number)
        if kind not in PROCEDURAL and kind != "test_result":
            return NOWHERE
        found = self._notes.get(number)
        if found is None:
            found = self._notes[number] = self._whole(number, kind)
        return found

    def place(self, at: int, word: str) -> tuple[int, int]:
        """The tokens that such a word stands for: the first in its note; in an emergency the nearest before the sentence."""
        words = self.of(at)[word].words
        i = words.text.index(word)
        if self._kinds[self.sentences[at][0].statement.document] == "ed_note":
            i = max(k for k, other in enumerate(words.text) if other == word)
        return words.first[i], words.last[i]

    def _whole(self, number: int, kind: str) -> Far:
        """The words of a document that are asserted as done; of a result, where it reports a procedure."""
        found: Far = {}
        lines = [line for sentence in self.sentences for line in sentence if line.statement.document == number]
        if kind == "test_result" and all(line.statement.section.role != "procedure" for line in lines):
            return found
        for line in reversed(lines):
            if _done(line.statement) and not in_booking(self.episode, line):
                for word in line.words.text:
                    found[word] = line
        return found

    def _up_to(self, at: int, number: int) -> Far:
        """The words that a sentence and those before it assert: as those of the one before, which was asked for before it."""
        if number != self._note or not 0 <= at - self._at <= _SENTENCES_BACK:
            self._note, self._at, self._before = number, max(0, at - _SENTENCES_BACK) - 1, {}
        before = self._before
        while self._at < at:
            self._at += 1
            for line in self.sentences[self._at]:
                if line.statement.document == number and _done(line.statement):
                    for word in line.words.text:
                        before[word] = line
            if self._at > _SENTENCES_BACK:
                for line in self.sentences[self._at - _SENTENCES_BACK - 1]:
                    for word in line.words.text:
                        if before.get(word) is line:  # not said again since
                            del before[word]
        return before
