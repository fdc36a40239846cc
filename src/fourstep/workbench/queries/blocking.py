"""What open queries keep a coding from being handed in."""

from __future__ import annotations

from typing import Any

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.queries.models import OPEN, Kind, Query, State

_STANDS = {State.DRAFT: "not sent yet", State.SENT: "waits for an answer", State.ANSWERED: "was answered: look at the answer"}


def open_blocking(episode: Episode) -> list[str]:
    """One line for each blocking query that is not done with, and for each that the engine drafted and nobody took up."""
    rows = list(episode.queries.all())
    out = [f"{row.about} ({_stands(row)})" for row in rows if row.blocking and row.state in OPEN]
    return out + [str(draft["about"]) for _, draft in open_drafts(episode, rows) if draft["blocking"]]


def _stands(row: Query) -> str:
    if row.kind == Kind.DOCUMENT and row.state == State.SENT:
        return "has not arrived"
    return _STANDS[State(row.state)]


def open_drafts(episode: Episode, rows: list[Query]) -> list[tuple[int, dict[str, Any]]]:
    """The engine's drafts in its newest proposal that nobody sent, edited or set aside, with their numbers."""
    newest = episode.proposals.first()
    drafts: list[dict[str, Any]] = newest.result.get("queries", []) if newest else []
    taken = {row.engine_about.casefold() for row in rows}
    return [(n, draft) for n, draft in enumerate(drafts) if str(draft["about"])[:200].casefold() not in taken]
