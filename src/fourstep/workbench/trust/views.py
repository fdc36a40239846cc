"""The access log, and what is held about a patient."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.trust import retention
from fourstep.workbench.trust.actions import record, verify
from fourstep.workbench.trust.models import LogEntry

_PER_PAGE = 100
_FILTERS = ("account", "action", "subject")


@needs(Privilege.SEE_LOG)
def log(request: HttpRequest) -> HttpResponse:
    """Who viewed or changed what, newest first."""
    chosen = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    entries = LogEntry.objects.filter(**{k: v for k, v in chosen.items() if v}).order_by("-id")
    page = Paginator(entries, _PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "trust/log.html", {"page": page, "chosen": chosen, "query": query.urlencode()})


@needs(Privilege.SEE_LOG)
@require_POST
def verify_log(request: HttpRequest) -> HttpResponse:
    """Follow the chain and say what was found."""
    verdict = verify()
    if verdict.what:
        where = f"Entry {verdict.broken_at} " if verdict.broken_at else ""
        messages.error(request, f"The log is broken. {where}{verdict.what}.")
    else:
        messages.success(request, f"{verdict.entries} entries, unbroken.")
    record(who(request), "log verified", broken=bool(verdict.what))
    return redirect("log")


@needs(Privilege.ERASE)
def patient(request: HttpRequest) -> HttpResponse:
    """What is held about a patient: handed out as a file, or erased."""
    number = request.POST.get("nhs_number", "").replace(" ", "")
    found = retention.of_patient(number) if number else None
    act = request.POST.get("act")
    if found is not None and found.exists():
        if act == "export":
            held = json.dumps(retention.export(who(request), found), cls=DjangoJSONEncoder, indent=1)
            headers = {"Content-Disposition": 'attachment; filename="held.json"'}
            return HttpResponse(held, content_type="application/json", headers=headers)
        if act == "erase" and "sure" in request.POST:
            messages.success(request, f"{retention.erase(who(request), found, 'request')} episodes were erased.")
            return redirect("patient")
        if act == "erase":
            messages.error(request, "Tick that you are sure.")
    elif number:
        messages.error(request, "Nothing is held under that number.")
    context = {"number": number, "found": found, "days": retention.days_kept(), "due": retention.due().count()}
    return render(request, "trust/patient.html", context)
