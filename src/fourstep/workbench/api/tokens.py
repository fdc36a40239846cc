"""The administrator's pages of tokens and hooks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.api import actions
from fourstep.workbench.api.models import Hook, Token
from fourstep.workbench.fields import dress
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who


class HookForm(forms.ModelForm):  # type: ignore[type-arg]
    """A system that is to be called."""

    class Meta:
        model = Hook
        fields = ["name", "url"]
        labels = {"name": "System", "url": "Address"}
        help_texts = {"url": "https, unless it is on this machine"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def clean_url(self) -> str:
        """Addresses in the clear are refused, but on this machine."""
        url: str = self.cleaned_data["url"]
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise forms.ValidationError("The address must begin with https.")
        return url


@needs(Privilege.MANAGE_SITE)
def tokens(request: HttpRequest) -> HttpResponse:
    """Which systems have a token; a form for another, whose words are shown once."""
    words = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:60]
        if not name or Token.objects.filter(name=name).exists():
            messages.error(request, "A token needs a name that no other has.")
        else:
            _, words = actions.make_token(who(request), name, may_send="send" in request.POST, may_read="read" in request.POST)
    return render(request, "api/tokens.html", {"tokens": Token.objects.select_related("made_by"), "words": words})


@needs(Privilege.MANAGE_SITE)
def hooks(request: HttpRequest) -> HttpResponse:
    """Which systems are called; a form for another, whose secret is shown once."""
    form, made = HookForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = actions.make_hook(who(request), form.cleaned_data["name"], form.cleaned_data["url"])
        form = HookForm()
    rows = Hook.objects.annotate(
        waiting=Count("calls", filter=~Q(calls__due_at=None)),
        given_up=Count("calls", filter=Q(calls__done=False, calls__due_at=None)),
    )
    return render(request, "api/hooks.html", {"form": form, "made": made, "rows": rows})


@needs(Privilege.MANAGE_SITE)
@require_POST
def switch_hook(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a hook off or on, or call again what was given up."""
    hook = get_object_or_404(Hook, id=number)
    if "again" in request.POST:
        messages.success(request, f"{actions.call_again(who(request), hook)} calls are in line again.")
    else:
        actions.switch_hook(who(request), hook)
    return redirect("hooks")


@needs(Privilege.MANAGE_SITE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Close a token."""
    actions.withdraw(who(request), get_object_or_404(Token, id=number))
    return redirect("tokens")
