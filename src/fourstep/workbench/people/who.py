"""Who is asking."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from fourstep.workbench.people.models import Person


def who(request: HttpRequest) -> Person:
    """The person signed in. Behind the gate there always is one; without, the request is refused."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
