"""Families of procedures: one operation said in different ways, and operations that include others.

knowledge/standards/procedure_families.txt, one fact a line:

    codes one                one of the family for each event: the best documented stands
    codes each               several techniques of one event are each recorded; the vague ones give way
    codes once               bedside care that an episode records once, at its first date
    codes step               a step of a larger operation: recorded only where a note's title names it, or
    alone
    codes hides codes        the first includes the second
    codes covers codes       the same, on the same side only
    code + code joins code   the two together are recorded as the third
    code head code           the second is for the skin of head and neck
    code both code           the second is for both sides, and takes none
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError

_VERBS = ("one", "each", "once", "step")


@dataclass(frozen=True, slots=True)
class Families:
    """The table of procedure families."""

    one: list[Ranges] = field(default_factory=list)
    each: list[Ranges] = field(default_factory=list)
    hides: list[tuple[Ranges, Ranges]] = field(default_factory=list)
    joins: list[tuple[str, str, str]] = field(default_factory=list)
    covers: list[tuple[Ranges, Ranges]] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    both: dict[str, str] = field(default_factory=dict)
    once: Ranges = field(default_factory=Ranges)
    step: Ranges = field(default_factory=Ranges)
    _hidden: dict[str, frozenset[int]] = field(default_factory=dict)

    def hidden(self, code: str) -> frozenset[int]:
        """Numbers of the lines of `hides` that hide a code."""
        found = self._hidden.get(code)
        if found is None:
            found = self._hidden[code] = frozenset(i for i, (_, smaller) in enumerate(self.hides) if code in smaller)
        return found


def read_families(facts: Iterable[tuple[str, str]]) -> Families:
    """The table from (place, fact) pairs. Raises KnowledgeError naming file and line."""
    out = Families()
    for place, fact in facts:
        both, word, one = fact.partition(" joins ")
        if word:
            first, _, second = (p.strip() for p in both.partition("+"))
            out.joins.append((first, second, one.strip()))
            continue
        elsewhere, word, upon = fact.partition(" head ")
        if word:
            out.head[elsewhere.strip()] = upon.strip()
            continue
        one_side, word, two_sides = fact.partition(" both ")
        if word:
            out.both[one_side.strip()] = two_sides.strip()
            continue
        pair = next((p for verb in ("hides", "covers") if (p := fact.partition(f" {verb} "))[1]), None)
        if pair is not None:
            pairs = out.hides if pair[1] == " hides " else out.covers
            pairs.append((Ranges(pair[0]), Ranges(pair[2])))
            continue
        codes, _, verb = fact.rpartition(" ")
        if verb not in _VERBS or not codes.strip():
            raise KnowledgeError("expected 'codes one|each|once|step' or 'codes hides|covers codes'", place)
        if verb == "one":
            out.one.append(Ranges(codes))
        elif verb == "each":
            out.each.append(Ranges(codes))
        else:
            (out.once if verb == "once" else out.step).add(codes)
    return out
