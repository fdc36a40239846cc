"""For the workbench's tests: people of each role, a fictional episode, and a real browser with an accessibility checker."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from fourstep.episode import Episode as EngineEpisode
from fourstep.read import read_episodes
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.actions import open_account
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role

PASSWORD = "a long fictional phrase"
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"

PersonOf = Callable[[Role], Person]


@pytest.fixture(scope="session", autouse=True)
def log_emptied_between_tests() -> Iterator[None]:
    """Tests that need real transactions empty all tables at their end; the log refuses that, so its guards step aside.

    What a migration had put in is put in again: the next test begins as on a new database.
    """
    guards = importlib.import_module("fourstep.workbench.trust.migrations.0002_append_only")
    thresholds = importlib.import_module("fourstep.workbench.audits.migrations.0002_thresholds")
    original = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            guards.take_away(None, editor)
        original(case)
        with connection.schema_editor() as editor:
            guards.put(None, editor)
        thresholds.put(apps, None)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture
def person(db: None) -> PersonOf:
    """person(Role.CODER): an account of that role, named after it; made once a test."""

    def make(role: Role, name: str = "") -> Person:
        there = Person.objects.filter(username=name or role.value).first()
        return there or open_account(None, name or role.value, role, PASSWORD)

    return make


@pytest.fixture
def client_of(person: PersonOf) -> Callable[[Role], Client]:
    """client_of(Role.CODER): a client that has signed in."""

    def make(role: Role) -> Client:
        client = Client()
        client.force_login(person(role))
        return client

    return make


@pytest.fixture
def example(examples: Path, db: None) -> Callable[[str], Episode]:
    """example("hip-fracture"): an example episode, stored and coded."""

    def make(name: str) -> Episode:
        (episode,) = read_episodes(examples / name)
        assert isinstance(episode, EngineEpisode)
        row = store(None, episode)
        work_until_idle()
        row.refresh_from_db()
        return row

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser: Browser, live_server: Any, person: PersonOf) -> Iterator[Callable[[Role], Page]]:
    """page_of(Role.CODER): a browser page that has signed in through the form. Errors in its console fail the test."""
    contexts, errors = [], []

    def make(role: Role) -> Page:
        account = person(role)
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/sign-in/")
        page.get_by_label("Account name").fill(account.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        return page

    yield make
    for context in contexts:
        for page in context.pages:  # a request under way would hold tables that are emptied next
            page.wait_for_function("() => !document.querySelector('.htmx-request')")
        context.close()
    assert errors == []


def check_accessible(page: Page) -> None:
    """WCAG 2.2 AA as far as an automated checker sees it."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def screenshot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture for the documentation, where it is asked for (UPDATE_SCREENSHOTS=1)."""
    if os.environ.get("UPDATE_SCREENSHOTS"):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
