"""Assertions of given words as a tab-separated file: id, whether, when, who."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fourstep.analyse import assert_span
from fourstep.errors import ReadError


def assert_spans(source: Path, output: Path | None) -> None:
    """Read id, text, start, end and write id, whether, when, who. Raises ReadError naming file and line."""
    rows: list[tuple[str, str, str, str]] = []
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            try:
                whether, when, who = assert_span(row["text"], int(row["start"]), int(row["end"]))
            except (KeyError, TypeError, ValueError):
                raise ReadError("expected columns id, text, start, end", f"{source}:{len(rows) + 2}") from None
            rows.append((row["id"], _word(whether.name), _word(when.name), _word(who.name)))
    with output.open("w", encoding="utf-8", newline="") if output else sys.stdout as file:
        file.write("id\twhether\twhen\twho\n")
        file.writelines("\t".join(row) + "\n" for row in rows)


def _word(name: str) -> str:
    return name.lower().replace("_", " ")
