"""A team leader brings in an episode and gives it to a coder, who finds it under their own name."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from workbench.conftest import check_accessible, follow, menu, screenshot


def test_an_episode_arrives_and_is_assigned(
    page_of: Callable[[Role], Page], person: Callable[[Role], Person], example: Callable[[str], Episode]
) -> None:
    for name in ("hip-fracture", "cataract", "heart-failure", "nstemi-pci"):
        example(name)
    person(Role.CODER)
    page = page_of(Role.LEADER)
    follow(page, page.get_by_role("link", name="Arrivals").first)
    note = {"name": "NEW-1.txt", "mimeType": "text/plain", "buffer": b"Diagnosis: community acquired pneumonia"}
    page.get_by_label("Files").set_input_files([note])  # type: ignore[list-item]
    follow(page, page.get_by_role("button", name="Upload"))
    expect(page.get_by_text("arrived and will be read")).to_be_visible()
    work_until_idle()
    page.reload()
    expect(page.get_by_role("cell", name="NEW-1", exact=True)).to_be_visible()
    check_accessible(page)

    menu(page, "Worklist")
    check_accessible(page)
    screenshot(page, "worklist")
    page.get_by_label("Tick NEW-1").check()
    page.get_by_label("Ticked episodes go to").select_option(label="coder (Coder (accredited))")
    follow(page, page.get_by_role("button", name="Assign"))
    expect(page.get_by_text("1 episodes are with coder now")).to_be_visible()

    page = page_of(Role.CODER)
    page.goto("/worklist/?coder=me")
    expect(page.get_by_role("row", name="NEW-1")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("1 episode")
