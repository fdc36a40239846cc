"""The table of kinds of disease that research counts beside the particular one: knowledge/standards/kinds.txt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of disease: its code, how the words begin that name it, and the codes that are of this kind."""

    code: str
    stems: tuple[str, ...]
    particular: Ranges

    def named(self, quote: str) -> bool:
        """Whether a quote of the record names the kind."""
        return any(word.startswith(self.stems) for word in quote.lower().split())


def read_kinds(lines: Iterable[tuple[str, str]]) -> list[Kind]:
    """The kinds from (place, fact) of each line. Raises KnowledgeError naming the place of the first thing wrong."""
    kinds: list[Kind] = []
    for place, fact in lines:
        code, _, rest = fact.partition(" ")
        said, _, codes = (part.strip() for part in rest.strip().partition("   "))
        stems = tuple(stem.strip() for stem in said.split("|"))
        if not codes or not all(stems) or said != said.lower():
            raise KnowledgeError("expected 'code  stem | stem   codes', stems in small letters", place)
        kinds.append(Kind(code, stems, Ranges(codes)))
    return kinds
