"""Tables of coding equivalences: which code of one edition stands for which of another.

Tab-separated with a header. A column is one of codes where its heading has CODE or names an edition (`OPCS-4.10`,
`ICD-10 4th Edition`); there are two or more, and the first two count: from, to. Columns headed TITLE, DESCRIPTION, NOTE, COMMENT
or CHANGE are passed over; any other stops the import. A cell of the second column may hold several codes, or none where nothing
stands for the code.
"""

from __future__ import annotations

import re

from fourstep.books import tables
from fourstep.errors import BookError

NAMES = tables.FOLDER / "release_files.txt"

_CODES = re.compile(r"CODE\b|OPCS[-_ ]?4|ICD[-_ ]?10|EDITION", re.IGNORECASE)
_WORDS = re.compile(r"TITLE|DESCRIPTION|NOTE|COMMENT|CHANGE", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]\d\d(?:\.?[\dX]\d?)?")
_BETWEEN = re.compile(r"[\s,;+&/]+")


def use_of(name: str) -> str | None:
    """What is done with a further file of a release, by its name; None where that is not known."""
    plain = " ".join(re.split(r"[\s_.-]+", name.lower()))
    for line in tables.read_lines(NAMES):
        words, _, use = line.text.rpartition(" ")
        if words.strip() in plain:
            return use
    return None


def read_equivalences(text: str, name: str) -> list[tuple[str, str]]:
    """(from, to) with dotted codes; `to` is "" where nothing stands for the code."""
    lines = text.splitlines()
    header = [c.strip() for c in lines[0].split("\t")] if lines else []
    codes = [i for i, c in enumerate(header) if _CODES.search(c) and not _WORDS.search(c)]
    odd = [c or "(empty)" for i, c in enumerate(header) if i not in codes and not _WORDS.search(c)]
    if odd or len(codes) < 2:
        what = ", ".join(odd) or "fewer than two columns of codes"
        raise BookError(f"not a table of equivalences that is known: {what}", f"{name}:1")
    found: dict[tuple[str, str], None] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        values = [v.strip() for v in line.split("\t")]
        place = f"{name}:{number}"
        if len(values) != len(header):
            raise BookError(f"{len(values)} columns, not {len(header)}: half a file?", place)
        old = _dotted(values[codes[0]], place)
        for new in [c for c in _BETWEEN.split(values[codes[1]]) if c.strip("-")] or [""]:
            found[old, _dotted(new, place) if new else ""] = None
    return list(found)


def _dotted(code: str, place: str) -> str:
    plain = code.upper()
    if not _CODE.fullmatch(plain):
        raise BookError(f"{code!r} is no code", place)
    plain = plain.replace(".", "")
    return plain if len(plain) == len("A01") else f"{plain[:3]}.{plain[3:]}"
