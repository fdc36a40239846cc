"""The words of the record that a person's decision rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourstep.workbench.episodes.models import Document, Episode

MOST_WORDS = 400  # characters: what rests on a whole document rests on nothing


def words_of(episode: Episode, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Evidence from the form: a place in a document (`document`, `start`, `end`), or `quote`, words that stand in one.

    The text is taken from the document itself, never from the form. Empty where nothing fits.
    """
    number, start, end = (values.get(name, "") for name in ("document", "start", "end"))
    document = episode.documents.filter(id=int(number)).first() if number.isdigit() else None
    if document is not None and start.isdigit() and end.isdigit():
        return _quoted(document, int(start), int(end))
    quote = values.get("quote", "").strip()
    if not quote:
        return []
    for found in [document] if document else episode.documents.all():
        at = found.text.lower().find(quote.lower())
        if at >= 0:
            return _quoted(found, at, at + len(quote))
    return []


def _quoted(document: Document, start: int, end: int) -> list[dict[str, Any]]:
    end = min(end, len(document.text), start + MOST_WORDS)
    text = document.text[start:end]
    if not text.strip():
        return []
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return [{"document": document.name, "start": start, "end": start + len(text), "text": text}]
