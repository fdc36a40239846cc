"""Signing in and out goes to the access log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record


@receiver(user_logged_in)
def _in(user: Person, **_: Any) -> None:
    record(user, "signed in")


@receiver(user_logged_out)
def _out(user: Person | None, **_: Any) -> None:
    if user is not None:
        record(user, "signed out")


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    # The name is what was typed, and may be a password in the wrong field: it is kept only where there is such an account.
    known = Person.objects.filter(username=str(credentials.get("username", ""))).first()
    record(known, "sign-in failed")
