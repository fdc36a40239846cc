"""Codes as a person writes them on a sheet: read, looked up in the book in force, and said where one is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fourstep.errors import BookError
from fourstep.workbench.coding.highlighting import pieces
from fourstep.workbench.coding.library import look_up, rubric
from fourstep.workbench.coding.screen import Paper
from fourstep.workbench.episodes.models import Episode

BOOKS = {"diagnoses": "icd10", "procedures": "opcs4"}
MOST_CODES = 40


@dataclass(frozen=True, slots=True)
class Entered:
    """One code of the sheet: as the book prints it, with its title, or with what is wrong."""

    code: str
    title: str = ""
    wrong: str = ""


@dataclass(slots=True)
class Sheet:
    """A sheet as it was filled in, primary first in both books."""

    diagnoses: list[Entered] = field(default_factory=list)
    procedures: list[Entered] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """What keeps the sheet from being handed in."""
        return [e.wrong for e in (*self.diagnoses, *self.procedures) if e.wrong]

    def codes(self, name: str) -> list[str]:
        """The codes of "diagnoses" or "procedures"."""
        return [e.code for e in getattr(self, name)]

    def text(self, name: str) -> str:
        """The codes as the field of the form holds them: one a line."""
        return "\n".join(self.codes(name))


def read_sheet(episode: Episode, values: Mapping[str, str]) -> Sheet:
    """The sheet of a form: `diagnoses` and `procedures` with codes separated by spaces, commas or lines; `pick` adds one."""
    written = {name: values.get(name, "").replace(",", " ").replace(";", " ").upper().split() for name in BOOKS}
    book, _, code = values.get("pick", "").partition(":")
    for name, own in BOOKS.items():
        if code and book == own:
            written[name].append(code.upper())
    return sheet_of(episode, written["diagnoses"], written["procedures"])


def sheet_of(episode: Episode, diagnoses: Iterable[str], procedures: Iterable[str]) -> Sheet:
    """The sheet that holds these codes."""
    return Sheet(
        [_entered(episode, "icd10", c) for c in list(diagnoses)[:MOST_CODES]],
        [_entered(episode, "opcs4", c) for c in list(procedures)[:MOST_CODES]],
    )


def _entered(episode: Episode, book: str, code: str) -> Entered:
    try:
        found = rubric(episode, book, code[:12].rstrip("†*"))
    except BookError as error:
        return Entered(code[:12], wrong=error.what)
    return Entered(found.code, found.title)


def papers(episode: Episode) -> list[Paper]:
    """The documents without a mark: nothing on the page says what may be coded."""
    return [Paper(d, pieces(d.text, []), 0) for d in episode.documents.all()]


def looked_up(episode: Episode, words: str, book: str) -> dict[str, Any]:
    """For `coding/found.html`: what the words may mean."""
    words = words.strip()
    return {"episode": episode, "q": words, "found": look_up(episode, words, book) if words else []}
