"""Document text in pieces, each with the codes that quote it: the page marks them, and the escaping is the template's."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A quote: from `start` to `end` of a document, for the thing that the page calls `key`."""

    start: int
    end: int
    key: str
    kind: str  # code, review, left (out)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that the same quotes cover; `keys` separated by blanks, empty where none does."""

    text: str
    keys: str = ""
    kind: str = ""


_STRENGTH = {"code": 0, "review": 1, "left": 2}


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The whole text, cut where a quote begins or ends. Quotes beyond the text are cut to it."""
    fitting = [s for s in spans if 0 <= s.start < min(s.end, len(text))]
    cuts = sorted({0, len(text), *(s.start for s in fitting), *(min(s.end, len(text)) for s in fitting)})
    out = []
    for start, end in itertools.pairwise(cuts):
        over = [s for s in fitting if s.start <= start and end <= s.end]
        kind = min((s.kind for s in over), key=lambda k: _STRENGTH[k], default="")
        out.append(Piece(printable(text[start:end]), " ".join(dict.fromkeys(s.key for s in over)), kind))
    return out


def printable(text: str) -> str:
    """The text with each character that no page can carry as one that it can, so that offsets stay."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" or c == "\0" else c for c in text)
