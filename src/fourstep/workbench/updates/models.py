"""Trials of the engine at hand on the open episodes, and what came of each."""

from __future__ import annotations

from django.db import models

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


class Trial(models.Model):
    """One coding of all open episodes with the engine at hand; nothing changes by it."""

    engine = models.CharField(max_length=80, help_text="Version of engine and knowledge")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="trials")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"trial {self.id}"


class Outcome(models.Model):
    """What a trial made of one episode. A worker holds it by a lease while it codes, so that none is lost."""

    class Stand(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SAME = "same", "No difference"
        DIFFERENT = "different", "Different"
        APPLIED = "applied", "Applied"
        LEFT = "left", "Left as it was"
        FAILED = "failed", "Could not be coded"
        OUTDATED = "outdated", "The episode changed since"

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="outcomes")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="trial_outcomes")
    stand = models.CharField(max_length=10, choices=Stand.choices, default=Stand.WAITING)
    leased_until = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the episode as it was coded")
    difference = models.JSONField(default=dict, blank=True, help_text="Codes gone and come, order, questions")
    result = models.JSONField(null=True, blank=True, help_text="The new coding, where it differs")
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["trial", "episode"], name="one_outcome_of_an_episode")]
        indexes = [models.Index(fields=["trial", "stand", "id"]), models.Index(fields=["stand", "id"])]

    def __str__(self) -> str:
        return f"outcome {self.id} of trial {self.trial_id}"
