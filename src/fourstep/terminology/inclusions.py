"""Inclusion terms and exclusions of the WHO's ClaML: synonyms for step 2, notes for step 4.

An inclusion term counts where it stands at a code that may be recorded: at four characters, or at a category that the UK does not
divide. At a chapter, block or divided category it says nothing of the fourth character. An exclusion counts from categories and
codes; where it stands at a category it is said of all codes below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from fourstep.books import tables
from fourstep.books.xml import words
from fourstep.errors import BookError
from fourstep.terminology.layer import INCLUSIONS, Exclusion, Layer, Synonym

KINDS = tables.FOLDER / "claml_rubrics.txt"

_CODE = re.compile(r"[A-Z]\d\d(?:\.\d)?")
_REFERRED = re.compile(r"[A-Z]\d\d(?:\.[\d-])?(?:-[A-Z]\d\d(?:\.\d)?)?")
_VAGUE = re.compile(r"\bNOS\b|\bNEC\b|:", re.IGNORECASE)


def read_kinds() -> dict[str, str]:
    """What is done with each kind of rubric."""
    kinds = {}
    for line in tables.read_lines(KINDS):
        name, _, use = line.text.partition(" ")
        kinds[name] = use.strip()
    return kinds


def read_inclusions(root: etree._Element, year: str, codes: Iterable[str], name: str) -> Layer:
    """The layer of a ClaML file; `codes` are the complete codes of the UK edition that is made of it."""
    complete = {code.removesuffix(".X"): code for code in codes}
    kinds = read_kinds()
    layer = Layer(INCLUSIONS, year)
    for element in root.iter("Class"):
        code = element.get("code", "")
        for rubric in element.findall("Rubric"):
            kind = rubric.get("kind", "")
            use = kinds.get(kind)
            if use is None:
                raise BookError(f"a kind of rubric that is not known: {kind or 'none'}", f"{name}:{rubric.sourceline}")
            if not _CODE.fullmatch(code):
                continue
            if use == "synonym" and code in complete:
                layer.synonyms += [Synonym(p, "problem", (complete[code],)) for p in _phrases(rubric)]
            elif use == "exclusion":
                layer.exclusions += _exclusions(code, rubric)
    return layer


def _phrases(rubric: etree._Element) -> list[str]:
    """What an inclusion says, without NOS; a term that is spread over a list of fragments counts when it is put together."""
    out = []
    for label in rubric.findall("Label"):
        text = " ".join(_VAGUE.sub(" ", words(label)).split())
        if text:
            out.append(text)
    return out


def _exclusions(code: str, rubric: etree._Element) -> list[Exclusion]:
    out = []
    for label in rubric.findall("Label"):
        references = label.findall(".//Reference")
        plain = words(label)
        for reference in references:
            plain = plain.replace(words(reference), "")
        text = plain.replace("()", "").strip()
        for reference in references:
            target = reference.get("code", "") or words(reference)
            found = _REFERRED.search(target)
            if found:
                out.append(Exclusion(code, text.rstrip(" (,;"), found[0].removesuffix(".-")))
    return out
