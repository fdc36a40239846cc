"""Tokens of other systems."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

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
