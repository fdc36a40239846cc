"""Names of people that are also words of the index: the surgeon Mr Wrigley is no forceps, Ms Bristow-Lee no operation."""

from __future__ import annotations

import re

from fourstep.analyse.word_lists import words_of

_SURNAMES = words_of("surnames")
_LONGEST = 48  # characters of a title and the names before a surname
#: A title or a part in the case, and the names that stand before the word: "Surgeon: Miss A. Turner-", "Pt Callum ".
_TITLED = re.compile(
    r"(?:\b(?i:mr|mrs|ms|miss|mx|dr|prof|professor|sister|nurse|s/?n|rn|mw|re|pt|patient|name|surgeon|assistant|asst|operator"
    r"|anaesthetist|endoscopist|radiologist|pathologist|consultant|cons|registrar|midwife|baby|signed|author)\b[.:/ \t]*)"
    r"(?:[A-Z][\w'’.]*(?: |-|, ?))*$"
)


def is_name(word: str, text: str, start: int, end: int) -> bool:
    """Whether the one canonical `word` that stands at text[start:end] is somebody's name."""
    if not text[start].isupper():
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    joined = (before == "-" and text[start - 2 : start - 1].isalpha()) or (after == "-" and text[end + 1 : end + 2].isupper())
    if not joined and word not in _SURNAMES:
        return False
    if joined and word in _SURNAMES:
        return True  # "Bristow-Anand C, 34"
    line = text[max(0, start - _LONGEST, text.rfind("\n", 0, start) + 1) : start]
    return _TITLED.search(line) is not None
