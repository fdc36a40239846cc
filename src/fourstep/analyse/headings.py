"""The headings of UK clinical documents: knowledge/sections/headings.txt, documents.txt and titles.txt."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from fourstep.analyse.cues import file_lines
from fourstep.analyse.statements import Whether, Who
from fourstep.analyse.words import tokenise
from fourstep.errors import KnowledgeError
from fourstep.knowledge import SECTIONS

#: What a section can be. The list is closed: the tables of what may code are written against it.
ROLES = frozenset(
    "diagnosis secondary_diagnosis complication impression problem_list presenting history_presenting "
    "past_history medication allergy family social examination investigation findings conclusion indication "
    "procedure procedure_planned operative_detail course plan followup advice safeguarding consent histology "
    "anaesthetic postop discharge_medication mechanism demographics delivery neonatal other".split()
)
#: The role of words that begin like a heading and are none: "Alcohol dependence".
NO_HEADING = "none"
_FLAGS = frozenset("bare proper caps colon line header keep ends block".split())

Trie = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """One line of headings.txt."""

    role: str
    phrase: str
    flags: frozenset[str] = frozenset()
    only_in: str = ""
    not_in: str = ""
    after: str = ""
    who: Who = Who.PATIENT
    whether: Whether | None = None

    @property
    def anywhere(self) -> bool:
        """Whether it does not depend on the section under way."""
        return not self.after and "ends" not in self.flags

    def fits(self, kind: str) -> bool:
        return (not self.only_in or self.only_in == kind) and (not self.not_in or self.not_in != kind)


class Leaf:
    """The rules of one heading: what it is, in one kind of document or another, after one section or another."""

    __slots__ = ("_anywhere", "plain", "rules")

    def __init__(self) -> None:
        self.rules: list[HeadingRule] = []
        self.plain = True  # whether they are the same in every part of a document
        self._anywhere: dict[str, HeadingRule | None] = {}

    def add(self, rule: HeadingRule) -> None:
        """Add the rule of one more line."""
        self.rules.append(rule)
        self.plain = self.plain and rule.anywhere and "header" not in rule.flags and rule.not_in != "header"

    def anywhere(self, kind: str) -> HeadingRule | None:
        """The rule in a kind of document, of those that do not depend on the section under way."""
        if kind not in self._anywhere:
            self._anywhere[kind] = choose([r for r in self.rules if r.anywhere], kind)
        return self._anywhere[kind]


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """What the words of a type of document are before the first heading."""

    role: str
    pattern: str
    one_line: str
    kind: str


@dataclass(slots=True)
class Headings:
    """Everything about sections that is data."""

    trie: Trie = field(default_factory=dict)  # tokens in reading order
    backwards: Trie = field(default_factory=dict)  # from the last token to the first, for those found by a colon
    signs: frozenset[str] = frozenset()  # the colon, and first tokens of headings that need no sign after them
    documents: list[DocumentRule] = field(default_factory=list)
    titles: frozenset[str] = frozenset()
    _types: dict[str, DocumentRule] = field(default_factory=dict)

    def document(self, type_: str) -> DocumentRule:
        """The rule of a document's type."""
        rule = self._types.get(type_)
        if rule is None:
            lowered = type_.lower().replace(" ", "_").replace("-", "_")
            rule = next(r for r in self.documents if fnmatchcase(lowered, r.pattern))
            if len(self._types) < 1000:
                self._types[type_] = rule
        return rule


def choose(rules: list[HeadingRule], kind: str) -> HeadingRule | None:
    """The rule of a heading in a kind of document; one written for the kind comes first."""
    best = None
    for rule in rules:
        if rule.fits(kind):
            if rule.only_in or not rule.anywhere:
                return rule
            best = best or rule
    return best


def read_heading(fields: list[str], place: str) -> HeadingRule:
    """One line `role<TAB>heading[<TAB>options]`; raises KnowledgeError naming `place`."""
    if len(fields) not in (2, 3) or not fields[1]:
        raise KnowledgeError("expected 'role<TAB>heading' and perhaps options after another tab", place)
    role, phrase = fields[:2]
    if role not in ROLES and role != NO_HEADING:
        raise KnowledgeError(f"unknown role '{role}'", place)
    flags: set[str] = set()
    only_in, not_in, after, who = "", "", "", Who.PATIENT
    whether: Whether | None = None
    for option in (o.strip() for o in (fields[2].split(",") if len(fields) == 3 else ())):
        if option in _FLAGS:
            flags.add(option)
        elif option.startswith("in "):
            only_in = option[3:]
        elif option.startswith("not "):
            not_in = option[4:]
        elif option.startswith("after ") and option[6:] in ROLES:
            after = option[6:]
        elif option == "who=other":
            who = Who.OTHER
        elif option in ("whether=possible", "whether=ruled_out", "whether=absent"):
            whether = Whether[option[8:].upper()]
        else:
            raise KnowledgeError(f"unknown option '{option}'", place)
    return HeadingRule(role, phrase, frozenset(flags), only_in, not_in, after, who, whether)


def _insert(trie: Trie, tokens: list[str], rule: HeadingRule) -> None:
    node = trie
    for token in tokens:
        node = node.setdefault(token, {})
    node.setdefault("", Leaf()).add(rule)


def read_headings(folder: Path) -> Headings:
    """All headings of a folder. Raises KnowledgeError for the first thing wrong."""
    out = Headings()
    seen: dict[tuple[str, ...], str] = {}
    signs = {":"}
    for place, fields in file_lines(folder / "headings.txt"):
        rule = read_heading(fields, place)
        tokens = tokenise(rule.phrase).text
        key = (*tokens, rule.only_in, rule.not_in, rule.after, *(rule.flags & {"header", "ends"}))
        if key in seen:
            raise KnowledgeError(f"heading '{rule.phrase}' is already in {seen[key]}", place)
        seen[key] = place
        _insert(out.trie, tokens, rule)
        if rule.role != NO_HEADING and "block" not in rule.flags:
            _insert(out.backwards, tokens[::-1], rule)
        if "bare" in rule.flags:
            signs.add(tokens[0])
    for place, fields in file_lines(folder / "documents.txt"):
        if len(fields) not in (3, 4) or fields[0] not in ROLES or fields[2] not in ROLES:
            raise KnowledgeError("expected 'role<TAB>type<TAB>role of one line' and perhaps a kind", place)
        out.documents.append(DocumentRule(fields[0], fields[1], fields[2], fields[3] if len(fields) == 4 else ""))
    if not out.documents or out.documents[-1].pattern != "*":
        raise KnowledgeError("the last type must be *", "documents.txt")
    out.titles = frozenset(fields[0] for _, fields in file_lines(folder / "titles.txt"))
    out.signs = frozenset(signs)
    return out


@cache
def headings() -> Headings:
    """The headings of knowledge/sections, read once."""
    return read_headings(SECTIONS)
