"""The administrator's page of tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.api import actions
from fourstep.workbench.api.models import Token
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who


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
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Close a token."""
    actions.withdraw(who(request), get_object_or_404(Token, id=number))
    return redirect("tokens")
