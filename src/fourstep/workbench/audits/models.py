"""An audit: what was drawn and frozen, what auditors coded, each difference with the coder's answer, recommendations."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from fourstep.evaluate.keys import CAUSES
from fourstep.evaluate.rows import Row
from fourstep.evaluate.sample import SIZE, STRATA
from fourstep.evaluate.thresholds import AREAS
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person

#: Who coded an episode that names nobody.
NOBODY = "not stated"
#: How a sample may be drawn.
WAYS = [("", "at random"), *((s, f"in proportion by {s}") for s in STRATA)]


class Threshold(models.Model):
    """What a level asks of a class from a day on. A later day takes the place of an earlier one."""

    begins = models.DateField()
    level = models.CharField(max_length=40)
    area = models.CharField("class", max_length=30, choices=list(AREAS.items()))
    least = models.FloatField("per cent", validators=[MinValueValidator(0), MaxValueValidator(100)])

    class Meta:
        ordering = ["-begins", "level", "id"]
        constraints = [models.UniqueConstraint(fields=["begins", "level", "area"], name="one_threshold_a_day_level_class")]

    def __str__(self) -> str:
        return f"{self.level}, {self.area}, from {self.begins}"


class ErrorKey(models.Model):
    """The site's own line for an error key: it takes the place of the shipped one of that name."""

    name = models.CharField(max_length=20, unique=True)
    national = models.CharField("national key", max_length=20)
    cause = models.CharField(max_length=10, choices=[(c, c) for c in CAUSES])
    meaning = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Audit(models.Model):
    """One audit. What was drawn stays as it was drawn."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", "Yearly audit of the department"
        SPECIALTY = "specialty", "Audit of a specialty"
        CODER = "coder", "Audit of a coder"
        AGAIN = "again", "Re-audit of recommendations"
        OTHER = "other", "Other"

    class State(models.TextChoices):
        CODING = "coding", "Being audited"
        ANSWERING = "answering", "With the coders"
        CLOSED = "closed", "Closed"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.YEARLY)
    first_day = models.DateField("discharged from")
    last_day = models.DateField("discharged to")
    day = models.DateField("thresholds in force on", default=timezone.localdate)
    size = models.PositiveIntegerField("episodes", default=SIZE, validators=[MinValueValidator(1)])
    seed = models.PositiveIntegerField(default=1)
    strata = models.CharField(max_length=10, blank=True, choices=WAYS)
    specialty = models.CharField(max_length=100, blank=True)
    blind = models.BooleanField("the auditor sees no codes", default=True)
    second = models.BooleanField("a second auditor codes blind", default=False)
    population = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CODING)
    again = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeats")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="audits_made")
    made_by_name = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"audit {self.id}"


class Item(models.Model):
    """One episode of the sample, frozen as it was drawn: people's final codes, and the engine's proposal where there was one."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    episode = models.ForeignKey(Episode, null=True, on_delete=models.SET_NULL, related_name="audit_items")
    key = models.CharField(max_length=200)
    specialty = models.CharField(max_length=100, blank=True)
    consultant = models.CharField(max_length=100, blank=True)
    coder = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="audited")
    coder_name = models.CharField(max_length=150, default=NOBODY)
    risk = models.CharField(max_length=20, blank=True)
    diagnoses = models.JSONField(default=list)
    procedures = models.JSONField(default=list)
    engine = models.JSONField(null=True, help_text="diagnoses, procedures as the engine proposed them")

    class Meta:
        ordering = ["audit", "position"]
        constraints = [models.UniqueConstraint(fields=["audit", "key"], name="an_episode_once_in_an_audit")]

    def __str__(self) -> str:
        return f"item {self.id} of audit {self.audit_id}"

    def row(self) -> Row:
        """The frozen coding as the library takes it."""
        return Row(
            self.key, tuple(self.diagnoses), tuple(self.procedures), specialty=self.specialty, consultant=self.consultant,
            coder=self.coder_name, risk=self.risk,
        )  # fmt: skip

    def engine_row(self) -> Row | None:
        """The engine's proposal as the library takes it."""
        if self.engine is None:
            return None
        return Row(self.key, tuple(self.engine["diagnoses"]), tuple(self.engine["procedures"]), specialty=self.specialty)


class AuditCoding(models.Model):
    """What an auditor coded: the first, a blind second, or what both agreed on. `handed_in_at` is empty for a draft."""

    class Part(models.TextChoices):
        FIRST = "first", "First auditor"
        SECOND = "second", "Second auditor"
        AGREED = "agreed", "Adjudicated"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="codings")
    part = models.CharField(max_length=10, choices=Part.choices)
    auditor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="audit_codings")
    auditor_name = models.CharField(max_length=150)
    diagnoses = models.JSONField(default=list)
    procedures = models.JSONField(default=list)
    excluded = models.CharField(max_length=200, blank=True)
    handed_in_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "part"], name="one_coding_of_a_part")]

    def __str__(self) -> str:
        return f"{self.part} coding of item {self.item_id}"

    def row(self) -> Row:
        """As the library takes it."""
        return Row(
            self.item.key, tuple(self.diagnoses), tuple(self.procedures), specialty=self.item.specialty,
            coder=self.item.coder_name, excluded=self.excluded,
        )  # fmt: skip


class Finding(models.Model):
    """One difference between the frozen and the audited codes, with what auditor and coder say of it."""

    class Response(models.TextChoices):
        NONE = "", "Not answered"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        CHALLENGED = "challenged", "Challenged"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="findings")
    area = models.CharField(max_length=30, choices=list(AREAS.items()))
    recorded = models.CharField(max_length=10, blank=True)
    audited = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=20)
    cause = models.CharField(max_length=10, choices=[(c, c) for c in CAUSES])
    reason = models.CharField(max_length=400, blank=True, help_text="Why, with the standard")
    response = models.CharField(max_length=15, blank=True, choices=Response.choices)
    response_text = models.CharField(max_length=1000, blank=True)
    reply = models.CharField(max_length=1000, blank=True, help_text="The auditor's, to a challenge")
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return f"finding {self.id} of item {self.item_id}"


class Recommendation(models.Model):
    """What an audit asks somebody to do by a day."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="recommendations")
    text = models.CharField(max_length=1000)
    owner = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="recommendations")
    owner_name = models.CharField(max_length=150)
    due = models.DateField()
    done_at = models.DateField(null=True, blank=True)
    done_how = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return f"recommendation {self.id} of audit {self.audit_id}"
