"""Rows of a message as lines of text: results, comments, diagnoses, procedures and allergies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fourstep.read.hl7v2.message import Message, component, field_text, repetitions, value
from fourstep.read.hl7v2.wording import lines, plain

if TYPE_CHECKING:
    from hl7 import Segment

_TEXT = frozenset({"TX", "FT", "ST", "", "CF"})
_CODED = frozenset({"CE", "CWE", "CNE", "CF", "CX", "XCN", "XPN", "XON"})
#: OBX-11: deleted, entered in error, or no result to be had.
_WITHDRAWN = frozenset({"D", "W", "X", "N"})
_DIAGNOSES = {"A": "Admitting diagnosis", "W": "Working diagnosis"}
_FLAGS = {"L": "low", "H": "high", "LL": "critically low", "HH": "critically high", "A": "abnormal", "AA": "critically abnormal"}


def is_text(kind: str) -> bool:
    """True for rows that hold running text rather than a value."""
    return kind in _TEXT


def withdrawn(segment: Segment) -> bool:
    """True for a row that its sender took back, or that has no result."""
    return value(segment, 11).upper() in _WITHDRAWN


def row_title(segment: Segment, escape: str) -> str:
    """What a row is about: the words of OBX-3, or its code where that is a word."""
    words = value(segment, 3, 2) or value(segment, 3, 5)
    code = value(segment, 3)
    if not words and not re.search(r"\d", code):
        words = code
    return " ".join(plain(words, escape).split())


def row_lines(segment: Segment, kind: str, escape: str) -> list[str]:
    """The lines of one OBX row: text as it stands, a value as `name: value units (range) flag`."""
    if is_text(kind):
        return _texts(segment, 5, escape)
    if kind in _CODED:
        found = [component(part, 2) or component(part, 1) for part in repetitions(segment, 5)]
    else:
        found = ["".join(field_text(segment, 5).split("^"))] if kind == "SN" else [field_text(segment, 5)]
    words = "; ".join(" ".join(plain(text, escape).split()) for text in found if text.strip())
    if not words:
        return []
    unit = plain(value(segment, 6), escape)
    limits = plain(field_text(segment, 7), escape)
    flag = _FLAGS.get(value(segment, 8).upper(), "")
    shown = " ".join(part for part in (words, unit, f"({limits})" if limits else "", flag) if part)
    label = row_title(segment, escape) or value(segment, 3)
    return [f"{label}: {shown}" if label else shown]


def comment_lines(segment: Segment, escape: str) -> list[str]:
    """The lines of a comment (NTE)."""
    return _texts(segment, 3, escape)


def _texts(segment: Segment, number: int, escape: str) -> list[str]:
    """A text field: every repetition begins a line. Separators that the sender did not escape are part of the text."""
    if number >= len(segment):
        return []
    found: list[str] = []
    for repetition in segment[number]:
        text = str(repetition)
        found += lines(plain("" if text == '""' else text, escape)) or [""]
    while found and not found[-1]:
        found.pop()
    return found


def listed_lines(message: Message) -> Iterator[tuple[str, list[str]]]:
    """The lists of a message as titles with lines: diagnoses by their type, procedures, allergies."""
    diagnoses: dict[str, list[str]] = {}
    for segment in message.all("DG1"):
        words = value(segment, 3, 2) or field_text(segment, 4) or value(segment, 3, 5)
        title = _DIAGNOSES.get(value(segment, 6).upper(), "Diagnosis")
        if words:
            diagnoses.setdefault(title, []).append(_line(words, message))
    yield from diagnoses.items()
    for name, title in (("PR1", "Procedures"), ("AL1", "Allergies")):
        found: list[str] = []
        for segment in message.all(name):
            words = value(segment, 3, 2) or (field_text(segment, 4) if name == "PR1" else value(segment, 3))
            if words:
                found.append(_line(words, message))
        if found:
            yield title, found


def _line(words: str, message: Message) -> str:
    return "- " + " ".join(plain(words, message.escape).split())
