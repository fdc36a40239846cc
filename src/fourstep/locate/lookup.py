"""The matcher with a memory: most items of a record have been written a thousand times before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fourstep.locate.index import Index
from fourstep.locate.matcher import Hit, Scene, locate

_MOST_SEEN = 50_000

_Key = tuple[tuple[str, ...], frozenset[str], tuple[str, ...], frozenset[str]]
_NOBODY: frozenset[str] = frozenset()


class Lookup:
    """Finds the entries that stand in a statement, and keeps what it found, for it depends on little.

    Of the words near a statement only those count that stand below a lead term which the statement opens. The words of the
    whole note count only where the matcher asked for one.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._seen: dict[_Key, tuple[list[Hit], bool]] = {}

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
        key = (kinds, guards, tuple(text), beside)
        known = self._seen.get(key)
        if known is None:
            scene = Scene(text, guards, beside)
            hits = locate(self.index, scene, kinds)
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            known = self._seen[key] = (hits, scene.asked_far)
        if known[1] and far:
            return locate(self.index, Scene(text, guards, beside, far), kinds)
        return known[0]

    def _that_count(self, text: Sequence[str], near: Collection[str]) -> frozenset[str]:
        beneath = self.index.beneath
        below = [words for word in text if (words := beneath(word))]
        return frozenset(word for word in near if any(word in words for words in below))
