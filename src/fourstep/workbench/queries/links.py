"""Links that are answered without an account: signed, good until a day, good for one answer.

A link carries the query's number and the nonce of its sending, signed with the installation's key. Sending again makes a
new nonce, and the answer takes it away: what was sent before, or answered, cannot be used again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from django.core import signing
from django.urls import reverse

from fourstep.workbench.home import setting
from fourstep.workbench.queries.models import Query, State

_SALT = "fourstep.queries.link"
_LONGEST = 400


class Standing(StrEnum):
    """What a link is worth."""

    GOOD = "good"
    FORGED = "forged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link led to; the query only where the link is good."""

    standing: Standing
    query: Query | None = None


def new_nonce() -> str:
    """A nonce that cannot be guessed."""
    return secrets.token_urlsafe(24)


def token_of(query: Query) -> str:
    """The signed part of the query's link; the same each time, so that a reminder carries the link that was sent."""
    return signing.Signer(salt=_SALT).sign_object([query.pk, query.nonce])


def link_of(query: Query) -> str:
    """The whole link: at FOURSTEP_ADDRESS, or at the address that the sender used."""
    base = (setting("ADDRESS") or query.address).rstrip("/")
    return base + reverse("answer", args=[token_of(query)])


def open_link(token: str, *, lock: bool = False) -> Opened:
    """What a link is worth, and the query it opens. With `lock`, inside a transaction, the row is held until its end."""
    try:
        number, nonce = signing.Signer(salt=_SALT).unsign_object(token[:_LONGEST])
    except (signing.BadSignature, ValueError, TypeError):
        return Opened(Standing.FORGED)
    rows = Query.objects.select_related("episode")
    query = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=number).first()
    if query is None:
        return Opened(Standing.FORGED)
    if query.state in (State.ANSWERED, State.DONE):
        return Opened(Standing.ANSWERED)
    if query.state != State.SENT:
        return Opened(Standing.WITHDRAWN)
    if not query.nonce or not secrets.compare_digest(str(nonce), query.nonce):
        return Opened(Standing.REPLACED)
    if query.expired:
        return Opened(Standing.EXPIRED)
    return Opened(Standing.GOOD, query)
