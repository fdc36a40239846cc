"""The worklist and bringing episodes in."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege

_PER_PAGE = 50


@needs(Privilege.SEE_WORKLIST)
def worklist(request: HttpRequest) -> HttpResponse:
    """Episodes with where they stand."""
    episodes = Episode.objects.filter(training=False).select_related("assigned_to")
    page = Paginator(episodes, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "episodes/worklist.html", {"page": page})
