"""The thread of an episode: a part of the coding screen, or a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.queries import threads
from fourstep.workbench.queries.errors import QueryRefused


@needs(Privilege.READ_RECORD)
def thread(request: HttpRequest, episode_id: int) -> HttpResponse:
    """What coders said to each other about the episode; a form for more. Reading it marks it read."""
    episode, person = get_object_or_404(Episode, pk=episode_id), who(request)
    part = bool(request.htmx)  # type: ignore[attr-defined]
    refused = ""
    if request.method == "POST":
        others = [int(v) for v in request.POST.getlist("to") if v.isdecimal()]
        try:
            threads.say(person, episode, request.POST.get("text", ""), others)
        except QueryRefused as error:
            refused = error.what
        if not part:
            if refused:
                messages.error(request, f"Not done: {refused}.")
            return redirect("episode-thread", episode_id)
    remarks, seen = threads.read(person, episode)
    context = {
        "episode": episode,
        "remarks": [(remark, remark.pk > seen and remark.person_id != person.pk) for remark in remarks],
        "colleagues": threads.colleagues().exclude(pk=person.pk),
        "refused": refused,
    }
    return render(request, "queries/thread.html" if part else "queries/thread_page.html", context)
