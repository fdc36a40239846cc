"""Bringing what the engine proposes into a coding that people may have decided on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from fourstep.workbench.coding.actions.keeping import keep_change, renumber, snapshot
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.episodes.models import Episode

BOOKS = ((Book.ICD10, "diagnoses"), (Book.OPCS4, "procedures"))
#: The acts by which a person says in which order the codes stand.
ORDERING = ("move", "first")


@transaction.atomic
def propose(episode: Episode, result: dict[str, Any]) -> None:
    """Bring what the engine proposes into the coding. Lines that a person decided stay as they are.

    The engine's own undecided lines give way to the new ones. A code that a person already has, or has removed or
    changed, is not proposed again. The order is the engine's until a person has ordered the codes: then what is new
    stands behind them.
    """
    before = snapshot(episode)
    ordered = episode.changes.filter(act__in=ORDERING, undone=False).exists()
    for book, key in BOOKS:
        decided = list(episode.lines.filter(book=book).exclude(standing=Standing.PROPOSED).order_by("position", "id"))
        episode.lines.filter(book=book, standing=Standing.PROPOSED).delete()
        lines = _merged(episode, book, decided, result[key], ordered=ordered)
        for position, line in enumerate(lines):
            line.position = position
            line.save()
    renumber(episode)
    keep_change(episode, "propose", before)


def _merged(
    episode: Episode, book: Book, decided: list[CodeLine], codes: list[dict[str, Any]], *, ordered: bool
) -> list[CodeLine]:
    """The lines of one book, in their order.

    A code that the engine gives twice (the side of two operations) is matched as often as people decided on it.
    """
    people = (Standing.CHANGED, Standing.ADDED)
    refused = {line.code for line in decided if book == Book.ICD10 or line.standing in people}
    left = list(decided)
    merged: list[CodeLine] = []
    fresh: list[CodeLine] = []
    for code in codes:
        own = next((line for line in left if code["code"] in (line.proposed_code, line.code)), None)
        if own is not None:
            left.remove(own)
            merged.append(own)
        elif code["code"] not in refused:
            fresh.append(line_of(episode, book, code))
            merged.append(fresh[-1])
    if ordered:
        return [*decided, *fresh]
    for line in left:  # no longer proposed, or added: behind the line it stood behind; what stood first stays first
        before = next((other for other in reversed(decided[: decided.index(line)]) if other in merged), None)
        first = line.position == 0 and line.stands
        merged.insert(merged.index(before) + 1 if before else 0 if first else len(merged), line)
    return merged


def line_of(episode: Episode, book: Book, code: dict[str, Any]) -> CodeLine:
    """One code of the engine's result as a line that is proposed."""
    return CodeLine(
        episode=episode, book=book, code=code["code"], proposed_code=code["code"], title=code["title"][:300],
        date=code.get("date"), evidence=code["evidence"], trail=code["trail"][:300], standards=code["standards"],
        confidence=code["confidence"], needs_review=code["status"] == "review", why_first=code.get("reason", ""),
        position=0,
    )  # fmt: skip
