"""The tokens that shape a sentence: signs, joining words, and the first words of cues."""

from __future__ import annotations

from functools import cache

from fourstep.analyse.cues import Trie, cues
from fourstep.analyse.word_lists import words_of

# What stands between a segment and the one before it. 0: nothing but a cue.
AND, OR, COMMA, SEMI, COLON, DASH, OPEN, CLOSE, WIDE, QUERY = (1 << n for n in range(10))
HARD = SEMI | COLON | DASH | WIDE | QUERY

KINDS = "word figure newline stop query comma semi colon dash arrow open shut join bullet box spread".split()
(
    WORD,
    FIGURE,
    _NEWLINE,
    _STOP,
    _QUERY,
    _COMMA,
    _SEMI,
    _COLON,
    _DASH,
    _ARROW,
    _OPEN,
    _SHUT,
    _JOIN,
    _BULLET,
    _BOX,
    _SPREAD,
) = range(len(KINDS))
_SIGNS = (
    {"\n": _NEWLINE, ".": _STOP, "!": _STOP, "?": _QUERY, ",": _COMMA, ";": _SEMI, "|": _SEMI, ":": _COLON}
    | dict.fromkeys("-–—−", _DASH)
    | dict.fromkeys("→⇒=", _ARROW)
    | dict.fromkeys("([{", _OPEN)
    | dict.fromkeys(")]}", _SHUT)
    | dict.fromkeys(("and", "or", "&", "+", "/"), _JOIN)
    | dict.fromkeys("•*●▪·◦", _BULLET)
    | dict.fromkeys("☐☑☒✓✔✗✘", _BOX)
    | dict.fromkeys((*words_of("spread"), "from", "with"), _SPREAD)
)

Entry = tuple[int, Trie | None]


class Special(dict[str, Entry | None]):
    """Token -> what it means here, None for plain words; learns the tokens it meets, up to a bound."""

    def __missing__(self, token: str) -> Entry | None:
        entry = (FIGURE, None) if "0" <= token[0] <= "9" else None
        if len(self) < 100_000:
            self[token] = entry
        return entry


@cache
def special() -> Special:
    """Signs, joining words and the first words of cues."""
    table = Special({token: (kind, None) for token, kind in _SIGNS.items()})
    for token, node in cues().items():
        known = table[token]
        table[token] = (known[0] if known else WORD, node)
    return table
