"""Misspellings, within narrow bounds: a slip of the finger is mended, one real term never becomes another.

Only three slips are mended, in words of six letters or more that neither index nor terms know: two neighbouring letters
exchanged (admisison), a vowel or a double letter missing or too many (paracetmol, vomitting), a wrong vowel at the very end
(pruritis). A changed prefix (hypo, hyper), stem or suffix (-itis, -osis) is further away than any of these.
"""

from __future__ import annotations

from collections.abc import Iterable

_VOWELS = frozenset("aeiouy")
_SHORTEST = 6


def _skeleton(word: str) -> str:
    """The word without its later vowels and without doubled letters."""
    out = word[0]
    for letter in word[1:]:
        if letter not in _VOWELS and letter != out[-1]:
            out += letter
    return out


def _one_letter_more(longer: str, shorter: str) -> bool:
    """Whether dropping one letter of `longer`, a vowel or one of a double, gives `shorter`."""
    i = 0
    while i < len(shorter) and longer[i] == shorter[i]:
        i += 1
    if longer[i + 1 :] != shorter[i:]:
        return False
    letter = longer[i]
    return letter in _VOWELS or (i > 0 and longer[i - 1] == letter)


class Spelling:
    """Mends slips against a vocabulary of folded words."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = frozenset(w for w in vocabulary if len(w) >= _SHORTEST and w.isalpha())
        self._by_skeleton: dict[str, list[str]] = {}
        for word in sorted(self._known):
            self._by_skeleton.setdefault(_skeleton(word), []).append(word)

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def mend(self, word: str) -> str:
        """The known word that this is a slip of; the word itself where none, or more than one, is near enough."""
        if len(word) < _SHORTEST or not word.isalpha() or word in self._known:
            return word
        near = {
            swapped
            for i in range(1, len(word) - 1)
            if (swapped := word[:i] + word[i + 1] + word[i] + word[i + 2 :]) != word and swapped in self._known
        }
        for known in self._by_skeleton.get(_skeleton(word), ()):
            if len(known) == len(word):
                if known[:-2] == word[:-2] and known[-1] == word[-1]:
                    near.add(known)
            elif (len(known) == len(word) + 1 and _one_letter_more(known, word)) or (
                len(word) == len(known) + 1 and _one_letter_more(word, known)
            ):
                near.add(known)
        return near.pop() if len(near) == 1 else word
