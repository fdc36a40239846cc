"""The lines of a coding as values: kept before and after each act, and brought back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F

from fourstep.workbench.coding.models import Change, CodeLine
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person

_KEPT = (
    "id", "book", "position", "code", "title", "standing", "proposed_code", "evidence", "trail", "standards", "confidence",
    "needs_review", "why_first", "reason", "decided_by_id",
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


def bring_back(episode: Episode, lines: list[dict[str, Any]]) -> None:
    """Make the coding what a snapshot says, each line under its own number."""
    people = set(Person.objects.filter(id__in={v["decided_by_id"] for v in lines}).values_list("id", flat=True))
    episode.lines.all().delete()
    for values in lines:
        date, decided_at = values["date"], values["decided_at"]
        line = CodeLine(episode=episode, **{name: values[name] for name in _KEPT})
        line.date = dt.date.fromisoformat(date) if date else None
        line.decided_at = dt.datetime.fromisoformat(decided_at) if decided_at else None
        if line.decided_by_id not in people:
            line.decided_by_id = None  # the account was erased since
        line.save(force_insert=True)


def renumber(episode: Episode) -> None:
    """Positions from 0 in each book: first the codes that stand, in their order, then those removed."""
    counts: dict[str, int] = {}
    lines = sorted(episode.lines.all(), key=lambda line: (not line.stands, line.position, line.id))
    for line in lines:
        position = counts.get(line.book, 0)
        counts[line.book] = position + 1
        if line.position != position:
            line.position = position
            line.save(update_fields=["position"])


def keep_change(episode: Episode, act: str, before: list[dict[str, Any]], person: Person | None = None) -> Change | None:
    """Keep an act with what was before and after, and count the episode's version up; None where nothing changed."""
    after = snapshot(episode)
    if after == before:
        return None
    Episode.objects.filter(id=episode.id).update(version=F("version") + 1)
    episode.version += 1
    return Change.objects.create(episode=episode, act=act, before=before, after=after, person=person, version=episode.version)
