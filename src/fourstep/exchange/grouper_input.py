"""The input file of the HRG4+ grouper for admitted patient care, and the record definition that says where its fields stand.

Plain comma-separated ASCII with a header and no quotation marks. The fields and which of them are mandatory are those of
the grouper's user manual (2024/25). A column of our own, EPISODE_ID, goes last: the grouper ignores it and gives it
back, so that its output finds its episode again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange.submission import Submission

FIXED = (
    "PROCODET", "PROVSPNO", "EPIORDER", "STARTAGE", "SEX", "CLASSPAT", "ADMISORC", "ADMIMETH", "DISDEST", "DISMETH",
    "EPIDUR", "MAINSPEF", "NEOCARE", "TRETSPEF",
)  # fmt: skip
DAYS = ("CRITICALCAREDAYS", "REHABILITATIONDAYS", "SPCDAYS")
KEY = "EPISODE_ID"
MANDATORY = tuple(name for name in FIXED if name != "NEOCARE")
#: Must be the same in every episode of a spell.
_OF_THE_SPELL = ("SEX", "CLASSPAT", "ADMISORC", "ADMIMETH")
_LEAST = {"DIAG": 14, "OPER": 12}  # as many columns as the grouper's own record definition has
_MOST = 99
_DELIMITER = "COMMA DELIMITED"

Row = dict[str, str]


def rows(records: Sequence[Submission], provider: str = "") -> list[Row]:
    """A row an episode; `provider` is for records that name none. What is not known is empty."""
    spells = Counter((r.known.provider_code or provider, r.spell_id) for r in records)
    return [_row(r, provider, alone=spells[r.known.provider_code or provider, r.spell_id] == 1) for r in records]


def _row(record: Submission, provider: str, *, alone: bool) -> Row:
    known = record.known
    order = known.episode_number or (1 if alone else None)
    row = {
        "PROCODET": known.provider_code or provider,
        "PROVSPNO": encoded(record.spell_id),
        "EPIORDER": _number(order),
        "STARTAGE": _number(record.start_age),
        "SEX": record.sex,
        "CLASSPAT": record.patient_classification,
        "ADMISORC": known.admission_source,
        "ADMIMETH": known.admission_method,
        "DISDEST": record.discharge_destination,
        "DISMETH": record.discharge_method,
        "EPIDUR": _number(record.episode_days),
        "MAINSPEF": known.main_specialty,
        "NEOCARE": known.neonatal_level,
        "TRETSPEF": known.treatment_function,
        "CRITICALCAREDAYS": _number(known.critical_care_days or 0),
        "REHABILITATIONDAYS": _number(known.rehabilitation_days or 0),
        "SPCDAYS": _number(known.palliative_care_days or 0),
        KEY: encoded(record.episode.id),
    }
    row |= {f"DIAG_{n:02}": code for n, code in enumerate(record.diagnoses[:_MOST], 1)}
    return row | {f"OPER_{n:02}": code for n, (code, _) in enumerate(record.procedures[:_MOST], 1)}


def columns(table: Iterable[Row]) -> tuple[str, ...]:
    """The columns that these rows need, in the order of the file."""
    need = dict(_LEAST)
    for row in table:
        for name in row:
            prefix, _, number = name.partition("_")
            if prefix in need and number.isdigit():
                need[prefix] = max(need[prefix], int(number))
    codes = [f"{prefix}_{n:02}" for prefix, most in need.items() for n in range(1, most + 1)]
    return (*FIXED, *codes, *DAYS, KEY)


def shortcomings(table: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Episode id and what the grouper would refuse in its row (it would answer UZ01Z, data invalid for grouping)."""
    orders = Counter((row["PROCODET"], row["PROVSPNO"], row["EPIORDER"]) for row in table)
    first: dict[tuple[str, str], Row] = {}
    for row in table:
        lacking = [name for name in (*MANDATORY, "DIAG_01") if not row.get(name)]
        if lacking:
            yield unquote(row[KEY]), f"not known: {', '.join(lacking)}"
        if row["EPIORDER"] and orders[row["PROCODET"], row["PROVSPNO"], row["EPIORDER"]] > 1:
            yield unquote(row[KEY]), "its episode number stands twice in the spell"
        other = first.setdefault((row["PROCODET"], row["PROVSPNO"]), row)
        differ = [name for name in _OF_THE_SPELL if row[name] != other[name]]
        if differ:
            yield unquote(row[KEY]), f"not as in the first episode of its spell: {', '.join(differ)}"


def write(table: Sequence[Row]) -> str:
    """The input file. Raises ExchangeError, naming the episode, where a value cannot stand in it."""
    names = columns(table)
    lines = [",".join(names)]
    for row in table:
        cells = [row.get(name, "") for name in names]
        if bad := [name for name, cell in zip(names, cells, strict=True) if not _fits(cell)]:
            raise ExchangeError(f"{bad[0]} holds what the grouper's file cannot carry", unquote(row[KEY]))
        lines.append(",".join(cells))
    return "\r\n".join(lines) + "\r\n"


def read(text: str, place: str) -> list[Row]:
    """The rows of an input file, without empty cells. Raises ReadError naming the line."""
    lines = text.removeprefix("\ufeff").splitlines()
    names = lines[0].split(",") if lines else []
    if not {*FIXED, KEY} <= set(names):
        raise ReadError("no input file of the grouper with an EPISODE_ID", f"{place}:1")
    table: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split(",")
        if len(cells) != len(names):
            raise ReadError(f"{len(cells)} cells where {len(names)} are expected", f"{place}:{number}")
        row = dict(zip(names, cells, strict=True))
        if first := seen.get(row[KEY]):
            raise ReadError(f"an episode that stands in line {first} already", f"{place}:{number}")
        seen[row[KEY]] = number
        fixed = (*FIXED, *DAYS, KEY)
        table.append({name: cell for name, cell in row.items() if cell or name in fixed})
    return table


def record_definition(names: Sequence[str]) -> str:
    """The record definition (.rdf): the delimiter, then for each field its name here, the grouper's name and its position."""
    lines = [_DELIMITER, *(f"{name},{name},{position},,,," for position, name in enumerate(names, 1))]
    return "\r\n".join(lines) + "\r\n"


def read_record_definition(text: str, place: str) -> tuple[str, ...]:
    """The field names of a record definition by their position. Raises ReadError naming the line."""
    lines = text.splitlines()
    if not lines or lines[0].strip().upper() != _DELIMITER:
        raise ReadError("no record definition of comma-delimited fields", f"{place}:1")
    found: dict[int, str] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split(",")
        if line.strip() and (len(cells) < 3 or not cells[2].isdecimal() or int(cells[2]) in found):
            raise ReadError("no field with a position of its own", f"{place}:{number}")
        if line.strip():
            found[int(cells[2])] = cells[1]
    return tuple(found[position] for position in sorted(found))


def encoded(identifier: str) -> str:
    """An identifier as the file can carry it: what is neither letter, digit nor one of -._/ and blank stands as %XX."""
    return quote(identifier, safe="/ ")


def decoded(cell: str) -> str:
    return unquote(cell)


def _fits(cell: str) -> bool:
    return cell.isascii() and not set(cell) & set(',"\r\n')


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
