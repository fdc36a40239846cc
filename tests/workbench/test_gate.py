"""Every address refuses by default; roles reach what the grid gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fourstep.workbench.people.privileges import GRID, Privilege, Role
from fourstep.workbench.trust.models import LogEntry

ClientOf = Callable[[Role], Client]


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        place = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, place)
        else:
            yield place, entry


OWN = [(place, entry) for place, entry in routes(get_resolver()) if not place.startswith(("admin/", "api/"))]


@pytest.mark.parametrize(("place", "entry"), OWN, ids=[place or "home" for place, _ in OWN])
def test_every_route_says_who_may_use_it(place: str, entry: URLPattern) -> None:
    assert hasattr(entry.callback, "gate"), f"{place} has no @needs, @signed_in or @open_page"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("place", "entry"), [(p, e) for p, e in OWN if getattr(e.callback, "gate", None)], ids=lambda v: str(v))
def test_a_role_without_the_privilege_is_refused_and_the_refusal_logged(
    client_of: ClientOf, role: Role, place: str, entry: URLPattern
) -> None:
    held = bool(entry.callback.gate & GRID[role])  # type: ignore[attr-defined]
    filled = "/" + place.replace("<int:", "<").replace("<slug:", "<").replace("<str:", "<").replace("<uuid:", "<")
    while "<" in filled:
        start, end = filled.index("<"), filled.index(">")
        filled = filled[:start] + "999999" + filled[end + 1 :]
    status = client_of(role).get(filled).status_code
    assert (status != 403) == held
    assert LogEntry.objects.filter(action="refused").exists() != held


def test_without_an_account_one_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/worklist/?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=%2Fworklist%2F%3Fpage%3D2")


def test_a_session_whose_account_was_switched_off_ends(client_of: ClientOf) -> None:
    from fourstep.workbench.people.models import Person

    client = client_of(Role.CODER)
    Person.objects.update(is_active=False)
    assert client.get("/worklist/").status_code == 302


def test_nobody_but_the_administrator_manages_people_and_reads_the_log() -> None:
    for privilege in (Privilege.MANAGE_PEOPLE, Privilege.SEE_LOG, Privilege.ERASE):
        assert [role for role in Role if privilege in GRID[role]] == [Role.ADMINISTRATOR]


def test_analysts_and_finance_see_no_record() -> None:
    for role in (Role.ANALYST, Role.FINANCE):
        assert not GRID[role] & {Privilege.READ_RECORD, Privilege.SEE_WORKLIST, Privilege.SEND_ON}
