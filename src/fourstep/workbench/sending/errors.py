"""What keeps a batch from leaving, or the grouper's output from being taken in."""

from __future__ import annotations

from fourstep.errors import FourstepError


class SendingRefused(FourstepError):
    """Nothing was sent or taken in; the text says why."""

    code = "F520"
