"""What one file yields before it becomes a Document: its text, and what the format itself marks in it."""

from __future__ import annotations

from dataclasses import dataclass

from fourstep.episode import CodedEntry, Heading


@dataclass(frozen=True, slots=True)
class Part:
    """Text of one file or message, with the sections and codes its format marks up, and warnings."""

    text: str
    headings: tuple[Heading, ...] = ()
    entries: tuple[CodedEntry, ...] = ()
    warnings: tuple[str, ...] = ()
