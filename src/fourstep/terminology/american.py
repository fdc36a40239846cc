"""The American index (ICD-10-CM) as a synonym layer of low priority: imported by the user, never shipped.

Read are two files of one year's release that lie together, as XML: the index to diseases (`ICD10CM.index`: letter, mainTerm,
term, with title, nemod, code) and the tabular list (`ICD10CM.tabular`: diag with name, desc).

The crosswalk, by rule and not by hand: an American code leads to the UK code of its first four characters only where both books
say the same of them. The category's titles and the four-character titles must be of the same words (canonical, in any order).
The American fifth to seventh characters only divide what the fourth character means, so they may be cut off then. An American
code of three characters leads to an undivided UK category of the same title. Everything else is left out, and so are chapters
XVIII to XXII, which the two countries use differently, and references (see, see also).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from fourstep.books import Icd10
from fourstep.books.xml import parse, words
from fourstep.errors import BookError
from fourstep.terminology.layer import AMERICAN, Layer, Synonym

Canonical = Callable[[str], tuple[str, ...]]

_CHAPTERS = frozenset("ABCDEFGHIJKLMNOPQ")
_YEAR = re.compile(r"20[12]\d")
_CODE = re.compile(r"[A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?")
_EMPTY = re.compile(r"\b(?:NEC|NOS)\b|\(see[^)]*\)", re.IGNORECASE)
_KNOWN = frozenset(("title", "code", "see", "seeAlso", "seecat", "subcat", "term", "manif", "nemod", "cell"))


def is_index(data: bytes) -> bool:
    """Whether a file is the American index to diseases."""
    return b"<ICD10CM.index" in data[:4096]


def is_tabular(data: bytes) -> bool:
    """Whether a file is the American tabular list."""
    return b"<ICD10CM.tabular" in data[:4096]


def read_american(index: tuple[str, bytes], tabular: tuple[str, bytes], book: Icd10, canonical: Canonical) -> Layer:
    """The synonyms of an index (name and bytes) that the crosswalk lets through. BookError for files of two years."""
    root, tabular_root = parse(index[1], index[0]), parse(tabular[1], tabular[0])
    year, other = _year(root, index[0]), _year(tabular_root, tabular[0])
    if year != other:
        raise BookError(f"the index is of {year}, the tabular list of {other}", tabular[0])
    if root.find("letter") is None or "EXTERNAL" in words(root.find("title")).upper():
        raise BookError("not the index to diseases", index[0])
    same = crosswalk(titles(tabular_root, tabular[0]), book, canonical)
    layer = Layer(AMERICAN, year)
    left = 0
    for phrase, code in _phrases(root, index[0]):
        uk = same.get(code[:5])
        if uk is None:
            left += 1
        else:
            layer.synonyms.append(Synonym(phrase, "problem", (uk,)))
    if not layer.synonyms:
        raise BookError("no line of the index leads to a code that both books have", index[0])
    layer.notes.append(f"{left} lines are left out: their code means something else in the UK, or cannot be compared")
    return layer


def titles(root: etree._Element, name: str) -> dict[str, str]:
    """Title by code of the tabular list."""
    found: dict[str, str] = {}
    for diag in root.iter("diag"):
        code = words(diag.find("name"))
        if code in found:
            raise BookError(f"{code} a second time", f"{name}:{diag.sourceline}")
        found[code] = words(diag.find("desc"))
    if not found:
        raise BookError("no codes in it", name)
    return found


def crosswalk(american: dict[str, str], book: Icd10, canonical: Canonical) -> dict[str, str]:
    """UK code by American category or four characters, where both mean the same (the rule at the head of this module)."""

    def equal(code: str, uk: str) -> bool:
        rubric = book.find(uk)
        return rubric is not None and set(canonical(american.get(code, ""))) == set(canonical(rubric.title)) != set()

    same = {}
    for code in american:
        if len(code) not in (3, 5) or code[0] not in _CHAPTERS:
            continue
        uk = f"{code}.X" if len(code) == 3 else code
        rubric = book.find(uk)
        if rubric is not None and rubric.kind != "asterisk" and equal(code[:3], code[:3]) and equal(code, uk):
            same[code] = uk
    return same


def _year(root: etree._Element, name: str) -> str:
    found = _YEAR.search(words(root.find("version")))
    if not found:
        raise BookError("does not say of which year it is", name)
    return found[0]


def _phrases(root: etree._Element, name: str) -> Iterator[tuple[str, str]]:
    for main in root.iter("mainTerm"):
        yield from _below(main, "", name)


def _below(term: etree._Element, above: str, name: str) -> Iterator[tuple[str, str]]:
    for child in term:
        if isinstance(child.tag, str) and child.tag not in _KNOWN:
            raise BookError(f"an element that is not known: {child.tag}", f"{name}:{child.sourceline}")
    title = term.find("title")
    own = "" if title is None else " ".join(t for t in [title.text or "", *(c.tail or "" for c in title)] if t.strip())
    phrase = f"{above} {_EMPTY.sub(' ', own).split(',')[0].strip()}".strip()
    code = words(term.find("code")).rstrip("-").rstrip(".")
    if code and phrase:
        if not _CODE.fullmatch(code):
            raise BookError(f"{code!r} is no code", f"{name}:{term.sourceline}")
        yield phrase, code
    for child in term.findall("term"):
        yield from _below(child, phrase, name)
