"""Pages of the site's policy: read by all who code, written by those who may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fourstep.workbench.people.gate import needs, signed_in
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.policies import actions
from fourstep.workbench.policies.forms import PolicyForm
from fourstep.workbench.policies.models import Policy


@signed_in
def policies(request: HttpRequest) -> HttpResponse:
    """All pages, whole: a site has few."""
    return render(request, "policies/list.html", {"policies": Policy.objects.select_related("written_by")})


@needs(Privilege.WRITE_POLICY)
def write(request: HttpRequest, policy_id: int | None = None) -> HttpResponse:
    """Write a new page, or change one."""
    policy = get_object_or_404(Policy, id=policy_id) if policy_id is not None else None
    form = PolicyForm(request.POST or None, instance=policy)
    if request.method == "POST" and form.is_valid():
        kept = actions.write(who(request), form.save(commit=False))
        messages.success(request, f"“{kept.title}” is kept.")
        return redirect("policies")
    return render(request, "policies/write.html", {"form": form, "policy": policy})
