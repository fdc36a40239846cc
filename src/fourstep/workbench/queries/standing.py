"""Where an episode stands for its queries: it waits while a blocking one is out, and goes on when none is."""

from __future__ import annotations

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.episodes.models import State as EpisodeState
from fourstep.workbench.queries.models import Kind, State

_WAITING = (EpisodeState.AWAITING_QUERY, EpisodeState.AWAITING_DOCUMENTS)
_MAY_WAIT = (EpisodeState.PROPOSED, EpisodeState.IN_PROGRESS, *_WAITING)


def settle(episode: Episode) -> None:
    """Set the state that follows from what is out. The caller holds the episode's row."""
    episode.refresh_from_db(fields=["state", "assigned_to", "version"])
    if episode.state not in _MAY_WAIT:
        return
    out = set(episode.queries.filter(state=State.SENT, blocking=True).values_list("kind", flat=True))
    if Kind.QUESTION in out:
        state = EpisodeState.AWAITING_QUERY
    elif Kind.DOCUMENT in out:
        state = EpisodeState.AWAITING_DOCUMENTS
    elif episode.state in _WAITING:
        state = EpisodeState.IN_PROGRESS if episode.assigned_to_id else EpisodeState.PROPOSED
    else:
        return
    if state != episode.state:
        episode.state = state
        episode.save(update_fields=["state", "changed_at"])
