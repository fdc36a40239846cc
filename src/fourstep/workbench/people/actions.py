"""Everything that changes accounts."""

from __future__ import annotations

from axes.utils import reset
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.actions import record


class LastAdministrator(Exception):
    """A change that would leave nobody who can manage accounts."""


def open_account(by: Person | None, username: str, role: Role, password: str, *, mentor: Person | None = None) -> Person:
    """A new account. The password is checked by whoever asked for it; it is kept as an Argon2 hash."""
    return _open(by, Person(username=username, role=role.value, mentor=mentor), password)


def open_first_account(person: Person, password: str, by: Person | None = None) -> Person:
    """A new account whose password was made for it, and serves for one sign-in."""
    person.password_expired = True
    return _open(by, person, password)


@transaction.atomic
def _open(by: Person | None, person: Person, password: str) -> Person:
    person.set_password(password)
    _settle(person)
    record(by, "account opened", f"person {person.id}", role=person.role)
    return person


@transaction.atomic
def change_account(by: Person, person: Person, changed: list[str]) -> None:
    """Save a changed account. Raises LastAdministrator when nobody would be left to manage accounts."""
    _settle(person)
    if not Person.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).exists():
        raise LastAdministrator
    record(by, "account changed", f"person {person.id}", fields=changed, role=person.role, active=person.is_active)


def _settle(person: Person) -> None:
    """Save; the tables of the administration site are open to administrators alone."""
    person.is_staff = person.is_superuser = person.role == Role.ADMINISTRATOR.value
    person.save()


@transaction.atomic
def renew_password(by: Person, person: Person, password: str) -> None:
    """A new password that serves for one sign-in; failed sign-ins are forgotten."""
    person.set_password(password)
    person.password_expired = True
    person.save()
    reset(username=person.username)
    record(by, "password renewed", f"person {person.id}")


@transaction.atomic
def confirm_device(person: Person, device: TOTPDevice) -> None:
    """A second factor is in use from now on."""
    device.confirmed = True
    device.save()
    record(person, "second factor set up", f"person {person.id}")


@transaction.atomic
def forget_devices(by: Person, person: Person) -> None:
    """The account has no second factor any more."""
    TOTPDevice.objects.filter(user=person).delete()
    record(by, "second factor taken away", f"person {person.id}")
