"""Reading the query tables of knowledge/queries: text that a coder can read and correct, checked line by line."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from fourstep.analyse.words import tokenise
from fourstep.ask.tables import Allergy, Alternative, Ask, AskTables, Limit, Mode, Phrase, Sample, Treatment, Value, When
from fourstep.assign.tables import facts
from fourstep.books.tables import Ranges
from fourstep.episode import QueryOption
from fourstep.errors import KnowledgeError
from fourstep.knowledge import FOLDER

QUERIES = FOLDER / "queries"

_RANK = re.compile(r"(\d{1,2})([bp]?)\Z")
_LIMIT = re.compile(r"(<|>|fall|rise)(\d+(?:\.\d+)?)(!?)\Z")
_GUARDS = frozenset("newborn infant child adult elderly maternity female male emergency elective".split())
_JOINING = frozenset("-/")
#: Conditions of a line that are one word.
_FLAGS = frozenset(("history", "outside", "uncaused"))


def phrase_of(text: str) -> Phrase:
    """Surface tokens of a phrase, without hyphens and slashes that join words."""
    return tuple(t for t in tokenise(text).text if t not in _JOINING)


def _phrases(text: str, place: str) -> tuple[Phrase, ...]:
    found = tuple(phrase_of(part) for part in text.split(",") if part.strip())
    if any(not p for p in found):
        raise KnowledgeError("a phrase without words", place)
    return found


def _columns(fact: str, size: int, place: str, expected: str) -> list[str]:
    columns = [c.strip() for c in fact.split("|")]
    if len(columns) != size:
        raise KnowledgeError(f"expected '{expected}'", place)
    return columns


def _rank(text: str, place: str) -> tuple[int, str]:
    match = _RANK.match(text)
    if not match:
        raise KnowledgeError("expected a rank of 0 to 99, with b or p where it may block", place)
    return int(match[1]), match[2]


def _options(text: str, place: str) -> tuple[QueryOption, ...]:
    out: list[QueryOption] = []
    for part in text.split(" / "):
        words, _, codes = (p.strip() for p in part.partition(" = "))
        if not words:
            raise KnowledgeError("an answer without words", place)
        out.append(QueryOption(words, tuple(codes.split())))
    return tuple(out)


def _when(text: str, place: str) -> When:
    parts: dict[str, str] = {}
    for clause in filter(None, (c.strip() for c in text.split(" & "))):
        word, _, rest = clause.partition(" ")
        known = word in (
            "words",
            "and",
            "has",
            "with",
            "without",
            "op",
            "finding",
            "given",
            "not",
            "never",
            "history",
            "outside",
            "uncaused",
        )
        if not known or word in parts or (not rest and word not in _FLAGS):
            raise KnowledgeError(f"a condition that is not understood: '{clause}'", place)
        parts[word] = rest
    given, not_given = frozenset(parts.get("given", "").split()), frozenset(parts.get("not", "").split())
    if (given | not_given) - _GUARDS:
        raise KnowledgeError(f"an unknown guard: {' '.join(sorted((given | not_given) - _GUARDS))}", place)

    def codes(name: str) -> Ranges | None:
        return Ranges(parts[name]) if name in parts else None

    return When(
        _phrases(parts.get("words", ""), place),
        _phrases(parts.get("and", ""), place),
        codes("has"),
        _phrases(parts.get("never", ""), place),
        codes("with"),
        codes("without"),
        codes("op"),
        codes("finding"),
        given,
        not_given,
        "history" in parts,
        "outside" in parts,
        "uncaused" in parts,
    )


def _asks(path: Path) -> list[Ask]:
    out: list[Ask] = []
    for place, fact in facts(path):
        columns = _columns(fact, 5, place, "rank | about | conditions | question | answers")
        rank, blocks = _rank(columns[0], place)
        when = _when(columns[2], place)
        if not (when.words or when.has or when.operations or when.finding):
            raise KnowledgeError("needs words, codes, a finding or a procedure that raise it", place)
        out.append(Ask(place, rank, blocks, columns[1], when, columns[3], _options(columns[4], place)))
    return out


def _limits(text: str, place: str) -> tuple[Limit, ...]:
    out: list[Limit] = []
    for word in text.split():
        match = _LIMIT.match(word)
        if not match:
            raise KnowledgeError(
                f"expected <100, >5.5, fall25 or rise26, with ! to ask always: '{word}'", place
            )
        out.append(Limit(match[1], float(match[2]), bool(match[3])))
    return tuple(out)


def _values(path: Path) -> tuple[list[Value], tuple[Phrase, ...]]:
    out: list[Value] = []
    near: tuple[Phrase, ...] = ()
    for place, fact in facts(path):
        if fact.startswith("acted |"):
            near += _phrases(fact.partition("|")[2], place)
            continue
        c = _columns(fact, 8, place, "rank | name | words | range | limits | acted on | conditions | answers")
        lowest, dash, highest = c[3].partition("-")
        if not dash:
            raise KnowledgeError("expected a range of figures such as 30-220", place)
        out.append(
            Value(
                place,
                _rank(c[0], place)[0],
                c[1],
                _phrases(c[2], place),
                float(lowest),
                float(highest),
                _limits(c[4], place),
                _phrases(c[5], place),
                _when(c[6], place),
                _options(c[7], place),
            )
        )
    return out, near


def _treatments(path: Path) -> list[Treatment]:
    out: list[Treatment] = []
    for place, fact in facts(path):
        c = _columns(fact, 5, place, "rank | about | drugs | codes | answers")
        out.append(
            Treatment(
                place, _rank(c[0], place)[0], c[1], _phrases(c[2], place), Ranges(c[3]), _options(c[4], place)
            )
        )
    return out


def _alternatives(path: Path) -> list[Alternative]:
    out: list[Alternative] = []
    for place, fact in facts(path):
        rank_text, about, codes = _columns(fact, 3, place, "rank | about | codes / codes")
        rank, blocks = _rank(rank_text, place)
        groups = [g.strip() for g in codes.split(" / ")]
        if len(groups) < 2:
            raise KnowledgeError("needs two groups of codes at least", place)
        out.append(
            Alternative(
                place,
                rank,
                blocks,
                about,
                tuple(Ranges(g) for g in groups),
                tuple(tuple(g.split()) for g in groups),
            )
        )
    return out


def _modes(path: Path) -> tuple[list[Mode], tuple[Phrase, ...]]:
    out: list[Mode] = []
    undone: tuple[Phrase, ...] = ()
    for place, fact in facts(path):
        if fact.startswith("undone |"):
            undone += _phrases(fact.partition("|")[2], place)
            continue
        rank, about, words, codes = _columns(fact, 4, place, "rank | about | words / words | procedures")
        ways = tuple(_phrases(w, place) for w in words.split(" / "))
        if len(ways) < 2:
            raise KnowledgeError("needs two ways at least", place)
        out.append(Mode(place, _rank(rank, place)[0], about, ways, Ranges(codes)))
    return out, undone


def _samples(path: Path) -> tuple[list[Sample], tuple[Phrase, ...]]:
    out: list[Sample] = []
    waiting: tuple[Phrase, ...] = ()
    for place, fact in facts(path):
        if fact.startswith("waiting |"):
            waiting += _phrases(fact.partition("|")[2], place)
            continue
        rank, about, words = _columns(fact, 3, place, "rank | about | words")
        out.append(Sample(_rank(rank, place)[0], about, _phrases(words, place)))
    return out, waiting


def _allergies(path: Path) -> list[Allergy]:
    out: list[Allergy] = []
    for place, fact in facts(path):
        c = _columns(fact, 6, place, "rank | about | words | words that settle it | question | answers")
        out.append(
            Allergy(
                _rank(c[0], place)[0], c[1], _phrases(c[2], place), _phrases(c[3], place), c[4], _options(c[5], place)
            )
        )
    return out


def load_ask_tables(folder: Path = QUERIES) -> AskTables:
    """All tables of knowledge/queries. Raises KnowledgeError naming file and line."""
    values, near = _values(folder / "values.txt")
    samples, waiting = _samples(folder / "results.txt")
    modes, undone = _modes(folder / "modes.txt")
    return AskTables(
        asks=[a for name in ("signs", "details", "links") for a in _asks(folder / f"{name}.txt")],
        values=values,
        near=near,
        treatments=_treatments(folder / "drugs.txt"),
        alternatives=_alternatives(folder / "alternatives.txt"),
        modes=modes,
        undone=undone,
        samples=samples,
        waiting=waiting,
        allergies=_allergies(folder / "allergies.txt"),
    )


@lru_cache(maxsize=1)
def ask_tables() -> AskTables:
    """The tables that ship with the project, read once."""
    return load_ask_tables()
