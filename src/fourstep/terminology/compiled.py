"""Imported layers as lines of the index, below the curated ones.

An imported synonym is passed over where the curated index already reads all its words, of whatever kind: the curated index wins,
also where it deliberately gives no code. What is left stands as a lead term without modifiers; its codes are for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fourstep.analyse.words import Lexicon
from fourstep.books import Icd10, Opcs4, books_on
from fourstep.books.tables import Ranges
from fourstep.locate import index as layers
from fourstep.locate.imported import Imported, Line
from fourstep.locate.index import KINDS, Entry, Index, walk
from fourstep.locate.matcher import Scene, locate
from fourstep.terminology import layer as imported
from fourstep.terminology.layer import Synonym
from fourstep.terminology.maps import codes_for, normalised

_LAYERS = {imported.AMERICAN: layers.AMERICAN, imported.SNOMED: layers.SNOMED, imported.INCLUSIONS: layers.INCLUSIONS}
_MOST_WORDS = 7
_FEWEST_OF_TITLE = 3  # "vein graft" is part of many operations
_SHORTEST = 7  # letters of a term of one word: "cold", "fit" and short forms mean too much else
#: Status, history, causes and symptoms depend on more than words: the curated index alone decides them.
_CHAPTERS = frozenset("ABCDEFGHIJKLMNOPQST")
#: Titles of procedures that say nothing outside their category, and chapters of methods and sites.
_NO_TITLE = re.compile(
    r"\bother\b|\bunspecified\b|\bnon-?operative\b|\battention to\b|\bresidual\b|\bnote\b|\bthese\b", re.IGNORECASE
)
_TAIL = re.compile(r",?\s*\b(?:NEC|NFQ|HFQ|NOC|NOS|however further qualified)\b|\([^)]*\)|\[[^\]]*\]", re.IGNORECASE)
#: Images, drugs and other care, methods and sites (Z, and those of chapter O): they are never a procedure by their words alone.
_NO_PROCEDURE = Ranges("O11-O14 O16 O28 O30-O31 O33-O34 O36 O43 O45 U X28-X99 Y Z")


def imported_lines(roots: list[Entry], lexicon: Lexicon) -> Imported | None:
    """The lines of all imports in force that the curated roots leave room for; None where nothing is imported."""
    found = list(_sources())
    if not found:
        return None
    curated = Index(roots)
    icd10, opcs4, _ = books_on(None)
    known = frozenset(w for e in walk(roots) for p in e.phrases for w in (*p.words, *p.optional))
    lines: dict[tuple[int, str, str, str], Line | None] = {}
    for level, source, synonyms in found:
        for synonym in synonyms:
            book: Icd10 | Opcs4 = opcs4 if synonym.kind == "procedure" else icd10
            codes = normalised(synonym.codes, book)
            if not codes or (synonym.kind == "problem" and codes[0][0] not in _CHAPTERS):
                continue
            words = _canonical(synonym.phrase, lexicon, known)
            if not words or (level == layers.OFFICIAL_TITLES and len(words) < _FEWEST_OF_TITLE):
                continue
            key = (level, synonym.kind, synonym.sex, " ".join(sorted(words)))
            if key in lines:
                other = lines[key]
                if other is not None and other.codes != codes:
                    lines[key] = None  # words that one layer leads to several codes: which it is, the record must say
            elif not _read_already(curated, words):
                lines[key] = Line(level, source, synonym.kind, words, codes, synonym.sex, synonym.phrase)
    return Imported(line for line in lines.values() if line is not None)


def _sources() -> Iterator[tuple[int, str, Iterable[Synonym]]]:
    """The layers in force: level, name for messages, synonyms."""
    for kind in imported.KINDS:
        path = imported.in_force(kind)
        if path is not None:
            yield _LAYERS[kind], path.stem, imported.synonyms(path)
    _, opcs4, _ = books_on(None)
    if opcs4.whole:
        yield layers.OFFICIAL_TITLES, f"title of OPCS-{opcs4.edition}", _titles(opcs4)


def _titles(book: Opcs4) -> Iterator[Synonym]:
    for code in book.codes():
        title = book.title(code)
        if code not in _NO_PROCEDURE and code[4:] not in ("8", "9") and not _NO_TITLE.search(title):
            yield Synonym(_TAIL.sub("", title), "procedure", (code,))


def _canonical(phrase: str, lexicon: Lexicon, known: frozenset[str]) -> tuple[str, ...]:
    """The words of a phrase; nothing where they are too few, too many or not clear."""
    words = tuple(dict.fromkeys(lexicon.phrase(phrase)))
    if len(words) > _MOST_WORDS or any(w.startswith("?") for w in words):
        return ()
    if len(words) == 1 and (len(words[0]) < _SHORTEST or words[0] in known):
        return ()  # a word that the curated index uses elsewhere is no condition by itself
    return words


def _read_already(curated: Index, words: tuple[str, ...]) -> bool:
    """Whether entries of the curated index use every word."""
    scene = Scene(words, frozenset(("adult",)))
    mask = 0
    for hit in locate(curated, scene, KINDS):
        mask |= hit.explained | hit.mask
    return mask == (1 << len(words)) - 1


def mapped(concept: str, kind: str, sex: str) -> tuple[str, ...]:
    """The codes that the imported map in force gives a SNOMED CT concept; nothing where there is none, or it leaves a choice."""
    path = imported.in_force(imported.SNOMED)
    if path is None:
        return ()
    icd10, opcs4, _ = books_on(None)
    book: Icd10 | Opcs4 = opcs4 if kind == "procedure" else icd10
    return normalised(codes_for(imported.map_rows(path, concept, book.name), sex), book)
