"""What was found for some words, kept for the next time that they stand in a record."""

from __future__ import annotations

from fourstep.locate.candidates import Far
from fourstep.locate.matcher import Hit

#: All that what is found depends on, but for the guards and the words of the whole note.
Key = tuple[object, ...]
_NOBODY: frozenset[str] = frozenset()


class Kept:
    """The hits of each item, and whether they could depend on more: then on the guards, and on words of the note afar."""

    __slots__ = ("afar", "asked", "hits")

    def __init__(self, hits: list[list[Hit]], asked: bool) -> None:
        self.hits = hits
        self.asked = asked
        self.afar: frozenset[str] | None = None  # not looked for before a note has words that may stand afar


class Memory:
    """Keeps what was found under its key; where that could depend on more, also under the guards and the words afar.

    Whoever asks sets `afar` of what the key alone gave, before the particular is looked for or kept. When it is full it is
    emptied, for what stands in it can be found again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[Key, Kept] = {}
        self._particular: dict[tuple[Key, frozenset[str], frozenset[str]], Kept] = {}

    def general(self, key: Key) -> Kept | None:
        """What was last found under the key, whatever else it depended on."""
        return self._seen.get(key)

    def particular(self, key: Key, general: Kept, guards: frozenset[str], far: Far) -> Kept | None:
        """What was found under the key with these guards and words of the note."""
        return self._particular.get((key, guards, _among(general.afar, far)))

    def keep(self, key: Key, kept: Kept, guards: frozenset[str], far: Far) -> None:
        """Keep what was found."""
        if len(self._seen) >= self._most:
            self._seen.clear()
        self._seen[key] = kept
        if kept.asked:
            if len(self._particular) >= self._most:
                self._particular.clear()
            self._particular[key, guards, _among(kept.afar, far)] = kept


def _among(words: frozenset[str] | None, far: Far) -> frozenset[str]:
    """Those of some words that a note has."""
    return frozenset([word for word in words if word in far]) if words and far else _NOBODY
