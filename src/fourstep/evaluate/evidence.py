"""Evidence that can be trusted: quotes that stand in the named document at their offsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from fourstep.errors import FourstepError

Reader = Callable[[Path], str]


def evidence_share(coded: Mapping[str, Mapping[str, Any]], records: Path, read: Reader) -> float:
    """Per cent of all codes with at least one quote that stands where it says; 100 when nothing was coded.

    `records` holds a folder for each episode, `read` gives the text of a document.
    """
    texts: dict[Path, str | None] = {}

    def text_of(path: Path) -> str | None:
        if path not in texts:
            try:
                texts[path] = read(path)
            except (FourstepError, OSError):
                texts[path] = None
        return texts[path]

    def stands(episode: str, quotes: Iterable[Mapping[str, Any]]) -> bool:
        for quote in quotes:
            text = text_of(records / episode / str(quote["document"]))
            if text is not None and quote["text"] and text[quote["start"] : quote["end"]] == quote["text"]:
                return True
        return False

    codes = [(i, c) for i, e in coded.items() for c in (*e.get("diagnoses", ()), *e.get("procedures", ()))]
    return 100 * sum(stands(i, c.get("evidence", ())) for i, c in codes) / len(codes) if codes else 100.0
