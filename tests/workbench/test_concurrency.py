"""Fifty people code at once through the real server: nothing is lost, nothing doubled."""

from __future__ import annotations

import concurrent.futures
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fourstep.workbench.coding.models import Change, CodeLine, Note, Standing
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.actions import verify
from fourstep.workbench.trust.models import LogEntry

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, EPISODES, ACTS = 50, 20, 2
CODES = ["E83.4", "E83.5", "E87.6", "E87.1", "D50.9", "E55.9", "K59.0", "L89.2", "F32.9", "M81.9"]


class Coder:
    """A client over the network, with the version of the coding that it saw last."""

    def __init__(self, base: str, person: Person, episode: int) -> None:
        session = Client()
        session.force_login(person)
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._headers = {"HX-Request": "true", "Cookie": f"sessionid={session.cookies['sessionid'].value}; csrftoken={'a' * 32}"}
        self._headers["X-CSRFToken"] = "a" * 32
        self._base, self._episode, self.version = base, episode, ""
        self.conflicts = 0

    def _ask(self, path: str, values: dict[str, Any] | None = None) -> tuple[int, str]:
        data = urllib.parse.urlencode(values).encode() if values is not None else None
        request = urllib.request.Request(f"{self._base}/episodes/{self._episode}/{path}", data, self._headers)
        try:
            with self._opener.open(request, timeout=300) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        if found := re.search(r'data-version="(\d+)"', text):
            self.version = found[1]
        return status, text

    def work(self, mine: list[str]) -> None:
        """Add each code, again on the present state when someone was quicker; and write a note."""
        assert self._ask("codes/")[0] == 200
        for code in mine:
            values = {"act": "add", "pick": f"icd10:{code}", "reason": f"by client {id(self)}"}
            for _ in range(CLIENTS * ACTS):
                status, text = self._ask("act/", values | {"version": self.version})
                if status == 200:
                    break
                assert status == 409, text[:300]
                assert "Do it now" in text
                self.conflicts += 1
            assert status == 200
        assert self._ask("notes/", {"text": f"done: {' '.join(mine)}"})[0] == 200


def test_fifty_code_at_once_and_nothing_is_lost(live_server: Any, person: Callable[..., Person]) -> None:
    episodes = [Episode.objects.create(key=f"e{n}") for n in range(EPISODES)]
    people = [person(Role.CODER, f"coder{n}") for n in range(CLIENTS)]
    coders = [Coder(live_server.url, p, episodes[n % EPISODES].id) for n, p in enumerate(people)]
    shares = [[CODES[(n // EPISODES * ACTS + k) % len(CODES)] for k in range(ACTS)] for n in range(CLIENTS)]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(c.work, share) for c, share in zip(coders, shares, strict=True)]:
            done.result()
    connection.close()

    for number, episode in enumerate(episodes):
        episode.refresh_from_db()
        own = [n for n in range(CLIENTS) if n % EPISODES == number]
        wanted = sorted(code for n in own for code in shares[n])
        lines = list(CodeLine.objects.filter(episode=episode).order_by("position"))
        assert sorted(line.code for line in lines) == wanted
        assert [line.position for line in lines] == list(range(len(wanted)))
        assert {line.standing for line in lines} == {Standing.ADDED}
        assert {line.decided_by_id for line in lines} == {people[n].id for n in own}
        assert episode.version == 1 + len(wanted)
        assert Change.objects.filter(episode=episode).count() == len(wanted)
    assert Note.objects.count() == CLIENTS
    assert LogEntry.objects.filter(action="add").count() == CLIENTS * ACTS
    assert verify().broken_at is None
    assert sum(c.conflicts for c in coders) > 0, "nobody met anybody: the test shows nothing"
