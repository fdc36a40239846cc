"""Step 2 over a whole record: every statement's entries as Candidates, with the words behind them."""

from __future__ import annotations

import re

from fourstep.analyse.statements import Statement
from fourstep.analyse.words import Lexicon, Tokens
from fourstep.episode import Document, Episode, Evidence
from fourstep.locate.candidates import Candidate, Line, Record
from fourstep.locate.guards import guards_of
from fourstep.locate.index import Index
from fourstep.locate.lines import Afar, sentences_of
from fourstep.locate.matcher import Hit
from fourstep.locate.names import is_name
from fourstep.locate.sentence import Sentences

#: The line of a report that names its one specimen, and the headings under which the finding stands.
_SPECIMEN = re.compile(r"(?im)^[ \t]*(?:nature of )?(?:specimens?|site)\b[^:\n]*:[ \t]*(\S.*)$")
_REPORTED = re.compile(r"(?i)micro|diagnos|conclusion|histolog|summary|comment|report|opinion")
_NO_WORDS: frozenset[str] = frozenset()


class Locator:
    """Looks every statement of a record up in the index."""

    def __init__(self, index: Index, lexicon: Lexicon, every_condition: bool = False) -> None:
        self.index = index
        self.lexicon = lexicon
        self.every_condition = every_condition
        self.sentences = Sentences(index, lexicon)

    def record(self, episode: Episode, tokens: list[Tokens], statements: list[Statement]) -> Record:
        """The record with its candidates, in order of the documents and their characters."""
        guards = guards_of(episode, self.every_condition)
        sentences = sentences_of(statements, tokens, self.lexicon, _setting(episode, guards))
        record = Record(episode, tokens, sentences)
        afar = Afar(episode, sentences)
        adenomas = record.naming(("adenoma",))
        number = -1
        for at, sentence in enumerate(sentences):
            if number != sentence[0].statement.document:  # the next document
                number = sentence[0].statement.document
                document, source = episode.documents[number], tokens[number]
                text, histology = document.text, document.type == "histology"
            if histology or (adenomas and any("adenoma" in line.words.text for line in sentence)):
                specimens = [self._specimen(document, line) for line in sentence]
                self.sentences.read(sentence, source, text, guards, afar.of(at), specimens)
            else:
                self.sentences.locate(at, afar, source, text, guards)
            for line in sentence:
                for hit in line.hits:
                    inherited = _inherited(line, hit, source, document, afar, at) if hit.inherited else []
                    candidate = _candidate(line, hit, source, inherited, len(record.candidates))
                    one_word = hit.mask and hit.mask & (hit.mask - 1) == 0
                    if one_word and is_name(line.words.text[candidate.first], document.text, candidate.start, candidate.end):
                        continue
                    record.candidates.append(candidate)
        return record

    def _specimen(self, document: Document, line: Line) -> frozenset[str]:
        """In a histology report a finding takes the site of its specimen: the words before it on its line, up to a colon.

        An adenoma takes it anywhere: "sigmoid polyp removed, histology tubular adenoma".
        """
        if document.type != "histology" and "adenoma" not in line.words.text:
            return _NO_WORDS
        statement = line.statement
        start = document.text.rfind("\n", 0, statement.start) + 1
        words = document.text[start : statement.start]
        if document.type != "histology":
            return frozenset(self.lexicon.phrase(words))
        words = words.partition(":")[0]
        named = _SPECIMEN.findall(document.text)
        if len(named) == 1 and _REPORTED.match(words.strip() or "micro"):
            words = named[0]
        return frozenset(self.lexicon.phrase(words))


def _setting(episode: Episode, guards: frozenset[str]) -> str:
    """What decides between the senses of a term beside the words: the specialty, and the patient by the guards of the index."""
    return " ".join([episode.specialty.lower(), *(f"{{{guard}}}" for guard in sorted(guards))])


def _candidate(line: Line, hit: Hit, tokens: Tokens, inherited: list[Evidence], order: int) -> Candidate:
    wording, base, mask = line.words.wording, line.words.at, hit.mask
    # the tokens of words stand in order, so the first and the last word enclose the others
    at = (mask & -mask).bit_length() - 1 if mask else 0
    start = tokens.start[base + wording.first[at]]
    end = tokens.end[base + wording.last[mask.bit_length() - 1 if mask else 0]]
    return Candidate(line, hit.entry, hit.root, hit.codes, mask, start, end, at, hit.size, inherited, order)


def _inherited(line: Line, hit: Hit, tokens: Tokens, document: Document, afar: Afar, at: int) -> list[Evidence]:
    """Where the words of the frame stand that a hit took: in the next line, over a dash, or anywhere in the note."""
    found: list[Evidence] = []
    for word in hit.inherited:
        if line.lent is not None and word in line.lent.words.text:
            words = line.lent.words
            i = words.text.index(word)
            place = words.first[i], words.last[i]
        elif word in afar.of(at):
            place = afar.place(at, word)
        else:
            continue
        start, end = tokens.start[place[0]], tokens.end[place[1]]
        found.append(Evidence(document.name, start, end, document.text[start:end]))
    return found
