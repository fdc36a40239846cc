"""What the query tables find in a record: one pass over its tokens, and the statements they stand in."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from fourstep.analyse.statements import When, Whether, Who
from fourstep.ask.tables import AskTables, Phrase
from fourstep.assign.case import Case, Condition
from fourstep.episode import Evidence
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line

#: Sections whose words are not said of this stay of this patient.
_ELSEWHERE = frozenset("family advice allergy consent header".split())
_JOINING = frozenset("-/")
_REACH = 150  # characters of context quoted either side at most
#: Documents of before the stay.
BEFORE = frozenset(("clinic_letter", "referral_letter"))


@dataclass(slots=True)
class Hit:
    """A phrase of the tables in a document: token `first` to `last`."""

    document: int
    first: int
    last: int


@dataclass(slots=True)
class Found:
    """The phrases of the tables that stand in a record, and where."""

    case: Case
    tables: AskTables
    told: list[Candidate]  # what `standing` gave
    hits: dict[Phrase, list[Hit]] = field(default_factory=dict)
    given: dict[str, Condition] = field(default_factory=dict)  # the codes of the diagnoses
    ruled_out: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)  # and those ruled out
    noted: dict[str, Candidate] = field(default_factory=dict)  # conditions of this stay's documents that are not coded
    _firsts: dict[int, list[int]] = field(default_factory=dict)  # where the lines of a document begin

    def __post_init__(self) -> None:
        for condition in self.case.conditions:
            for code in condition.codes:
                self.given.setdefault(code, condition)
        for candidate in self.told:
            code = candidate.codes[0]
            if candidate.kind != "problem" or code in self.given or code in ("?", "-"):
                continue
            if self.case.record.document(candidate).type not in BEFORE:
                self.noted.setdefault(code, candidate)
        for candidate in self.case.ruled_out:
            if candidate.codes:
                self.denied.add(candidate.codes[0])
                if candidate.whether is Whether.RULED_OUT:
                    self.ruled_out.add(candidate.codes[0])
        starts = self.tables.starts
        for number, tokens in enumerate(self.case.record.tokens):
            text = tokens.text
            for i in [i for i, t in enumerate(text) if t in starts]:
                nearest = text[i + 1] if i + 1 < len(text) else ""
                joined = nearest in _JOINING
                for phrase in starts[text[i]]:
                    if len(phrase) == 1:
                        last = i
                    elif joined or phrase[1] == nearest:
                        last = self._end(text, i, phrase)
                    else:
                        continue
                    if last >= 0:
                        self.hits.setdefault(phrase, []).append(Hit(number, i, last))

    @staticmethod
    def _end(text: list[str], first: int, phrase: Phrase) -> int:
        """The last token of the phrase that begins at `first`, joining signs passed over; else -1."""
        at = first
        for word in phrase[1:]:
            at += 1
            while at < len(text) and text[at] in _JOINING:
                at += 1
            if at >= len(text) or text[at] != word:
                return -1
        return at

    def line(self, document: int, token: int) -> Line | None:
        """The line of the record that a token stands in."""
        lines = self.case.record.by_document.get(document)
        if not lines:
            return None
        firsts = self._firsts.get(document)
        if firsts is None:
            firsts = self._firsts[document] = [line.statement.first for line in lines]
        at = bisect_right(firsts, token) - 1
        return lines[at] if at >= 0 and token < lines[at].statement.last else None

    def of(self, phrases: tuple[Phrase, ...], *, history: bool = False, outside: bool = False) -> Hit | None:
        """The first place where one of the phrases is said of the patient, and not denied."""
        for phrase in phrases:
            for hit in self.hits.get(phrase, ()):
                if self.said(hit, history=history, outside=outside):
                    return hit
        return None

    def said(self, hit: Hit, *, history: bool = False, outside: bool = False) -> bool:
        """Whether the words of a hit are said of the patient in this stay, and not denied."""
        kind = self.case.episode.documents[hit.document].type
        if (outside and kind in PROCEDURAL) or (not history and kind in BEFORE):
            return False
        line = self.line(hit.document, hit.first)
        if line is None:
            return True
        s = line.statement
        if s.who is not Who.PATIENT or s.section.role in _ELSEWHERE or s.whether >= Whether.ABSENT:
            return False
        return history or (s.when is not When.HISTORICAL and s.section.role != "past_history")

    def within(self, phrases: tuple[Phrase, ...], document: int, quote: Evidence) -> bool:
        """Whether one of the phrases stands in a quote of a document."""
        tokens = self.case.record.tokens[document]
        return any(
            h.document == document and quote.start <= tokens.start[h.first] < quote.end
            for p in phrases
            for h in self.hits.get(p, ())
        )

    def quote(self, hit: Hit) -> Evidence:
        """The sentence around a hit."""
        tokens = self.case.record.tokens[hit.document]
        return quoted(self.case, hit.document, tokens.start[hit.first], tokens.end[hit.last])


def standing(case: Case) -> list[Candidate]:
    """The candidates that say that the patient has a condition, or had an operation, in this stay."""
    return [c for c in case.record.candidates if c.kind in ("problem", "procedure") and _stands(case, c)]


def _stands(case: Case, candidate: Candidate) -> bool:
    """Whether a candidate says that the patient has it now."""
    return (
        candidate.whether <= Whether.LIKELY
        and candidate.who is Who.PATIENT
        and candidate.when is not When.HISTORICAL
        and candidate.line.entry is None
        and not candidate.silent
        and candidate.role not in ("family", "advice")
        and bool(candidate.codes)
    )


def quoted(case: Case, document: int, start: int, end: int) -> Evidence:
    """The sentence around a stretch of a document, within its line and within reach."""
    source = case.episode.documents[document]
    text = source.text
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    begin = max(text.rfind("\n", low, start), text.rfind(". ", low, start)) + 1
    if begin == 0 and low:  # the sentence begins out of reach: at the next whole word
        begin = text.find(" ", low, start) + 1 or start
    stop, full_stop = text.find("\n", end, high), text.find(". ", end, high)
    if stop < 0 or 0 <= full_stop < stop:
        stop = full_stop
    if stop < 0:
        stop = high if high == len(text) else max(text.rfind(" ", end, high), end)
    while begin < start and text[begin].isspace():
        begin += 1
    while stop > end and text[stop - 1].isspace():
        stop -= 1
    return Evidence(source.name, begin, stop, text[begin:stop])
