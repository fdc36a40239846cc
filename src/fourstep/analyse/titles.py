"""What a document is by its own title, where the hospital's word for it says less."""

from __future__ import annotations

from dataclasses import replace

from fourstep.analyse.word_lists import words_of
from fourstep.episode import Document

_REPORTS = ("radiolog", "imaging", "result", "report", "scan")
_TITLE_LINES = 2
_INTERVENTION = words_of("intervention titles")


def by_title(document: Document) -> Document:
    """The document, as the note of a procedure where a report of radiology is headed as one on something done."""
    kind = document.type.lower()
    if "procedure" in kind or not any(word in kind for word in _REPORTS):
        return document
    title = " ".join(document.text.split("\n", _TITLE_LINES)[:_TITLE_LINES]).lower().split()
    return document if _INTERVENTION.isdisjoint(title) else replace(document, type="procedure_report")
