"""Coded episodes as audit and measures need them: a row an episode, from JSON lines, CSV or Parquet.

Three layouts are known, told apart by their columns, upper and lower case alike (docs/measures.md lists them):
what `fourstep code` writes as JSON lines, a table with a row an episode (`DIAG_01`, `OPERTN_01`, ... as HES names
them), and a table with a row a code (`episode_id`, `book`, `position`, `code`, as `fourstep code --format csv` writes).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fourstep.errors import FourstepError, ReadError, UsageError

#: Our name of a field -> the names it may have in a file (in lower case); HES names as in its data dictionary.
NAMES: dict[str, tuple[str, ...]] = {
    "episode_id": ("episode_id", "epikey", "id", "suseventid"),
    "spell_id": ("spell_id", "spellid", "susspellid", "provspno"),
    "patient_id": ("patient_id", "pseudo_hesid", "token_person_id", "hesid"),
    "order": ("episode_number", "episode_no", "epiorder"),
    "admitted": ("admission_date", "admidate"),
    "discharged": ("discharge_date", "disdate"),
    "started": ("episode_start", "epistart"),
    "ended": ("episode_end", "epiend"),
    "admission_method": ("admission_method", "admimeth"),
    "discharge_method": ("discharge_method", "dismeth"),
    "patient_class": ("patient_class", "classpat"),
    "specialty": ("specialty", "tretspef", "mainspef"),
    "consultant": ("consultant", "consult", "responsible_consultant_code"),
    "coder": ("coder",),
    "risk": ("risk",),
    "hrg": ("hrg", "sushrg"),
    "age": ("age_years", "age", "startage_calc", "startage"),
    "excluded": ("excluded",),
}
_DATES = ("admitted", "discharged", "started", "ended")
_NUMBERS = ("age", "order")
_COLUMN = re.compile(r"(diag|opertn)_(?:4_)?(\d\d)$")
_CODE = re.compile(r"[A-Z]\d\d\.?[0-9X-]{0,2}[DA]?$")
#: HES writes what it does not know as these days.
_NO_DAYS = {dt.date(1600, 1, 1), dt.date(1800, 1, 1), dt.date(1801, 1, 1), dt.date(1582, 10, 15)}


@dataclass(frozen=True, slots=True)
class Row:
    """One coded episode. Codes in recorded order, first diagnosis primary; what the file does not say is "" or None."""

    episode_id: str
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    spell_id: str = ""
    patient_id: str = ""
    order: int | None = None
    admitted: dt.date | None = None
    discharged: dt.date | None = None
    started: dt.date | None = None
    ended: dt.date | None = None
    admission_method: str = ""
    discharge_method: str = ""
    patient_class: str = ""
    specialty: str = ""
    consultant: str = ""
    coder: str = ""
    risk: str = ""
    hrg: str = ""
    age: int | None = None  # years
    excluded: str = ""  # audit: why the episode was not audited ("notes not found")

    @property
    def emergency(self) -> bool:
        """An emergency admission: the national admission methods that begin with 2."""
        return self.admission_method.startswith("2") or self.admission_method.lower() == "emergency"

    @property
    def month(self) -> str:
        """Year and month of the end of the episode (else of the discharge), or ""."""
        day = self.ended or self.discharged
        return f"{day:%Y-%m}" if day else ""


@dataclass(slots=True)
class Rows:
    """The episodes of a file, and what could not be read, each with its place."""

    rows: list[Row] = field(default_factory=list)
    problems: list[FourstepError] = field(default_factory=list)


def read_rows(path: Path, *, strict: bool = False) -> Rows:
    """Read coded episodes. A row that cannot be read is set aside with its reason; with `strict` it is the error.

    Raises ReadError where the file as a whole cannot be read, and UsageError where it holds no episode column.
    """
    out, seen = Rows(), set()
    for place, values in _records(path):
        try:
            row = row_of(values, place)
            if row.episode_id in seen:
                raise ReadError(f"episode {row.episode_id} stands in the file twice", place)
        except ReadError as error:
            if strict:
                raise
            out.problems.append(error)
            continue
        seen.add(row.episode_id)
        out.rows.append(row)
    return out


def row_of(values: Mapping[str, Any], place: str) -> Row:
    """One episode from named values. Raises ReadError naming the field that is wrong, never its words."""
    given = {str(k).lower(): v for k, v in values.items()}
    found: dict[str, Any] = {}
    for name, others in NAMES.items():
        value = next((given[o] for o in others if given.get(o) not in (None, "")), None)
        if value is None:
            continue
        if name in _DATES:
            found[name] = _day(value, name, place)
        elif name in _NUMBERS:
            found[name] = _number(value, name, place)
        else:
            found[name] = str(value).strip()
    if not found.get("episode_id"):
        raise ReadError("no episode id", place)
    diagnoses = _codes(given, "diagnoses", "diag", place)
    return Row(diagnoses=diagnoses, procedures=_codes(given, "procedures", "opertn", place), **found)


def _codes(given: Mapping[str, Any], name: str, prefix: str, place: str) -> tuple[str, ...]:
    if isinstance(given.get(name), list):
        cells = [c["code"] if isinstance(c, Mapping) else c for c in given[name]]
    elif isinstance(given.get(name), str):
        cells = given[name].split()
    else:
        cells = [given[c] for c in _columns(tuple(given), prefix)]
    codes = [str(c).strip().upper() for c in cells if c not in (None, "")]
    codes = [c for c in codes if c not in ("", "-", "&")]  # HES: nothing recorded
    wrong = next((n for n, c in enumerate(codes, 1) if not _CODE.match(c)), None)
    if wrong:
        raise ReadError(f"{name}: entry {wrong} has not the shape of a code", place)
    return tuple(c[:-1] if c[-1] in "DA" else c for c in codes)  # dagger and asterisk are marks, not characters


def _day(value: Any, name: str, place: str) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    day = _parsed(str(value).strip()[:10])
    if day is None:
        raise ReadError(f"{name} is no date (2026-03-31, 31/03/2026 or 20260331)", place)
    return None if day in _NO_DAYS else day


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> dt.date | None:
    """The day that a cell names, or None; a file has few days and many cells."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"):
        try:
            return dt.datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None


@lru_cache(maxsize=16)
def _columns(names: tuple[str, ...], prefix: str) -> tuple[str, ...]:
    """The columns that hold codes of one book, in order."""
    return tuple(sorted(c for c in names if (m := _COLUMN.match(c)) and m[1] == prefix))


def _number(value: Any, name: str, place: str) -> int | None:
    try:
        number = int(float(str(value)))
    except ValueError:
        raise ReadError(f"{name} is no number", place) from None
    if name == "age" and number > 7000:  # HES: 7001-7007 are ages under one year
        return 0
    return number if number >= 0 and number != 999 else None


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        if path.suffix.lower() == ".parquet":
            yield from _parquet(path)
        elif path.suffix.lower() in (".jsonl", ".ndjson"):
            yield from _json_lines(path)
        elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
            yield from _table(path)
        else:
            raise UsageError("name the file .jsonl, .csv, .tsv or .parquet", str(path))
    except FileNotFoundError:
        raise ReadError("there is no such file", str(path)) from None
    except UnicodeDecodeError:
        raise ReadError("is not UTF-8 text", str(path)) from None


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except json.JSONDecodeError:
                raise ReadError("no valid JSON", f"{path}:{number}") from None
            if not isinstance(value, dict):
                raise ReadError("not an object", f"{path}:{number}")
            yield f"{path}:{number}", value


def _table(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter="\t" if head.count("\t") > head.count(",") else ",")
        columns = {str(c).lower() for c in rows.fieldnames or ()}
        _check_columns(columns, path)
        if {"book", "position", "code"} <= columns:
            yield from _by_episode(rows, path)
            return
        for row in rows:
            yield f"{path}:{rows.line_num}", {k: v for k, v in row.items() if k is not None}


def _by_episode(rows: csv.DictReader[str], path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row a code gathered to a row an episode; the codes of an episode stand together."""
    current: dict[str, Any] = {}
    place = ""
    for row in rows:
        low = {str(k).lower(): v for k, v in row.items()}
        if low["episode_id"] != current.get("episode_id"):
            if current:
                yield place, current
            place = f"{path}:{rows.line_num}"
            shared = {k: v for k, v in low.items() if k not in ("book", "position", "code", "id")}
            current = {**shared, "diagnoses": [], "procedures": []}
        current["procedures" if low["book"].upper().startswith("OPCS") else "diagnoses"].append(low["code"])
    if current:
        yield place, current


def _parquet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UsageError("Parquet needs the extra: pip install 'fourstep[tables]'", str(path)) from None
    if not path.exists():
        raise ReadError("there is no such file", str(path))
    try:
        file = parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid:
        raise ReadError("is no Parquet file", str(path)) from None
    _check_columns({c.lower() for c in file.schema_arrow.names}, path)
    number = 0
    for batch in file.iter_batches():
        for values in batch.to_pylist():
            number += 1
            yield f"{path}: row {number}", values


def _check_columns(columns: set[str], path: Path) -> None:
    if not columns & set(NAMES["episode_id"]):
        raise UsageError(f"no column for the episode: one of {', '.join(NAMES['episode_id'])}", str(path))
    if not any(_COLUMN.match(c) for c in columns) and not columns & {"diagnoses", "code"}:
        raise UsageError("no columns for the codes: DIAG_01..., or diagnoses, or book, position, code", str(path))
