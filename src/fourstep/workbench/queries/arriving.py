"""Documents arrive: requests that they meet are met."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from fourstep.workbench.episodes.models import Document, Episode
from fourstep.workbench.queries.models import Kind, Query, State, Wanted
from fourstep.workbench.queries.standing import settle
from fourstep.workbench.trust.actions import record

#: Words that the hospital's own word for a document begins with or contains, by what was asked for.
_NAMES: dict[str, tuple[str, ...]] = {
    Wanted.DISCHARGE_SUMMARY: ("discharge",),
    Wanted.OPERATION_NOTE: ("operat", "op note", "theatre", "endoscop"),
    Wanted.HISTOLOGY: ("histo", "patholog", "cytolog"),
    Wanted.TEST_RESULT: ("result", "report", "radiolog", "imaging", "microbiolog", "laborator"),
    Wanted.ANAESTHETIC_RECORD: ("anaesth",),
    Wanted.DELIVERY_RECORD: ("deliver", "labour"),
    Wanted.WARD_ROUND: ("ward", "round", "progress", "nursing"),
}


def meets(wanted: str, document_type: str) -> bool:
    """Whether a document of this type is what was asked for. What was asked for as "other" is met by hand alone."""
    said = document_type.lower().replace("_", " ").replace("-", " ")
    return any(name in said for name in _NAMES.get(wanted, ()))


def documents_arrived(episode: Episode, documents: Iterable[Document]) -> None:
    """Close the open requests that these new documents meet. The caller holds the episode's row."""
    fresh = list(documents)
    if not fresh:
        return
    waiting = list(Query.objects.filter(episode=episode, kind=Kind.DOCUMENT, state=State.SENT).select_for_update())
    for query in waiting:
        met = next((document for document in fresh if meets(query.wanted, document.type)), None)
        if met is None:
            continue
        query.state, query.document, query.nonce = State.DONE, met, ""
        query.answered_at = query.closed_at = timezone.now()
        query.closed_why = "The document arrived"
        query.save()
        record(None, "document request met", str(episode), query=query.pk)
    if waiting:
        settle(episode)
