"""What mentors see and sign."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fourstep.workbench.home import examples_directory
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.training import presenter
from fourstep.workbench.training.actions import mentoring
from fourstep.workbench.training.actions.loading import load_practice
from fourstep.workbench.training.errors import Refused
from fourstep.workbench.training.forms import LogForm
from fourstep.workbench.training.models import Attempt, LogLine, PracticeRecord


@needs(Privilege.TRAIN)
def trainees(request: HttpRequest) -> HttpResponse:
    """Everybody who practises, one's own trainees first."""
    context = {
        "trainees": presenter.trainees(who(request), timezone.localdate()),
        "waiting": LogLine.objects.filter(signed_at=None).exclude(person=who(request)),
        "records": PracticeRecord.objects.count(),
    }
    return render(request, "training/trainees.html", context)


@needs(Privilege.TRAIN)
def trainee(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's training, and a line in their log."""
    of = get_object_or_404(Person, id=person_id)
    form = LogForm(request.POST or None, with_stage=True)
    if request.method == "POST" and form.is_valid():
        try:
            mentoring.write_log(who(request), form.save(commit=False), of)
        except Refused as error:
            form.add_error(None, f"Not kept: {error.what}.")
        else:
            return redirect("trainee", person_id)
    return render(request, "training/own.html", presenter.own_page(of, timezone.localdate()) | {"form": form, "own": False})


@needs(Privilege.TRAIN)
@require_POST
def comment(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """A mentor's words on an attempt."""
    get_object_or_404(Attempt, id=attempt_id)
    try:
        mentoring.comment(who(request), attempt_id, request.POST.get("comment", ""))
    except Refused as error:
        messages.error(request, f"Not kept: {error.what}.")
    return redirect("attempt", attempt_id)


@needs(Privilege.TRAIN)
@require_POST
def sign(request: HttpRequest, line_id: int) -> HttpResponse:
    """Sign a line of a log."""
    get_object_or_404(LogLine, id=line_id)
    try:
        mentoring.sign(who(request), line_id)
    except Refused as error:
        messages.error(request, f"Not signed: {error.what}.")
    return redirect("trainees")


@needs(Privilege.TRAIN)
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Load the shipped practice records."""
    done = load_practice(who(request), examples_directory())
    messages.success(request, f"{done} practice records were loaded.")
    return redirect("trainees")
