"""Batches that left, and what the grouper made of the episodes in them."""

from __future__ import annotations

from django.db import models

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person


class Batch(models.Model):
    """One file of coded episodes as it left, byte for byte. The content goes when one of its episodes is erased."""

    form = models.CharField(max_length=20, help_text="The format's name")
    first = models.DateField(null=True, blank=True, help_text="Discharged from")
    last = models.DateField(null=True, blank=True, help_text="Discharged to")
    name = models.CharField(max_length=120, help_text="Of the file")
    content = models.BinaryField(null=True)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content")
    count = models.PositiveIntegerField(help_text="Episodes")
    notes = models.JSONField(default=list, blank=True, help_text="Episode and what the receiver will miss in it")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="batches")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"batch {self.id}"


class Sent(models.Model):
    """An episode in a batch, at the version that was sent."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="sent")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="sent")
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "episode"], name="an_episode_once_in_a_batch")]

    def __str__(self) -> str:
        return f"episode {self.episode_id} in batch {self.batch_id}"


class Group(models.Model):
    """What the grouper made of an episode as it was sent in a batch, and its price by the site's price file."""

    episode = models.OneToOneField(Episode, on_delete=models.CASCADE, related_name="group")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="groups")
    version = models.PositiveIntegerField(help_text="Of the episode that was grouped")
    hrg = models.CharField(max_length=10)
    spell_hrg = models.CharField(max_length=10, db_index=True)
    dominant = models.BooleanField()
    errors = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=30, blank=True, help_text="How the spell is priced")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, help_text="Pounds")
    why = models.CharField(max_length=200, blank=True, help_text="Why there is no amount")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-episode__discharge_date", "-episode_id"]

    def __str__(self) -> str:
        return f"group of episode {self.episode_id}"
