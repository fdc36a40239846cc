"""Acts that cannot be done, with what to do."""

from __future__ import annotations

from fourstep.errors import FourstepError


class Refused(FourstepError):
    """An act that cannot be done; the text says why and what to do."""

    code = "F500"


class Stale(FourstepError):
    """The coding changed since the page was made: nothing was done, the act may be offered again."""

    code = "F501"
