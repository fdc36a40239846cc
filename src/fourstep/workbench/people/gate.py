"""The gate that every request passes: a view that does not say who may use it is refused.

`@needs(Privilege.CODE)` asks for one privilege (of several given: any one), `@signed_in` for an account,
`@open_page` for nothing.
The API has its own gate, a token, and passes here (`api.py` refuses by default too).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.trust.actions import record_refusal

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_OWN_GATE = ("/api/", "/static/")
#: What may be done before a password that has run out is renewed, or a second factor is given.
_BEFORE_ALL = {"password", "sign-out", "second-factor", "second-factor-set-up"}


def needs(*privileges: Privilege) -> Callable[[View], View]:
    """A view for people whose role gives any one of the privileges."""

    def mark(view: View) -> View:
        view.gate = frozenset(privileges)  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """A view for everyone with an account."""
    view.gate = frozenset()  # type: ignore[attr-defined]
    return view


def open_page(view: View) -> View:
    """A view that asks for no account: sign-in, or a page with a proof of its own such as a signed link."""
    view.gate = None  # type: ignore[attr-defined]
    return view


class GateMiddleware:
    """Refuses by default; see the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(_OWN_GATE):
            return None
        gate = self._gate_of(request, view)
        if gate is None:
            return None
        person = request.user
        if not isinstance(person, Person):
            return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name not in _BEFORE_ALL:
            if person.password_expired:
                return redirect("password")
            if _second_factor_due(person):
                return redirect("second-factor")
        if gate and not any(person.may(p) for p in gate):
            record_refusal(person, request.path)
            raise PermissionDenied
        return None

    def _gate_of(self, request: HttpRequest, view: Callable[..., Any]) -> frozenset[Privilege] | None:
        if request.path.startswith("/admin/"):
            return frozenset({Privilege.MANAGE_SITE})
        if not hasattr(view, "gate"):
            raise PermissionDenied("this view does not say who may use it")
        gate: frozenset[Privilege] | None = view.gate
        return gate


def _second_factor_due(person: Person) -> bool:
    """Whether the account has a second factor that this session has not given."""
    from django_otp import user_has_device

    return user_has_device(person) and not person.is_verified()  # type: ignore[attr-defined]


def privileges_of_request(request: HttpRequest) -> dict[str, Any]:
    """For templates: `may.CODE` and so on, true where the person's role gives it."""
    person = getattr(request, "user", None)
    held = isinstance(person, Person)
    return {"may": {p.name: held and person.may(p) for p in Privilege}}  # type: ignore[union-attr]
