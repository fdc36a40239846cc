"""The department's figures as pages and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fourstep.errors import FourstepError
from fourstep.evaluate.sheet import table_text
from fourstep.workbench.dashboards import actions, presenter
from fourstep.workbench.dashboards.catalogue import KINDS, OF_CODERS, measures
from fourstep.workbench.dashboards.models import Refresh, ShmiTable
from fourstep.workbench.episodes.calendar import Calendar
from fourstep.workbench.episodes.presenter import counts
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who

_PROPOSALS = ("accepted", "changed", "rejected")


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:100] for name in ("specialty", "consultant")}


def _group(request: HttpRequest) -> str:
    asked = request.GET.get("by", "month")
    return asked if asked in presenter.GROUPS else "month"


@needs(Privilege.DASHBOARDS)
def dashboards(request: HttpRequest) -> HttpResponse:
    """The overview: backlog as it is now, every measure by month as of the last count."""
    backlog = counts(Calendar(), timezone.localdate())
    return render(request, "dashboards/overview.html", presenter.overview(_chosen(request)) | {"backlog": backlog})


@needs(Privilege.DASHBOARDS)
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure by month, specialty or consultant, with its definition; as CSV with ?csv."""
    if name not in measures():
        raise Http404
    one, chosen, group = measures()[name], _chosen(request), _group(request)
    chart = presenter.by(one, group, chosen)
    if "csv" in request.GET:
        rows = [(f.group, f.amount, f.of, "" if f.value is None else round(f.value, 2), f.interval) for f in chart.figures]
        return _csv(name, (group, "amount", "of", one.unit.replace(" ", "_"), "interval_95"), rows)
    context = {
        "chart": chart, "group": group, "groups": presenter.GROUPS, "chosen": chosen, "refresh": Refresh.objects.first(),
        "chapters": presenter.chapters(one, chosen) if name in _PROPOSALS else [], **presenter.choices(),
    }  # fmt: skip
    return render(request, "dashboards/measure.html", context)


@needs(Privilege.DASHBOARDS)
def commonest(request: HttpRequest, kind: str) -> HttpResponse:
    """The commonest diagnoses, procedures or HRGs; as CSV with ?csv."""
    if kind not in KINDS:
        raise Http404
    chosen, group = _chosen(request), _group(request)
    found = presenter.commonest(kind, group, chosen)
    if "csv" in request.GET:
        rows = [(c.code, c.title, c.count, round(c.share, 2), *c.groups) for c in found["lines"]]
        return _csv(kind, ("code", "title", "count", "per_cent", *found["names"]), rows)
    context = {
        "kind": kind, "title": KINDS[kind], "groups": presenter.GROUPS, "chosen": chosen,
        "refresh": Refresh.objects.first(), **presenter.choices(), **found,
    }  # fmt: skip
    return render(request, "dashboards/commonest.html", context)


@needs(Privilege.CODE)
def own(request: HttpRequest) -> HttpResponse:
    """A coder's own figures."""
    return _coders(request, "My figures", who(request).id)


@needs(Privilege.SEE_PEOPLE_FIGURES)
def coders(request: HttpRequest) -> HttpResponse:
    """Figures by coder, in order of name."""
    return _coders(request, "Figures by coder", None)


def _coders(request: HttpRequest, title: str, coder: int | None) -> HttpResponse:
    found = presenter.of_coders(coder)
    titles = [measures()[n] for n in OF_CODERS]
    if "csv" in request.GET:
        rows = [(name, month, *(f.shown for f in line)) for name, _, months in found for month, line in months]
        return _csv("coders", ("coder", "month", *OF_CODERS), rows)
    context = {"title": title, "coders": found, "measures": titles, "refresh": Refresh.objects.first()}
    return render(request, "dashboards/coders.html", context)


@needs(Privilege.SEE_PEOPLE_FIGURES, Privilege.MANAGE_SITE)
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Count anew now."""
    done = actions.refresh(who(request))
    messages.success(request, f"{done.episodes} finished codings were counted.")
    return redirect("dashboards" if who(request).may(Privilege.DASHBOARDS) else "shmi-groups")


@needs(Privilege.MANAGE_SITE)
def shmi_groups(request: HttpRequest) -> HttpResponse:
    """The site's table of SHMI diagnosis groups."""
    if request.method == "POST":
        try:
            (file,) = request.FILES.getlist("groups")
            kept = actions.load_groups(who(request), file.name or "groups", file.read().decode("utf-8-sig"))
        except ValueError:  # no file, or not in UTF-8
            messages.error(request, "Choose a text file in UTF-8.")
        except FourstepError as error:
            line = (error.place or "").rpartition(":")[2]
            messages.error(request, f"Line {line}: {error.what}. The table stays as it was.")
        else:
            messages.success(request, f"{len(kept.groups)} beginnings of codes were loaded; the next count uses them.")
        return redirect("shmi-groups")
    return render(request, "dashboards/shmi.html", {"table": ShmiTable.objects.first()})


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    answer = HttpResponse("\ufeff" + table_text(columns, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
