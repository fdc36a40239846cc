"""The matcher with a memory: most items of a record have been written a thousand times before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fourstep.locate.candidates import NOWHERE, Far
from fourstep.locate.index import Index
from fourstep.locate.matcher import Hit, Scene, locate
from fourstep.locate.memory import Kept, Memory

_MOST_SEEN = 15_000

_NOBODY: frozenset[str] = frozenset()


class Lookup:
    """Finds the entries that stand in a statement, and keeps what it found, for it depends on little.

    Of the words near a statement only those count that stand below a lead term which the statement opens; of the words of
    the whole note, those that stand below it behind an '&'. They and the guards count only where the matcher asked for one:
    `asked` says whether it has since it was last set to False.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.asked = False
        self._memory = Memory(_MOST_SEEN)

    def find(
        self,
        text: Sequence[str],
        kinds: tuple[str, ...],
        guards: frozenset[str],
        near: Collection[str] = (),
        far: Far = NOWHERE,
    ) -> list[Hit]:
        """What `locate` finds for the same words; the list belongs to the memory and must not be changed."""
        beside = self._that_count(text, near) if near else _NOBODY
        key = (kinds, tuple(text), beside)
        known = self._memory.general(key)
        if known is not None and known.asked:
            if far and known.afar is None:
                known.afar = self.index.afar(text)
            known = self._memory.particular(key, known, guards, far)
        if known is None:
            scene = Scene(text, guards, beside, far)
            known = Kept([locate(self.index, scene, kinds)], scene.asked)
            if known.asked and far:
                known.afar = self.index.afar(text)
            self._memory.keep(key, known, guards, far)
        self.asked |= known.asked
        return known.hits[0]

    def _that_count(self, text: Sequence[str], near: Collection[str]) -> frozenset[str]:
        below = [words for word in text if (words := self.index.beneath(word))]
        found: list[str] = []
        for word in near:
            for words in below:
                if word in words:
                    found.append(word)
                    break
        return frozenset(found)
