"""What step 2 hands on: the lines of a record, and the Candidates that the index finds in them.

A Candidate says what an entry of the index found, where, and how it is asserted. It is not yet a condition: five
statements about one pneumonia are five candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.analyse.words import Tokens, Words
from fourstep.episode import CodedEntry, Document, Episode, Evidence
from fourstep.locate.index import ASKS, SILENT, Entry
from fourstep.locate.matcher import Hit

#: Documents in which "&" modifiers may be found anywhere.
PROCEDURAL = frozenset(
    "operation_note procedure_note endoscopy_report delivery_record procedure_report cath_report theatre_note".split()
)


@dataclass(slots=True)
class Line:
    """A statement with its canonical words, or a coded entry of a message with the words of its display."""

    statement: Statement
    words: Words
    hits: list[Hit] = field(default_factory=list)
    entry: CodedEntry | None = None
    lent: Line | None = None  # the next line, where it uses words of it
    operation: Whether | None = None  # of what was done for a disease that the line doubts

    def explained(self) -> int:
        mask = 0
        for hit in self.hits:
            mask |= hit.explained
        return mask

    def unexplained(self) -> list[str]:
        if not self.hits:
            return list(self.words.text)
        mask = self.explained()
        return [w for i, w in enumerate(self.words.text) if not mask >> i & 1]


#: Words that stand afar, each with the line that has it.
Far = dict[str, Line]
NOWHERE: Far = {}


@dataclass(slots=True)
class Candidate:
    """One entry of the index found in one statement."""

    line: Line
    entry: Entry
    root: Entry
    codes: tuple[str, ...]
    mask: int  # the words of the line that it uses
    start: int
    end: int
    first: int  # position of its first word in the line
    size: int  # words of the entry that stand in the statement or its frame
    inherited: list[Evidence]
    order: int  # place in the record: documents, then characters
    # of its entry and its statement, which are asked for thousands of times an episode
    kind: str = field(init=False, compare=False)
    statement: Statement = field(init=False, compare=False)
    role: str = field(init=False, compare=False)
    whether: Whether = field(init=False, compare=False)
    when: When = field(init=False, compare=False)
    who: Who = field(init=False, compare=False)
    asks: bool = field(init=False, compare=False)
    silent: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        s = self.line.statement
        self.kind, self.statement, self.role = self.entry.kind, s, s.section.role
        self.whether, self.when, self.who = s.whether, s.when, s.who
        self.asks, self.silent = self.entry.codes == ASKS, self.entry.codes == SILENT
        if self.line.operation is not None and self.kind == "procedure":
            self.whether = self.line.operation

    def own_words(self) -> set[str]:
        """The words of its line that it uses."""
        return {w for i, w in enumerate(self.line.words.text) if self.mask >> i & 1}


class Record:
    """The analysed and located record of an episode: its sentences, each the lines of its statements, and their candidates."""

    __slots__ = ("_by_word", "_found", "by_document", "by_sentence", "candidates", "episode", "lines", "tokens")

    def __init__(self, episode: Episode, tokens: list[Tokens], sentences: list[list[Line]]) -> None:
        self.episode = episode
        self.tokens = tokens
        self.lines = [line for sentence in sentences for line in sentence]
        self.candidates: list[Candidate] = []
        self.by_sentence: dict[tuple[int, int], list[Line]] = {}
        self.by_document: dict[int, list[Line]] = {}
        self._by_word: dict[str, list[int]] = {}
        self._found: dict[tuple[int, int], list[Candidate]] = {}
        for sentence in sentences:
            s = sentence[0].statement
            self.by_sentence[s.document, s.sentence] = sentence
            self.by_document.setdefault(s.document, []).extend(sentence)

    def by_word(self) -> dict[str, list[int]]:
        """The words of the record, each with the numbers of the lines that hold it; made when first asked for."""
        found = self._by_word
        if not found:
            for number, line in enumerate(self.lines):
                for word in line.words.text:
                    numbers = found.get(word)
                    if numbers is None:
                        found[word] = [number]
                    else:
                        numbers.append(number)
        return found

    def naming(self, words: Iterable[str]) -> list[Line]:
        """The lines that hold one of the words, in order."""
        known = self.by_word()
        return [self.lines[number] for number in sorted({number for word in words for number in known.get(word, ())})]

    def sentence(self, candidate: Candidate) -> list[Line]:
        """The lines of the candidate's sentence; its own line where it stands outside the text."""
        s = candidate.statement
        return self.by_sentence.get((s.document, s.sentence)) or [candidate.line]

    def found_in(self, document: int, sentence: int) -> list[Candidate]:
        """The candidates of a sentence, in order; asked for when all of the record are found."""
        found = self._found
        if not found:
            for candidate in self.candidates:
                s = candidate.statement
                found.setdefault((s.document, s.sentence), []).append(candidate)
        return found.get((document, sentence), [])

    def sentence_words(self, candidate: Candidate) -> list[str]:
        """The words of the candidate's sentence, in order."""
        return [w for line in self.sentence(candidate) for w in line.words.text]

    def document(self, candidate: Candidate) -> Document:
        return self.episode.documents[candidate.statement.document]

    def line_start(self, candidate: Candidate) -> int:
        """Where the line of the text begins that a candidate stands on."""
        return self.document(candidate).text.rfind("\n", 0, candidate.start) + 1

    def line_before(self, candidate: Candidate) -> str:
        """What stands before a candidate on its line of the text."""
        return self.document(candidate).text[self.line_start(candidate) : candidate.start]

    def line_of(self, candidate: Candidate) -> str:
        """The line of the text that a candidate stands on."""
        text, start = self.document(candidate).text, self.line_start(candidate)
        end = text.find("\n", candidate.end)
        return text[start : end if end >= 0 else len(text)]

    def surface(self, line: Line) -> list[str]:
        """The lower-cased tokens of a line as they stand in the text."""
        s = line.statement
        return self.tokens[s.document].text[s.first : s.last]

    def quote(self, line: Line) -> Evidence:
        """The words of a whole line."""
        s, document = line.statement, self.episode.documents[line.statement.document]
        return Evidence(document.name, s.start, s.end, document.text[s.start : s.end])

    def evidence(self, candidate: Candidate) -> list[Evidence]:
        """The words of the candidate, and those it inherited from its frame."""
        document, entry = self.document(candidate), candidate.line.entry
        if entry is not None:
            return [Evidence(document.name, 0, 0, entry.display or entry.code, entry.path)]
        own = Evidence(document.name, candidate.start, candidate.end, document.text[candidate.start : candidate.end])
        return [own, *candidate.inherited]
