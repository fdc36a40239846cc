"""The query tables of knowledge/queries as values; `loading` reads and checks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fourstep.books.tables import Numbered, Ranges
from fourstep.episode import QueryOption

Phrase = tuple[str, ...]


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
    undone: tuple[Phrase, ...]  # words of an operation note for what was not done
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
        phrases += [p for m in self.modes for way in m.ways for p in way] + list(self.undone)
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
