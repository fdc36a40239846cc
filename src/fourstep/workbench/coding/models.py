"""Codes as they stand, every decision about them, and notes."""

from __future__ import annotations

from django.db import models

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


class Book(models.TextChoices):
    ICD10 = "icd10", "ICD-10"
    OPCS4 = "opcs4", "OPCS-4"


class Standing(models.TextChoices):
    """Where one code stands. Only `PROPOSED` is the engine's alone to change."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    CHANGED = "changed", "Changed"
    ADDED = "added", "Added"
    REMOVED = "removed", "Removed"


class CodeLine(models.Model):
    """One code of the coding. `position` orders the codes of each book: 0 is the primary diagnosis or the main procedure."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="lines")
    book = models.CharField(max_length=5, choices=Book.choices)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=300, blank=True)
    date = models.DateField(null=True, blank=True, help_text="Of a procedure")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.PROPOSED)
    proposed_code = models.CharField(max_length=10, blank=True, help_text="The engine's; empty when a person added it")
    evidence = models.JSONField(default=list, blank=True, help_text="document, start, end, text")
    trail = models.CharField(max_length=300, blank=True)
    standards = models.JSONField(default=list, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    needs_review = models.BooleanField(default=False, help_text="The engine asks for a person's look")
    why_first = models.TextField(blank=True, help_text="Why it is primary or main")
    reason = models.TextField(blank=True, help_text="Why a person removed, changed or added it")
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["episode", "book", "position", "id"]
        indexes = [models.Index(fields=["code"])]

    @property
    def stands(self) -> bool:
        """Whether the code is part of the coding."""
        return self.standing != Standing.REMOVED

    def __str__(self) -> str:
        return f"{self.code} of episode {self.episode_id}"


class Change(models.Model):
    """One act on the coding of an episode, with the lines before and after: the history, and what undo takes back."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="changes")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, help_text="None: the engine")
    at = models.DateTimeField(auto_now_add=True)
    act = models.CharField(max_length=20)
    before = models.JSONField(help_text="The lines as they were")
    after = models.JSONField(help_text="The lines as they became")
    undone = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0, help_text="Of the episode, that the act led to")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"change {self.id} of episode {self.episode_id}"


class Note(models.Model):
    """A coder's note on an episode. It stays out of the record and out of every export."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note {self.id} on episode {self.episode_id}"


class Passage(models.Model):
    """One step of an episode from hand to hand: taken, submitted, approved, returned with comments, opened again."""

    class Step(models.TextChoices):
        TAKEN = "taken", "Taken"
        SUBMITTED = "submitted", "Submitted"
        FOR_CHECK = "for check", "Submitted for a second check"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        REOPENED = "reopened", "Opened again"

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="passages")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="passages")
    step = models.CharField(max_length=10, choices=Step.choices)
    to = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="passed_to")
    comment = models.TextField(blank=True, max_length=4000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step}: episode {self.episode_id}"


class Presence(models.Model):
    """Who has an episode open on their screen, as of their last sign of life."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "person"], name="one_presence_of_a_person")]

    def __str__(self) -> str:
        return f"person {self.person_id} in episode {self.episode_id}"
