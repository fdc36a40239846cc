"""Where a procedure that a note names was done, or not: knowledge/standards/done_where.txt, one line a place.

    codes   documents   sections   when   done | why not
    = {name}   codes
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError
from fourstep.locate.candidates import PROCEDURAL

DONE = "done"
#: What a line may ask of the words around a procedure; done.py answers them (ASKS).
ASKED = frozenset(
    (
        "said to be done", "beside its disease",
        "before arrival", "dated", "given through it", "only there", "of old, not by who did it", "in prose",
        "beside nothing else", "charted", "done today", "treated at once", "temporary", "told apart", "out of the stay",
        "without a ventilator", "opens its line", "opened by a day", "in the stay", "guided", "of a day case",
    )
)  # fmt: skip
_NAME = re.compile(r"\{[^{}]+\}")
_COLUMNS = re.compile(r"\s{2,}|\t")
_ALL_BUT = "!"


@dataclass(frozen=True, slots=True)
class Names:
    """Some of a column's values, or all but some."""

    named: frozenset[str]
    all_but: bool

    def __contains__(self, name: object) -> bool:
        return (name in self.named) is not self.all_but


@dataclass(frozen=True, slots=True)
class Place:
    """One line: for which codes, in which documents and sections, asking what, and what it decides ("" is done)."""

    codes: Ranges
    all_but: bool
    documents: Names
    sections: Names
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoneWhere:
    """The table, and its named groups of codes."""

    groups: dict[str, Ranges] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    _of: dict[str, list[Place]] = field(default_factory=dict)

    def of(self, code: str) -> list[Place]:
        """The lines that may decide for a code, in their order."""
        found = self._of.get(code)
        if found is None:
            found = self._of[code] = [p for p in self.places if (code in p.codes) is not p.all_but]
        return found


def _split(column: str) -> tuple[str, bool]:
    """A column without its sign, and whether that says "all but"."""
    if column == "*":
        return "", True
    return column.removeprefix(_ALL_BUT).strip(), column.startswith(_ALL_BUT)


def _names(column: str) -> Names:
    text, all_but = _split(column)
    named = {n for word in text.split() for n in (PROCEDURAL if word == "procedural" else (word,))}
    return Names(frozenset(named), all_but)


def read_done_where(facts: Iterable[tuple[str, str]]) -> DoneWhere:
    """The table from (place, fact) pairs. Raises KnowledgeError naming file and line."""
    out = DoneWhere()
    groups: dict[str, str] = {}
    for place, fact in facts:
        if fact.startswith("="):
            name, _, codes = fact[1:].strip().partition("}")
            groups[name + "}"] = codes.strip()
            out.groups[name.strip("{ ")] = Ranges(codes)
            continue
        columns = _COLUMNS.split(fact)
        if len(columns) != 5 or (columns[3] not in ASKED and columns[3] != "-"):
            raise KnowledgeError("expected 'codes   documents   sections   when   done or why not'", place)
        for name in _NAME.findall(columns[0]):
            if name not in groups:
                raise KnowledgeError(f"no line '= {name}   codes' above", place)
            columns[0] = columns[0].replace(name, groups[name])
        codes, all_but = _split(columns[0])
        when, reason = columns[3].strip("-"), "" if columns[4] == DONE else columns[4]
        out.places.append(Place(Ranges(codes), all_but, _names(columns[1]), _names(columns[2]), when, reason))
    return out
