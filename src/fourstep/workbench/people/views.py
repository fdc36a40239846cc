"""Sign-in, sign-out, one's own password, and the privilege grid."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy

from fourstep.workbench.for_me import waiting_for
from fourstep.workbench.people.forms import NewPasswordForm
from fourstep.workbench.people.gate import open_page, signed_in
from fourstep.workbench.people.oidc import configured
from fourstep.workbench.people.privileges import GRID, ROLE_NAMES, Privilege, Role
from fourstep.workbench.people.who import who


class _Password(PasswordChangeView):
    template_name = "people/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home")


sign_in = open_page(
    LoginView.as_view(
        template_name="people/sign_in.html", redirect_authenticated_user=True, extra_context={"provider": configured}
    )
)
sign_out = open_page(LogoutView.as_view())
password = signed_in(_Password.as_view())


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Where a person's day begins: what waits for them, and the parts of the workbench that their role opens."""
    person = who(request)
    return render(request, "people/home.html", {"person": person, "waiting": waiting_for(person)})


@signed_in
def grid(request: HttpRequest) -> HttpResponse:
    """Who may do what."""
    rows = [(p.value, [p in GRID[role] for role in ROLE_NAMES]) for p in Privilege]
    own = list(ROLE_NAMES).index(Role(who(request).role))
    return render(request, "people/grid.html", {"roles": list(ROLE_NAMES.values()), "rows": rows, "own": own})
