"""The worklist: what is to be coded, by whom and by when."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fourstep.errors import UsageError
from fourstep.workbench.episodes import actions, presenter
from fourstep.workbench.episodes.calendar import COLUMNS, Calendar, read_calendar
from fourstep.workbench.episodes.filters import WorklistFilter
from fourstep.workbench.episodes.models import Episode, SavedFilter
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who

_PER_PAGE = 50
_MOST_ASSIGNED = 500


@needs(Privilege.SEE_WORKLIST)
def worklist(request: HttpRequest) -> HttpResponse:
    """Episodes with where they stand, filtered and ordered by the address."""
    person, calendar, today = who(request), Calendar(), timezone.localdate()
    chosen = WorklistFilter(request.GET, person=person)
    found = chosen.apply(calendar, today).select_related("assigned_to").defer("administrative", "note", "warnings")
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "episodes/worklist.html",
        {
            "form": chosen,
            "page": page,
            "rows": presenter.rows(list(page), calendar, today),
            "counts": presenter.counts(calendar, today),
            "query": query.urlencode(),
            "filters": SavedFilter.objects.filter(person=person) | SavedFilter.objects.filter(shared=True),
            "coders": Person.objects.filter(is_active=True).order_by("username") if person.may(Privilege.ASSIGN) else (),
        },
    )


@needs(Privilege.CODE)
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """An episode becomes one's own."""
    row = get_object_or_404(Episode, id=number, training=False)
    if not actions.take(who(request), row):
        messages.error(request, f"{row.key} was taken by someone else a moment ago.")
    return redirect(_back(request))


@needs(Privilege.ASSIGN)
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """The ticked episodes go to someone."""
    ids = [int(v) for v in request.POST.getlist("episode") if v.isdecimal()][:_MOST_ASSIGNED]
    chosen = request.POST.get("to", "")
    to = get_object_or_404(Person, pk=chosen, is_active=True) if chosen.isdecimal() else None
    if to and not to.may(Privilege.CODE):
        messages.error(request, f"{to} does not code: nothing was assigned.")
        return redirect(_back(request))
    done = actions.assign(who(request), Episode.objects.filter(id__in=ids, training=False), to)
    messages.success(request, f"{done} episodes are with {to or 'nobody'} now." if done else "No episode was ticked.")
    return redirect(_back(request))


@needs(Privilege.SEE_WORKLIST)
@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keep the worklist as it is shown, under a name."""
    person, name = who(request), request.POST.get("name", "").strip()[:60]
    query = request.POST.get("query", "")[:1000]
    if name:
        actions.keep_filter(person, name, query, shared="shared" in request.POST and person.may(Privilege.ASSIGN))
        messages.success(request, f"Kept as “{name}”.")
    else:
        messages.error(request, "A filter needs a name.")
    return redirect(f"/worklist/?{query}")


@needs(Privilege.SEE_WORKLIST)
@require_POST
def drop_filter(request: HttpRequest, number: int) -> HttpResponse:
    """Forget one of one's own filters."""
    get_object_or_404(SavedFilter, id=number, person=who(request)).delete()
    return redirect("worklist")


@needs(Privilege.MANAGE_SITE)
def deadlines(request: HttpRequest) -> HttpResponse:
    """The submission calendar: shown, and replaced by a CSV file."""
    if request.method == "POST":
        try:
            (file,) = request.FILES.getlist("calendar")
            lines = read_calendar(file.read().decode("utf-8-sig"), file.name or "calendar")
        except ValueError:  # no file, or not in UTF-8
            messages.error(request, "Choose a CSV file in UTF-8.")
        except UsageError as error:
            messages.error(request, str(error))
        else:
            actions.replace_calendar(who(request), lines)
            messages.success(request, f"The calendar has {len(lines)} lines now.")
        return redirect("deadlines")
    return render(request, "episodes/deadlines.html", {"lines": Calendar().lines, "columns": ", ".join(COLUMNS)})


def _back(request: HttpRequest) -> str:
    """Where a form came from: only ever the worklist, whatever it says."""
    query = request.POST.get("query", "")
    if len(query) > 1000:
        raise Http404
    return f"/worklist/?{query}"
