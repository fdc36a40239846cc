"""For the workbench's tests: people of each role, a fictional episode, and a real browser with an accessibility checker."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from fourstep.episode import Episode as EngineEpisode
from fourstep.read import read_episodes
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.actions import open_account
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role

PATIENCE = 60_000  # milliseconds; a machine that does other work beside is slow, not wrong
expect.set_options(timeout=PATIENCE)
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


class _Requests:
    """How many requests the server is at."""

    def __init__(self) -> None:
        self._under_way = 0
        self._changed = threading.Condition()

    def began(self, **_: object) -> None:
        with self._changed:
            self._under_way += 1

    def ended(self, **_: object) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def wait_until_none(self) -> None:
        """Return when the server is at rest."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._under_way <= 0, PATIENCE / 1000), "a request does not end"


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[[int], Page]]:
    """new_page(width): a browser page of its own that nobody has signed in on.

    Errors of scripts and what the page's policy blocks fail the test. Signs of life, which the coding screen gives by the
    clock, come when a test asks for them.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    requests = _Requests()
    request_started.connect(requests.began)
    request_finished.connect(requests.ended)

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def make(width: int) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_init_script("window.setInterval = () => 0")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", heard)
        return page

    yield make
    for context in contexts:
        context.close()
    requests.wait_until_none()  # one under way would hold tables that are emptied next
    request_started.disconnect(requests.began)
    request_finished.disconnect(requests.ended)
    assert errors == []


@pytest.fixture
def page_of(new_page: Callable[[int], Page], person: PersonOf) -> Callable[[Role], Page]:
    """page_of(Role.CODER): a browser page that has signed in through the form."""

    def make(role: Role) -> Page:
        account = person(role)
        page = new_page(1400)
        page.goto("/sign-in/")
        page.get_by_label("Account name").fill(account.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return make


def menu(page: Page, name: str) -> None:
    """Go to a part of the workbench, and be there."""
    follow(page, page.get_by_role("navigation", name="Menu").get_by_role("link", name=name, exact=True))


def follow(page: Page, control: Locator) -> None:
    """Press a link or button that leads to another page, or to the same one anew, and be there."""
    with page.expect_navigation(timeout=PATIENCE):
        control.click()


def settled(page: Page) -> None:
    """The page is all there, and the answers to what was done on it have come."""
    page.wait_for_load_state()
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def check_accessible(page: Page) -> None:
    """WCAG 2.2 AA as far as an automated checker sees it."""
    settled(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def screenshot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture for the documentation, where it is asked for (UPDATE_SCREENSHOTS=1)."""
    if os.environ.get("UPDATE_SCREENSHOTS"):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
