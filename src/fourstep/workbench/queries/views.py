"""Pages of queries on the coder's side: those of an episode, one of them, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.errors import FourstepError
from fourstep.workbench.coding.access import may_change
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.queries import actions, presenter
from fourstep.workbench.queries.adopting import adopt, offers, resting_on
from fourstep.workbench.queries.blocking import open_blocking, open_drafts
from fourstep.workbench.queries.contacts import suggested
from fourstep.workbench.queries.forms import form_for, values_of
from fourstep.workbench.queries.links import link_of
from fourstep.workbench.queries.mail import deliver
from fourstep.workbench.queries.models import Addressee, Kind, Query, State
from fourstep.workbench.trust.actions import record


@needs(Privilege.READ_RECORD)
def panel(request: HttpRequest, episode_id: int) -> HttpResponse:
    """The queries of an episode: a part of the coding screen, or a page of its own."""
    episode = get_object_or_404(Episode, pk=episode_id)
    own = list(episode.queries.select_related("sent_by"))
    drafts = open_drafts(episode, own)
    context = {
        "episode": episode,
        "queries": own,
        "drafts": drafts,
        "total": len(own) + len(drafts),
        "blocks": open_blocking(episode),
    }
    part = bool(request.htmx)  # type: ignore[attr-defined]
    if not part:
        record(who(request), "viewed", str(episode), part="queries")
    return render(request, "queries/panel.html" if part else "queries/of_episode.html", context)


@require_POST
@needs(Privilege.QUERY)
def draft(request: HttpRequest, episode_id: int, number: int) -> HttpResponse:
    """Take up one of the engine's drafts, or set it aside with a reason."""
    get_object_or_404(Episode, pk=episode_id)
    if "why" in request.POST:
        _told(request, lambda: actions.set_aside(who(request), episode_id, number, request.POST["why"]), "Set aside.")
        return redirect("episode-queries", episode_id)
    query = _told(request, lambda: actions.draft(who(request), episode_id, number), "")
    return redirect("query", query.pk) if query else redirect("episode-queries", episode_id)


@needs(Privilege.QUERY)
def new(request: HttpRequest, episode_id: int, kind: str) -> HttpResponse:
    """Write a query, or ask for a document."""
    episode = get_object_or_404(Episode, pk=episode_id)
    kind = Kind.DOCUMENT if kind == Kind.DOCUMENT else Kind.QUESTION
    first = {"addressee": episode.consultant, "reference": episode.administrative.get("local_patient_id", ""), "blocking": True}
    if kind == Kind.DOCUMENT:
        first |= {"addressee": "", "addressee_kind": Addressee.SECRETARY}
    form = form_for(kind)(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"kind": kind}
        query = actions.write(who(request), episode_id, values, words_in_record(episode, values.get("quote", "")))
        return _after_form(request, query)
    return render(request, "queries/edit.html", {"episode": episode, "form": form, "kind": kind, "contacts": suggested(episode)})


def words_in_record(episode: Episode, quote: str) -> list[dict[str, Any]]:
    """Evidence for words that stand in a document of the episode as they are given; empty where they do not."""
    quote = quote.strip()
    for document in episode.documents.all() if quote else ():
        at = document.text.lower().find(quote.lower())
        if at >= 0 and len(document.text.lower()) == len(document.text):
            words = document.text[at : at + len(quote)]
            return [{"document": document.name, "start": at, "end": at + len(quote), "text": words}]
    return []


@needs(Privilege.QUERY)
def query(request: HttpRequest, number: int) -> HttpResponse:
    """One query: its draft to be edited, what is out, or the answer beside the record."""
    found = get_object_or_404(Query.objects.select_related("episode", "made_by", "sent_by", "closed_by", "document"), pk=number)
    if found.state == State.DRAFT:
        return _draft(request, found)
    record(who(request), "viewed", str(found.episode), query=found.pk)
    context = {
        "query": found,
        "episode": found.episode,
        "quotes": presenter.quotes(found),
        "link": link_of(found) if found.state == State.SENT and (found.mail_failed or not found.email) else "",
        "offers": offers(found),
        "resting": resting_on(found),
        "may_change": may_change(who(request), found.episode),
    }
    return render(request, "queries/query.html", context)


def _draft(request: HttpRequest, found: Query) -> HttpResponse:
    form = form_for(found.kind)(request.POST or None, initial=values_of(found))
    if len(found.evidence) > 1 or found.engine_about:  # the engine's quotes stay as it found them
        form.fields.pop("quote", None)
    if request.method == "POST" and form.is_valid():
        edited = _told(request, lambda: actions.edit(who(request), found.pk, form.cleaned_data), "")
        return _after_form(request, edited) if edited else redirect("query", found.pk)
    context = {
        "episode": found.episode, "form": form, "kind": found.kind, "query": found, "quotes": presenter.quotes(found),
        "contacts": suggested(found.episode),
    }  # fmt: skip
    return render(request, "queries/edit.html", context)


def _after_form(request: HttpRequest, found: Query) -> HttpResponse:
    """Saved; sent too where that is what was pressed."""
    if request.POST.get("act") != "send":
        messages.success(request, "The draft is kept.")
        return redirect("episode-queries", found.episode_id)
    _send(request, who(request), lambda: actions.send(who(request), found.pk, request.build_absolute_uri("/")), "Sent")
    return redirect("query", found.pk)


def _send(request: HttpRequest, person: Person, act: Callable[[], Query], verb: str) -> None:
    sent = _told(request, act, "")
    if sent is None:
        return
    if not sent.email:
        messages.success(request, f"{verb}: hand the link below on to {sent.addressee}.")
    elif deliver(sent):
        messages.success(request, f"{verb} to {sent.addressee} by mail.")
    else:
        messages.error(request, "The mail server did not take the mail. The link below is good: hand it on by another way.")


@require_POST
@needs(Privilege.QUERY)
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Remind, renew the link, withdraw, be done with, or say that a document came by another way."""
    found, person = get_object_or_404(Query, pk=number), who(request)
    why = request.POST.get("why", "")
    match name:
        case "remind":
            _send(request, person, lambda: actions.remind(person, number), "Reminder sent")
        case "link":
            _send(request, person, lambda: actions.new_link(person, number), "A new link was made, the old one has ended. Sent")
        case "withdraw":
            _told(request, lambda: actions.withdraw(person, number, why), "Withdrawn; its link has ended.")
        case "done":
            _told(request, lambda: actions.done(person, number, why), "Done with.")
        case "arrived":
            _told(request, lambda: actions.arrived_by_hand(person, number, why), "The request is met.")
        case _:
            messages.error(request, "There is no such act.")
    return redirect("query", found.pk)


@require_POST
@needs(Privilege.CODE)
def adopt_code(request: HttpRequest, number: int) -> HttpResponse:
    """Bring a code that a ticked option leads to into the coding."""
    get_object_or_404(Query, pk=number)
    said = request.POST.get("version", "")
    version, code = int(said) if said.isdecimal() else -1, request.POST.get("code", "")
    _told(request, lambda: adopt(who(request), number, version, code), f"{code} is in the coding on this answer.")
    return redirect("query", number)


def _told(request: HttpRequest, act: Callable[[], Query], success: str) -> Query | None:
    """Do it, or say why not."""
    try:
        done = act()
    except FourstepError as error:
        messages.error(request, f"Not done: {error.what}.")
        return None
    if success:
        messages.success(request, success)
    return done
