"""A site's policy pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from fourstep.workbench.people.models import Person


class Policy(models.Model):
    """One page of the site's policy, with the codes, categories and standards that it is about."""

    title = models.CharField(max_length=120)
    text = models.TextField(max_length=20_000)
    about = models.CharField(
        max_length=400, blank=True, help_text="Codes, categories or standards, separated by spaces: I21 Z72.0 FS.GEN.06"
    )
    written_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="policies")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "policies"

    def concerns(self, code: str, standards: Iterable[str] = ()) -> bool:
        """Whether the page is about a code, or one of the standards that acted on it."""
        named = self.about.split()
        return any(code.startswith(name) for name in named) or any(s in named for s in standards)

    def __str__(self) -> str:
        return self.title
