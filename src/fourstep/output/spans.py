"""Assertions of given words as a tab-separated file: id, whether, when, who."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from fourstep.analyse import assert_span
from fourstep.errors import ReadError
from fourstep.files import writing
from fourstep.read.source import decode, read_bytes


def assert_spans(source: Path, output: Path | None) -> None:
    """Read id, text, start, end and write id, whether, when, who. Raises ReadError naming file and line."""
    rows: list[tuple[str, str, str, str]] = []
    text, _ = decode(read_bytes(source), str(source))
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE):
        try:
            whether, when, who = assert_span(row["text"], int(row["start"]), int(row["end"]))
            rows.append((row["id"], _word(whether.name), _word(when.name), _word(who.name)))
        except (KeyError, TypeError, ValueError):
            place = f"{source}:{len(rows) + 2}"
            raise ReadError("expected columns id, text, start, end", place) from None
    with writing(output) as file:
        file.write("id\twhether\twhen\twho\n")
        file.writelines("\t".join(row) + "\n" for row in rows)


def _word(name: str) -> str:
    return name.lower().replace("_", " ")
