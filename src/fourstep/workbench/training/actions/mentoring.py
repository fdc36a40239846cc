"""What mentors say of practice, and the competency log."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.training.errors import Refused
from fourstep.workbench.training.models import Attempt, LogLine
from fourstep.workbench.trust.actions import record


@transaction.atomic
def comment(mentor: Person, attempt_id: int, text: str) -> Attempt:
    """A mentor's words on an attempt that was handed in."""
    attempt = Attempt.objects.select_for_update(of=("self",)).get(id=attempt_id)
    if attempt.handed_in_at is None:
        raise Refused("it has not been handed in")
    attempt.comment, attempt.commented_by = text.strip()[:2000], mentor
    attempt.save()
    record(mentor, "practice commented", str(attempt))
    return attempt


@transaction.atomic
def write_log(by: Person, line: LogLine, of: Person) -> LogLine:
    """A line of somebody's log. A trainer's line is signed at once, one's own waits to be signed; nobody signs their own.

    Only who trains may write a stage.
    """
    trains = by.may(Privilege.TRAIN)
    if of.id != by.id and not trains:
        raise Refused("only who trains writes in another's log")
    if line.kind == LogLine.Kind.STAGE and (not trains or of.id == by.id):
        raise Refused("a stage is written by who trains, and not by oneself")
    if line.kind == LogLine.Kind.STAGE and not line.stage:
        raise Refused("name the stage")
    if line.kind != LogLine.Kind.STAGE and not line.what.strip():
        raise Refused("name the course or examination")
    line.person, line.person_name, line.made_by_name = of, str(of), str(by)
    if trains and of.id != by.id:
        line.signed_by, line.signed_by_name, line.signed_at = by, str(by), timezone.now()
    line.save()
    record(by, "competency written", str(line), of=of.username, kind=line.kind)
    return line


@transaction.atomic
def sign(by: Person, line_id: int) -> LogLine:
    """Sign a line that somebody wrote about themselves."""
    line = LogLine.objects.select_for_update(of=("self",)).get(id=line_id)
    if line.person_id == by.id:
        raise Refused("nobody signs their own line")
    if line.signed_at:
        raise Refused(f"{line.signed_by_name} has signed it")
    line.signed_by, line.signed_by_name, line.signed_at = by, str(by), timezone.now()
    line.save()
    record(by, "competency signed", str(line))
    return line
