"""Codes and ranges of codes: what nearly every rule asks a code for."""

from __future__ import annotations

from bisect import bisect_right

from fourstep.books.asked import as_plain_python

#: Behind every code that begins as the last of a range does.
_LAST = "\U0010ffff"


class Ranges:
    """Codes and ranges of codes such as `M00-M13 T14.2`: a code is in it if its first characters are.

    Rules ask thousands of times an episode, and for the same few thousand codes: each answer is kept. The words of the ranges
    stay in `spans`.
    """

    def __init__(self, text: str = "") -> None:
        self.spans: list[tuple[str, str]] = []
        self.bounds: list[str] = []  # where the alphabet of codes goes in and out of the ranges, in turn
        self._known: dict[object, bool] = {}
        self.add(text)

    def add(self, text: str) -> None:
        """Take in more codes and ranges."""
        for word in text.split():
            first, _, last = word.partition("-")
            self.spans.append((first, last or first))
        self.bounds = []
        for lo, hi in sorted((lo, hi + _LAST) for lo, hi in self.spans):
            if hi <= lo:
                continue
            if self.bounds and lo <= self.bounds[-1]:
                self.bounds[-1] = max(self.bounds[-1], hi)
            else:
                self.bounds += (lo, hi)
        self._forget()

    def __contains__(self, code: object) -> bool:
        known = self._known.get(code)
        if known is None:
            known = self._known[code] = self._within(code)
        return known

    def _within(self, code: object) -> bool:
        return bisect_right(self.bounds, str(code)) & 1 == 1

    def _forget(self) -> None:
        self._known.clear()


globals()["Ranges"] = as_plain_python(Ranges)
