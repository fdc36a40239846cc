"""Sign-in by OpenID Connect, where the site has set FOURSTEP_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET.

The authorisation-code flow alone (NHS CIS2 offers no other), with PKCE. The provider says who someone is; what
they may do is said by their account here, which must be there already: its name is the claim FOURSTEP_OIDC_CLAIM
(preferred_username by default).
"""

from __future__ import annotations

from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from fourstep.workbench.home import setting
from fourstep.workbench.people.gate import open_page
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record


def configured() -> bool:
    """Whether the site has a provider."""
    return bool(setting("OIDC_ISSUER"))


def _provider() -> Any:
    if not configured():
        raise Http404
    oauth = OAuth()
    return oauth.register(
        "provider",
        client_id=setting("OIDC_CLIENT_ID"),
        client_secret=setting("OIDC_CLIENT_SECRET"),
        server_metadata_url=setting("OIDC_ISSUER").rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": setting("OIDC_SCOPE", "openid profile"), "code_challenge_method": "S256"},
    )


@open_page
def begin(request: HttpRequest) -> HttpResponseBase:
    """To the provider's own sign-in page."""
    try:
        answer: HttpResponseBase = _provider().authorize_redirect(request, request.build_absolute_uri(reverse("oidc-back")))
    except (requests.RequestException, OAuthError):
        messages.error(request, "The sign-in service does not answer. Try again, or sign in with your password.")
        return redirect("sign-in")
    return answer


@open_page
def back(request: HttpRequest) -> HttpResponseBase:
    """Back from the provider: its answer is checked (state, nonce, signature, audience), and the account looked up."""
    try:
        token = _provider().authorize_access_token(request)
    except (requests.RequestException, OAuthError, ValueError):
        messages.error(request, "The sign-in service's answer was not accepted. Begin again.")
        return redirect("sign-in")
    name = str((token.get("userinfo") or {}).get(setting("OIDC_CLAIM", "preferred_username"), ""))
    person = Person.objects.filter(username=name, is_active=True).first() if name else None
    if person is None:
        record(None, "refused", "sign-in by provider")
        messages.error(request, "You are known to the sign-in service, but have no account here. Ask your administrator.")
        return redirect("sign-in")
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")
