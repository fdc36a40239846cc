"""The coding screen. Each act answers with the pane as it then stands; without scripts, with the whole page."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.errors import BookError, FourstepError
from fourstep.workbench.coding import history as told
from fourstep.workbench.coding import library, screen
from fourstep.workbench.coding.actions import deciding, passing
from fourstep.workbench.coding.errors import Refused, Stale
from fourstep.workbench.coding.models import CodeLine
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who

#: Acts after which no words are marked otherwise than before.
_QUIET = {"move", "first", "date"}
_CONFLICT, _REFUSED = 409, 422


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isdigit() else -1


@needs(Privilege.READ_RECORD)
def episode(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Record on the left, codes on the right."""
    get_object_or_404(Episode, id=episode_id)
    library.warm_up()
    row = passing.open_episode(who(request), episode_id)
    others = passing.here(who(request), row)
    context = screen.whole(row, who(request)) | {"others": others, "whole_page": True}
    return render(request, "coding/screen.html", context | _looked_up(request, row))


@require_POST
@needs(Privilege.CODE)
def act(request: HttpRequest, episode_id: int) -> HttpResponse:
    """One decision about the codes."""
    get_object_or_404(Episode, id=episode_id)
    values = {key: str(value) for key, value in request.POST.items()}
    if ":" in (pick := values.pop("pick", "")):
        values["book"], values["code"] = pick.split(":", 1)
    name = values.pop("act", "")
    try:
        done = deciding.decide(who(request), episode_id, _number(request, "version"), name, values)
    except Stale:
        return _offer_again(request, episode_id, name, values)
    except FourstepError as error:
        return _pane(request, episode_id, _REFUSED, refused=error.what)
    answer = _pane(request, episode_id, with_record=name not in _QUIET)
    answer["HX-Trigger-After-Swap"] = json.dumps({"coded": {"act": name, "line": done.line.id if done.line else None}})
    return answer


def _offer_again(request: HttpRequest, episode_id: int, name: str, values: dict[str, str]) -> HttpResponse:
    """The coding as it now is, what happened meanwhile, and the act that was not done, to be done on it or left."""
    row = Episode.objects.get(id=episode_id)
    last = row.changes.select_related("person").first()
    line = row.lines.filter(id=values["line"]).first() if values.get("line", "").isdigit() else None
    kept = {k: v for k, v in values.items() if k not in ("version", "csrfmiddlewaretoken")}
    again = {
        "act": name,
        "values": kept,
        "meant": _meant(name, line, values),
        "possible": line is not None or "line" not in values,
        "who": last.person if last else None,
        "what": told.sentence_of(last) if last else "",
    }
    return _pane(request, episode_id, _CONFLICT, again=again, with_record=True)


def _meant(name: str, line: CodeLine | None, values: dict[str, str]) -> str:
    """The act in words."""
    own, new = line.code if line else "the code", values.get("code", "")
    return {
        "accept": f"accept {own}", "accept-all": "accept all", "change": f"change {own} to {new}", "add": f"add {new}",
        "remove": f"remove {own}", "move": f"move {own}", "first": f"put {own} first", "date": f"date {own}",
    }.get(name, name)  # fmt: skip


def _pane(request: HttpRequest, episode_id: int, status: int = 200, *, with_record: bool = False, **more: Any) -> HttpResponse:
    row = Episode.objects.get(id=episode_id)
    if not request.htmx:  # type: ignore[attr-defined]
        if again := more.get("again"):
            what = f"Not done: {again['meant']}. The coding changed meanwhile ({again['what']}); look and do it again."
            messages.error(request, what)
        if "refused" in more:
            messages.error(request, more["refused"])
        return redirect("episode", episode_id)
    context = screen.codes(row, who(request)) | more
    if with_record:
        context["papers"] = screen.record(row)
    return render(request, "coding/answer.html", context, status=status)


@require_POST
@needs(Privilege.CODE)
def hand_in(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Submit, or approve, return and reopen at the second check; the answer is the page as it then is."""
    row, person = get_object_or_404(Episode, id=episode_id), who(request)
    version, comment = _number(request, "version"), request.POST.get("comment", "")
    seen = request.POST.get("seen", "")
    try:
        match request.POST.get("step"):
            case "submit":
                row = passing.submit(person, episode_id, version, seen)
            case "approve":
                row = passing.approve(person, episode_id, version, seen, comment)
            case "return":
                row = passing.send_back(person, episode_id, version, comment)
            case "reopen":
                row = passing.reopen(person, episode_id, comment)
            case _:
                raise Refused("there is no such step", str(row))
    except Stale:
        messages.error(request, "Not done: the coding changed meanwhile. Look at it as it is now, then do it again.")
    except FourstepError as error:
        messages.error(request, f"Not done: {error.what}.")
    else:
        messages.success(request, f"{row.key}: {row.get_state_display().lower()}.")
    return redirect("episode", episode_id)


@require_POST
@needs(Privilege.READ_RECORD)
def note(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Write a note."""
    row = get_object_or_404(Episode, id=episode_id)
    refused = ""
    try:
        passing.write_note(who(request), episode_id, request.POST.get("text", ""))
    except Refused as error:
        refused = error.what
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("episode", episode_id)
    return render(request, "coding/notes.html", {"episode": row, "notes": row.notes.select_related("person"), "refused": refused})


@require_POST
@needs(Privilege.READ_RECORD)
def presence(request: HttpRequest, episode_id: int) -> JsonResponse:
    """A sign of life from a page: who else is there, and which version the coding has."""
    row = get_object_or_404(Episode, id=episode_id)
    return JsonResponse({"others": [str(p) for p in passing.here(who(request), row)], "version": row.version})


@needs(Privilege.READ_RECORD)
def pane(request: HttpRequest, episode_id: int) -> HttpResponse:
    """The codes as they are now, for a page that learnt that someone else changed them."""
    get_object_or_404(Episode, id=episode_id)
    return _pane(request, episode_id, with_record=True)


@needs(Privilege.READ_RECORD)
def look_up(request: HttpRequest, episode_id: int) -> HttpResponse:
    """What words may mean, for the coder to choose from."""
    row = get_object_or_404(Episode, id=episode_id)
    return render(request, "coding/found.html", {"episode": row} | _looked_up(request, row))


def _looked_up(request: HttpRequest, row: Episode) -> dict[str, Any]:
    """What is asked of index and books (`q`, `book`), and the code that is to be changed (`line`), if one is."""
    words, line = request.GET.get("q", "").strip(), request.GET.get("line") or request.GET.get("change", "")
    changing = row.lines.filter(id=line).first() if line.isdigit() else None
    book = changing.book if changing else request.GET.get("book", "")
    return {"q": words, "changing": changing, "found": library.look_up(row, words, book) if words else []}


@needs(Privilege.READ_RECORD)
def around(request: HttpRequest, episode_id: int, book: str, code: str) -> HttpResponse:
    """What stands around a code in its book."""
    row = get_object_or_404(Episode, id=episode_id)
    try:
        place = library.around(row, book, code)
    except BookError as error:
        return render(request, "coding/around.html", {"episode": row, "refused": error.what}, status=404)
    return render(request, "coding/around.html", {"episode": row, "place": place})


@needs(Privilege.READ_RECORD)
def history(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Who decided what, on which words, when."""
    row = get_object_or_404(Episode, id=episode_id)
    context = {"episode": row, "events": told.events(row), "passages": row.passages.select_related("person", "to")}
    return render(request, "coding/events.html" if request.htmx else "coding/history.html", context)  # type: ignore[attr-defined]
