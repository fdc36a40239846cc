"""The access and change log: each entry holds the hash of the one before, so that none can be changed or taken out unseen."""

from __future__ import annotations

from django.db import models


class LogEntry(models.Model):
    """One act of one person. `detail` names fields, codes and numbers; it never holds words of a record."""

    at = models.DateTimeField()
    account = models.CharField(max_length=150, help_text="The account's name; empty for the system itself")
    action = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=200, db_index=True, blank=True, help_text="What was viewed or changed: episode 12")
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.subject}"


class ChainHead(models.Model):
    """The end of the chain, one row: whoever appends holds it, so that entries follow one another."""

    hash = models.CharField(max_length=64)
    entries = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.entries} entries"
