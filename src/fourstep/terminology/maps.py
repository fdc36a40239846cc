"""What a row of an extended map leads to: rules in their order, group by group.

In a group the rows are asked by priority, and the first whose rule holds gives the code. `TRUE` and `OTHERWISE TRUE` hold always;
`IFA 248152002` and `IFA 248153007` hold for women and men. Any other rule (age at onset, another disorder) asks what the map
cannot be told here: nothing is chosen then. A concept with several blocks has alternative maps that a coder chooses from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fourstep.books import Icd10, Opcs4
from fourstep.errors import BookError
from fourstep.terminology.layer import MapRow

_SEX = {"248152002": "female", "248153007": "male"}
_IF_A = re.compile(r"IFA\s+(\d+)\b(?![^|]*\|[^|]*\|\s*(?:AND|OR)\b)", re.IGNORECASE)
_MARK = re.compile(r"\s*[DA*+†]$")  # of dagger and asterisk, behind the code
_ALWAYS = ("TRUE", "OTHERWISE TRUE", "")


def codes_for(rows: Iterable[MapRow], sex: str) -> tuple[str, ...]:
    """The codes of a concept for a woman or a man, as the map writes them; nothing where the map leaves a choice."""
    ordered = sorted(rows, key=lambda r: (r.block, r.group, r.priority))
    if len({r.block for r in ordered}) != 1:
        return ()
    codes: list[str] = []
    for group in dict.fromkeys(r.group for r in ordered):
        target = _first(sex, [r for r in ordered if r.group == group])
        if target is None:
            return ()
        if target and target not in codes:
            codes.append(target)
    return tuple(codes)


def _first(sex: str, rows: list[MapRow]) -> str | None:
    """The target of the first row whose rule holds; None where it cannot be said, "" where the group has no code."""
    for row in rows:
        rule = row.rule.upper()
        if rule in _ALWAYS:
            return row.target
        asked = _IF_A.fullmatch(re.sub(r"\s*\|[^|]*\|\s*$", "", row.rule).strip())
        of = _SEX.get(asked[1]) if asked else None
        if of is None or sex not in _SEX.values():
            return None
        if of == sex:
            return row.target
    return None


def normalised(codes: Iterable[str], book: Icd10 | Opcs4) -> tuple[str, ...]:
    """Codes of a map in the form of the book; nothing where one is no code of it, or only a category."""
    out = []
    for code in codes:
        try:
            shown = book.normalise(_MARK.sub("", code) if book.name == "icd10" else code)
        except BookError:
            return ()
        if "." not in shown or book.find(shown) is None:
            return ()
        out.append(shown)
    return tuple(out)
