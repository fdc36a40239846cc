"""The Alphabetical Index: lead terms with modifiers, read from knowledge/index (format: docs/knowledge-format.md).

`read_folder` parses the files of one kind, `Index` holds the compiled trees. An entry keeps its file and line, so that
every trail can be found and corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fourstep.analyse.terms import strip_comment
from fourstep.analyse.words import Lexicon
from fourstep.errors import KnowledgeError

KINDS = ("problem", "history", "family", "allergy", "circumstance", "drug", "cause", "organism", "procedure")
GUARDS = frozenset(
    "female male newborn infant child adult elderly pregnant postpartum maternity elective emergency daycase birth dead "
    "every".split()
)
ICD = re.compile(r"[A-Z]\d\d(\.(-|X\d?|\d{1,2}))?\Z")
OPCS = re.compile(r"[A-Z]\d\d\.\d\Z")
SLOT = re.compile(r"@[a-z_]+\Z")

#: Layers, the later over the earlier: the books' own titles, what a site imported, the curated UK index, a site's own lines.
TITLES, AMERICAN, OFFICIAL_TITLES, SNOMED, INCLUSIONS, CURATED, SITE = range(7)

#: The codes of an entry that is understood and asks, and of one that is understood and has deliberately none.
ASKS, SILENT = ("?",), ("-",)

_QUOTED = re.compile(r'"([^"]+)"')
_OPTIONAL = re.compile(r"\(([^)]*)\)")
_GUARD = re.compile(r"\{(!?[a-z]+)\}")
_EXCLUDED = re.compile(r"(?:^|\s)!(\S+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One alternative of a line: words that must be there, side by side where quoted, and what must not."""

    words: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    guards: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    far: bool = False


@dataclass(slots=True)
class Entry:
    """A line of the index with what stands below it. `layer` is one of the layers above."""

    text: str
    kind: str
    place: str
    phrases: list[Phrase]
    codes: tuple[str, ...] = ()
    slots: tuple[str, ...] | None = None  # None: the table of slots decides
    query: str = ""
    layer: int = CURATED
    trail: str = ""
    children: list[Entry] = field(default_factory=list)
    # children by the first word of each of their phrases; those whose words may stand far away, or that are guards alone, apart
    near: dict[str, list[tuple[Phrase, Entry]]] = field(default_factory=dict)
    far: list[tuple[Phrase, Entry]] = field(default_factory=list)

    def __reduce__(self) -> tuple[type[Entry], tuple[object, ...]]:
        """Kept by its fields: a compiled class has no other state to hand out."""
        told = self.text, self.kind, self.place, self.phrases, self.codes, self.slots, self.query, self.layer, self.trail
        return Entry, (*told, self.children, self.near, self.far)

    @property
    def imported(self) -> bool:
        """True for an entry of an imported layer: what it finds is for a person to review."""
        return TITLES < self.layer < CURATED

    @property
    def asks(self) -> bool:
        """True for '?': understood, but to be queried before it is coded."""
        return self.codes == ASKS

    @property
    def silent(self) -> bool:
        """True for '-': understood, and deliberately no code."""
        return self.codes == SILENT


def parse_phrase(text: str, lexicon: Lexicon, place: str) -> Phrase:
    """One alternative of an index line. Raises KnowledgeError naming `place`."""
    text = text.strip()
    far = text.startswith("&")
    rest = text[1:].strip() if far else text
    guards = tuple(_GUARD.findall(rest))
    for guard in guards:
        if guard.removeprefix("!") not in GUARDS:
            raise KnowledgeError(f"unknown guard {{{guard}}}", place)
    rest = _GUARD.sub(" ", rest)
    excluded = tuple(x for m in _EXCLUDED.findall(rest) if (x := lexicon.phrase(m)))
    rest = _EXCLUDED.sub(" ", rest)
    optional = tuple(w for m in _OPTIONAL.findall(rest) for w in lexicon.phrase(m))
    rest = _OPTIONAL.sub(" ", rest)
    groups = tuple(g for m in _QUOTED.findall(rest) if len(g := lexicon.phrase(m)) > 1)
    rest = rest.replace('"', " ")
    if any(c in rest for c in "{}()!&"):
        raise KnowledgeError(f"stray sign in phrase '{text}'", place)
    words = tuple(dict.fromkeys(lexicon.phrase(rest)))
    if not words and not guards:
        raise KnowledgeError(f"phrase '{text}' has no word that counts", place)
    return Phrase(words, groups, excluded, guards, optional, far)


def _split_line(line: str) -> tuple[int, str, str, str]:
    """Indentation level, phrases, codes, query of one line."""
    body = line.lstrip(" ")
    fact, _, query = body.partition("??")
    parts = re.split(r"\s{2,}|\t+", fact.strip(), maxsplit=1)
    return len(line) - len(body), parts[0], parts[1].strip() if len(parts) > 1 else "", query.strip()


def parse_codes(text: str, kind: str, place: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Codes and slots of a line; slots are None where the line names none. Raises KnowledgeError naming `place`."""
    codes: list[str] = []
    slots: list[str] | None = None
    for item in text.split():
        if SLOT.match(item):
            slots = (slots or []) + ([] if item == "@none" else [item[1:]])
        elif (item in ("-", "?") and not codes) or (OPCS if kind == "procedure" else ICD).match(item):
            codes.append(item)
        else:
            raise KnowledgeError(f"'{item}' is no code", place)
    return tuple(codes), tuple(slots) if slots is not None else None


def shown(phrases: str) -> list[str]:
    """The alternatives of a line as people read them: without quotes, nonessential words, exclusions; at least one."""
    plain = (way.replace('"', "").removeprefix("&") for way in phrases.split(" | "))
    ways = (" ".join(_EXCLUDED.sub(" ", _OPTIONAL.sub(" ", way)).split()) for way in plain)
    return [way for way in ways if way] or [phrases]


def read_file(path: Path, kind: str, lexicon: Lexicon, problems: list[KnowledgeError], layer: int = CURATED) -> list[Entry]:
    """The trees of one index file; what is wrong goes to `problems`, and the rest is still read."""
    roots: list[Entry] = []
    stack: list[tuple[int, Entry]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fact = strip_comment(line)
        if not fact.strip():
            continue
        place = f"{path.parent.name}/{path.name}:{number}"
        try:
            if "\t" in fact[: len(fact) - len(fact.lstrip())]:
                raise KnowledgeError("indent with spaces, not tabs", place)
            indent, phrases, codes_text, query = _split_line(fact)
            codes, slots = parse_codes(codes_text, kind, place)
            alternatives = [parse_phrase(p, lexicon, place) for p in phrases.split(" | ")]
            while stack and stack[-1][0] >= indent:
                stack.pop()
            if indent % 2 or (indent and not stack) or (stack and indent != stack[-1][0] + 2):
                raise KnowledgeError("indent two spaces under the line it belongs to", place)
            if not stack and any(p.far for p in alternatives):
                raise KnowledgeError("'&' belongs to a modifier line, not a lead term", place)
        except KnowledgeError as error:
            problems.append(error)
            continue
        first = shown(phrases)[0]
        trail = f"{stack[-1][1].trail} > {first}" if stack else first
        entry = Entry(phrases, kind, place, alternatives, codes, slots, query, layer, trail)
        (stack[-1][1].children if stack else roots).append(entry)
        stack.append((indent, entry))
    return roots


def read_folder(folder: Path, lexicon: Lexicon, problems: list[KnowledgeError], layer: int = CURATED) -> list[Entry]:
    """All trees below knowledge/index; the name of each folder is the kind of its entries."""
    roots: list[Entry] = []
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.idx")):
            roots += read_file(path, kind, lexicon, problems, layer)
    return roots


def walk(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Every entry of the trees, parents before children."""
    for entry in entries:
        yield entry
        yield from walk(entry.children)


_NO_WORDS: frozenset[str] = frozenset()
Lead = tuple[tuple[str, ...], Phrase, Entry]
Leads = dict[str, list[Lead]]
#: The lead terms that a word opens.
Opened = dict[str, list[tuple[Phrase, Entry]]]


class Beneath(Protocol):
    """Lead terms that are kept elsewhere and made when a word asks for them: `fourstep.locate.imported`."""

    vocabulary: frozenset[str]

    def leads(self, word: str) -> list[tuple[Phrase, Entry]]:
        """The entries that a word opens."""


def _opened(word: str, phrase: Phrase, entry: Entry) -> Lead:
    return tuple([w for w in phrase.words if w != word]), phrase, entry


class Index:
    """The compiled index: lead terms by word. `leads[word]` lists (phrase, entry) of all kinds, without what is imported."""

    def __init__(self, roots: list[Entry], imported: Beneath | None = None, leads: Opened | None = None) -> None:
        """`leads` are those of an index that was kept, whose entries know what stands below them."""
        self.roots = roots
        self.imported = imported
        self.leads: Opened = leads or {}
        self._of_kinds: dict[tuple[str, ...], Leads] = {}
        self._beneath: dict[str, frozenset[str]] = {}
        self._afar: dict[str, frozenset[str]] = {}
        if leads is None:
            self._arrange()

    def __reduce__(self) -> tuple[type[Index], tuple[object, ...]]:
        """Kept without its memory of words seen."""
        return Index, (self.roots, self.imported, self.leads)

    def _arrange(self) -> None:
        """Put each lead term under the word that opens it, and the children of each entry under the words that lead to them."""
        roots = self.roots
        frequency: dict[str, int] = {}
        for root in roots:
            for phrase in root.phrases:
                for word in phrase.words:
                    frequency[word] = frequency.get(word, 0) + 1
        for root in roots:
            for phrase in root.phrases:
                if phrase.words:
                    # the rarest word opens the entry: "failure" stands in many leads, "heart failure" in few under "heart"
                    key = min(phrase.words, key=lambda w: (frequency[w], w))
                    self.leads.setdefault(key, []).append((phrase, root))
        for entry in walk(roots):
            for child in entry.children:
                for phrase in child.phrases:
                    if phrase.far or not phrase.words:
                        entry.far.append((phrase, child))
                    else:
                        entry.near.setdefault(phrase.words[0], []).append((phrase, child))

    def leads_of(self, kinds: tuple[str, ...]) -> Leads:
        """The lead terms of some kinds that were asked for: word -> (the other words of the phrase, phrase, entry)."""
        leads = self._of_kinds.get(kinds)
        if leads is None:
            leads = self._of_kinds[kinds] = {}
        return leads

    def lead(self, word: str, kinds: tuple[str, ...]) -> list[Lead]:
        """The lead terms of some kinds that a word opens, with what is imported; `leads_of` has them afterwards."""
        every = self.leads.get(word, [])
        if self.imported is not None:
            every = [*every, *self.imported.leads(word)]
        found = [_opened(word, p, e) for p, e in every if e.kind in kinds]
        if every:  # names and slips must not fill it
            self.leads_of(kinds)[word] = found
        return found

    def beneath(self, word: str) -> frozenset[str]:
        """The words of all entries below the lead terms that a word opens: what its neighbours may add."""
        found = self._beneath.get(word)
        if found is None:
            below = walk([child for _, root in self.leads.get(word, ()) for child in root.children])
            found = self._beneath[word] = frozenset(w for e in below for p in e.phrases for w in p.words)
        return found

    def afar(self, text: Iterable[str]) -> frozenset[str]:
        """The words of all '&' phrases below the lead terms that some words open: what a whole note may add."""
        found = _NO_WORDS
        for word in text:
            if word in self.leads and (below := self._word_afar(word)):  # names and slips must not fill it
                found = found | below if found else below
        return found

    def _word_afar(self, word: str) -> frozenset[str]:
        found = self._afar.get(word)
        if found is None:
            roots = [root for _, root in self.leads[word]]
            found = self._afar[word] = frozenset(w for e in walk(roots) for p, _ in e.far if p.far for w in p.words)
        return found

    def vocabulary(self) -> frozenset[str]:
        """Every word that the index knows."""
        own = frozenset(w for e in walk(self.roots) for p in e.phrases for w in (*p.words, *p.optional))
        return own if self.imported is None else own | self.imported.vocabulary
