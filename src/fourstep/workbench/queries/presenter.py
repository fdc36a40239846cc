"""What the pages of queries show: quotes in their sentence, ages in days, rows for a spreadsheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.workbench.episodes.models import Document
from fourstep.workbench.queries.models import Query
from fourstep.workbench.queries.reminders import MOST_REMINDERS, remind_after_days

_BEFORE = re.compile(r"(?:[.!?]\s|\n)")
_REACH = 300  # characters of a sentence shown on either side at most


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the record within their sentence, and the document they stand in."""

    before: str
    words: str
    after: str
    source: str


def quotes(query: Query) -> list[Quote]:
    """The words that raise a query. Where the document has changed since, the words alone."""
    if not query.evidence:
        return []
    names = {quote["document"] for quote in query.evidence}
    documents = {document.name: document for document in Document.objects.filter(episode_id=query.episode_id, name__in=names)}
    return [_quote(quote["text"], quote["start"], quote["end"], documents.get(quote["document"])) for quote in query.evidence]


def _quote(words: str, start: int, end: int, document: Document | None) -> Quote:
    if document is None or document.text[start:end] != words:
        return Quote("", words, "", document_name(document) if document else "")
    before, after = sentence_around(document.text, start, end)
    return Quote(before, words, after, document_name(document))


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after some words in their sentence; a line is as far as a sentence goes."""
    left = max(0, start - _REACH)
    for found in _BEFORE.finditer(text, left, start):
        left = found.end()
    if text[max(start, end - 1) : end] in ".!?":
        right = end
    else:
        stop = _BEFORE.search(text, end, min(len(text), end + _REACH))
        right = stop.start() + (stop.group() != "\n") if stop else min(len(text), end + _REACH)
    return text[left:start].lstrip(), text[end:right].rstrip()


def document_name(document: Document) -> str:
    """What a clinician calls a document: its kind and its day."""
    kind = document.type.replace("_", " ").capitalize() if document.type != "unknown" else "Document"
    return f"{kind}, {document.date:%-d %B %Y}" if document.date else kind


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of queries."""

    query: Query
    days: int | None
    due: bool


def rows(queries: Iterable[Query], now: dt.datetime) -> list[Row]:
    """The lines of the list, with age and whether a reminder is due."""
    out = []
    for query in queries:
        age, last = query.age, query.last_contact
        waits = query.state == "sent" and last is not None
        late = waits and query.reminders < MOST_REMINDERS and last <= now - dt.timedelta(days=remind_after_days())  # type: ignore[operator]
        out.append(Row(query, age.days if age is not None else None, bool(late)))
    return out


COLUMNS = (
    "query", "episode", "kind", "state", "about", "blocking", "specialty", "addressee", "addressee_kind", "sent", "sent_by",
    "reminders", "age_days", "answered", "turnaround_days", "answered_by", "answered_as",
)  # fmt: skip


def cells(row: Row) -> dict[str, str]:
    """A line for a spreadsheet. No words of the record: neither the question nor the answer."""
    query = row.query
    turnaround = query.turnaround
    return {
        "query": str(query.pk), "episode": query.episode.key, "kind": query.kind, "state": query.state, "about": query.about,
        "blocking": "yes" if query.blocking else "no", "specialty": query.episode.specialty, "addressee": query.addressee,
        "addressee_kind": query.addressee_kind, "sent": _day(query.sent_at), "sent_by": str(query.sent_by or ""),
        "reminders": str(query.reminders), "age_days": "" if row.days is None else str(row.days),
        "answered": _day(query.answered_at),
        "turnaround_days": f"{turnaround / dt.timedelta(days=1):.1f}" if turnaround is not None else "",
        "answered_by": query.answered_by, "answered_as": query.answered_as,
    }  # fmt: skip


def _day(moment: dt.datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
