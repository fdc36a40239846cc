"""The auditor's pages: the audits, one audit with its sample, the coding of an episode, its differences, the site's tables."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.errors import FourstepError
from fourstep.evaluate.keys import CAUSES
from fourstep.workbench.audits import presenter
from fourstep.workbench.audits.actions import answering, auditing, drawing
from fourstep.workbench.audits.actions.sequence import add_sequence, free
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.forms import AuditForm, RecommendationForm, ThresholdForm
from fourstep.workbench.audits.models import Audit, AuditCoding, ErrorKey, Item, Recommendation, Threshold
from fourstep.workbench.audits.standing import Part, site_keys, stands, truth
from fourstep.workbench.entry.page import sheet_page
from fourstep.workbench.entry.sheet import read_sheet, sheet_of
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who


@needs(Privilege.AUDIT, Privilege.SEE_PEOPLE_FIGURES)
def audits(request: HttpRequest) -> HttpResponse:
    """All audits, the newest first."""
    return render(request, "audits/list.html", {"audits": Audit.objects.all()})


@needs(Privilege.AUDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Draw a new one."""
    again = Audit.objects.filter(id=request.GET["again"]).first() if request.GET.get("again", "").isdecimal() else None
    first = {"again": again, "kind": Audit.Kind.AGAIN} if again else {}
    form = AuditForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            audit = drawing.draw_audit(who(request), form.save(commit=False), take_all=form.cleaned_data["take_all"])
        except FourstepError as error:
            form.add_error(None, f"Nothing was drawn: {error.what}.")
        else:
            return redirect("audit", audit.id)
    return render(request, "audits/new.html", {"form": form})


@needs(Privilege.AUDIT, Privilege.SEE_PEOPLE_FIGURES)
def audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One audit: its sample and how far it has come."""
    row = get_object_or_404(Audit, id=audit_id)
    return render(request, "audits/audit.html", presenter.sheet(row) | {"recommend": RecommendationForm()})


@needs(Privilege.AUDIT)
@require_POST
def pass_on(request: HttpRequest, audit_id: int) -> HttpResponse:
    """To the coders, back, or closed."""
    get_object_or_404(Audit, id=audit_id)
    try:
        answering.pass_on(who(request), audit_id, request.POST.get("step", ""))
    except Refused as error:
        messages.error(request, f"Not done: {error.what}.")
    return redirect("audit", audit_id)


@needs(Privilege.AUDIT)
def code(request: HttpRequest, item_id: int) -> HttpResponse:
    """The record, and a sheet for the auditor's codes. A blind auditor sees no code of anybody else."""
    item = get_object_or_404(Item.objects.select_related("audit", "episode"), id=item_id)
    person = who(request)
    try:
        part = auditing.part_of(person, item)
    except Refused as error:
        messages.error(request, f"{item.key}: {error.what}.")
        return redirect("audit", item.audit_id)
    assert item.episode is not None  # part_of refuses an item without
    own = item.codings.filter(part=part).first()
    if request.method == "POST":
        sheet, excluded = read_sheet(item.episode, request.POST.dict()), request.POST.get("excluded", "").strip()
        hand_in = request.POST.get("act") == "hand-in"
        try:
            auditing.keep_coding(person, item.id, request.POST.get("part", ""), sheet, excluded, hand_in=hand_in)
        except Refused as error:
            messages.error(request, f"Not handed in: {error.what}.")
        else:
            if hand_in:
                return redirect("audit-item", item.id)
    else:
        auditing.open_item(person, item)
        sheet, excluded = sheet_of(item.episode, *_to_begin_with(item, own)), own.excluded if own else ""
    context = sheet_page(request, item.episode, sheet) | {"item": item, "part": part, "with_excluded": True, "excluded": excluded}
    if part == Part.AGREED:
        context |= presenter.both(item)
    return render(request, "audits/code.html", context)


def _to_begin_with(item: Item, own: AuditCoding | None) -> tuple[list[str], list[str]]:
    if own is not None:
        return own.diagnoses, own.procedures
    return ([], []) if item.audit.blind else (item.diagnoses, item.procedures)


@needs(Privilege.AUDIT, Privilege.SEE_PEOPLE_FIGURES)
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """The differences of one episode, with what auditor and coder say of them."""
    row = get_object_or_404(Item.objects.select_related("audit", "episode"), id=item_id)
    person = who(request)
    if request.method == "POST" and person.may(Privilege.AUDIT):
        try:
            answering.describe(person, row, request.POST.dict())
        except Refused as error:
            messages.error(request, f"Not kept: {error.what}.")
        else:
            messages.success(request, "Kept.")
        return redirect("audit-item", row.id)
    found = truth(row)
    following = row.audit.items.filter(position__gt=row.position).first()
    shown = found is not None or not row.audit.blind
    context = {
        "item": row, "audit": row.audit, "stands": stands(row), "truth": found, "shown": shown, "following": following,
        "findings": row.findings.all(), "keys": site_keys().all(), "causes": CAUSES,
        "open": row.audit.state != Audit.State.CLOSED and person.may(Privilege.AUDIT),
        "free": free(row) if row.audit.state == Audit.State.CODING and person.may(Privilege.AUDIT) else [],
    }  # fmt: skip
    return render(request, "audits/item.html", context)


@needs(Privilege.AUDIT)
@require_POST
def sequence(request: HttpRequest, item_id: int) -> HttpResponse:
    """A right secondary code stands in the wrong place."""
    row = get_object_or_404(Item, id=item_id)
    area, _, code = request.POST.get("code", "").partition(":")
    try:
        add_sequence(who(request), row.id, area, code)
    except Refused as error:
        messages.error(request, f"Not added: {error.what}.")
    return redirect("audit-item", row.id)


@needs(Privilege.AUDIT)
@require_POST
def recommend(request: HttpRequest, audit_id: int) -> HttpResponse:
    """A recommendation, with who and by when."""
    row = get_object_or_404(Audit, id=audit_id)
    form = RecommendationForm(request.POST)
    if form.is_valid():
        answering.recommend(who(request), row, form.cleaned_data["text"], form.cleaned_data["owner"], form.cleaned_data["due"])
    else:
        messages.error(request, "A recommendation needs its words, who is to do it, and a day.")
    return redirect("audit", audit_id)


@needs(Privilege.AUDIT, Privilege.SEE_PEOPLE_FIGURES)
@require_POST
def recommendation_done(request: HttpRequest, recommendation_id: int) -> HttpResponse:
    """A recommendation is done."""
    row = get_object_or_404(Recommendation, id=recommendation_id)
    try:
        answering.do_recommended(who(request), row, request.POST.get("how", ""))
    except Refused as error:
        messages.error(request, f"Not done: {error.what}.")
    return redirect("audit", row.audit_id)


@needs(Privilege.AUDIT)
def keys(request: HttpRequest) -> HttpResponse:
    """The table of error keys, which a site maps to its national ones."""
    if request.method == "POST":
        said: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in ("name", "national", "cause", "meaning")}
        if not all(said.values()) or said["cause"] not in CAUSES or len(said["national"]) > 20 or len(said["meaning"]) > 120:
            messages.error(request, "A line needs the national key, the cause and the meaning.")
        else:
            try:
                answering.keep_key(who(request), ErrorKey(**said))
            except Refused as error:
                messages.error(request, f"Not kept: {error.what}.")
        return redirect("audit-keys")
    own = set(ErrorKey.objects.values_list("name", flat=True))
    return render(request, "audits/keys.html", {"keys": site_keys().all(), "own": own, "causes": CAUSES})


@needs(Privilege.AUDIT)
def thresholds(request: HttpRequest) -> HttpResponse:
    """The thresholds by date."""
    form = ThresholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answering.keep_threshold(who(request), Threshold(**form.cleaned_data))
        return redirect("audit-thresholds")
    return render(request, "audits/thresholds.html", {"form": form, "thresholds": Threshold.objects.all()})
