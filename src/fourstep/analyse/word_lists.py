"""Lists of plain words that the analysis asks for by name: knowledge/sections/word_lists.txt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fourstep.errors import KnowledgeError
from fourstep.knowledge import SECTIONS

#: The names that the code asks for; every one has its line, and no other.
NAMES = (
    "verdict givers", "no condition", "tested together", "unsuited", "given", "relatives", "merely", "reactions", "cancer",
    "spread", "intervention titles", "places of spread", "surnames", "fitted",
)  # fmt: skip


def read_word_lists(path: Path) -> dict[str, frozenset[str]]:
    """The words of each list, by its name. Raises KnowledgeError for the first line that it cannot read."""
    lists: dict[str, frozenset[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.split(" ;; ")[0].rstrip()
        if not line or line.startswith(";"):
            continue
        place = f"{path.name}:{number}"
        name, tab, said = line.partition("\t")
        words = said.split()
        if not tab or not words:
            raise KnowledgeError("expected 'name<TAB>word word'", place)
        if name not in NAMES:
            raise KnowledgeError(f"unknown list '{name}' ({', '.join(NAMES)})", place)
        known = lists.get(name, frozenset())
        twice = known.intersection(words) or {w for w in words if words.count(w) > 1}
        if twice:
            raise KnowledgeError(f"'{min(twice)}' is said twice in '{name}'", place)
        if said != said.lower():
            raise KnowledgeError("words stand in small letters", place)
        lists[name] = known.union(words)
    missing = [name for name in NAMES if name not in lists]
    if missing:
        raise KnowledgeError(f"no list '{missing[0]}'", path.name)
    return lists


@cache
def _lists() -> dict[str, frozenset[str]]:
    return read_word_lists(SECTIONS / "word_lists.txt")


def words_of(name: str) -> frozenset[str]:
    """The words of a list of knowledge/sections, read once."""
    return _lists()[name]
