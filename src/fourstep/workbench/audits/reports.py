"""The report of an audit as page, PDF, CSV and plots; and the coder's own differences."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fourstep.evaluate import plots
from fourstep.evaluate.pdf import report_pdf
from fourstep.evaluate.result import figure_columns, figure_rows
from fourstep.evaluate.sheet import table_text, worksheet_text
from fourstep.workbench.audits import presenter
from fourstep.workbench.audits.actions import answering
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.models import Audit, Finding, Recommendation
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.trust.actions import record

_PLOTS = {"figures": plots.four_figures, "keys": plots.error_keys}
_SEES = (Privilege.AUDIT, Privilege.SEE_PEOPLE_FIGURES)


@needs(*_SEES)
def report(request: HttpRequest, audit_id: int) -> HttpResponse:
    """The report as a page."""
    found = presenter.report(get_object_or_404(Audit, id=audit_id))
    return render(request, "audits/report.html", presenter.report_page(found))


@needs(*_SEES)
def report_file(request: HttpRequest, audit_id: int, name: str) -> HttpResponse:
    """report.pdf, figures.csv, worksheet.csv; figures.svg and keys.svg for the page."""
    row = get_object_or_404(Audit, id=audit_id)
    found = presenter.report(row)
    plot, _, ending = name.partition(".")
    if ending == "svg" and plot in _PLOTS:
        return HttpResponse(plots.svg(_PLOTS[plot](found.result)), content_type="image/svg+xml")
    if name == "report.pdf" and found.refused:
        messages.error(request, f"No PDF: {found.refused}.")
        return redirect("audit-report", audit_id)
    if name == "report.pdf":
        answer = HttpResponse(report_pdf(found.result), content_type="application/pdf")
    elif name == "figures.csv":
        answer = _csv(table_text(figure_columns(found.result), figure_rows(found.result)))
    elif name == "worksheet.csv":
        answer = _csv(worksheet_text(found.result.marks))
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="audit-{row.id}-{name}"'
    record(who(request), "audit exported", str(row), file=name)
    return answer


def _csv(text: str) -> HttpResponse:
    return HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")


@needs(Privilege.CODE)
def own(request: HttpRequest) -> HttpResponse:
    """A coder's own differences, to be acknowledged or challenged, and what is recommended to them."""
    person = who(request)
    if request.method == "POST":
        number = request.POST.get("finding", "")
        finding = get_object_or_404(Finding, id=int(number) if number.isdecimal() else 0)
        try:
            answering.respond(person, finding.id, request.POST.get("response", ""), request.POST.get("text", ""))
        except Refused as error:
            messages.error(request, f"Not kept: {error.what}.")
        return redirect("audit-own")
    sent = (Audit.State.ANSWERING, Audit.State.CLOSED)
    findings = Finding.objects.filter(item__coder=person, item__audit__state__in=sent).select_related("item__audit")
    context = {
        "audits": presenter.of_coder(list(findings)),
        "meanings": presenter.meanings(),
        "recommendations": Recommendation.objects.filter(owner=person).select_related("audit"),
    }
    return render(request, "audits/own.html", context)
