"""Everything that changes accounts."""

from __future__ import annotations

from django.db import transaction

from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.actions import record


@transaction.atomic
def open_account(by: Person | None, username: str, role: Role, password: str, *, mentor: Person | None = None) -> Person:
    """A new account. The password is checked by whoever asked for it; it is kept as an Argon2 hash."""
    person = Person.objects.create_user(username=username, password=password, role=role.value, mentor=mentor)
    if role == Role.ADMINISTRATOR:
        person.is_staff = person.is_superuser = True
        person.save()
    record(by, "account opened", f"person {person.id}", role=role.value)
    return person
