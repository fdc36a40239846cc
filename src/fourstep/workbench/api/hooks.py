"""Calling other systems when an episode comes to another state: signed, tried again, and shown when given up."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import time
from typing import Any

import requests
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from fourstep.workbench.api.models import Call, Hook
from fourstep.workbench.episodes.models import Episode, State

#: Minutes from one attempt to the next; after the last the call is given up.
PAUSES = (1, 5, 30, 120, 720)
_LEASE = dt.timedelta(minutes=2)
_TELL = (State.PROPOSED, State.AWAITING_QUERY, State.AWAITING_DOCUMENTS, State.CODED, State.EXPORTED)


@receiver(post_save, sender=Episode)
def _announce(instance: Episode, **_: Any) -> None:
    """Put a call in line for each hook, in the transaction that changed the episode."""
    if instance.training or instance.state not in _TELL:
        return
    for hook in Hook.objects.filter(active=True):
        last = Call.objects.filter(hook=hook, episode=instance).first()
        if last is None or (last.state, last.version) != (instance.state, instance.version):
            Call.objects.create(
                hook=hook, episode=instance, state=instance.state, version=instance.version, due_at=timezone.now()
            )


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of the header `Fourstep-Signature`: HMAC-SHA256 over the moment (seconds since 1970), a dot and the body."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={made}"


def call_one() -> bool:
    """Make one call that is due; False when none is. What it meets is kept; a failure is tried again later."""
    call = _claim()
    if call is None:
        return False
    body = json.dumps({"episode": call.episode.key, "state": call.state, "version": call.version}, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "Fourstep-Signature": signature(call.hook.secret, int(time.time()), body)}
    try:
        answer = requests.post(call.hook.url, data=body, headers=headers, timeout=10, allow_redirects=False)
        done, met = answer.ok, f"answered {answer.status_code}"
    except requests.RequestException as error:
        done, met = False, type(error).__name__
    _settle(call, met, done=done)
    return True


@transaction.atomic
def _claim() -> Call | None:
    now = timezone.now()
    due = Call.objects.filter(due_at__lte=now, hook__active=True).select_for_update(skip_locked=True, of=("self",))
    call = due.select_related("hook", "episode").order_by("id").first()
    if call is not None:
        call.attempts += 1
        call.due_at = now + _LEASE  # should this worker die in the middle, another tries then
        call.save()
    return call


@transaction.atomic
def _settle(call: Call, met: str, *, done: bool) -> None:
    call.done, call.answer = done, met[:100]
    again = not done and call.attempts <= len(PAUSES)
    call.due_at = timezone.now() + dt.timedelta(minutes=PAUSES[call.attempts - 1]) if again else None
    call.save()
