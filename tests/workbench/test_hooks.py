"""Other systems are called when an episode comes to another state; the calls are signed and tried again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fourstep.workbench.api.actions import make_hook
from fourstep.workbench.api.hooks import PAUSES, call_one
from fourstep.workbench.api.models import Call, Hook
from fourstep.workbench.episodes.actions import receive
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role

pytestmark = pytest.mark.django_db


class Receiver(HTTPServer):
    """A system on loopback that keeps what it was told, and answers as it is set to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[bytes, str]] = []
        self.status = 200


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((body, self.headers["Fourstep-Signature"]))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def system() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def code_one() -> Episode:
    document = {"file": "a.txt", "type": "discharge_summary", "text": "Diagnosis: gout"}
    receive(None, "a.jsonl", json.dumps({"id": "E1", "documents": [document]}).encode(), "upload")
    work_until_idle()
    return Episode.objects.get()


def test_a_call_names_the_episode_and_its_state_and_is_signed(system: Receiver) -> None:
    hook = make_hook(None, "EPR", f"http://127.0.0.1:{system.server_port}/")
    code_one()
    while call_one():
        pass
    (body, said) = system.heard[-1]
    told = json.loads(body)
    assert (told["episode"], told["state"]) == ("E1", State.PROPOSED)
    assert b"gout" not in body
    moment, made = (part.split("=", 1)[1] for part in said.split(","))
    assert made == hmac.new(hook.secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert Call.objects.filter(done=False).count() == 0


def test_a_call_that_fails_is_tried_again_then_given_up_and_called_again_by_hand(
    system: Receiver, client_of: Callable[[Role], Client]
) -> None:
    system.status = 503
    make_hook(None, "EPR", f"http://127.0.0.1:{system.server_port}/")
    Call.objects.all().delete()
    row = code_one()
    Call.objects.exclude(id=Call.objects.latest("id").id).delete()
    for _ in range(len(PAUSES) + 1):
        assert call_one()
        assert not call_one(), "it waits before the next attempt"
        Call.objects.exclude(due_at=None).update(due_at=timezone.now() - dt.timedelta(seconds=1))
    call = Call.objects.get(episode=row)
    assert (call.done, call.due_at, call.answer) == (False, None, "answered 503")
    system.status = 200
    client_of(Role.ADMINISTRATOR).post(f"/hooks/{call.hook_id}/switch/", {"again": ""})
    assert call_one()
    assert Call.objects.get(episode=row).done


def test_nobody_is_called_unless_it_was_configured_or_when_switched_off(
    system: Receiver, client_of: Callable[[Role], Client]
) -> None:
    hook = make_hook(None, "EPR", f"http://127.0.0.1:{system.server_port}/")
    client_of(Role.ADMINISTRATOR).post(f"/hooks/{hook.id}/switch/")
    code_one()
    assert not call_one()
    assert system.heard == []


def test_addresses_in_the_clear_are_refused(client_of: Callable[[Role], Client]) -> None:
    administrator = client_of(Role.ADMINISTRATOR)
    page = administrator.post("/hooks/", {"name": "far", "url": "http://epr.example.nhs.uk/hook"}).content.decode()
    assert "must begin with https" in page
    assert "shown only now" in administrator.post("/hooks/", {"name": "far", "url": "https://epr.example.nhs.uk/"}).content.decode()
    assert [h.name for h in Hook.objects.all()] == ["far"]
