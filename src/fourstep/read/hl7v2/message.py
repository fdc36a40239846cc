"""One HL7 v2 message, taken apart by the `hl7` library, with its fields by the numbers of the standard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourstep.errors import ReadError
from fourstep.read.hl7v2.charset import decode_message

if TYPE_CHECKING:
    from hl7 import Segment

_ENCODING = re.compile(r"MSH([^\w\s])((?:(?!\1)[^\w\s]){1,5})\1")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}$")
_KIND = re.compile(r"[A-Z]{3}$")

# Each costs some hundred bytes once taken apart; the largest laboratory reports have some ten thousand.
_MOST_PARTS = 250_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its segments in order, what kind it is (`ORU^R01`), who sent it and under which control id."""

    segments: tuple[Segment, ...]
    kind: str
    control: str
    sender: str
    escape: str
    place: str
    named: dict[str, list[Segment]]
    warnings: tuple[str, ...] = ()

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        found = self.named.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Segment]:
        """All segments of a name, in order."""
        return self.named.get(name, [])


def parse_message(data: bytes, place: str) -> Message:
    """The message in bytes whose segments end with carriage returns.

    Raises ReadError where it is malformed, cut short before the patient, or in no known character set; and where the
    `messages` extra is not installed.
    """
    try:
        import hl7
    except ModuleNotFoundError:
        what = "HL7 v2 messages need the extra 'messages': pip install 'fourstep[messages]'"
        raise ReadError(what, place) from None
    text, warnings = decode_message(data, place)
    if not (encoding := _ENCODING.match(text)) or len(set(encoding[1] + encoding[2])) <= len(encoding[2]):
        raise ReadError("a message whose header (MSH) does not name its separators", place)
    if sum(text.count(mark) for mark in {"\r", encoding[1], *encoding[2]}) > _MOST_PARTS:
        raise ReadError(f"a message of more than {_MOST_PARTS:,} fields and components", place)
    try:
        parsed = hl7.parse(text)
    except Exception as error:  # the library fails in many ways on what is no message, and its words quote the text
        raise ReadError(f"a malformed message ({type(error).__name__})", place) from None
    header = parsed[0]
    kind = value(header, 9) + "^" + value(header, 9, 2)
    control = value(header, 10)
    if not _KIND.match(kind[:3]):
        raise ReadError("a malformed message: its header does not say its type (MSH-9)", place)
    if not control:
        raise ReadError("a malformed message: it has no control id (MSH-10)", place)
    named: dict[str, list[Segment]] = {}
    for number, segment in enumerate(parsed, start=1):
        if not _NAME.match(name := name_of(segment)):
            raise ReadError(f"a malformed message: segment {number} has no name", place)
        named.setdefault(name, []).append(segment)
    sender = f"{value(header, 3)}|{value(header, 4)}"
    return Message(tuple(parsed), kind.rstrip("^"), control, sender, parsed.esc, place, named, tuple(warnings))


def name_of(segment: Segment) -> str:
    """The name of a segment: `PID`."""
    name = segment[0][0] if len(segment[0]) else ""
    return name if isinstance(name, str) else ""


def field_text(segment: Segment, field: int) -> str:
    """A whole field as it stands, separators and escapes included; empty where it is missing or said to be null."""
    found: Any = segment[field] if field < len(segment) else ()
    text = found[0] if len(found) == 1 and isinstance(found[0], str) else str(found) if found else ""
    return "" if text == '""' else text


def repetitions(segment: Segment, field: int) -> list[Any]:
    """The repetitions of a field, each to be asked for its components."""
    return list(segment[field]) if field < len(segment) else []


def component(repetition: Any, number: int) -> str:
    """A component of one repetition, its first subcomponent; a repetition without components has one."""
    parts = [repetition] if isinstance(repetition, str) else list(repetition)
    if number > len(parts):
        return ""
    part = parts[number - 1]
    while not isinstance(part, str):
        part = part[0] if len(part) else ""
    return "" if part == '""' else " ".join(part.split())


def value(segment: Segment | None, field: int, number: int = 1) -> str:
    """A component of the first repetition of a field; empty where there is none."""
    found = segment[field] if segment is not None and field < len(segment) else ()
    return component(found[0], number) if found else ""
