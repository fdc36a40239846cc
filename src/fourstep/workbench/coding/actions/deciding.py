"""What a person decides on the codes: one function an act, all through `decide`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from fourstep.workbench.coding import library
from fourstep.workbench.coding.access import may_change
from fourstep.workbench.coding.actions import retracing
from fourstep.workbench.coding.actions.keeping import keep_change, renumber, snapshot
from fourstep.workbench.coding.errors import Refused, Stale
from fourstep.workbench.coding.models import Book, Change, CodeLine, Standing
from fourstep.workbench.coding.words import words_of
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the line it was about, None where it was about several or changed nothing."""

    change: Change | None
    line: CodeLine | None = None


def lock(episode_id: int) -> Episode:
    """The episode, held until the transaction ends."""
    return Episode.objects.select_for_update().get(id=episode_id)


@transaction.atomic
def decide(person: Person, episode_id: int, version: int, act: str, values: Values) -> Done:
    """Carry out one act on the coding as the person saw it, keep it for undo and history, and log it.

    Raises Stale when someone else changed the coding since the version that was seen, Refused when the act cannot be done.
    """
    if act not in ACTS:
        raise Refused("there is no such act", "coding")
    episode = lock(episode_id)
    if not may_change(person, episode):
        raise Refused("this coding cannot be changed by you as it stands", str(episode))
    if not _as_seen(person, episode, version):
        raise Stale("the coding has changed since", str(episode))
    if act in retracing.ACTS:
        change = retracing.ACTS[act](person, episode)
        if change is None:
            raise Refused(f"there is nothing of yours to {act}", str(episode))
        line = None
    else:
        before = snapshot(episode)
        line = ACTS[act](person, episode, values)
        renumber(episode)
        change = keep_change(episode, act, before, person)
    if change is not None:
        _at_work(person, episode)
        record(person, act, str(episode), **({"code": line.code, "book": line.book} if line else {}))
    return Done(change, line)


def _as_seen(person: Person, episode: Episode, version: int) -> bool:
    """Whether the coding is as the person saw it, but for their own acts: who is quick has not waited for the last answer."""
    since = episode.version - version
    if since <= 0 or version < 0:
        return since == 0
    return episode.changes.filter(person=person, version__gt=version).count() == since


def _at_work(person: Person, episode: Episode) -> None:
    """Who changes an episode that nobody has, has it."""
    if episode.state in (State.UNCODED, State.PROPOSED):
        episode.state = State.IN_PROGRESS
    if episode.assigned_to_id is None:
        episode.assigned_to = person
    episode.save(update_fields=["state", "assigned_to", "changed_at"])


def _line(episode: Episode, values: Values) -> CodeLine:
    number = values.get("line", "")
    line = episode.lines.filter(id=int(number)).first() if number.isdigit() else None
    if line is None:
        raise Refused("that code is no longer in the coding", str(episode))
    return line


def _decided(person: Person, line: CodeLine, standing: Standing, reason: str = "") -> CodeLine:
    line.standing, line.reason = standing, reason.strip()[:2000]
    line.decided_by, line.decided_at = person, timezone.now()
    line.save()
    return line


def accept(person: Person, episode: Episode, values: Values) -> CodeLine:
    """A proposed code is right; a removed one comes back."""
    line = _line(episode, values)
    if line.stands and line.standing != Standing.PROPOSED:
        return line
    return _decided(person, line, _standing(line))


def _standing(line: CodeLine) -> Standing:
    """How a code that people stand by came about."""
    if not line.proposed_code:
        return Standing.ADDED
    return Standing.ACCEPTED if line.code == line.proposed_code else Standing.CHANGED


def accept_all(person: Person, episode: Episode, values: Values) -> None:
    """All proposed codes are right, except those that ask for a look of their own."""
    for line in episode.lines.filter(standing=Standing.PROPOSED, needs_review=False):
        _decided(person, line, Standing.ACCEPTED)


def change(person: Person, episode: Episode, values: Values) -> CodeLine:
    """Another code for the same statement."""
    line = _line(episode, values)
    rubric = library.rubric(episode, line.book, values.get("code", ""))
    if rubric.code == line.code:
        return line
    line.code, line.title = rubric.code, rubric.title[:300]
    line.trail, line.standards, line.confidence, line.needs_review = values.get("found_by", "")[:300], [], None, False
    if words := words_of(episode, values):
        line.evidence = words
    return _decided(person, line, _standing(line), values.get("reason", ""))


def add(person: Person, episode: Episode, values: Values) -> CodeLine:
    """A code that the engine did not propose, with the words it rests on, or a reason where no words name it."""
    book = Book(values["book"]) if values.get("book") in Book.values else Book.ICD10
    rubric = library.rubric(episode, book, values.get("code", ""))
    evidence, reason = words_of(episode, values), values.get("reason", "").strip()
    if not evidence and not reason:
        raise Refused("select the words of the record that the code rests on, or give a reason", str(episode))
    lines = [line for line in episode.lines.filter(book=book).order_by("position") if line.stands]
    behind = next((i for i, line in enumerate(lines) if str(line.id) == values.get("after")), len(lines) - 1)
    line = CodeLine(
        episode=episode, book=book, code=rubric.code, title=rubric.title[:300], evidence=evidence, position=behind + 1,
        trail=values.get("found_by", "")[:300], date=_date(episode, book, values, lines[behind] if lines else None),
    )  # fmt: skip
    for other in lines[behind + 1 :]:
        other.position += 1
        other.save(update_fields=["position"])
    return _decided(person, line, Standing.ADDED, reason)


def _date(episode: Episode, book: str, values: Values, behind: CodeLine | None) -> dt.date | None:
    """The date of a procedure: as said, that of the procedure it belongs to, or the episode's only day."""
    if book != Book.OPCS4:
        return None
    if given := _given_date(values):
        return given
    if behind is not None and behind.date and values.get("code", "")[:1].upper() in "YZ":
        return behind.date
    return episode.admission_date if episode.admission_date == episode.discharge_date else None


def _given_date(values: Values) -> dt.date | None:
    said = values.get("date", "").strip()
    try:
        found = parse_date(said) if said else None
    except ValueError:
        found = None
    if said and found is None:
        raise Refused("give the date as year-month-day", "coding")
    return found


def date(person: Person, episode: Episode, values: Values) -> CodeLine:
    """The day of a procedure, and of the codes that belong to it."""
    line = _line(episode, values)
    if line.book != Book.OPCS4:
        raise Refused("only procedures have a date", str(episode))
    line.date = _given_date(values)
    line.save(update_fields=["date"])
    for other in episode.lines.filter(book=line.book, position__gt=line.position).order_by("position"):
        if other.code[:1] not in "YZ" or line.code[:1] in "YZ":
            break
        other.date = line.date
        other.save(update_fields=["date"])
    return line


def remove(person: Person, episode: Episode, values: Values) -> CodeLine:
    """A code that is not right, with the reason. It stays in the history and can come back."""
    line = _line(episode, values)
    reason = values.get("reason", "").strip()
    if not reason:
        raise Refused("say why the code is removed", str(episode))
    return _decided(person, line, Standing.REMOVED, reason)


def move(person: Person, episode: Episode, values: Values) -> CodeLine:
    """Another place among the codes of its book: `to` counts from 0, or `by` says how far up (-) or down."""
    line = _line(episode, values)
    lines = [other for other in episode.lines.filter(book=line.book).order_by("position") if other.stands]
    at = next((i for i, other in enumerate(lines) if other.id == line.id), None)
    said = values.get("to") or values.get("by") or ""
    if at is None or not said.lstrip("-").isdigit():
        raise Refused("that code cannot be moved", str(episode))
    to = int(said) if values.get("to") else at + int(said)
    lines.insert(max(0, min(to, len(lines) - 1)), lines.pop(at))
    for position, other in enumerate(lines):
        other.position = position
        other.save(update_fields=["position"])
    return line


def first(person: Person, episode: Episode, values: Values) -> CodeLine:
    """The primary diagnosis, or the main procedure."""
    return move(person, episode, {"line": values.get("line", ""), "to": "0"})


ACTS: dict[str, Callable[..., Any]] = {
    "accept": accept, "accept-all": accept_all, "change": change, "add": add, "date": date, "remove": remove, "move": move,
    "first": first, **retracing.ACTS,
}  # fmt: skip
