"""The page that shows what an update would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.episodes.engine import engine_version
from fourstep.workbench.episodes.models import OPEN_STATES, Episode, Proposal
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.updates import actions
from fourstep.workbench.updates.models import Outcome, Trial

_PER_PAGE = 50


@needs(Privilege.MANAGE_SITE, Privilege.CHECK)
def updates(request: HttpRequest) -> HttpResponse:
    """The newest trial: how far it is, and the differences."""
    trial = Trial.objects.select_related("made_by").first()
    context: dict[str, Any] = {"engine": engine_version(), "trial": trial, "behind": _behind()}
    if trial is not None:
        stands = {s: Count("id", filter=Q(stand=s)) for s in Outcome.Stand.values}
        context["counts"] = trial.outcomes.aggregate(**stands, all=Count("id"))
        shown = trial.outcomes.exclude(stand__in=[Outcome.Stand.WAITING, Outcome.Stand.SAME])
        shown = shown.select_related("episode__assigned_to", "decided_by").defer("result")
        context["page"] = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "updates/updates.html", context)


def _behind() -> int:
    """Open episodes whose proposal another version of engine and knowledge made."""
    newest = Proposal.objects.filter(episode=OuterRef("id")).order_by("-id").values("engine")[:1]
    open_ones = Episode.objects.filter(state__in=OPEN_STATES, training=False).annotate(engine=Subquery(newest))
    return open_ones.exclude(engine=engine_version()).exclude(engine=None).count()


@require_POST
@needs(Privilege.MANAGE_SITE, Privilege.CHECK)
def begin(request: HttpRequest) -> HttpResponse:
    """Start a trial."""
    actions.begin(who(request))
    return redirect("updates")


@require_POST
@needs(Privilege.MANAGE_SITE, Privilege.CHECK)
def decide(request: HttpRequest, outcome_id: int) -> HttpResponse:
    """Apply one difference, or leave it."""
    get_object_or_404(Outcome, id=outcome_id)
    act = actions.apply if request.POST.get("act") == "apply" else actions.leave
    outcome = act(who(request), outcome_id)
    messages.success(request, f"{outcome.episode.key}: {outcome.get_stand_display().lower()}.")
    return redirect("updates")


@require_POST
@needs(Privilege.MANAGE_SITE, Privilege.CHECK)
def apply_all(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Apply all differences of a trial."""
    applied = actions.apply_all(who(request), get_object_or_404(Trial, id=trial_id))
    messages.success(request, f"Applied to {applied} episodes.")
    return redirect("updates")
