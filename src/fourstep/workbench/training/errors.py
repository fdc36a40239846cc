"""What training refuses, with what to do."""

from __future__ import annotations

from fourstep.errors import FourstepError


class Refused(FourstepError):
    """An act that is not possible as things stand."""

    code = "F530"
