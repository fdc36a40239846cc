"""The matcher with a memory: most items of a record have been written a thousand times before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fourstep.locate.index import Index
from fourstep.locate.matcher import Hit, Scene, locate

_MOST_SEEN = 50_000

_Key = tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]
_NOBODY: frozenset[str] = frozenset()


class Found:
    """What was found, and whether it could depend on more: then on the guards, and on words of the note that may stand afar."""

    __slots__ = ("afar", "asked", "hits")

    def __init__(self, hits: list[Hit], asked: bool) -> None:
        self.hits = hits
        self.asked = asked
        self.afar: frozenset[str] | None = None  # not looked for before a note has words that may stand afar


class Lookup:
    """Finds the entries that stand in a statement, and keeps what it found, for it depends on little.

    Of the words near a statement only those count that stand below a lead term which the statement opens; of the words of
    the whole note, those that stand below it behind an '&'. They and the guards count only where the matcher asked for one:
    `asked` says whether it has since it was last set to False.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.asked = False
        self._seen: dict[_Key, Found] = {}
        self._particular: dict[tuple[_Key, frozenset[str], frozenset[str]], Found] = {}

    def find(
        self,
        text: Sequence[str],
        kinds: tuple[str, ...],
        guards: frozenset[str],
        near: Collection[str] = (),
        far: Collection[str] = (),
    ) -> list[Hit]:
        """What `locate` finds for the same words; the list belongs to the memory and must not be changed."""
        beside = self._that_count(text, near) if near else _NOBODY
        key = (kinds, tuple(text), beside)
        known = self._seen.get(key)
        if known is not None and known.asked:
            if far and known.afar is None:
                known.afar = self.index.afar(text)
            known = self._particular.get((key, guards, among(known.afar, far)))
        if known is None:
            scene = Scene(text, guards, beside, far)
            known = Found(locate(self.index, scene, kinds), scene.asked)
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen[key] = known
            if known.asked:
                known.afar = self.index.afar(text) if far else None
                if len(self._particular) >= _MOST_SEEN:
                    self._particular.clear()
                self._particular[key, guards, among(known.afar, far)] = known
        self.asked |= known.asked
        return known.hits

    def _that_count(self, text: Sequence[str], near: Collection[str]) -> frozenset[str]:
        beneath = self.index.beneath
        below = [words for word in text if (words := beneath(word))]
        return frozenset(word for word in near if any(word in words for words in below))


def among(words: frozenset[str] | None, far: Collection[str]) -> frozenset[str]:
    """Those of some words that a note has."""
    return frozenset([word for word in words if word in far]) if words and far else _NOBODY
