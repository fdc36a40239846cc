"""The site's policy pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.policies.models import Policy
from workbench.conftest import check_accessible

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]
PAGE = {"title": "Hip fractures", "about": "S72 FS.GEN.10", "text": "Code the side of every <b>hip</b>."}


def test_a_senior_writes_a_page_and_it_stands_beside_its_codes(client_of: ClientOf, example: Callable[[str], Episode]) -> None:
    client_of(Role.SENIOR).post("/policies/new/", PAGE)
    coder = client_of(Role.CODER)
    assert "Hip fractures" in coder.get(f"/episodes/{example('hip-fracture').id}/").content.decode()
    assert "&lt;b&gt;hip" in coder.get("/standards/FS.GEN.10/").content.decode()
    assert "&lt;b&gt;hip" in coder.get("/policies/").content.decode()


def test_a_coder_reads_and_does_not_write(client_of: ClientOf) -> None:
    assert client_of(Role.CODER).post("/policies/new/", PAGE).status_code == 403
    assert not Policy.objects.exists()


def test_a_page_without_a_title_is_not_kept(client_of: ClientOf) -> None:
    answer = client_of(Role.SENIOR).post("/policies/new/", PAGE | {"title": ""})
    assert "There is a problem" in answer.content.decode()


def test_policy_and_standards_pages_are_accessible(page_of: Callable[[Role], Page]) -> None:
    page = page_of(Role.SENIOR)
    for address in ("/policies/", "/policies/new/", "/standards/", "/standards/FS.GEN.10/"):
        page.goto(address)
        check_accessible(page)
