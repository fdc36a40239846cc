"""RTF files to text."""

from __future__ import annotations

import re
from collections.abc import Callable

from fourstep.errors import ReadError
from fourstep.read.part import Part
from fourstep.read.source import check_text

_BRACES = re.compile(rb"\\[{}\\]|[{}]")
_ROW = re.compile(r"^[^|\n]*\|.*\|$", re.MULTILINE)


def rtf_part(data: bytes, place: str) -> Part:
    """The text of an RTF file; a table row becomes `cell | cell`."""
    from striprtf import striprtf

    convert: Callable[..., str] = striprtf.rtf_to_text
    if not data.lstrip()[:6].startswith(b"{\\rtf"):
        raise ReadError("not an RTF file, whatever its name says", place)
    if _depth(data) > 0:
        raise ReadError("the RTF file is cut short: a group is not closed", place)
    try:
        # The letters outside escapes are of the code page too; the converter wants them as characters.
        text = convert(data.decode("cp1252", "replace"), errors="replace")
    except (ValueError, LookupError, IndexError, AttributeError):
        raise ReadError("the RTF file is damaged", place) from None
    text = _ROW.sub(lambda row: " | ".join(cell.strip() for cell in row[0][:-1].split("|")), text)
    return Part(check_text(text.replace("\0", ""), place))


def _depth(data: bytes) -> int:
    depth = 0
    for match in _BRACES.finditer(data):
        token = match[0]
        depth += (token == b"{") - (token == b"}")
    return depth
