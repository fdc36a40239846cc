"""Practice and papers."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.entry.sheet import Sheet
from fourstep.workbench.people.models import Person
from fourstep.workbench.training.bank import bank
from fourstep.workbench.training.errors import Refused
from fourstep.workbench.training.marking import mark_practice
from fourstep.workbench.training.models import Attempt, Paper, PracticeRecord
from fourstep.workbench.trust.actions import record

Kind = Paper.Kind
#: Minutes, pass mark in per cent, and how many questions or records a paper has.
PAPERS = {Kind.THEORY: (30, 70, 20), Kind.PRACTICAL: (120, 90, 6)}


@transaction.atomic
def begin(person: Person, practice: PracticeRecord) -> Attempt:
    """Begin a record, or go on with the attempt that is not handed in."""
    attempt, _ = Attempt.objects.get_or_create(person=person, record=practice, paper=None, handed_in_at=None)
    return attempt


@transaction.atomic
def keep(person: Person, attempt_id: int, sheet: Sheet, *, hand_in: bool) -> Attempt:
    """Keep the codes of an attempt; handed in, they are marked."""
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("record", "paper").get(id=attempt_id)
    if attempt.person_id != person.id:
        raise Refused("this is not your practice")
    if attempt.handed_in_at:
        raise Refused("it has been handed in")
    if attempt.paper and timezone.now() > attempt.paper.ends_at:
        raise Refused("the time is over: what was kept before counts")
    if hand_in and sheet.wrong:
        raise Refused(sheet.wrong[0])
    attempt.diagnoses, attempt.procedures = sheet.codes("diagnoses"), sheet.codes("procedures")
    if hand_in:
        _mark(attempt)
    attempt.save()
    record(person, "practised" if hand_in else "practice kept", str(attempt), record=attempt.record.name)
    return attempt


def _mark(attempt: Attempt) -> None:
    found = mark_practice(attempt.record, attempt.diagnoses, attempt.procedures)
    attempt.figures = {area: list(counts) for area, counts in found.figures.items()}
    attempt.differences, attempt.points = found.differences, found.points
    attempt.handed_in_at = timezone.now()


@transaction.atomic
def start_paper(person: Person, kind: str) -> Paper:
    """A new paper of questions, or of records that the person has not done where there are enough."""
    if kind not in Kind.values:
        raise Refused("there is no such paper")
    if Paper.objects.filter(person=person, finished_at=None).exists():
        raise Refused("finish the paper that you have begun first")
    minutes, least, size = PAPERS[Kind(kind)]
    number = Paper.objects.filter(person=person, kind=kind).count() + 1
    rng = Random(f"{person.id}/{kind}/{number}")
    paper = Paper(person=person, kind=kind, number=number, minutes=minutes, least=least)
    if kind == Kind.THEORY:
        paper.questions = rng.sample(sorted(bank()), size)
        paper.save()
    else:
        done = set(Attempt.objects.filter(person=person).values_list("record_id", flat=True))
        records = list(PracticeRecord.objects.order_by("name"))
        fresh = [r for r in records if r.id not in done]
        pool = fresh if len(fresh) >= size else records
        if len(pool) < size:
            raise Refused(f"there are {len(pool)} practice records; a practical paper needs {size}")
        paper.save()
        Attempt.objects.bulk_create(Attempt(person=person, record=r, paper=paper) for r in rng.sample(pool, size))
    record(person, "paper begun", str(paper), kind=kind)
    return paper


@transaction.atomic
def answer(person: Person, paper_id: int, values: Mapping[str, str], *, finish: bool) -> Paper:
    """Keep the answers given (`q-<identifier>`); finish the paper when that is asked for, or its time is over.

    Answers that come after the end do not count.
    """
    paper = Paper.objects.select_for_update().get(id=paper_id)
    if paper.person_id != person.id:
        raise Refused("this is not your paper")
    if paper.finished_at:
        raise Refused("the paper is finished")
    late = timezone.now() > paper.ends_at
    if not late:
        given = {q: values[f"q-{q}"] for q in paper.questions if values.get(f"q-{q}")}
        paper.answers = paper.answers | given
    if finish or late:
        _finish(paper)
    paper.save()
    return paper


@transaction.atomic
def expire(paper: Paper) -> Paper:
    """Finish a paper whose time is over with what was kept by then."""
    paper = Paper.objects.select_for_update().get(id=paper.id)
    if paper.finished_at is None and timezone.now() > paper.ends_at:
        _finish(paper)
        paper.save()
    return paper


def _finish(paper: Paper) -> None:
    if paper.kind == Kind.THEORY:
        paper.right = sum(q in bank() and paper.answers.get(q) == bank()[q].right for q in paper.questions)
        paper.total = len(paper.questions)
    else:
        attempts = list(paper.attempts.select_related("record"))
        for attempt in attempts:
            if attempt.handed_in_at is None:
                _mark(attempt)
                attempt.save()
        paper.right, paper.total = sum(a.right for a in attempts), sum(a.total for a in attempts)
    paper.finished_at = timezone.now()
    record(paper.person, "paper finished", str(paper), right=paper.right, total=paper.total)
