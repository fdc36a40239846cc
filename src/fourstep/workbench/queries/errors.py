"""Acts on queries that cannot be done, with what to do."""

from __future__ import annotations

from fourstep.errors import FourstepError


class QueryRefused(FourstepError):
    """The query does not stand so that this could be done; the text says why."""

    code = "F510"
