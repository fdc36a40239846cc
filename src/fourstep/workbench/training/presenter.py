"""What the pages of training show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from fourstep.evaluate.thresholds import AREAS
from fourstep.verify.registry import STANDARDS
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import GRID, Privilege, Role
from fourstep.workbench.training.bank import bank
from fourstep.workbench.training.models import Attempt, LogLine, Paper
from fourstep.workbench.training.progress import next_record, progress


def own_page(person: Person, today: dt.date) -> dict[str, Any]:
    """A person's training: progress, practice, papers, log."""
    practice = Attempt.objects.filter(person=person, paper=None).select_related("record")
    return {
        "of": person,
        "progress": progress(person),
        "choice": next_record(person),
        "unfinished": practice.filter(handed_in_at=None),
        "attempts": practice.filter(handed_in_at__isnull=False)[:20],
        "papers": Paper.objects.filter(person=person)[:20],
        "log": LogLine.objects.filter(person=person),
        "due": LogLine.objects.filter(person=person, again_by__lt=today),
        "today": today,
    }


def marking(attempt: Attempt) -> dict[str, Any]:
    """An attempt as marked: the four classes, and each difference with why and the standards' sentences."""
    classes = []
    for area, title in AREAS.items():
        right, total = attempt.figures.get(area, (0, 0))
        classes.append((title, total, right, f"{100 * right / total:.1f}" if total else "-"))
    differences = [
        d | {"says": [(s, STANDARDS[s].sentence) for s in d["standards"] if s in STANDARDS]} for d in attempt.differences
    ]
    return {
        "attempt": attempt,
        "classes": classes,
        "differences": differences,
        "model": attempt.record.codes,
        "must_not": attempt.record.must_not,
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a paper as it is shown; `right` and `why` only when the paper is finished."""

    id: str
    topic: str
    text: str
    answers: list[str]
    given: str
    right: str
    why: str


def questions(paper: Paper) -> list[Asked]:
    """The questions of a theory paper. One that has left the bank is left out, and was counted as not answered."""
    out = []
    for identifier in paper.questions:
        if (q := bank().get(identifier)) is None:
            continue
        answers = q.answers(str(paper.id))
        shown = (q.right, q.why) if paper.finished_at else ("", "")
        out.append(Asked(q.id, q.topic, q.text, answers, paper.answers.get(q.id, ""), *shown))
    return out


@dataclass(frozen=True, slots=True)
class Trainee:
    """One person as a mentor sees them at a glance."""

    person: Person
    own: bool
    attempts: int
    per_cent: float | None
    last: dt.datetime | None
    papers: list[Paper]
    stage: str
    due: list[LogLine]


def trainees(mentor: Person, today: dt.date) -> list[Trainee]:
    """Everybody who practises, the mentor's own first. In order of name: nobody is ranked."""
    roles = [r.value for r in Role if Privilege.PRACTISE in GRID[r]]
    people = list(Person.objects.filter(is_active=True, role__in=roles).order_by("username"))
    attempts: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(handed_in_at__isnull=False).defer("differences", "points"):
        attempts.setdefault(attempt.person_id, []).append(attempt)
    papers: dict[int, list[Paper]] = {}
    for paper in Paper.objects.filter(finished_at__isnull=False):
        papers.setdefault(paper.person_id, []).append(paper)
    lines: dict[int, list[LogLine]] = {}
    for line in LogLine.objects.filter(signed_at__isnull=False, person__isnull=False):
        lines.setdefault(line.person_id or 0, []).append(line)
    out = []
    for person in people:
        own, log = attempts.get(person.id, []), lines.get(person.id, [])
        total = sum(a.total for a in own)
        stage = next((line.get_stage_display() for line in log if line.kind == LogLine.Kind.STAGE), "")
        out.append(
            Trainee(
                person, person.mentor_id == mentor.id, len(own), 100 * sum(a.right for a in own) / total if total else None,
                own[0].handed_in_at if own else None, papers.get(person.id, [])[:3], stage,
                [line for line in log if line.again_by and line.again_by < today],
            )
        )  # fmt: skip
    return sorted(out, key=lambda t: (not t.own, t.person.username))
