"""Practice records and attempts at them, papers, and the competency log."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


class PracticeRecord(models.Model):
    """A fictional record with its model coding. Its episode is never on the worklist, and the queue does not code it."""

    name = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=100)
    episode = models.OneToOneField(Episode, on_delete=models.CASCADE, related_name="practice")
    specialty = models.CharField(max_length=100, blank=True)
    difficulty = models.PositiveSmallIntegerField(default=2)
    codes = models.JSONField(help_text="The model coding: book, code, alt, optional, note, chapter, standards, in order")
    must_not = models.JSONField(default=list, help_text="What tempts and is wrong: book, code, why")

    class Meta:
        ordering = ["difficulty", "name"]

    def __str__(self) -> str:
        return f"practice record {self.name}"


class Paper(models.Model):
    """A timed paper. Theory: `questions` and `answers` by identifier. Practical: its attempts."""

    class Kind(models.TextChoices):
        THEORY = "theory", "Theory"
        PRACTICAL = "practical", "Practical"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField()
    minutes = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField("pass mark in per cent")
    questions = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    right = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "number"], name="a_paper_of_a_number")]

    def __str__(self) -> str:
        return f"paper {self.id}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.started_at + dt.timedelta(minutes=self.minutes)

    @property
    def per_cent(self) -> float | None:
        return 100 * self.right / self.total if self.finished_at and self.total else None

    @property
    def passed(self) -> bool | None:
        """None while the paper is not finished."""
        return None if self.per_cent is None else self.per_cent >= self.least


class Attempt(models.Model):
    """A trainee's blind coding of a practice record, and what the marking said."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attempts")
    record = models.ForeignKey(PracticeRecord, on_delete=models.CASCADE, related_name="attempts")
    paper = models.ForeignKey(Paper, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts")
    diagnoses = models.JSONField(default=list)
    procedures = models.JSONField(default=list)
    started_at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict, help_text="Right and counted by class")
    differences = models.JSONField(default=list)
    points = models.JSONField(default=list, help_text="Each code of the model: chapter, standards, right")
    comment = models.CharField(max_length=2000, blank=True)
    commented_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments_made")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "handed_in_at"])]

    def __str__(self) -> str:
        return f"attempt {self.id}"

    @property
    def right(self) -> int:
        return sum(right for right, _ in self.figures.values())

    @property
    def total(self) -> int:
        return sum(total for _, total in self.figures.values())

    @property
    def per_cent(self) -> float | None:
        return 100 * self.right / self.total if self.total else None


class LogLine(models.Model):
    """One line of a person's competency log. It counts when it is signed."""

    class Kind(models.TextChoices):
        STAGE = "stage", "Stage reached"
        COURSE = "course", "Course"
        REFRESHER = "refresher", "Refresher"
        EXAM = "exam", "Examination"

    class Stage(models.TextChoices):
        TRAINEE = "trainee", "Trainee"
        ACCREDITED = "accredited", "Accredited clinical coder"
        SENIOR = "senior", "Senior coder"
        AUDITOR = "auditor", "Auditor"
        TRAINER = "trainer", "Trainer"

    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="competencies")
    person_name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    what = models.CharField(max_length=200, blank=True)
    day = models.DateField()
    again_by = models.DateField(null=True, blank=True, help_text="When it is due again")
    made_by_name = models.CharField(max_length=150)
    signed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="competencies_signed")
    signed_by_name = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"competency {self.id}"
