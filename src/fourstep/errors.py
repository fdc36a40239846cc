"""Errors meant for the person at the terminal: what is wrong, where, and what to do. They are shown without a traceback."""

from __future__ import annotations


class FourstepError(Exception):
    """Base of all errors that a user can act on. `code` stays the same between versions; `place` is file, line or element."""

    code = "F000"

    def __init__(self, what: str, place: str = "") -> None:
        self.what = what
        self.place = place
        super().__init__(f"{place}: {what}" if place else what)


class ReadError(FourstepError):
    """A file or message that cannot be read as an episode."""

    code = "F100"


class KnowledgeError(FourstepError):
    """A knowledge file (index, terms, sections, standards table) that breaks its own rules."""

    code = "F200"


class BookError(FourstepError):
    """An official release that cannot be imported, or an unknown edition or code."""

    code = "F300"


class UsageError(FourstepError):
    """A command or setting that cannot be carried out as given."""

    code = "F400"


class ExchangeError(FourstepError):
    """An episode that cannot be written in a format, or a file that came back and does not fit what went out."""

    code = "F600"
