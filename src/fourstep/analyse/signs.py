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

# The kinds of tokens. A word only begins cues, or stands behind a gap.
A_WORD, A_FIGURE, A_NEWLINE, A_STOP, A_COMMA, A_JOIN = 0, 1, 2, 3, 4, 5
A_QUERY, A_SEMI, A_COLON, A_DASH, AN_ARROW = 6, 7, 8, 9, 10
A_BRACKET, A_CLOSING, A_BULLET, A_BOX, A_SPREAD = 11, 12, 13, 14, 15
_SIGNS = (
    {"\n": A_NEWLINE, ".": A_STOP, "!": A_STOP, "?": A_QUERY, ",": A_COMMA, ";": A_SEMI, "|": A_SEMI, ":": A_COLON}
    | dict.fromkeys("-–—−", A_DASH)
    | dict.fromkeys("→⇒=", AN_ARROW)
    | dict.fromkeys("([{", A_BRACKET)
    | dict.fromkeys(")]}", A_CLOSING)
    | dict.fromkeys(("and", "or", "&", "+", "/"), A_JOIN)
    | dict.fromkeys("•*●▪·◦", A_BULLET)
    | dict.fromkeys("☐☑☒✓✔✗✘", A_BOX)
    | dict.fromkeys((*words_of("spread"), "from", "with"), A_SPREAD)
)

_MOST_TOKENS = 40_000


class Sign:
    """What a token means: its kind, the cues that begin with it, and whether a gap of a table stands before it."""

    __slots__ = ("apart", "kind", "node")

    def __init__(self, kind: int, node: Trie | None = None, apart: bool = False) -> None:
        self.kind = kind
        self.node = node
        self.apart = apart


_FIGURE = Sign(A_FIGURE)


@cache
def special() -> dict[str, Sign | None]:
    """Token -> what it means here: signs, joining words and the first words of cues. `meaning` adds the tokens it meets."""
    table: dict[str, Sign | None] = {token: Sign(kind) for token, kind in _SIGNS.items()}
    for token, node in cues().items():
        known = meaning(token, table)
        table[token] = Sign(known.kind if known else A_WORD, node)
    return table


def meaning(token: str, table: dict[str, Sign | None]) -> Sign | None:
    """What a token means that the table may not know yet, None for plain words; the table learns it, up to a bound."""
    if token not in table:
        sign = _FIGURE if "0" <= token[0] <= "9" else None
        if len(table) >= _MOST_TOKENS:
            return sign
        table[token] = sign
    return table[token]
