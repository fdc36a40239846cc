"""Step 2 over a whole record: every statement's entries as Candidates, with the words behind them.

A Candidate says what an entry of the index found, where, and how it is asserted. It is not yet a condition: five
statements about one pneumonia are five candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.analyse.words import Lexicon, Tokens, Words
from fourstep.episode import CodedEntry, Document, Episode, Evidence
from fourstep.locate.index import Entry, Index
from fourstep.locate.matcher import Hit, Scene, locate, nearest

#: Documents in which "&" modifiers may be found anywhere.
PROCEDURAL = frozenset(
    "operation_note procedure_note endoscopy_report delivery_record procedure_report cath_report theatre_note".split()
)
#: Sections whose words were not done, or not in this patient's procedure.
_NOT_DONE = frozenset("plan followup advice consent procedure_planned postop family allergy past_history".split())
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
_CURRENT_KINDS = ("problem", "circumstance", "drug", "cause", "organism", "procedure")
_PAST_KINDS = ("history", "problem", "circumstance", "drug", "cause", "organism", "procedure")
_AND = frozenset(("and", "&", "+", "plus", "with"))
#: "Acetabulum OK" lends its site to no fracture of the sentence.
_NORMAL = frozenset("ok normal clear intact unremarkable nad healthy".split())
#: Words of a habit that another item may answer.
_HABIT = frozenset("smoking smoker smoked smokes smoke cigarette tobacco".split())
_ASKED = _HABIT | {"status", "history"}  # "Smoking: never"
_ENDED = frozenset("stopped quit gave given until till".split())
#: The line of a report that names its one specimen, and the headings under which the finding stands.
_SPECIMEN = re.compile(r"(?im)^[ \t]*(?:nature of )?(?:specimens?|site)\b[^:\n]*:[ \t]*(\S.*)$")
_REPORTED = re.compile(r"(?i)micro|diagnos|conclusion|histolog|summary|comment|report|opinion")
_MOST_SEEN = 50_000
_LED = ("problem", "procedure")
_LONGEST_TAIL = 6  # words of an item that may take its lead term from the item before


@dataclass(slots=True)
class Line:
    """A statement with its canonical words, or a coded entry of a message with the words of its display."""

    statement: Statement
    words: Words
    hits: list[Hit] = field(default_factory=list)
    entry: CodedEntry | None = None

    def explained(self) -> int:
        mask = 0
        for hit in self.hits:
            mask |= hit.explained
        return mask

    def unexplained(self) -> list[str]:
        mask = self.explained()
        return [w for i, w in enumerate(self.words.text) if not mask >> i & 1]


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

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def statement(self) -> Statement:
        return self.line.statement

    @property
    def role(self) -> str:
        return self.line.statement.section.role

    @property
    def whether(self) -> Whether:
        return self.line.statement.whether

    @property
    def when(self) -> When:
        return self.line.statement.when

    @property
    def who(self) -> Who:
        return self.line.statement.who


@dataclass(slots=True)
class Record:
    """The analysed and located record of an episode."""

    episode: Episode
    tokens: list[Tokens]
    lines: list[Line]
    candidates: list[Candidate]
    by_sentence: dict[tuple[int, int], list[Line]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            self.by_sentence.setdefault((line.statement.document, line.statement.sentence), []).append(line)

    def sentence(self, candidate: Candidate) -> list[Line]:
        """The lines of the candidate's sentence; its own line where it stands outside the text."""
        s = candidate.statement
        return self.by_sentence.get((s.document, s.sentence)) or [candidate.line]

    def sentence_words(self, candidate: Candidate) -> list[str]:
        """The words of the candidate's sentence, in order."""
        return [w for line in self.sentence(candidate) for w in line.words.text]

    def document(self, candidate: Candidate) -> Document:
        return self.episode.documents[candidate.statement.document]

    def surface(self, line: Line) -> list[str]:
        """The lower-cased tokens of a line as they stand in the text."""
        s = line.statement
        return self.tokens[s.document].text[s.first : s.last]

    def evidence(self, candidate: Candidate) -> list[Evidence]:
        """The words of the candidate, and those it inherited from its frame."""
        document, entry = self.document(candidate), candidate.line.entry
        if entry is not None:
            return [Evidence(document.name, 0, 0, entry.display or entry.code, entry.path)]
        own = Evidence(document.name, candidate.start, candidate.end, document.text[candidate.start : candidate.end])
        return [own, *candidate.inherited]


def guards_of(episode: Episode) -> frozenset[str]:
    """What an index entry may ask of the episode: {female}, {newborn}, {elective}, ..."""
    found = {episode.sex.value}
    age, days = episode.age_years, episode.age_days
    if days is not None or age == 0:
        found |= {"infant", "child"} | ({"newborn"} if days is not None and days <= 28 else set())
    elif age is not None:
        found.add("child" if age < 16 else "adult")
        if age >= 65:
            found.add("elderly")
    method, kind = episode.admission_method.lower(), episode.patient_class.lower()
    specialty, gone = episode.specialty.lower(), episode.discharge_destination.lower()
    if "newborn" in found and ("birth" in method or "bab" in specialty or "neonat" in specialty):
        found.add("birth")
    if "newborn" not in found and ("maternity" in method or "maternity" in kind or "obstetric" in specialty):
        found |= {"maternity", "pregnant"}
    if "elective" in method or "planned" in method or "waiting" in method or "booked" in method:
        found.add("elective")
    if "emergency" in method or "transfer" in method:
        found.add("emergency")
    if "day case" in kind or "daycase" in kind:
        found.add("daycase")
    if "died" in gone or "death" in gone or "deceased" in gone:
        found.add("dead")
    return frozenset(found)


def _lines(statements: Iterable[Statement], tokens: Sequence[Tokens], lexicon: Lexicon, specialty: str) -> list[Line]:
    lines: list[Line] = []
    sentence_key: tuple[int, int] | None = None
    around: list[str] = []
    listed = list(statements)
    for i, statement in enumerate(listed):
        key = (statement.document, statement.sentence)
        if key != sentence_key:
            sentence_key = key
            last = i
            while last + 1 < len(listed) and (listed[last + 1].document, listed[last + 1].sentence) == key:
                last += 1
            around = tokens[statement.document].text[statement.first : listed[last].last]
        words = lexicon.words(
            tokens[statement.document], statement.first, statement.last, around, statement.section.role, specialty
        )
        lines.append(Line(statement, words))
    return lines


def _sentences(lines: list[Line]) -> Iterator[list[Line]]:
    """Runs of lines that share a sentence."""
    run: list[Line] = []
    for line in lines:
        if run and (run[-1].statement.document, run[-1].statement.sentence) != (
            line.statement.document,
            line.statement.sentence,
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _without_parts(line: Line) -> list[Hit]:
    """The hits without conditions that only stand in the short form of a procedure: TURBT names no tumour of now."""
    if len({h.entry.kind for h in line.hits}) < 2:
        return line.hits
    first = line.words.first

    def part(hit: Hit) -> bool:
        tokens = {first[i] for i in range(len(first)) if hit.mask >> i & 1}
        return len(tokens) == 1 and any(
            h.entry.kind == "procedure" and hit.mask & ~h.mask == 0 and h.mask != hit.mask
            and {first[i] for i in range(len(first)) if (h.mask & ~hit.mask) >> i & 1} & tokens
            for h in line.hits
        )  # fmt: skip

    return [h for h in line.hits if h.entry.kind != "problem" or not part(h)]


def _joints(line: Line, tokens: Tokens) -> int:
    """A bit for each word of the line that "and" or its like stands before."""
    first, last = line.words.first, line.words.last
    return sum(
        1 << i
        for i in range(1, len(first))
        if first[i] - last[i - 1] > 1 and not _AND.isdisjoint(tokens.text[last[i - 1] + 1 : first[i]])
    )


def kinds_for(statement: Statement) -> tuple[str, ...]:
    """Which kinds of entries can explain a statement of this assertion."""
    if statement.allergy or statement.section.role == "allergy":
        return ("allergy", "circumstance") if statement.allergy else ("allergy", "circumstance", "drug")
    if statement.who is Who.FAMILY or statement.section.role == "family":
        return ("family",)
    if statement.when is When.HISTORICAL or statement.section.role == "past_history":
        return _PAST_KINDS
    return _CURRENT_KINDS


class Locator:
    """Looks every statement of a record up in the index."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self.index = index
        self.lexicon = lexicon
        self._seen: dict[tuple[tuple[str, ...], frozenset[str], tuple[str, ...]], list[Hit]] = {}

    def record(self, episode: Episode, tokens: list[Tokens], statements: list[Statement]) -> Record:
        """The record with its candidates, in order of the documents and their characters."""
        lines = _lines(statements, tokens, self.lexicon, episode.specialty.lower())
        guards = guards_of(episode)
        far = self._far_words(episode, lines)
        for sentence in _sentences(lines):
            whole = far.get(sentence[0].statement.document, {})
            for line in sentence:
                self._match(line, guards, whole, self._specimen(episode, line))
                line.hits = _without_parts(line)
                if len(line.hits) > 1:
                    line.hits = nearest(line.hits, _joints(line, tokens[line.statement.document]))
            for line in sentence:
                self._deepen(line, sentence, guards, whole, episode)
            for at, line in enumerate(sentence):
                self._tail(line, sentence, at, guards, whole)
                if at and not _HABIT.isdisjoint(sentence[at - 1].words.text):
                    self._answer(sentence[at - 1], line, guards)
        record = Record(episode, tokens, lines, [])
        for line in lines:
            document = episode.documents[line.statement.document]
            whole = far.get(line.statement.document, {})
            for hit in line.hits:
                record.candidates.append(self._candidate(line, hit, tokens, document, whole, len(record.candidates)))
        return record

    @staticmethod
    def _far_words(episode: Episode, lines: list[Line]) -> dict[int, dict[str, tuple[int, int]]]:
        """For each procedural document, its words that are asserted as done, with the tokens they stand for."""
        reported = {line.statement.document for line in lines if line.statement.section.role == "procedure"}
        out: dict[int, dict[str, tuple[int, int]]] = {
            i: {} for i, d in enumerate(episode.documents)
            if d.type in PROCEDURAL or (d.type == "test_result" and i in reported)
        }  # fmt: skip
        for line in lines:
            found = out.get(line.statement.document)
            s = line.statement
            if found is None or s.whether > Whether.LIKELY or s.section.role in _NOT_DONE or s.when is When.HISTORICAL:
                continue
            words = line.words
            for i, word in enumerate(words.text):
                if word not in found:
                    found[word] = (words.first[i], words.last[i])
        return out

    def _match(
        self, line: Line, guards: frozenset[str], far: dict[str, tuple[int, int]], specimen: frozenset[str]
    ) -> None:
        text = line.words.text
        if not text:
            return
        kinds = kinds_for(line.statement)
        reacted = not _REACTED.isdisjoint(text) and _ALLERGIC.isdisjoint(text)
        if line.statement.allergy and line.statement.section.role in _OF_NOW and reacted:
            kinds = _CURRENT_KINDS
        if far or specimen:
            line.hits = locate(self.index, Scene(text, guards, specimen.difference(text), far.keys()), kinds)
            return
        # most items of a record have been written a thousand times before: what they match depends on nothing else
        key = (kinds, guards, tuple(text))
        hits = self._seen.get(key)
        if hits is None:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            hits = self._seen[key] = locate(self.index, Scene(text, guards), kinds)
        line.hits = list(hits)

    def _specimen(self, episode: Episode, line: Line) -> frozenset[str]:
        """In a histology report a finding takes the site of its specimen: the words before it on its line, up to a colon.

        An adenoma takes it anywhere: "sigmoid polyp removed, histology tubular adenoma".
        """
        statement = line.statement
        document = episode.documents[statement.document]
        start = document.text.rfind("\n", 0, statement.start) + 1
        words = document.text[start : statement.start]
        if document.type != "histology":
            return frozenset(self.lexicon.phrase(words)) if "adenoma" in line.words.text else frozenset()
        words = words.partition(":")[0]
        named = _SPECIMEN.findall(document.text)
        if len(named) == 1 and _REPORTED.match(words.strip() or "micro"):
            words = named[0]
        return frozenset(self.lexicon.phrase(words))

    def _tail(
        self, line: Line, sentence: list[Line], at: int, guards: frozenset[str], far: dict[str, tuple[int, int]]
    ) -> None:
        """ "fractures of the femur, tibia and fibula": an item without a lead term takes the last of its sentence."""
        text = line.words.text
        if (
            not at
            or not text
            or len(text) > _LONGEST_TAIL
            or not _NORMAL.isdisjoint(text)
            or any(h.entry.kind in _LED for h in line.hits)
        ):
            return
        s = line.statement
        leads = {
            h.root.place: h.root
            for b in reversed(sentence[:at]) if b.statement.whether is s.whether and b.statement.who is s.who
            for h in reversed(b.hits) if h.entry.kind in _LED and h.root.children
        }  # fmt: skip
        # what already made the lead term more specific is no further condition: "burn, partial thickness: chest, arm"
        known = {h.codes for b in sentence[:at] for h in b.hits}
        for root in leads.values():
            said = (p.words for p in root.phrases if p.words and all(self._said(w, sentence) for w in p.words))
            opening = list(dict.fromkeys(w for words in said for w in words))
            scene = Scene([*opening, *text], guards, self._loose(line, sentence), far.keys())
            width = len(opening)
            own = ((1 << len(text)) - 1) << width
            line.hits += [
                replace(hit, lead=0, mask=hit.mask >> width, explained=hit.explained >> width)
                for hit in locate(self.index, scene, (root.kind,))
                if hit.root is root and hit.mask & own and hit.entry is not root and hit.codes not in known
            ]
            if line.hits:
                return

    def _answer(self, asked: Line, line: Line, guards: frozenset[str]) -> None:
        """ "Smoking: stopped 2010", "smoked 20 a day until 2015": a habit and what the next words say of it are one."""
        before, text = asked.words.text, line.words.text
        if not text or not (text[0] in _ENDED or (before[-1] in _ASKED and (len(text) == 1 or text[0][0].isdigit()))):
            return
        if any(h.codes[0] == "Z86.4" for h in asked.hits):
            return
        width, own = len(before), (1 << len(text)) - 1
        hits = [
            replace(hit, lead=0, mask=hit.mask >> width, explained=hit.explained >> width)
            for hit in locate(self.index, Scene([*before, *text], guards), ("circumstance",))
            if hit.mask >> width & own and hit.mask & ~(own << width)
        ]
        if hits:
            asked.hits = [h for h in asked.hits if h.entry.kind != "circumstance"]
            line.hits = [h for h in line.hits if h.entry.kind != "circumstance"] + hits

    @staticmethod
    def _said(word: str, sentence: list[Line]) -> bool:
        return any(word in line.words.text for line in sentence)

    @staticmethod
    def _loose(line: Line, sentence: list[Line]) -> frozenset[str]:
        """Words of the other items of the sentence, of the same assertion, that no entry explains."""
        s = line.statement
        return frozenset(
            w for other in sentence
            if other is not line and other.statement.whether is s.whether and other.statement.who is s.who
            and _NORMAL.isdisjoint(other.words.text)
            for w in other.unexplained()
        ).difference(line.words.text)  # fmt: skip

    def _deepen(
        self,
        line: Line,
        sentence: list[Line],
        guards: frozenset[str],
        far: dict[str, tuple[int, int]],
        episode: Episode,
    ) -> None:
        """Let words that nothing explains make a hit more specific: those of the label, then of the nearest items."""
        if not any(h.entry.children and h.entry.kind in (*_LED, "cause") for h in line.hits):
            return
        s = line.statement
        if s.label is None and len(sentence) == 1:
            return
        at = next(i for i, other in enumerate(sentence) if other is line)
        near: set[str] = set()
        if s.label is not None:
            document = episode.documents[s.document]
            near.update(self.lexicon.phrase(document.text[s.label[0] : s.label[1]]))
        kinds = tuple(dict.fromkeys(h.entry.kind for h in line.hits))
        roots = {h.root.place for h in line.hits}
        before = [h.codes for h in line.hits]
        for reach in range(len(sentence)):
            known = len(near)
            if reach:
                near |= self._loose(line, [*sentence[max(0, at - reach) : at], *sentence[at + 1 : at + 1 + reach]])
            near.difference_update(line.words.text)
            if not near or (reach and len(near) == known):
                continue
            deeper = [
                h
                for h in locate(self.index, Scene(line.words.text, guards, near, far.keys()), kinds)
                if h.root.place in roots
            ]
            if deeper:
                line.hits = deeper
            if [h.codes for h in line.hits] != before:
                return

    @staticmethod
    def _candidate(
        line: Line, hit: Hit, tokens: list[Tokens], document: Document, far: dict[str, tuple[int, int]], order: int
    ) -> Candidate:
        words, source = line.words, tokens[line.statement.document]
        used = [i for i in range(len(words.text)) if hit.mask >> i & 1] or [0]
        start = source.start[min(words.first[i] for i in used)]
        end = source.end[max(words.last[i] for i in used)]
        inherited = [
            Evidence(document.name, source.start[a], source.end[b], document.text[source.start[a] : source.end[b]])
            for a, b in (far[w] for w in hit.inherited if w in far)
        ]
        return Candidate(
            line, hit.entry, hit.root, hit.codes, hit.mask, start, end, used[0], hit.size, inherited, order
        )
