"""The standards of the registry, at hand while coding."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fourstep.output.standards import chapters
from fourstep.verify.registry import STANDARDS
from fourstep.workbench.people.gate import signed_in
from fourstep.workbench.policies.models import Policy


@signed_in
def standards(request: HttpRequest) -> HttpResponse:
    """All standards by chapter, each with its sentence and examples."""
    return render(request, "coding/standards.html", {"chapters": chapters()})


@signed_in
def standard(request: HttpRequest, identifier: str) -> HttpResponse:
    """One standard, with the site's policies about it."""
    found = STANDARDS.get(identifier)
    if found is None:
        raise Http404
    policies = [p for p in Policy.objects.all() if p.concerns("", [identifier])]
    template = "coding/standard_part.html" if request.htmx else "coding/standard.html"  # type: ignore[attr-defined]
    return render(request, template, {"standard": found, "policies": policies})
