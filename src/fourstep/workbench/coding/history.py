"""The history of a coding: who decided what, on which words, when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fourstep.workbench.coding.models import Change, Standing
from fourstep.workbench.episodes.models import Episode

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One act as the history tells it."""

    change: Change
    told: list[str]
    words: list[str]


def events(episode: Episode) -> list[Event]:
    """All acts on the coding, the newest first."""
    return [_event(change) for change in episode.changes.select_related("person")]


def _event(change: Change) -> Event:
    before, after = _by_id(change.before), _by_id(change.after)
    touched = [line for key, line in after.items() if _decision(before.get(key)) != _decision(line)]
    words = [" ".join(quote["text"].split()) for line in touched for quote in line["evidence"][:2]]
    return Event(change, list(_told(change)), list(dict.fromkeys(words))[:6])


def sentence_of(change: Change) -> str:
    """An act in one short sentence."""
    return "; ".join(_told(change)) or change.act


def _told(change: Change) -> Iterator[str]:
    before, after = _by_id(change.before), _by_id(change.after)
    if change.act == "propose":
        yield f"Fourstep proposed {len(after)} codes"
        return
    for key, line in after.items():
        old = before.get(key)
        if old is None:
            yield f"{'added' if line['standing'] == Standing.ADDED else 'brought back'} {_named(line)}{_because(line)}"
        elif old["code"] != line["code"]:
            yield f"changed {old['code']} to {_named(line)}{_because(line)}"
        elif old["standing"] != line["standing"]:
            yield f"{_STANDINGS[line['standing']]} {line['code']}{_because(line)}"
        elif old["date"] != line["date"]:
            yield f"dated {line['code']} {line['date'] or 'without a day'}"
    for key, line in before.items():
        if key not in after:
            yield f"took out {line['code']}"
    if change.act in ("move", "first", "undo", "redo") and (moved := _moved(before, after)):
        yield f"moved {moved}"


_STANDINGS = {
    Standing.PROPOSED: "undecided again:", Standing.ACCEPTED: "accepted", Standing.CHANGED: "kept", Standing.ADDED: "kept",
    Standing.REMOVED: "removed",
}  # fmt: skip


def _moved(before: dict[int, Line], after: dict[int, Line]) -> str:
    """The code that moved furthest, with its new place."""
    far = [(abs(line["position"] - before[key]["position"]), line) for key, line in after.items() if key in before]
    distance, line = max(far, key=lambda item: item[0], default=(0, None))
    return f"{line['code']} to place {line['position'] + 1}" if line is not None and distance else ""


def _by_id(lines: list[Line]) -> dict[int, Line]:
    return {line["id"]: line for line in lines}


def _decision(line: Line | None) -> tuple[Any, ...] | None:
    return (line["code"], line["standing"]) if line else None


def _named(line: Line) -> str:
    return f"{line['code']} {line['title']}".strip()


def _because(line: Line) -> str:
    return f" ({line['reason']})" if line["reason"] else ""
