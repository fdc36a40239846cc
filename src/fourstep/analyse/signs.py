"""The tokens that shape a sentence: signs, joining words, and the first words of cues."""

from __future__ import annotations

from functools import cache

from fourstep.analyse.cues import Trie, cues
from fourstep.analyse.word_lists import words_of

# What stands between a segment and the one before it. 0: nothing but a cue.
AND = 1
OR = 2
COMMA = 4
SEMI = 8
COLON = 16
DASH = 32
OPEN = 64
CLOSE = 128
WIDE = 256
QUERY = 512
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
_MOST_TOKENS = 100_000


@cache
def special() -> dict[str, Entry | None]:
    """Token -> what it means here: signs, joining words and the first words of cues. `meaning` adds the tokens it meets."""
    table: dict[str, Entry | None] = {token: (kind, None) for token, kind in _SIGNS.items()}
    for token, node in cues().items():
        known = meaning(token, table)
        table[token] = (known[0] if known else WORD, node)
    return table


def meaning(token: str, table: dict[str, Entry | None]) -> Entry | None:
    """What a token means that the table may not know yet, None for plain words; the table learns it, up to a bound."""
    if token not in table:
        entry = (FIGURE, None) if "0" <= token[0] <= "9" else None
        if len(table) >= _MOST_TOKENS:
            return entry
        table[token] = entry
    return table[token]
