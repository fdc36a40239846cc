"""Accounts."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from fourstep.workbench.people.privileges import GRID, ROLE_NAMES, Privilege, Role


class Person(AbstractUser):
    """Someone who signs in. What they may do follows from their role alone (`privileges.GRID`)."""

    role = models.CharField(max_length=20, choices=[(r.value, ROLE_NAMES[r]) for r in Role], default=Role.TRAINEE.value)
    mentor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="trainees")
    password_expired = models.BooleanField(default=False, help_text="A new password is asked for at the next sign-in")

    def may(self, privilege: Privilege) -> bool:
        """Whether the person's role gives the privilege. An account that is switched off may do nothing."""
        return self.is_active and privilege in GRID[Role(self.role)]

    @property
    def role_name(self) -> str:
        return ROLE_NAMES[Role(self.role)]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
