"""The worker's part: episodes of a trial are coded when no other job waits."""

from __future__ import annotations

import logging

from fourstep.workbench.episodes.engine import coder, digest_of, episode_of
from fourstep.workbench.updates import actions

_log = logging.getLogger("fourstep.workbench.updates")


def try_once() -> bool:
    """Code one episode of a trial; False when none waits."""
    outcome = actions.claim()
    if outcome is None:
        return False
    digest = digest_of(outcome.episode)
    try:
        result = coder().code(episode_of(outcome.episode)).as_dict()
    except Exception as error:  # a fault of ours in one record must not stop the trial; the record's words stay out of the log
        _log.error("outcome %s: %s", outcome.id, type(error).__name__)
        result = None
    actions.keep_outcome(outcome, digest, result)
    return True
