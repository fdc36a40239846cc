"""Undo and redo: a person's own last act is taken back, or done again when nothing came after."""

from __future__ import annotations

from fourstep.workbench.coding.actions.keeping import bring_back, keep_change, snapshot
from fourstep.workbench.coding.models import Change
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


def undoable(person: Person, episode: Episode) -> Change | None:
    """The act that undo would take back: the last one that stands, when it is this person's."""
    last = episode.changes.filter(undone=False).exclude(act__in=("undo", "redo")).first()
    return last if last is not None and last.person_id == person.id else None


def redoable(person: Person, episode: Episode) -> Change | None:
    """The act that redo would do again: the first of those undone since the last one that stands."""
    acts = episode.changes.exclude(act__in=("undo", "redo"))
    last = acts.filter(undone=False).first()
    after = acts.filter(undone=True, id__gt=last.id if last else 0).order_by("id").first()
    return after if after is not None and after.person_id == person.id else None


def undo(person: Person, episode: Episode) -> Change | None:
    """Take the person's last act back; None when there is none."""
    change = undoable(person, episode)
    return _turn(person, episode, change, undone=True) if change else None


def redo(person: Person, episode: Episode) -> Change | None:
    """Do the act that was undone last once more; None when there is none."""
    change = redoable(person, episode)
    return _turn(person, episode, change, undone=False) if change else None


def _turn(person: Person, episode: Episode, change: Change, *, undone: bool) -> Change | None:
    before = snapshot(episode)
    bring_back(episode, change.before if undone else change.after)
    change.undone = undone
    change.save(update_fields=["undone"])
    return keep_change(episode, "undo" if undone else "redo", before, person)


ACTS = {"undo": undo, "redo": redo}
