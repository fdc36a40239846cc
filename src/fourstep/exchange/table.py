"""Tables of text: rows of named cells as CSV, where no cell is run as a formula, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from fourstep.errors import ReadError

#: A spreadsheet runs a cell that begins so (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet runs: an apostrophe stands before what could be a formula, or another one."""
    return "'" + cell if cell.startswith((*FORMULA, "'")) else cell


def plain(cell: str) -> str:
    """The cell before it was made neutral."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A header and a line a row, in UTF-8 without a mark; every cell neutral."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutral(row.get(column, "")) for column in columns])
    return out.getvalue()


def from_csv(text: str, columns: Sequence[str], place: str) -> list[dict[str, str]]:
    """The rows of such a table; ReadError naming the line where its shape is another."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    rows: list[dict[str, str]] = []
    try:
        for cells in reader:
            if reader.line_num == 1:
                if cells != list(columns):
                    raise ReadError("the columns are not those expected", f"{place}:1")
                continue
            if len(cells) != len(columns):
                raise ReadError(f"{len(cells)} cells where {len(columns)} are expected", f"{place}:{reader.line_num}")
            rows.append(dict(zip(columns, map(plain, cells), strict=True)))
    except csv.Error as error:
        raise ReadError(f"no CSV ({error})", f"{place}:{reader.line_num}") from None
    return rows
