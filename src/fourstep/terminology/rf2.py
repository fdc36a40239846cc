"""SNOMED CT, UK Edition, in Release Format 2: the snapshot of descriptions and of the extended maps to ICD-10 and OPCS-4.

Read from the Snapshot folder or zip archive, tab-separated with a header and CRLF line ends:

    sct2_Concept_*Snapshot*_DATE.txt        id effectiveTime active moduleId definitionStatusId
    sct2_Description_*Snapshot*_DATE.txt    id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId
    der2_iisssc[ci]Refset_ExtendedMap*Snapshot*_DATE.txt
        id effectiveTime active moduleId refsetId referencedComponentId mapGroup mapPriority mapRule mapAdvice mapTarget
        correlationId and mapBlock (UK) or mapCategoryId (International)

Only active rows count. A release that has no Snapshot (only Full or Delta), lacks one of the three kinds of file or mixes
dates is refused, and so is one without the UK's map to ICD-10: the International Edition alone is the wrong edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from fourstep.books import tables
from fourstep.errors import BookError
from fourstep.terminology.files import Release
from fourstep.terminology.layer import SNOMED, Layer, MapRow, Synonym
from fourstep.terminology.maps import codes_for

CONCEPT = ("id", "effectiveTime", "active", "moduleId", "definitionStatusId")
DESCRIPTION = (
    "id", "effectiveTime", "active", "moduleId", "conceptId", "languageCode", "typeId", "term", "caseSignificanceId",
)  # fmt: skip
MAP = (
    "id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId", "mapGroup", "mapPriority",
    "mapRule", "mapAdvice", "mapTarget", "correlationId",
)  # fmt: skip
_LAST_OF_MAP = ("mapBlock", "mapCategoryId")
MAPS = tables.FOLDER / "snomed_maps.txt"

_FULL_NAME = "900000000000003001"
_TYPES = (_FULL_NAME, "900000000000013009")  # fully specified name, synonym
_TAG = re.compile(r"\s*\([^()]*\)$")  # "(disorder)" behind a fully specified name
_DATE = re.compile(r"_(\d{8})(?:T\d+Z?)?\.txt$")
_KINDS = {"icd10": "problem", "opcs4": "procedure"}
_MOST_WITHOUT_WORDS = 0.02  # of the mapped concepts: inactive ones are left out, half a file lacks more


def is_rf2(release: Release) -> bool:
    """Whether a release has files of RF2."""
    return bool(release.matching("sct2_*.txt", "der2_*.txt", "xsct2_*.txt", "xder2_*.txt"))


def read_rf2(release: Release) -> Layer:
    """The UK's synonyms and maps of a release."""
    concepts = _snapshot(release, "*sct2_Concept_*Snapshot*.txt", "concepts")
    descriptions = _snapshot(release, "*sct2_Description_*Snapshot*.txt", "descriptions")
    maps = _snapshot(release, "*der2_*Refset_ExtendedMap*Snapshot*.txt", "extended maps")
    dates = {found[1] for name in (*concepts, *descriptions, *maps) if (found := _DATE.search(name))}
    if len(dates) != 1:
        raise BookError(f"files of several dates: {', '.join(sorted(dates)) or 'none'}", str(release.path))
    layer = Layer(SNOMED, dates.pop())
    rows = _map_rows(release, maps, layer.notes)
    active = {row[0] for row in _active(release, concepts, CONCEPT)}
    layer.maps = [m for m in rows if m.concept in active]
    words = _words(release, descriptions, {m.concept for m in layer.maps})
    mapped = {m.concept for m in layer.maps}
    without = len(mapped - words.keys())
    if not mapped or without > _MOST_WITHOUT_WORDS * len(mapped):
        raise BookError(f"{without} of {len(mapped)} mapped concepts have no description: half a release?", str(release.path))
    layer.synonyms = list(_synonyms(layer.maps, words))
    return layer


def _snapshot(release: Release, pattern: str, what: str) -> list[str]:
    found = release.matching(pattern)
    if not found:
        raise BookError(f"no snapshot of {what} in it: half a release, or a Full or Delta one?", str(release.path))
    return found


def _active(release: Release, names: Sequence[str], columns: tuple[str, ...]) -> Iterator[list[str]]:
    """The active rows of some files of one layout. A row that stands twice in a file is refused."""
    for name in names:
        lines = release.lines(name)
        header = next(lines, "").split("\t")
        wanted = [(*columns, last) for last in _LAST_OF_MAP] if columns is MAP else [columns]
        if tuple(header) not in wanted:
            missing = [c for c in columns if c not in header]
            what = f"no column {', '.join(missing)}" if missing else "not the columns of its kind of file"
            raise BookError(what, f"{release.place(name)}:1")
        seen: set[str] = set()
        for number, line in enumerate(lines, 2):
            row = line.split("\t")
            if len(row) != len(header):
                raise BookError(f"{len(row)} columns, not {len(header)}: half a file?", f"{release.place(name)}:{number}")
            if row[0] in seen:
                raise BookError(f"{row[0]} a second time: not a snapshot", f"{release.place(name)}:{number}")
            seen.add(row[0])
            if row[2] == "1":
                yield [*row, ""] if header[-1] == "mapCategoryId" else row
            elif row[2] != "0":
                raise BookError(f"{row[2]!r} is neither active nor inactive", f"{release.place(name)}:{number}")


def read_refsets(path: Path = MAPS) -> dict[str, tuple[str, str]]:
    """Book and edition of each reference set of maps that is known; "-" for one that is passed over."""
    refsets = {}
    for line in tables.read_lines(path):
        words = line.text.split(maxsplit=3)
        if len(words) < 4:
            raise line.wrong("expected a reference set, book, edition and what it is")
        refsets[words[0]] = (words[1], words[2])
    return refsets


def _map_rows(release: Release, names: Sequence[str], notes: list[str]) -> list[MapRow]:
    known = read_refsets()
    rows: dict[str, list[MapRow]] = {}
    for row in _active(release, names, MAP):
        refset = row[4]
        if refset not in known:
            raise BookError(f"an extended map that is not known: reference set {refset}", release.path.name)
        book, _ = known[refset]
        if book == "-":
            continue
        block = int(row[12] or 1) if len(row) == 13 else 1
        target = "" if row[10].startswith("#") else row[10].strip()
        found = MapRow(row[5], book, block, int(row[6]), int(row[7]), row[8].strip(), row[9].strip(), target)
        rows.setdefault(refset, []).append(found)
    if not any(known[r][0] == "icd10" for r in rows):
        raise BookError("no map to the UK's ICD-10 in it: the International Edition?", str(release.path))
    newest: dict[str, str] = {}
    for refset in rows:
        book, edition = known[refset]
        best = newest.get(book)
        if best is None or _age(edition) > _age(known[best][1]):
            newest[book] = refset
    for refset in sorted(rows.keys() - set(newest.values())):
        notes.append(f"the older map to {' '.join(known[refset])} is passed over")
    if "opcs4" in newest:
        notes.append(f"procedures are mapped to OPCS-{known[newest['opcs4']][1]}")
    return [row for refset in sorted(newest.values()) for row in rows[refset]]


def _age(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split("."))


def _words(release: Release, names: Sequence[str], wanted: set[str]) -> dict[str, list[str]]:
    """The English names of the concepts that are mapped, without the tag of the fully specified one."""
    words: dict[str, list[str]] = {}
    for row in _active(release, names, DESCRIPTION):
        if row[4] in wanted and row[5].startswith("en") and row[6] in _TYPES:
            term = _TAG.sub("", row[7]) if row[6] == _FULL_NAME else row[7]
            found = words.setdefault(row[4], [])
            if term not in found:
                found.append(term)
    return words


def _synonyms(maps: list[MapRow], words: dict[str, list[str]]) -> Iterator[Synonym]:
    """A synonym for each name of a concept that the map sends to the same codes for everybody, or to others for each sex."""
    of_concept: dict[tuple[str, str], list[MapRow]] = {}
    for row in maps:
        of_concept.setdefault((row.concept, row.book), []).append(row)
    for (concept, book), rows in of_concept.items():
        female, male = codes_for(rows, "female"), codes_for(rows, "male")
        ways = [("", female)] if female == male else [("female", female), ("male", male)]
        for sex, codes in ways:
            if codes:
                for term in words.get(concept, ()):
                    yield Synonym(term, _KINDS[book], codes, sex)
