"""Escape sequences of HL7 v2 text (chapter 2.7 of the standard) to the characters and line breaks that they mean."""

from __future__ import annotations

import re
from functools import cache

_SEPARATORS = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\"}
_BREAKS = re.compile(r"\.(br|sp|ce|ti|fi|nf)([+-]?\d*)$", re.IGNORECASE)
_SKIP = re.compile(r"\.sk\s*(\d{1,2})$", re.IGNORECASE)
_MARKUP = re.compile(r"[HN]$|\.in[+-]?\d*$|[CM][0-9A-F]{4,6}$", re.IGNORECASE)
_HEX = re.compile(r"X((?:[0-9A-F]{2})+)$", re.IGNORECASE)


@cache
def _escapes(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(f"{mark}([^{mark}\\r\\n]{{1,64}}){mark}")


def plain(text: str, escape: str) -> str:
    """Text with its escape sequences resolved; what is no known sequence stands as it is."""
    if not escape or escape not in text:
        return text
    return _escapes(escape).sub(_resolved, text)


def _resolved(match: re.Match[str]) -> str:
    inner = match[1]
    if inner in _SEPARATORS:
        return _SEPARATORS[inner]
    if _MARKUP.match(inner):
        return ""
    if found := _BREAKS.match(inner):
        # `.ti` and the fill modes begin a line only in print; in running text they are nothing.
        return "\n" if found[1].lower() in {"br", "sp", "ce"} else ""
    if found := _SKIP.match(inner):
        return " " * int(found[1])
    if found := _HEX.match(inner):
        return _characters(bytes.fromhex(found[1]))
    return match[0]


def _characters(data: bytes) -> str:
    if data.strip(b"\r\n\t") == b"":
        return "\n" if b"\r" in data or b"\n" in data else " "
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\0", " ")


def lines(text: str) -> list[str]:
    """The lines of a text, without the empty ones at its ends."""
    found = [line.rstrip() for line in text.splitlines()]
    while found and not found[0]:
        found.pop(0)
    while found and not found[-1]:
        found.pop()
    return found
