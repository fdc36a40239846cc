"""The layouts of the official releases that NHS England distributes through TRUD.

ICD-10, `ICD10_Edition5_CodesAndTitlesAndMetadata_GB_*.txt`: tab-separated with a header,

    CODE ALT_CODE USAGE USAGE_UK DESCRIPTION MODIFIER_4 MODIFIER_5 QUALIFIERS GENDER_MASK MIN_AGE MAX_AGE
    TREE_DESCRIPTION

`ALT_CODE` is the code as it is submitted: no dot, X in the fourth place of an undivided category, fifth
characters written out (`A38X`, `M9001`). `USAGE` is DEFAULT, DAGGER or ASTERISK. A title is the description
with the meanings of the modifiers after it; `QUALIFIERS` names the asterisk code that a dagger code always
goes with. `GENDER_MASK` is 1 for codes of women, 2 for codes of men. After the last row an empty row and a
line of acknowledgement may follow.

OPCS-4, `OPCS4xx CodesAndTitles *.txt`: tab-separated without a header, `code<TAB>title`, categories and
codes.

OPCS-4, `OPCS4xx Metadata *.txt`, if it is there: tab-separated with a header; known columns are CODE,
ALT_CODE, DESCRIPTION, STATUS_OF_OPERATION, SEX_ABSOLUTE, SEX_SCRUTINY, METHOD_OF_DELIVERY_CODE. Only
SEX_ABSOLUTE is used (M or 1 for men, F or 2 for women). What differs from this is refused, not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fourstep.books.rubric import Row
from fourstep.errors import BookError

ICD10_COLUMNS = (
    "CODE",
    "ALT_CODE",
    "USAGE",
    "USAGE_UK",
    "DESCRIPTION",
    "MODIFIER_4",
    "MODIFIER_5",
    "QUALIFIERS",
    "GENDER_MASK",
    "MIN_AGE",
    "MAX_AGE",
    "TREE_DESCRIPTION",
)
METADATA_COLUMNS = frozenset(
    (
        "CODE",
        "ALT_CODE",
        "DESCRIPTION",
        "STATUS_OF_OPERATION",
        "SEX_ABSOLUTE",
        "SEX_SCRUTINY",
        "METHOD_OF_DELIVERY_CODE",
    )
)

_KINDS = {"DEFAULT": "", "DAGGER": "dagger", "ASTERISK": "asterisk", "ASTERIS": "asterisk", "": ""}
_GENDERS = {"": "", "0": "", "1": "female", "2": "male", "3": ""}
_SEXES = {"": "", "0": "", "M": "male", "1": "male", "F": "female", "2": "female"}
_NO_LIMIT = 120  # an upper age beyond every patient's stands for none
_ICD10 = re.compile(r"[A-Z]\d\d([\dX]\d?)?")
_OPCS4 = re.compile(r"[A-HJ-Z]\d\d\.?\d?")
_CATEGORY = 3


def decoded(data: bytes, name: str) -> str:
    """The text of a release file: UTF-8, or the Windows code page of older releases."""
    if b"\0" in data:
        raise BookError("not a text file", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise BookError(f"neither UTF-8 nor Windows-1252 at byte {error.start}", name) from error


def is_icd10(text: str) -> bool:
    """Whether a text starts as the ICD-10 file does."""
    head = text.split("\n", 1)[0].upper().split("\t")
    return len(head) > 1 and head[0] in ("CODE", "ICD10_CODE") and head[1].strip() == "ALT_CODE"


def read_icd10(text: str, name: str) -> dict[str, Row]:
    """Rows by code of the ICD-10 file, without parents above the category."""
    lines = text.splitlines()
    columns = [c.strip().upper() for c in lines[0].split("\t")]
    if columns[0] == "ICD10_CODE":
        columns[0] = "CODE"
    if tuple(columns) != ICD10_COLUMNS:
        odd = [c for c in columns if c not in ICD10_COLUMNS] or [c for c in ICD10_COLUMNS if c not in columns]
        raise BookError(
            f"the columns are not those of the ICD-10 file: {', '.join(odd) or 'other order'}", f"{name}:1"
        )
    rows: dict[str, Row] = {}
    ended = 0
    for number, line in enumerate(lines[1:], start=2):
        values = [v.strip() for v in line.split("\t")]
        if not any(values):
            ended = ended or number
            continue
        place = f"{name}:{number}"
        if ended:
            if any(values[1:]):
                raise BookError(f"a row after the empty line {ended}", place)
            continue  # the acknowledgement
        if len(values) != len(ICD10_COLUMNS):
            raise BookError(f"{len(values)} columns, not {len(ICD10_COLUMNS)}: half a file?", place)
        code, row = _icd10_row(dict(zip(ICD10_COLUMNS, values, strict=True)), place)
        if code in rows:
            raise BookError(f"{code} a second time", place)
        rows[code] = row
    return rows


def _icd10_row(values: dict[str, str], place: str) -> tuple[str, Row]:
    alt = values["ALT_CODE"].upper()
    if not _ICD10.fullmatch(alt):
        raise BookError(f"{values['ALT_CODE']!r} is not an ICD-10 code", place)
    if not alt.startswith(values["CODE"].upper().replace(".", "").rstrip("-")):
        raise BookError(f"CODE {values['CODE']} and ALT_CODE {alt} differ", place)
    usage, mask = values["USAGE"].upper(), values["GENDER_MASK"]
    if usage not in _KINDS:
        raise BookError(f"unknown USAGE {values['USAGE']!r}", place)
    if mask not in _GENDERS:
        raise BookError(f"unknown GENDER_MASK {mask!r}", place)
    if not values["DESCRIPTION"]:
        raise BookError(f"{alt} has no title", place)
    modifiers = [values[m] for m in ("MODIFIER_4", "MODIFIER_5") if values[m]]
    title = ": ".join([values["DESCRIPTION"], *(m[:1].lower() + m[1:] for m in modifiers)])
    lowest, highest = _age(values["MIN_AGE"], place), _age(values["MAX_AGE"], place)
    return _dotted(alt), Row(
        title=title,
        parent=_parent(alt),
        kind=_KINDS[usage],
        sex=_GENDERS[mask],
        min_age=lowest or None,
        max_age=None if highest is None or highest >= _NO_LIMIT else highest,
        notes=values["QUALIFIERS"],
    )


def _age(text: str, place: str) -> int | None:
    if text and not text.isdigit():
        raise BookError(f"{text!r} is not an age", place)
    return int(text) if text else None


def _dotted(alt: str) -> str:
    return alt if len(alt) == _CATEGORY else f"{alt[:_CATEGORY]}.{alt[_CATEGORY:]}"


def _parent(alt: str) -> str:
    """The code above: four characters for a fifth, the category for a fourth, else nothing yet."""
    if len(alt) == len("M9001"):
        return _dotted(alt[:-1])
    return "" if len(alt) == _CATEGORY or alt.endswith("X") else alt[:_CATEGORY]


def is_opcs4(text: str) -> bool:
    """Whether a text starts as an OPCS-4 codes and titles file does."""
    code, tab, _ = text.split("\n", 1)[0].partition("\t")
    return bool(tab) and _OPCS4.fullmatch(code.strip().upper()) is not None


def read_opcs4(text: str, name: str) -> dict[str, str]:
    """Titles by dotted code of the OPCS-4 codes and titles file."""
    titles: dict[str, str] = {}
    for number, line in _rows_of(text):
        place = f"{name}:{number}"
        values = [v.strip() for v in line.split("\t")]
        if len(values) != 2:
            raise BookError(f"{len(values)} columns, not a code and a title: half a file?", place)
        code, title = _opcs4_code(values[0], place), values[1].strip('"')
        if not title:
            raise BookError(f"{code} has no title", place)
        if code in titles:
            raise BookError(f"{code} a second time", place)
        titles[code] = title
    return titles


def read_opcs4_metadata(text: str, name: str) -> dict[str, str]:
    """Sex limits by dotted code of the OPCS-4 metadata file."""
    rows = _rows_of(text)
    number, header = next(rows, (1, ""))
    columns = ["_".join(c.strip().upper().split()) for c in header.split("\t")]
    unknown = [c for c in columns if c not in METADATA_COLUMNS]
    if unknown or columns[0] != "CODE":
        raise BookError(
            f"unknown columns in the metadata file: {', '.join(unknown) or header};"
            " the codes and titles file can be imported alone",
            f"{name}:{number}",
        )
    limits: dict[str, str] = {}
    for number, line in rows:
        place = f"{name}:{number}"
        values = [v.strip() for v in line.split("\t")]
        if len(values) != len(columns):
            raise BookError(f"{len(values)} columns, not {len(columns)}: half a file?", place)
        row = dict(zip(columns, values, strict=True))
        sex = row.get("SEX_ABSOLUTE", "").upper()
        if sex not in _SEXES:
            raise BookError(f"unknown SEX_ABSOLUTE {sex!r}", place)
        limits[_opcs4_code(row["CODE"], place)] = _SEXES[sex]
    return limits


def _opcs4_code(text: str, place: str) -> str:
    code = text.upper().replace(".", "")
    if not _OPCS4.fullmatch(code):
        raise BookError(f"{text!r} is not an OPCS-4 code", place)
    return _dotted(code)


def _rows_of(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line
