"""What an audit refuses, with what to do."""

from __future__ import annotations

from fourstep.errors import FourstepError


class Refused(FourstepError):
    """An act that an audit does not allow as it stands."""

    code = "F520"
