"""Cells of counts, as of the last refresh; and the site's table of SHMI diagnosis groups."""

from __future__ import annotations

from django.db import models


class Cell(models.Model):
    """How much a measure came to, out of how much, in a month of a specialty and consultant, or of a coder.

    `key` divides a measure: the chapter of proposals, the code of what is common. A cell of a coder has no specialty and
    no consultant, so that none is counted twice: `family` tells the two kinds apart.
    """

    class Family(models.TextChoices):
        DEPARTMENT = "d", "Department"
        CODER = "c", "Coder"

    family = models.CharField(max_length=1, choices=Family.choices)
    name = models.CharField(max_length=30)
    key = models.CharField(max_length=20, blank=True)
    month = models.CharField(max_length=7, blank=True, help_text="2026-03; empty where not known")
    specialty = models.CharField(max_length=100, blank=True)
    consultant = models.CharField(max_length=100, blank=True)
    coder = models.IntegerField(null=True, help_text="The account's number, which may be gone")
    coder_name = models.CharField(max_length=150, blank=True)
    amount = models.FloatField()
    of = models.FloatField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["family", "key", "name", "month", "specialty", "consultant", "amount", "of"], name="cells_by_key"
            ),
            models.Index(fields=["family", "name", "key"], name="cells_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.month}"


class Refresh(models.Model):
    """When the cells were counted, over how many finished codings, and what could not be told."""

    at = models.DateTimeField()
    episodes = models.PositiveIntegerField()
    seconds = models.FloatField()
    absent = models.JSONField(default=dict, help_text="Measure -> why it could not be told")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"refresh {self.id}"


class ShmiTable(models.Model):
    """The site's table of SHMI diagnosis groups, as it was loaded last."""

    name = models.CharField(max_length=200)
    groups = models.JSONField(help_text="Beginning of a code -> number and name of its group")
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
