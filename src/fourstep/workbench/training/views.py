"""A person's own training: practice, papers, the log; and the glossary."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fourstep.workbench.entry.page import sheet_page
from fourstep.workbench.entry.sheet import read_sheet, sheet_of
from fourstep.workbench.people.gate import needs, signed_in
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.training import glossary as words
from fourstep.workbench.training import presenter
from fourstep.workbench.training.actions import mentoring, practising
from fourstep.workbench.training.errors import Refused
from fourstep.workbench.training.forms import LogForm
from fourstep.workbench.training.models import Attempt, Paper, PracticeRecord


def _may_see(person: Person, of: Person) -> None:
    """One's own, or anybody's for who trains."""
    if of.id != person.id and not person.may(Privilege.TRAIN):
        raise PermissionDenied


@needs(Privilege.PRACTISE)
def training(request: HttpRequest) -> HttpResponse:
    """One's own training."""
    person = who(request)
    context = presenter.own_page(person, timezone.localdate())
    return render(request, "training/own.html", context | {"form": LogForm(with_stage=False), "own": True})


@needs(Privilege.PRACTISE)
def records(request: HttpRequest) -> HttpResponse:
    """All practice records, to choose from."""
    done = Attempt.objects.filter(person=who(request), handed_in_at__isnull=False).values_list("record_id", flat=True)
    return render(request, "training/records.html", {"records": PracticeRecord.objects.all(), "done": set(done)})


@needs(Privilege.PRACTISE)
@require_POST
def begin(request: HttpRequest, record_id: int) -> HttpResponse:
    """Begin a record, or go on with it."""
    attempt = practising.begin(who(request), get_object_or_404(PracticeRecord, id=record_id))
    return redirect("attempt", attempt.id)


@needs(Privilege.PRACTISE, Privilege.TRAIN)
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The record with an empty sheet; when it is handed in, its marking. In a paper, marking waits for the paper's end."""
    person = who(request)
    row = get_object_or_404(Attempt.objects.select_related("record__episode", "paper", "person", "commented_by"), id=attempt_id)
    _may_see(person, row.person)
    if row.paper:
        row.paper = practising.expire(row.paper)
        row.refresh_from_db(fields=["handed_in_at", "figures", "differences", "points"])
    if row.handed_in_at or row.person_id != person.id:
        if row.paper and not row.paper.finished_at:
            return redirect("paper", row.paper.id)
        if not row.handed_in_at:
            messages.info(request, "It has not been handed in yet.")
            return redirect("trainee", row.person_id)
        return render(request, "training/marking.html", presenter.marking(row))
    episode = row.record.episode
    if request.method == "POST":
        sheet, hand_in = read_sheet(episode, request.POST.dict()), request.POST.get("act") == "hand-in"
        try:
            practising.keep(person, row.id, sheet, hand_in=hand_in)
        except Refused as error:
            messages.error(request, f"Not handed in: {error.what}.")
        else:
            if hand_in:
                return redirect("attempt", row.id)
    else:
        sheet = sheet_of(episode, row.diagnoses, row.procedures)
    return render(request, "training/practise.html", sheet_page(request, episode, sheet) | {"attempt": row})


@needs(Privilege.PRACTISE)
@require_POST
def start_paper(request: HttpRequest) -> HttpResponse:
    """A new paper."""
    try:
        made = practising.start_paper(who(request), request.POST.get("kind", ""))
    except Refused as error:
        messages.error(request, f"No paper was begun: {error.what}.")
        return redirect("training")
    return redirect("paper", made.id)


@needs(Privilege.PRACTISE, Privilege.TRAIN)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper: to be answered by whose it is, or marked."""
    person = who(request)
    row = get_object_or_404(Paper.objects.select_related("person"), id=paper_id)
    _may_see(person, row.person)
    if request.method == "POST":
        try:
            practising.answer(person, row.id, request.POST.dict(), finish=request.POST.get("act") == "finish")
        except Refused as error:
            messages.error(request, f"Not kept: {error.what}.")
        return redirect("paper", row.id)
    row = practising.expire(row)
    context = {
        "paper": row, "questions": presenter.questions(row), "mine": row.person_id == person.id,
        "attempts": row.attempts.select_related("record").order_by("id"),
    }  # fmt: skip
    return render(request, "training/paper.html", context)


@needs(Privilege.PRACTISE)
@require_POST
def write_log(request: HttpRequest) -> HttpResponse:
    """A line in one's own log, to be signed by who trains."""
    form = LogForm(request.POST, with_stage=False)
    person = who(request)
    if form.is_valid():
        try:
            mentoring.write_log(person, form.save(commit=False), person)
        except Refused as error:
            messages.error(request, f"Not kept: {error.what}.")
    else:
        messages.error(request, "Not kept: " + " ".join(str(e) for errors in form.errors.values() for e in errors))
    return redirect("training")


@signed_in
def glossary(request: HttpRequest) -> HttpResponse:
    """Words of the field, short forms, parts of the body."""
    asked, kind = request.GET.get("find", "").strip()[:100], request.GET.get("kind", "")
    found, total = words.search(asked, kind)
    context = {"found": found, "total": total, "asked": asked, "kind": kind, "kinds": (("", "all"), *words.KINDS.items())}
    return render(request, "training/glossary.html", context | {"names": words.KINDS})
