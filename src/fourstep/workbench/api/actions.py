"""Everything that changes tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.api.models import Call, Hook, Token
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record


@transaction.atomic
def make_token(by: Person | None, name: str, *, may_send: bool, may_read: bool, days: int = 365) -> tuple[Token, str]:
    """A new token, and the words that are shown once."""
    words = f"fs_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        name=name, hash=hash_of(words), may_send=may_send, may_read=may_read, made_by=by,
        expires_at=timezone.now() + dt.timedelta(days=days),
    )  # fmt: skip
    record(by, "token made", f"token {token.id}", may_send=may_send, may_read=may_read)
    return token, words


@transaction.atomic
def withdraw(by: Person, token: Token) -> None:
    """The token opens nothing any more."""
    token.withdrawn = True
    token.save()
    record(by, "token withdrawn", f"token {token.id}")


@transaction.atomic
def make_hook(by: Person | None, name: str, url: str) -> Hook:
    """A new hook; its secret is in it, to be shown once."""
    hook = Hook.objects.create(name=name, url=url, secret=secrets.token_urlsafe(32), made_by=by)
    record(by, "hook made", f"hook {hook.id}")
    return hook


@transaction.atomic
def switch_hook(by: Person, hook: Hook) -> None:
    """Switch a hook off, or on again."""
    hook.active = not hook.active
    hook.save()
    record(by, "hook switched", f"hook {hook.id}", active=hook.active)


@transaction.atomic
def call_again(by: Person, hook: Hook) -> int:
    """Put the calls that were given up in line again; how many."""
    given_up = Call.objects.filter(hook=hook, done=False, due_at=None)
    number = given_up.update(attempts=0, due_at=timezone.now())
    record(by, "hook called again", f"hook {hook.id}", calls=number)
    return number


def hash_of(words: str) -> str:
    """SHA-256 in hexadecimal: the words are random and long, so that a slow hash would guard nothing."""
    return hashlib.sha256(words.encode()).hexdigest()
