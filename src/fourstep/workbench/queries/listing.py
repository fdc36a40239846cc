"""The list of queries of all episodes: what is open and how old, reminders due, how long answers take."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from fourstep.exchange.table import to_csv
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.queries import presenter
from fourstep.workbench.queries.figures import figures
from fourstep.workbench.queries.models import Addressee, Kind, Query, State
from fourstep.workbench.queries.reminders import due
from fourstep.workbench.queries.threads import unread
from fourstep.workbench.trust.actions import record

_PER_PAGE = 50
_MOST_ROWS = 20_000
_STATES = [("open", "Sent, not answered"), ("due", "Reminder due"), ("", "All"), *State.choices]


@needs(Privilege.QUERY)
def listing(request: HttpRequest) -> HttpResponse:
    """Queries, oldest first; the turnaround figures are loaded behind them."""
    now = timezone.now()
    page = Paginator(_chosen(request), _PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "rows": presenter.rows(page, now),
        "query": query.urlencode(),
        "due": due(now).count(),
        "unread": unread(who(request))[:20],
        "states": _STATES,
        "kinds": Kind.choices,
        "addressees": Addressee.choices,
        "chosen": {name: request.GET.get(name, "open" if name == "state" else "") for name in ("state", "kind", "addressee")},
    }
    return render(request, "queries/list.html", context)


@needs(Privilege.QUERY)
def turnaround(request: HttpRequest) -> HttpResponse:
    """How long answers take: a part of the list, or a page of its own."""
    part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "queries/figures.html" if part else "queries/figures_page.html", {"figures": figures()})


@needs(Privilege.QUERY)
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same list for a spreadsheet, without the words of question and answer; formulas are made harmless."""
    rows = presenter.rows(_chosen(request)[:_MOST_ROWS], timezone.now())
    record(who(request), "queries listed", rows=len(rows))
    text = to_csv(presenter.COLUMNS, map(presenter.cells, rows))
    headers = {"Content-Disposition": 'attachment; filename="queries.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _chosen(request: HttpRequest) -> QuerySet[Query]:
    """What the filters of the address let through; what they cannot mean lets everything through."""
    state, kind = request.GET.get("state", "open"), request.GET.get("kind", "")
    addressee = request.GET.get("addressee", "")
    queries = due() if state == "due" else Query.objects.all()
    if state == "open":
        queries = queries.filter(state=State.SENT)
    elif state in State.values:
        queries = queries.filter(state=state)
    if kind in Kind.values:
        queries = queries.filter(kind=kind)
    if addressee in Addressee.values:
        queries = queries.filter(addressee_kind=addressee)
    return queries.filter(episode__training=False).select_related("episode", "sent_by").order_by("sent_at", "id")
