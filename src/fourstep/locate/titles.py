"""The lowest layer of the index: the books' own titles, so that what no curated entry says is still found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fourstep.analyse.words import Lexicon
from fourstep.locate.index import TITLES, Entry, Phrase

#: Titles that only make sense inside their category, or that name no condition of their own.
_NO_ENTRY = re.compile(
    r"\bother\b|\bothers\b|elsewhere|\bof unspecified\b|unspecified site|not stated|\bNOS\b|\bNEC\b|"
    r"multiple sites|\bwithout\b|complicating|^(?:disorder|disease)s? of \w+, unspecified|"
    r"\bspecified\b(?!.*unspecified)|\bclassified\b|\btype\b unspecified|^mixed\b|affecting|maternal care|"
    r"\bwith\b.*\bmention\b|"
    r"\b(?:disorder|disease)s?, unspecified",
    re.IGNORECASE,
)
_TAIL = re.compile(r",? unspecified\b|\[[^\]]*\]|\([^)]*\)")
#: "Metastatic cancer of the lung" is a cancer of the lung; titles of secondary neoplasms would make it one in the lung.
_SECONDARY = ("C77", "C78", "C79")
_CHAPTERS = frozenset("ABCDEFGHIJKLMNOPQ")


def title_entries(rubrics: Iterable[tuple[str, str]], lexicon: Lexicon) -> list[Entry]:
    """Entries of layer 0 from (code, title) of a diagnosis book; short, vague and residual titles are passed over."""
    out: list[Entry] = []
    for code, title in rubrics:
        if code[0] not in _CHAPTERS or len(code) != 5 or code[:3] in _SECONDARY or _NO_ENTRY.search(title):
            continue
        words = tuple(dict.fromkeys(lexicon.phrase(_TAIL.sub("", title))))
        if len(words) < 2 or len(words) > 6:
            continue
        # of two words loose in a sentence each may belong to something else: they stand side by side
        phrases = [Phrase(words, (words,)), Phrase(words, (words[::-1],))] if len(words) == 2 else [Phrase(words)]
        out.append(Entry(title, "problem", f"title of {code}", phrases, (code,), layer=TITLES, trail=title))
    return out
