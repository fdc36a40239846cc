"""Tokens of other systems."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


class Token(models.Model):
    """What another system shows instead of a password. Kept as a hash: it is shown once, when it is made."""

    name = models.CharField(max_length=60, unique=True, help_text="Which system has it")
    hash = models.CharField(max_length=64, unique=True)
    may_send = models.BooleanField(default=True, help_text="Send episodes")
    may_read = models.BooleanField(default=True, help_text="Read codings with their evidence")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    @property
    def valid(self) -> bool:
        return not self.withdrawn and self.expires_at > timezone.now()

    def __str__(self) -> str:
        return self.name


class Hook(models.Model):
    """An address that is called when an episode comes to another state, so that a system need not ask again and again."""

    name = models.CharField(max_length=60, unique=True, help_text="Which system it is")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64, help_text="Signs each call; shown once, when the hook is made")
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """One call that is due, done or given up. It says which episode and which state, and nothing of the record."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="calls")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="calls")
    state = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True, help_text="Empty when done or given up")
    done = models.BooleanField(default=False)
    answer = models.CharField(max_length=100, blank=True, help_text="What the last attempt met")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"call {self.id}"
