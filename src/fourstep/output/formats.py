"""Coded episodes as JSON, JSON lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import TextIO

from fourstep.episode import Code, CodedEpisode

_COLUMNS = (
    "episode_id", "book", "position", "code", "title", "date", "status", "confidence", "standards", "trail",
    "document", "start", "end", "text",
)  # fmt: skip
#: A cell that a spreadsheet would run as a formula is written as text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_json(coded: list[CodedEpisode], file: TextIO) -> None:
    """One JSON array."""
    json.dump([e.as_dict() for e in coded], file, ensure_ascii=False, indent=1)
    file.write("\n")


def write_jsonl(coded: list[CodedEpisode], file: TextIO) -> None:
    """One JSON object a line."""
    for episode in coded:
        file.write(json.dumps(episode.as_dict(), ensure_ascii=False) + "\n")


def write_csv(coded: list[CodedEpisode], file: TextIO) -> None:
    """One row a code, its first quote beside it."""
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    for episode in coded:
        for book, codes in (("ICD-10", episode.diagnoses), ("OPCS-4", episode.procedures)):
            for position, code in enumerate(codes, 1):
                rows.writerow(_cell(v) for v in (episode.episode_id, book, position, *_values(code)))


def _values(code: Code) -> tuple[object, ...]:
    date = code.date.isoformat() if code.date else ""
    trust = (code.status, f"{code.confidence:.3f}", " ".join(code.standards), code.trail)
    quote = code.evidence[0] if code.evidence else None
    words = (quote.document, quote.start, quote.end, quote.text) if quote else ("", "", "", "")
    return (code.code, code.title, date, *trust, *words)


def _cell(value: object) -> str:
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) else text


WRITERS: dict[str, Callable[[list[CodedEpisode], TextIO], None]] = {
    "json": write_json,
    "jsonl": write_jsonl,
    "csv": write_csv,
}
