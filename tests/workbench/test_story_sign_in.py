"""A person signs in, sees who may do what, and signs out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from fourstep.workbench.people.privileges import Role
from workbench.conftest import check_accessible, follow, menu, screenshot


def test_a_coder_signs_in_and_sees_the_privilege_grid(page_of: Callable[[Role], Page]) -> None:
    page = page_of(Role.CODER)
    check_accessible(page)
    menu(page, "Privileges")
    expect(page.get_by_role("row", name="Code an episode")).to_contain_text("yes")
    check_accessible(page)
    screenshot(page, "privileges")
    follow(page, page.get_by_role("button", name="Sign out"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    check_accessible(page)
