"""Sets of codes written as in a paper ("I60-I69 G45.0 N05.2-N05.6"), and the table that finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fourstep.errors import KnowledgeError
from fourstep.evaluate.audit import plain


def expand(text: str, place: str = "") -> list[str]:
    """The prefixes that a list of codes and ranges stands for; a range takes both its ends, of one length.

    Raises KnowledgeError where a range runs backwards or over two letters.
    """
    out = []
    for word in text.split():
        first, _, last = word.partition("-")
        a, b = plain(first), plain(last or first)
        digits = len(a) - 1
        if len(a) != len(b) or a[:1] != b[:1] or not a[1:].isdigit() or not b[1:].isdigit() or a > b or digits < 2:
            raise KnowledgeError(f"{word} is no code and no range of codes", place)
        out += [f"{a[0]}{n:0{digits}}" for n in range(int(a[1:]), int(b[1:]) + 1)]
    return out


def longest(code: str, table: Mapping[str, str]) -> str | None:
    """What the table holds for a code: the entry of its longest prefix of three characters or more."""
    bare = plain(code)
    for length in range(len(bare), 2, -1):
        found = table.get(bare[:length])
        if found is not None:
            return found
    return None


def among(codes: Iterable[str], prefixes: frozenset[str]) -> bool:
    """Whether one of the codes is one of the prefixes or below one."""
    return any(plain(c)[:length] in prefixes for c in codes for length in (3, 4))
