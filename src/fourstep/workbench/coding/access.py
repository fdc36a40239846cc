"""Who may do what with a coding as it stands: by privilege, by the episode's state, and by whose work it is."""

from __future__ import annotations

from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege

_CODING = (State.UNCODED, State.PROPOSED, State.IN_PROGRESS, State.AWAITING_QUERY, State.AWAITING_DOCUMENTS)


def may_change(person: Person, episode: Episode) -> bool:
    """Whether the person may change the codes: while it is being coded, any coder; at the second check, who checks it."""
    if not person.may(Privilege.CODE):
        return False
    return episode.state in _CODING or may_check(person, episode)


def may_submit(person: Person, episode: Episode) -> bool:
    """Whether the person may hand the coding in."""
    return person.may(Privilege.CODE) and episode.state in _CODING


def may_check(person: Person, episode: Episode) -> bool:
    """Whether the person may approve or return the coding: nobody checks their own."""
    return person.may(Privilege.CHECK) and episode.state == State.SECOND_CHECK and episode.submitted_by_id != person.id


def may_reopen(person: Person, episode: Episode) -> bool:
    """Whether a finished coding may be opened again: by who coded it or who checks, until it has been sent on."""
    own = episode.coded_by_id == person.id and person.may(Privilege.SUBMIT)
    return episode.state == State.CODED and (own or person.may(Privilege.CHECK))
