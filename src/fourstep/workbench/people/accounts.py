"""The administrator's pages of accounts."""

from __future__ import annotations

import secrets

from axes.models import AccessAttempt
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from fourstep.workbench.fields import dress
from fourstep.workbench.people import actions
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import GRID, Privilege, Role
from fourstep.workbench.people.who import who


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator says of an account."""

    class Meta:
        model = Person
        fields = ["username", "first_name", "last_name", "email", "role", "mentor", "is_active"]
        labels = {"username": "Account name", "is_active": "May sign in"}
        help_texts = {"username": "", "is_active": "", "mentor": "Who checks a trainee's coding"}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        checking = [role for role in Role if Privilege.CHECK in GRID[role]]
        mentor = self.fields["mentor"]
        assert isinstance(mentor, forms.ModelChoiceField)
        mentor.queryset = Person.objects.filter(role__in=checking, is_active=True)
        dress(self)


@needs(Privilege.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Every account."""
    held = set(AccessAttempt.objects.filter(failures_since_start__gt=0).values_list("username", flat=True))
    devices = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    accounts = Person.objects.select_related("mentor").order_by("username")
    rows = [(p, p.username in held, p.id in devices) for p in accounts]
    return render(request, "people/people.html", {"rows": rows})


@needs(Privilege.MANAGE_PEOPLE)
def new_person(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once and must be changed at the first sign-in."""
    form = AccountForm(request.POST or None, initial={"is_active": True, "role": Role.TRAINEE.value})
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        person = actions.open_first_account(form.save(commit=False), password, who(request))
        return render(request, "people/password_shown.html", {"person": person, "password": password})
    return render(request, "people/person.html", {"form": form, "title": "New account"})


@needs(Privilege.MANAGE_PEOPLE)
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One account: name, role, mentor, whether it may sign in."""
    account = get_object_or_404(Person, id=number)
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(who(request), form.save(commit=False), sorted(form.changed_data))
        except actions.LastAdministrator:
            messages.error(request, "This is the last administrator: make another one first.")
        else:
            messages.success(request, "Saved.")
            return redirect("people")
    return render(request, "people/person.html", {"form": form, "title": account.username, "account": account})


@needs(Privilege.MANAGE_PEOPLE)
@require_POST
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """A new first password, for someone who has lost theirs; a lock after failed sign-ins ends."""
    account, password = get_object_or_404(Person, id=number), secrets.token_urlsafe(12)
    actions.renew_password(who(request), account, password)
    return render(request, "people/password_shown.html", {"person": account, "password": password})


@needs(Privilege.MANAGE_PEOPLE)
@require_POST
def forget_device(request: HttpRequest, number: int) -> HttpResponse:
    """Take away a lost second factor."""
    actions.forget_devices(who(request), get_object_or_404(Person, id=number))
    messages.success(request, "The account has no second factor any more.")
    return redirect("people")
