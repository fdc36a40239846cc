"""A row an episode in the columns of Hospital Episode Statistics (admitted patient care), as CSV and as Parquet.

The names are those of the HES data dictionary: DIAG_01 to DIAG_20, OPERTN_01 to OPERTN_24 with OPDATE_01 to OPDATE_24,
codes without their dot (I10X). HES derives more than a hospital knows; only what an episode says is filled.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fourstep.errors import FourstepError, ReadError
from fourstep.exchange.submission import Submission
from fourstep.exchange.table import from_csv, to_csv

DIAGNOSES = tuple(f"DIAG_{n:02}" for n in range(1, 21))
PROCEDURES = tuple(f"OPERTN_{n:02}" for n in range(1, 25))
DATES = tuple(f"OPDATE_{n:02}" for n in range(1, 25))
_DAYS = ("ADMIDATE", "DISDATE", "EPISTART", "EPIEND", *DATES)
_NUMBERS = ("DIAG_COUNT", "OPERTN_COUNT", "EPIDUR", "EPIORDER", "SPELDUR", "STARTAGE", "ELECDUR", "FCE")
COLUMNS = (
    "EPIKEY", "FYEAR", "EPISTAT", "EPIORDER", "EPISTART", "EPIEND", "EPIDUR", "FCE", "PROVSPNO", "ADMIDATE", "DISDATE",
    "SPELDUR", "ADMIMETH", "ADMISORC", "ADMINCAT", "CLASSPAT", "INTMANIG", "DISDEST", "DISMETH", "ELECDUR", "STARTAGE",
    "SEX", "ETHNOS", "NEOCARE", "PROCODET", "SITETRET", "PURCODE", "GPPRAC", "CONSULT", "MAINSPEF", "TRETSPEF",
    "DIAG_COUNT", *DIAGNOSES, "OPERTN_COUNT", *(name for pair in zip(PROCEDURES, DATES, strict=True) for name in pair),
)  # fmt: skip

Cell = str | int | dt.date | None


def row(record: Submission) -> dict[str, Cell]:
    """One row; text that is not known is "", a date or number None. Codes beyond the last column are left out."""
    known = record.known
    end = record.episode_end
    out: dict[str, Cell] = {
        "EPIKEY": record.episode.id,
        "FYEAR": financial_year(end) if end else "",
        "EPISTAT": "3" if end else "1",  # finished, or unfinished at the end of the year
        "EPIORDER": known.episode_number,
        "EPISTART": record.episode_start,
        "EPIEND": end,
        "EPIDUR": record.episode_days,
        "FCE": 1 if end else 0,
        "PROVSPNO": known.spell_id,
        "ADMIDATE": record.spell_start,
        "DISDATE": record.spell_end,
        "SPELDUR": record.spell_days,
        "ADMIMETH": known.admission_method,
        "ADMISORC": known.admission_source,
        "ADMINCAT": known.administrative_category,
        "CLASSPAT": record.patient_classification,
        "INTMANIG": known.intended_management,
        "DISDEST": record.discharge_destination,
        "DISMETH": record.discharge_method,
        "ELECDUR": known.wait_days,
        "STARTAGE": record.start_age,
        "SEX": record.sex,
        "ETHNOS": known.ethnic_category,
        "NEOCARE": known.neonatal_level,
        "PROCODET": known.provider_code,
        "SITETRET": known.site_code,
        "PURCODE": known.commissioner,
        "GPPRAC": known.gp_practice,
        "CONSULT": known.consultant_code,
        "MAINSPEF": known.main_specialty,
        "TRETSPEF": known.treatment_function,
        "DIAG_COUNT": len(record.diagnoses),
        "OPERTN_COUNT": len(record.procedures),
    }
    out |= dict.fromkeys((*DIAGNOSES, *PROCEDURES), "") | dict.fromkeys(DATES)
    out |= dict(zip(DIAGNOSES, record.diagnoses, strict=False))
    for code_column, date_column, (code, day) in zip(PROCEDURES, DATES, record.procedures, strict=False):
        out |= {code_column: code, date_column: day}
    return {column: out[column] for column in COLUMNS}


def left_out(record: Submission) -> str:
    """What HES has no room for, in words; "" where everything has its column."""
    lost = [
        f"{len(codes) - room} {what}"
        for what, codes, room in (
            ("diagnoses", record.diagnoses, len(DIAGNOSES)),
            ("procedures", record.procedures, len(PROCEDURES)),
        )
        if len(codes) > room
    ]
    return f"{' and '.join(lost)} beyond the last column of HES" if lost else ""


def financial_year(day: dt.date) -> str:
    """The year from April to March as HES writes it: 2526 for 2025-26."""
    first = day.year - (day.month < 4)
    return f"{first % 100:02}{(first + 1) % 100:02}"


def write_csv(records: Iterable[Submission]) -> str:
    return to_csv(COLUMNS, ({name: _text(cell) for name, cell in row(r).items()} for r in records))


def read_csv(text: str, place: str) -> list[dict[str, Cell]]:
    """The rows of such a file as `row` gave them. Raises ReadError naming the line."""
    return [
        {name: _cell(name, cell, f"{place}:{number}") for name, cell in cells.items()}
        for number, cells in enumerate(from_csv(text, COLUMNS, place), 2)
    ]


def write_parquet(records: Iterable[Submission]) -> bytes:
    """The same rows as a Parquet file: dates as date32, counts and durations as int32, the rest as text."""
    arrow = _pyarrow()
    types = {**dict.fromkeys(_DAYS, arrow.date32()), **dict.fromkeys(_NUMBERS, arrow.int32())}
    schema = arrow.schema([(name, types.get(name, arrow.string())) for name in COLUMNS])
    out = io.BytesIO()
    _parquet().write_table(arrow.Table.from_pylist([row(r) for r in records], schema=schema), out)
    return out.getvalue()


def read_parquet(path: Path) -> list[dict[str, Cell]]:
    """The rows of such a file as `row` gave them."""
    try:
        table = _parquet().read_table(path)
    except (OSError, _pyarrow().ArrowInvalid):
        raise ReadError("no Parquet file that can be read", str(path)) from None
    if tuple(table.column_names) != COLUMNS:
        raise ReadError("the columns are not those expected", str(path))
    rows: list[dict[str, Cell]] = table.to_pylist()
    return rows


def _text(cell: Cell) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _cell(name: str, text: str, place: str) -> Cell:
    try:
        if name in _DAYS:
            return dt.date.fromisoformat(text) if text else None
        if name in _NUMBERS:
            return int(text) if text else None
    except ValueError:
        raise ReadError(f"{name} holds neither date nor number", place) from None
    return text


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise FourstepError("Parquet needs pyarrow: install fourstep[tables]") from None
    return pyarrow


def _parquet() -> Any:
    _pyarrow()
    import pyarrow.parquet

    return pyarrow.parquet
