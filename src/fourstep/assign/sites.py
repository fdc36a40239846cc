"""Slots of a procedure code: its site (Z and O codes) and side (Z94), found in the words nearest to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from fourstep.analyse.terms import strip_comment
from fourstep.analyse.words import Lexicon
from fourstep.books.tables import Chart, Ranges
from fourstep.errors import KnowledgeError
from fourstep.locate.index import Index, read_file
from fourstep.locate.matcher import Hit, Scene, locate

LEFT, RIGHT, BOTH = "Z94.3", "Z94.2", "Z94.1"
ONE_SIDE = "Z94.4"  # "unilateral", and which side is nowhere said
_SIDES = {"left": LEFT, "right": RIGHT, "bilateral": BOTH}
_NOT_SITES = ("place",)


@dataclass(slots=True)
class Slots:
    """The site lists and the table that says which categories take which slots."""

    lists: dict[str, Index]
    table: Chart[tuple[str, ...]]

    def due(self, code: str) -> tuple[str, ...]:
        """The slots of a code: the narrowest line of the table that names it."""
        return self.table.of(code) or ()

    def sites(self, slot: str, words: Iterable[str], guards: frozenset[str] = frozenset()) -> list[Hit]:
        """The site entries that the words name, in order of their words."""
        index = self.lists.get(slot)
        if index is None:
            return []
        return locate(index, Scene(list(words), guards), ("procedure",))


def side_of(words: Collection[str]) -> str:
    """Z94.- for the sides that stand in the words; both sides make bilateral."""
    found = [w for w in ("left", "right", "bilateral") if w in words]
    if not found:
        return ""
    return BOTH if "bilateral" in found or len(found) == 2 else _SIDES[found[0]]


def load_slots(folder: Path, lexicon: Lexicon) -> Slots:
    """All of knowledge/sites. Raises KnowledgeError for the first thing wrong."""
    problems: list[KnowledgeError] = []
    lists = {
        path.stem: Index(read_file(path, "procedure", lexicon, problems))
        for path in sorted(folder.glob("*.idx"))
        if path.stem not in _NOT_SITES
    }
    if problems:
        raise problems[0]
    rows: list[tuple[int, Ranges, tuple[str, ...]]] = []
    for path in sorted(folder.glob("slots*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fact = strip_comment(line).strip()
            if not fact:
                continue
            codes, _, slots = (p.strip() for p in re.sub(r"\s{2,}", "\t", fact).partition("\t"))
            names = tuple(s.removeprefix("@") for s in slots.split())
            for name in names:
                if name not in lists and name not in ("side", "level", "none"):
                    raise KnowledgeError(f"no site list '{name}'", f"{path.name}:{number}")
            for span in codes.replace(",", " ").split():
                first, _, last = span.partition("-")
                narrow = len(first) * 1000 - (int(last[1:3]) - int(first[1:3]) if last and last[1:3].isdigit() else 0)
                rows.append((-narrow, Ranges(span), tuple(n for n in names if n != "none")))
    rows.sort(key=lambda r: r[0])
    return Slots(lists, Chart((codes, slots) for _, codes, slots in rows))
