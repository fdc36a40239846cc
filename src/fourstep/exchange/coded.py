"""Coded episodes read back from the JSON lines that `fourstep code --format jsonl` writes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fourstep.episode import Code, CodedEpisode, Evidence, Message, NotCoded, Query, QueryOption
from fourstep.errors import ReadError


def coded_from(value: Any) -> CodedEpisode:
    """The CodedEpisode of its JSON form (`CodedEpisode.as_dict`). Raises ValueError where it is no such object."""
    if not isinstance(value, dict) or not isinstance(value.get("episode_id"), str):
        raise ValueError("no coded episode (an object with episode_id is expected)")
    try:
        return CodedEpisode(
            episode_id=value["episode_id"],
            diagnoses=[_code(c) for c in value["diagnoses"]],
            procedures=[_code(c) for c in value["procedures"]],
            suggestions=[_code(c) for c in value.get("suggestions", [])],
            not_coded=[NotCoded(**n) for n in value.get("not_coded", [])],
            queries=[_query(q) for q in value.get("queries", [])],
            validation=[_message(m) for m in value.get("validation", [])],
            admission=value.get("admission", True),
            note=value.get("note", ""),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"an incomplete coded episode ({type(error).__name__})") from None


def _code(value: dict[str, Any]) -> Code:
    day = value.get("date")
    if not isinstance(value["code"], str) or not value["code"].strip():
        raise ValueError("a code that is not text")
    return Code(
        code=value["code"],
        title=value["title"],
        evidence=[Evidence(**e) for e in value["evidence"]],
        trail=value["trail"],
        standards=list(value["standards"]),
        confidence=float(value["confidence"]),
        status=value["status"],
        date=dt.date.fromisoformat(day) if day else None,
        reason=value.get("reason", ""),
    )


def _query(value: dict[str, Any]) -> Query:
    return Query(
        about=value["about"],
        why=value["why"],
        evidence=tuple(Evidence(**e) for e in value["evidence"]),
        blocking=value["blocking"],
        codes=tuple(value["codes"]),
        options=tuple(QueryOption(o["text"], tuple(o["codes"])) for o in value["options"]),
    )


def _message(value: dict[str, Any]) -> Message:
    return Message(value["level"], value["rule"], value["text"], tuple(value["codes"]))


def read_coded(path: Path) -> dict[str, CodedEpisode]:
    """Coded episodes of a JSONL file by their id.

    Raises ReadError, naming file and line, for a line that is no coded episode and for an id that stands twice.
    """
    coded: dict[str, CodedEpisode] = {}
    seen: dict[str, int] = {}

    def take(place: str, number: int, value: Any) -> None:
        try:
            episode = coded_from(value)
        except ValueError as error:
            raise ReadError(str(error), place) from None
        if first := seen.get(episode.episode_id):
            raise ReadError(f"an episode that stands in line {first} already", place)
        seen[episode.episode_id] = number
        coded[episode.episode_id] = episode

    json_objects(path, take)
    return coded


def json_objects(path: Path, take: Callable[[str, int, Any], None]) -> None:
    """Hands each JSON line of a file to `take`, with its place and number; ReadError where a line is no JSON."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    take(f"{path}:{number}", number, _parsed(line, f"{path}:{number}"))
    except UnicodeDecodeError:
        raise ReadError("not text in UTF-8", str(path)) from None


def _parsed(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise ReadError("no valid JSON", place) from None
