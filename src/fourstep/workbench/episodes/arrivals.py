"""Bringing episodes in: upload, what came of it, and another try."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.episodes import actions
from fourstep.workbench.episodes.models import Arrival, Job
from fourstep.workbench.fields import dress
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who

_PER_PAGE = 50


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, each checked as one is."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(_FilesField, self).clean(file, initial) for file in data or [None]]


class UploadForm(forms.Form):
    """Files to bring in: each an episode or a batch of its own, or together the documents of one."""

    sent = _FilesField(
        label="Files",
        help_text="PDF, Word, RTF, HTML, text, HL7, CDA, FHIR, JSON lines, or a zip of episode folders",
    )
    episode = forms.CharField(
        label="Together they are the documents of episode",
        required=False,
        max_length=200,
        help_text="Leave empty when each file stands for itself. The number of an episode that is here adds documents to it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


@needs(Privilege.ADD_EPISODES)
def arrivals(request: HttpRequest) -> HttpResponse:
    """What came in and what became of it; a form for more."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = request.FILES.getlist("sent")
        received = _receive(request, files, form.cleaned_data["episode"].strip())
        messages.success(request, f"{received} arrived and will be read and coded in the background.")
        return redirect("arrivals")
    page = Paginator(Arrival.objects.defer("content").prefetch_related("episodes"), _PER_PAGE).get_page(request.GET.get("page"))
    failed = Job.objects.filter(outcome=Job.Outcome.FAILED, kind=Job.Kind.CODE).select_related("episode").order_by("-id")[:20]
    waiting = Job.objects.filter(outcome=Job.Outcome.WAITING).count()
    return render(request, "episodes/arrivals.html", {"form": form, "page": page, "failed": failed, "waiting": waiting})


def _receive(request: HttpRequest, files: list[UploadedFile], episode: str) -> str:
    person = who(request)
    if episode:
        actions.receive(person, "upload.zip", together(episode, [(f.name or "document", f.read()) for f in files]), "upload")
        return f"Episode {episode} with {len(files)} documents"
    for file in files:
        actions.receive(person, file.name or "document", file.read(), "upload")
    return f"{len(files)} files"


def together(key: str, files: list[tuple[str, bytes]]) -> bytes:
    """A zip of one episode folder: its episode.json and the documents it names, each name once."""
    buffer, named = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            plain = name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".") or "document"
            while plain in named:
                plain = f"again-{plain}"
            named.append(plain)
            archive.writestr(f"episode/{plain}", content)
        archive.writestr("episode/episode.json", json.dumps({"id": key, "documents": [{"file": n} for n in named]}))
    return buffer.getvalue()


@needs(Privilege.ADD_EPISODES)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Read an arrival again."""
    arrival = get_object_or_404(Arrival, id=number)
    job = arrival.jobs.order_by("-id").first()
    if job is None or arrival.content is None or arrival.outcome == Arrival.Outcome.WAITING:
        messages.error(request, "There is nothing to try again: it was read, or waits to be.")
    else:
        actions.retry(who(request), job)
        messages.success(request, f"{arrival.name} will be read again.")
    return redirect("arrivals")


@needs(Privilege.ADD_EPISODES)
@require_POST
def retry_job(request: HttpRequest, number: int) -> HttpResponse:
    """Code an episode again whose coding failed."""
    actions.retry(who(request), get_object_or_404(Job, id=number, outcome=Job.Outcome.FAILED))
    messages.success(request, "It will be coded again.")
    return redirect("arrivals")
