"""The table of the parts of organs that a cancer is in: knowledge/standards/tumour_sites.txt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.errors import KnowledgeError

_CODE = re.compile(r"C\d\d\.\d\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an organ: the code without it, its own, and the words that name it, each as tokens in small letters."""

    vague: str
    precise: str
    phrases: tuple[tuple[str, ...], ...]

    def named(self, tokens: list[str]) -> bool:
        """Whether the tokens name the part."""
        return any(_stands(phrase, tokens) for phrase in self.phrases)


def _stands(phrase: tuple[str, ...], tokens: list[str]) -> bool:
    size = len(phrase)
    return any(tuple(tokens[i : i + size]) == phrase for i, token in enumerate(tokens) if token == phrase[0])


def read_tumour_sites(lines: Iterable[tuple[str, str]]) -> list[Part]:
    """The parts from (place, fact) of each line. Raises KnowledgeError naming the place of the first thing wrong."""
    parts: list[Part] = []
    for place, fact in lines:
        vague, _, rest = fact.partition(" ")
        precise, _, said = rest.strip().partition(" ")
        phrases = tuple(tuple(p.split()) for p in said.split("|"))
        if not _CODE.match(vague) or not _CODE.match(precise) or not all(phrases):
            raise KnowledgeError("expected 'code  code of the part  words | words'", place)
        if vague[:3] != precise[:3] or vague == precise:
            raise KnowledgeError(f"{precise} is no part of {vague}", place)
        if said != said.lower():
            raise KnowledgeError("words stand in small letters", place)
        if any(part.precise == precise for part in parts):
            raise KnowledgeError(f"{precise} has two lines", place)
        parts.append(Part(vague, precise, phrases))
    return parts
