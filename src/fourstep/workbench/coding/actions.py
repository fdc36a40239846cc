"""Everything that changes a coding."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from fourstep.workbench.coding.models import Book, Change, CodeLine, Standing
from fourstep.workbench.episodes.models import Episode

_BOOKS = ((Book.ICD10, "diagnoses"), (Book.OPCS4, "procedures"))
_KEPT = (
    "book", "position", "code", "title", "standing", "proposed_code", "evidence", "trail", "standards", "confidence",
    "needs_review", "why_first", "reason", "decided_by_id",
)  # fmt: skip


@transaction.atomic
def propose(episode: Episode, result: dict[str, Any]) -> None:
    """Bring what the engine proposes into the coding. Lines that a person decided stay as they are, in their place.

    The engine's own undecided lines give way to the new ones. A code that a person already has, or has removed or
    changed, is not proposed again.
    """
    before = snapshot(episode)
    for book, key in _BOOKS:
        decided = list(episode.lines.filter(book=book).exclude(standing=Standing.PROPOSED))
        episode.lines.filter(book=book, standing=Standing.PROPOSED).delete()
        known = {line.code for line in decided} | {line.proposed_code for line in decided}
        fresh = [_line(episode, book, code) for code in result[key] if code["code"] not in known]
        lines = decided + fresh if any(line.stands for line in decided) else fresh + decided
        for position, line in enumerate(lines):
            line.position = position
            line.save()
    _keep_change(episode, "propose", before)


def _line(episode: Episode, book: Book, code: dict[str, Any]) -> CodeLine:
    return CodeLine(
        episode=episode, book=book, code=code["code"], proposed_code=code["code"], title=code["title"][:300],
        date=code.get("date"), evidence=code["evidence"], trail=code["trail"][:300], standards=code["standards"],
        confidence=code["confidence"], needs_review=code["status"] == "review", why_first=code.get("reason", ""),
    )  # fmt: skip


def snapshot(episode: Episode) -> list[dict[str, Any]]:
    """The lines of the coding as values, in order."""
    out = []
    for line in episode.lines.order_by("book", "position", "id"):
        values = {name: getattr(line, name) for name in _KEPT}
        values["date"] = line.date.isoformat() if line.date else None
        values["decided_at"] = line.decided_at.isoformat() if line.decided_at else None
        out.append(values)
    return out


def _keep_change(episode: Episode, act: str, before: list[dict[str, Any]]) -> None:
    after = snapshot(episode)
    if after != before:
        Change.objects.create(episode=episode, act=act, before=before, after=after)
