"""Step 2 over a whole record: every statement's entries as Candidates, with the words behind them."""

from __future__ import annotations

import re
from itertools import pairwise

from fourstep.analyse.statements import Statement
from fourstep.analyse.words import Lexicon, Tokens
from fourstep.episode import Document, Episode, Evidence
from fourstep.locate.candidates import Candidate, Line, Record
from fourstep.locate.dashes import join_over_dash
from fourstep.locate.guards import guards_of
from fourstep.locate.index import Index
from fourstep.locate.lines import far_words, joints_of, kinds_for, lines_of, sentences_of, words_before
from fourstep.locate.lookup import Lookup
from fourstep.locate.matcher import Hit, nearest
from fourstep.locate.neighbours import HABIT, Neighbours
from fourstep.locate.short_forms import keep_whole

#: The line of a report that names its one specimen, and the headings under which the finding stands.
_SPECIMEN = re.compile(r"(?im)^[ \t]*(?:nature of )?(?:specimens?|site)\b[^:\n]*:[ \t]*(\S.*)$")
_BESIDE_ALLERGENS = ("problem", "circumstance")
#: Diseases, not what an allergen does to skin, gut and breath.
_DISEASE = re.compile(r"[A-IMN]|J4[0-4]|K(?!52)|L40|Q")
_REPORTED = re.compile(r"(?i)micro|diagnos|conclusion|histolog|summary|comment|report|opinion")


def _part(hit: Hit, line: Line) -> bool:
    """Whether the words of a hit only stand in the short form of a procedure."""
    first = line.words.first
    tokens = {first[i] for i in range(len(first)) if hit.mask >> i & 1}
    return len(tokens) == 1 and any(
        h.entry.kind == "procedure" and hit.mask & ~h.mask == 0 and h.mask != hit.mask
        and {first[i] for i in range(len(first)) if (h.mask & ~hit.mask) >> i & 1} & tokens
        for h in line.hits
    )  # fmt: skip


def _without_parts(line: Line) -> list[Hit]:
    """The hits without conditions that only stand in the short form of a procedure: TURBT names no tumour of now."""
    if len({h.entry.kind for h in line.hits}) < 2:
        return line.hits
    return [h for h in line.hits if h.entry.kind != "problem" or not _part(h, line)]


class Locator:
    """Looks every statement of a record up in the index."""

    def __init__(self, index: Index, lexicon: Lexicon, every_condition: bool = False) -> None:
        self.index = index
        self.lexicon = lexicon
        self.every_condition = every_condition
        self.lookup = Lookup(index)
        self.neighbours = Neighbours(self.lookup, lexicon)

    def record(self, episode: Episode, tokens: list[Tokens], statements: list[Statement]) -> Record:
        """The record with its candidates, in order of the documents and their characters."""
        lines = lines_of(statements, tokens, self.lexicon, episode.specialty.lower())
        guards = guards_of(episode, self.every_condition)
        far = far_words(episode, lines)
        sentences = list(sentences_of(lines))
        told = words_before(episode, sentences)
        for sentence in sentences:
            number = sentence[0].statement.document
            whole = told.get((number, sentence[0].statement.sentence)) or far.get(number, {})
            histology = episode.documents[number].type == "histology"
            for line in sentence:
                specimen = self._specimen(episode, line) if histology or "adenoma" in line.words.text else frozenset()
                self._match(line, guards, whole, specimen)
                if len(line.hits) > 1:
                    line.hits = _without_parts(line)
                    if len(line.hits) > 1:
                        joints = joints_of(line, tokens[number])
                        line.hits = nearest(line.hits, joints)
                        keep_whole(line, self.lookup, guards, joints)
            self._past_allergens(sentence, guards)
            for before, line in pairwise(sentence):
                join_over_dash(self.lookup, before, line, episode.documents[number].text, guards)
            for line in sentence:
                if line.hits:
                    self.neighbours.deepen(line, sentence, guards, whole, episode)
            for at in range(1, len(sentence)):
                line, before = sentence[at], sentence[at - 1]
                self.neighbours.take_lead(line, sentence, at, guards, whole)
                if not HABIT.isdisjoint(before.words.text):
                    self.neighbours.answer(before, line, guards)
        record = Record(episode, tokens, lines, [])
        for line in lines:
            document = episode.documents[line.statement.document]
            s = line.statement
            whole = told.get((s.document, s.sentence)) or far.get(s.document, {})
            for hit in line.hits:
                record.candidates.append(self._candidate(line, hit, tokens, document, whole, len(record.candidates)))
        return record

    def _match(
        self, line: Line, guards: frozenset[str], far: dict[str, tuple[int, int]], specimen: frozenset[str]
    ) -> None:
        text = line.words.text
        if text:
            near = specimen.difference(text) if specimen else specimen
            line.hits = list(self.lookup.find(text, kinds_for(line.statement, text), guards, near, far.keys()))

    def _past_allergens(self, sentence: list[Line], guards: frozenset[str]) -> None:
        """A list of allergens ends where a disease stands: "allergic to penicillin, hypertension". A reaction is none."""
        named = False
        for line in sentence:
            if not line.statement.allergy or line.statement.section.role == "allergy":
                continue
            if any(h.entry.kind == "allergy" for h in line.hits):
                named = True
            elif named and line.words.text:
                hits = self.lookup.find(line.words.text, _BESIDE_ALLERGENS, guards)
                if any(h.entry.kind == "problem" and _DISEASE.match(h.codes[0]) for h in hits):
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

    @staticmethod
    def _candidate(
        line: Line, hit: Hit, tokens: list[Tokens], document: Document, far: dict[str, tuple[int, int]], order: int
    ) -> Candidate:
        words, source, mask = line.words, tokens[line.statement.document], hit.mask
        # the tokens of words stand in order, so the first and the last word enclose the others
        at = (mask & -mask).bit_length() - 1 if mask else 0
        start = source.start[words.first[at]]
        end = source.end[words.last[mask.bit_length() - 1 if mask else 0]]
        inherited = [
            Evidence(document.name, source.start[a], source.end[b], document.text[source.start[a] : source.end[b]])
            for a, b in (line.lent.get(w) or far[w] for w in hit.inherited if w in line.lent or w in far)
        ] if hit.inherited else []  # fmt: skip
        return Candidate(line, hit.entry, hit.root, hit.codes, mask, start, end, at, hit.size, inherited, order)
