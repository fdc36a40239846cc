"""Coded entries that a message already carries, as candidates: their display looked up like any statement, or their code taken.

An ICD-10 or OPCS-4 code in the message is a proposal by whoever sent it: it counts as a named diagnosis or procedure of that
document. A SNOMED CT entry counts by its words; where the index reads none of them, by the code that an imported map gives it.
The evidence is the path of the element, not characters of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fourstep.analyse.statements import Section, Statement, When
from fourstep.analyse.words import Lexicon, Words, tokenise
from fourstep.episode import CodedEntry, Document
from fourstep.locate.candidates import Candidate, Line
from fourstep.locate.index import SNOMED, Entry, Index
from fourstep.locate.matcher import Scene, locate

Mapped = Callable[[str, str, str], tuple[str, ...]]

_ROLES = {"problem": "diagnosis", "procedure": "procedure", "past problem": "past_history"}
_KINDS = {"diagnosis": ("problem",), "procedure": ("procedure",), "past_history": ("history", "problem")}
_BOOKS = {"icd10": "problem", "opcs4": "procedure"}


def _line(document: int, role: str, words: Words, entry: CodedEntry) -> Line:
    section = Section(role, "coded entry", 0, 0)
    when = When.HISTORICAL if role == "past_history" else When.CURRENT
    return Line(Statement(document, section, -1, 0, 0, 0, 0, when=when), words, entry=entry)


def entry_candidates(
    document: Document, number: int, index: Index, lexicon: Lexicon, guards: frozenset[str], order: int, mapped: Mapped
) -> Iterator[Candidate]:
    """The candidates of one document's coded entries; `order` is the place of the first.

    `mapped(concept, kind, sex)` gives the codes of a SNOMED CT concept, or none.
    """
    for entry in document.entries:
        role = _ROLES.get(entry.role)
        if role is None:
            continue
        tokens = tokenise(entry.display)
        line = _line(number, role, lexicon.words(tokens, 0, len(tokens)), entry)
        if entry.system in _BOOKS:
            kind = _BOOKS[entry.system]
            own = Entry(entry.display, kind, entry.path, [], (entry.code,), trail=f"coded entry > {entry.display or entry.code}")
            yield Candidate(line, own, own, (entry.code,), 0, 0, 0, 0, 1, [], order)
            order += 1
            continue
        line.hits = locate(index, Scene(line.words.text, guards), _KINDS[role])
        if not line.hits and entry.system == "snomed" and role != "past_history":
            sex = next((s for s in ("female", "male") if s in guards), "")
            codes = mapped(entry.code, entry.role, sex)
            if codes:
                trail = f"SNOMED CT {entry.code} > {entry.display}"
                own = Entry(entry.display, entry.role, entry.path, [], codes, layer=SNOMED, trail=trail)
                yield Candidate(line, own, own, codes, 0, 0, 0, 0, 1, [], order)
                order += 1
        for hit in line.hits:
            yield Candidate(line, hit.entry, hit.root, hit.codes, hit.mask, 0, 0, 0, hit.size, [], order)
            order += 1
