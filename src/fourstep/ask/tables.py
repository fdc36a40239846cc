"""The query tables of knowledge/queries: text that a coder can read and correct, checked on loading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fourstep.analyse.words import tokenise
from fourstep.assign.tables import facts
from fourstep.books.tables import Numbered, Ranges
from fourstep.episode import QueryOption
from fourstep.errors import KnowledgeError
from fourstep.knowledge import FOLDER

QUERIES = FOLDER / "queries"
Phrase = tuple[str, ...]

_RANK = re.compile(r"(\d{1,2})([bp]?)\Z")
_LIMIT = re.compile(r"(<|>|fall|rise)(\d+(?:\.\d+)?)(!?)\Z")
_GUARDS = frozenset("newborn infant child adult elderly maternity female male emergency elective".split())
_JOINING = frozenset("-/")
#: Conditions of a line that are one word.
_FLAGS = frozenset(("history", "outside", "uncaused"))


@dataclass(frozen=True, slots=True)
class When:
    """When a line asks: words of the record, codes that must and must not be given, who the patient is."""

    words: tuple[Phrase, ...] = ()
    also: tuple[Phrase, ...] = ()
    has: Ranges | None = None
    never: tuple[Phrase, ...] = ()
    beside: Ranges | None = None
    without: Ranges | None = None
    operations: Ranges | None = None
    finding: Ranges | None = None  # noted, and not coded
    given: frozenset[str] = frozenset()
    not_given: frozenset[str] = frozenset()
    history: bool = False
    outside: bool = False
    uncaused: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One line that asks: signs, details and links."""

    place: str
    rank: int
    blocks: str  # "", "b" always, "p" where it concerns the primary diagnosis
    about: str
    when: When
    question: str
    options: tuple[QueryOption, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that asks: beyond a limit, or a fall or rise by it; `always` where nobody acted on it too."""

    kind: str
    figure: float
    always: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement."""

    place: str
    rank: int
    name: str
    words: tuple[Phrase, ...]
    lowest: float
    highest: float
    limits: tuple[Limit, ...]
    acted: tuple[Phrase, ...]
    when: When
    options: tuple[QueryOption, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """Drugs that are taken for few conditions, and the codes of those."""

    place: str
    rank: int
    about: str
    drugs: tuple[Phrase, ...]
    explained: Ranges
    options: tuple[QueryOption, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Codes of which documents may give only one group."""

    place: str
    rank: int
    blocks: str
    about: str
    groups: tuple[Ranges, ...]
    codes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mode:
    """Ways of doing an operation, and the procedures that are asked about them."""

    place: str
    rank: int
    about: str
    ways: tuple[tuple[Phrase, ...], ...]
    operations: Ranges


@dataclass(frozen=True, slots=True)
class Sample:
    """What is examined after it was taken, and the words for it."""

    rank: int
    about: str
    words: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Allergy:
    """Words under the heading of the allergies that leave it open whether it is one."""

    rank: int
    about: str
    words: tuple[Phrase, ...]
    settled: tuple[Phrase, ...]
    question: str
    options: tuple[QueryOption, ...]


@dataclass(slots=True)
class AskTables:
    """All query tables, and the first words of all their phrases."""

    asks: list[Ask]
    values: list[Value]
    near: tuple[Phrase, ...]
    treatments: list[Treatment]
    alternatives: list[Alternative]
    modes: list[Mode]
    samples: list[Sample]
    waiting: tuple[Phrase, ...]
    allergies: list[Allergy]
    starts: dict[str, list[Phrase]] = field(default_factory=dict)
    _by_word: dict[Phrase, list[int]] = field(default_factory=dict)
    _by_name: dict[Phrase, list[int]] = field(default_factory=dict)  # of the values
    _by_diagnosis: Numbered = field(init=False)
    _by_operation: Numbered = field(init=False)
    _by_finding: Numbered = field(init=False)
    _places: list[tuple[int, int]] = field(default_factory=list)  # of the groups: the number of the line, and of its group
    _in_group: Numbered = field(init=False)

    def __post_init__(self) -> None:
        phrases = [p for a in self.asks for p in (*a.when.words, *a.when.also, *a.when.never)]
        phrases += [p for v in self.values for p in (*v.words, *v.acted)] + list(self.near)
        phrases += [p for t in self.treatments for p in t.drugs]
        phrases += [p for m in self.modes for way in m.ways for p in way]
        phrases += [p for s in self.samples for p in s.words] + list(self.waiting)
        phrases += [p for a in self.allergies for p in (*a.words, *a.settled)]
        for phrase in dict.fromkeys(phrases):
            self.starts.setdefault(phrase[0], []).append(phrase)
        for i, a in enumerate(self.asks):
            for phrase in a.when.words:
                self._by_word.setdefault(phrase, []).append(i)
        for i, v in enumerate(self.values):
            for phrase in v.words:
                self._by_name.setdefault(phrase, []).append(i)
        wordless = [None if a.when.words else a.when for a in self.asks]
        self._by_finding = Numbered(when.finding if when else None for when in wordless)
        plain = [when if when and when.finding is None else None for when in wordless]
        self._by_diagnosis = Numbered(when.has if when else None for when in plain)
        self._by_operation = Numbered(when.operations if when and when.has is None else None for when in plain)
        self._places = [(i, j) for i, line in enumerate(self.alternatives) for j in range(len(line.groups))]
        self._in_group = Numbered(group for line in self.alternatives for group in line.groups)

    def raised(
        self,
        phrases: Iterable[Phrase],
        diagnoses: Iterable[str],
        operations: Iterable[str],
        findings: Iterable[str] = (),
    ) -> list[Ask]:
        """The lines that phrases of a record raise, or its codes and findings where a line needs no words."""
        numbers = {i for p in phrases for i in self._by_word.get(p, ())}
        for code in diagnoses:
            numbers |= self._by_diagnosis[code]
        for code in operations:
            numbers |= self._by_operation[code]
        for code in findings:
            numbers |= self._by_finding[code]
        return [self.asks[i] for i in sorted(numbers)]

    def measured(self, phrases: Iterable[Phrase]) -> list[Value]:
        """The values that phrases of a record name."""
        return [self.values[i] for i in sorted({i for p in phrases for i in self._by_name.get(p, ())})]

    def groups(self, code: str) -> frozenset[tuple[int, int]]:
        """Where a code stands among the alternatives: numbers of the line and of its group."""
        return frozenset([self._places[n] for n in self._in_group[code]])


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


def _modes(path: Path) -> list[Mode]:
    out: list[Mode] = []
    for place, fact in facts(path):
        rank, about, words, codes = _columns(fact, 4, place, "rank | about | words / words | procedures")
        ways = tuple(_phrases(w, place) for w in words.split(" / "))
        if len(ways) < 2:
            raise KnowledgeError("needs two ways at least", place)
        out.append(Mode(place, _rank(rank, place)[0], about, ways, Ranges(codes)))
    return out


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
    return AskTables(
        asks=[a for name in ("signs", "details", "links") for a in _asks(folder / f"{name}.txt")],
        values=values,
        near=near,
        treatments=_treatments(folder / "drugs.txt"),
        alternatives=_alternatives(folder / "alternatives.txt"),
        modes=_modes(folder / "modes.txt"),
        samples=samples,
        waiting=waiting,
        allergies=_allergies(folder / "allergies.txt"),
    )


@lru_cache(maxsize=1)
def ask_tables() -> AskTables:
    """The tables that ship with the project, read once."""
    return load_ask_tables()
