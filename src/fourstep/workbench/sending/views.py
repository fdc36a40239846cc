"""Pages of what leaves: batches, coded data for analysts, groups and prices."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.errors import FourstepError
from fourstep.workbench.fields import dress
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.sending import actions, plain
from fourstep.workbench.sending.actions import Chosen
from fourstep.workbench.sending.forms_of_file import FORMS, GROUPER
from fourstep.workbench.sending.models import Batch
from fourstep.workbench.trust.actions import record

_PER_PAGE = 50
_ATTACHMENT = 'attachment; filename="{}"'


class ChosenForm(forms.Form):
    """Which episodes leave, and as what."""

    form = forms.ChoiceField(label="Format", choices=[(name, form.label) for name, form in FORMS.items()])
    first = forms.DateField(label="Discharged from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="Discharged to", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    again = forms.BooleanField(label="Also what left before", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "fs-small")

    def chosen(self) -> Chosen:
        """The choice, once the form has been checked."""
        given = self.cleaned_data
        return Chosen(given["first"], given["last"], given["again"])


@needs(Privilege.SEND_ON)
def sending(request: HttpRequest) -> HttpResponse:
    """Choose, see how many, send; and what has left."""
    given = request.POST if request.method == "POST" else request.GET
    form = ChosenForm(given if "form" in given else None)
    ready = Chosen()
    if form.is_valid():
        ready = form.chosen()
        if request.method == "POST":
            try:
                batch = actions.make_batch(who(request), form.cleaned_data["form"], ready)
            except FourstepError as error:
                messages.error(request, f"Nothing was exported: {error}.")
            else:
                messages.success(request, f"{batch.count} episodes were exported as {batch.name}.")
                return redirect("batch", batch.pk)
    batches = Paginator(Batch.objects.defer("content", "notes").select_related("made_by"), _PER_PAGE)
    page = batches.get_page(request.GET.get("page"))
    context = {"form": form, "ready": ready.episodes().count(), "most": actions.MOST, "page": page}
    return render(request, "sending/sending.html", context)


@needs(Privilege.SEND_ON)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: what was in it, what its receiver will miss, and for the grouper's, its way back."""
    found = get_object_or_404(Batch.objects.defer("content").select_related("made_by"), pk=number)
    sent = found.sent.select_related("episode").order_by("id")
    page = Paginator(sent, _PER_PAGE).get_page(request.GET.get("page"))
    kept = Batch.objects.filter(pk=number, content__isnull=False).exists()
    context = {
        "batch": found, "label": FORMS[found.form].label if found.form in FORMS else found.form, "page": page,
        "kept": kept, "for_grouper": found.form == GROUPER and kept, "grouped": found.groups.count(),
    }  # fmt: skip
    return render(request, "sending/batch.html", context)


@needs(Privilege.SEND_ON)
def download(request: HttpRequest, number: int) -> HttpResponse:
    """The file as it left."""
    found = get_object_or_404(Batch, pk=number)
    try:
        content = actions.download(who(request), found)
    except FourstepError as error:
        messages.error(request, f"{error.what[:1].upper()}{error.what[1:]}.")
        return redirect("batch", number)
    headers = {"Content-Disposition": _ATTACHMENT.format(found.name)}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


@require_POST
@needs(Privilege.SEND_ON)
def take_grouped(request: HttpRequest, number: int) -> HttpResponse:
    """The grouper's files come back, with the site's price file beside them."""
    found = get_object_or_404(Batch, pk=number)
    sent = request.FILES.getlist("grouped")
    try:
        with tempfile.TemporaryDirectory(prefix="fourstep-") as folder:
            paths = [_put(Path(folder), file) for file in sent]
            fce = next((p for p in paths if p.stem.lower().endswith("_fce")), None)
            if fce is None:
                raise forms.ValidationError("Choose the grouper's file whose name ends in _FCE.csv.")
            prices = request.FILES.get("prices")
            factor = _factor(request.POST.get("factor", ""))
            price_file = _put(Path(folder) / "prices", prices) if isinstance(prices, UploadedFile) else None
            done = actions.take_grouped(who(request), found, fce, price_file, factor)
            faults = [str(fault).replace(f"{folder}/", "") for fault in done.faults]
    except forms.ValidationError as error:
        messages.error(request, error.messages[0])
    except FourstepError as error:
        messages.error(request, f"Nothing was taken in: {error.what} ({Path(error.place).name}).")
    else:
        messages.success(request, f"{done.grouped} episodes grouped, {done.priced} with a price.")
        for fault in faults[:20]:
            messages.warning(request, fault)
    return redirect("batch", number)


def _put(folder: Path, file: UploadedFile) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / (Path((file.name or "file").replace("\\", "/")).name or "file")
    path.write_bytes(file.read())
    return path


def _factor(said: str) -> Decimal:
    """The market forces factor; 1 where none is said."""
    try:
        factor = Decimal(said.strip() or "1")
    except ArithmeticError:
        raise forms.ValidationError("The market forces factor is no number.") from None
    if not factor.is_finite() or not 0 < factor < 10:
        raise forms.ValidationError("The market forces factor is no number between 0 and 10.")
    return factor


@needs(Privilege.SEE_CODED)
def coded(request: HttpRequest) -> HttpResponse:
    """Coded data without text or identifiers."""
    page = Paginator(plain.coded_episodes(), _PER_PAGE).get_page(request.GET.get("page"))
    record(who(request), "coded data viewed", rows=len(page))
    rows = [[plain.cells(row)[name] for name in plain.COLUMNS] for row in page]
    return render(request, "sending/coded.html", {"page": page, "rows": rows, "columns": _headings(plain.COLUMNS)})


@needs(Privilege.SEE_CODED)
def coded_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All of it, for a spreadsheet or a program."""
    record(who(request), "coded data exported")
    rows = map(plain.cells, plain.coded_episodes().iterator(chunk_size=1000))
    return _stream(plain.COLUMNS, rows, "coded.csv")


@needs(Privilege.SEE_GROUPS)
def groups(request: HttpRequest) -> HttpResponse:
    """HRG and price of each episode that was grouped as it now is coded."""
    person = who(request)
    said = request.GET.get("page", "1")
    number = int(said) if said.isdecimal() and 0 < int(said) < 100_000 else 1
    # One line more than is shown tells whether there is another page: to count them all would cost more than to show them.
    found = list(actions.groups()[(number - 1) * _PER_PAGE : number * _PER_PAGE + 1])
    context = {
        "rows": [(group, plain.group_cells(group)) for group in found[:_PER_PAGE]],
        "named": person.may(Privilege.READ_RECORD),
        "before": number - 1,
        "after": number + 1 if len(found) > _PER_PAGE else 0,
    }
    return render(request, "sending/groups.html", context)


@needs(Privilege.SEE_GROUPS)
def groups_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same for a spreadsheet, without identifiers."""
    record(who(request), "groups exported")
    rows = map(plain.group_cells, actions.groups().iterator(chunk_size=1000))
    return _stream(plain.GROUP_COLUMNS, rows, "groups.csv")


def _stream(columns: tuple[str, ...], rows: Any, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": _ATTACHMENT.format(name)}
    return StreamingHttpResponse(plain.csv_lines(columns, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _headings(columns: tuple[str, ...]) -> list[str]:
    return [name.replace("_", " ").capitalize() for name in columns]
