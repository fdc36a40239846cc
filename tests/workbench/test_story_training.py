"""A trainee practises and sits a paper; the mentor reads the marking, says a word and signs the log."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from fourstep.workbench.people.privileges import Role
from fourstep.workbench.training.actions.loading import load_practice
from fourstep.workbench.training.models import Attempt
from workbench.conftest import check_accessible, follow, menu, screenshot


def test_practice_marking_and_mentoring(page_of: Callable[[Role], Page], examples: Path, tmp_path: Path) -> None:
    for name in ("hip-fracture", "cataract"):
        shutil.copytree(examples / name, tmp_path / name)
    load_practice(None, tmp_path)
    page = page_of(Role.TRAINEE)
    menu(page, "Training")
    check_accessible(page)
    follow(page, page.get_by_role("link", name="All practice records"))
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Code Hip fracture"))
    page.get_by_label("Diagnoses ICD-10, the primary first").fill("S72.00\nW19.9\nI26.9")
    follow(page, page.get_by_role("button", name="Keep, and check"))
    expect(page.get_by_role("listitem").filter(has_text="S72.00")).to_be_visible()
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Hand in"))
    expect(page.get_by_role("table", name="Marked as an audit counts")).to_be_visible()
    expect(page.get_by_role("cell", name="PE excluded by CTPA")).to_be_visible()
    check_accessible(page)
    screenshot(page, "practice-marking")
    follow(page, page.get_by_role("link", name="Back"))
    page.get_by_label("Kind").select_option(label="Course")
    page.get_by_label("Which").fill("Foundation course")
    page.get_by_label("On", exact=True).fill("2026-02-02")
    follow(page, page.get_by_role("button", name="Write"))
    follow(page, page.get_by_role("button", name="Theory"))
    page.get_by_role("radio").first.check()
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Finish the paper"))
    expect(page.get_by_text("not passed")).to_be_visible()
    check_accessible(page)
    page.goto("/glossary/?find=femur")
    check_accessible(page)

    page = page_of(Role.TRAINER)
    page.goto("/training/trainees/")
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Sign Foundation course"))
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    follow(page, page.get_by_role("link", name="trainee", exact=True))
    check_accessible(page)
    page.goto(f"/training/attempts/{Attempt.objects.get().id}/")
    page.get_by_label("Your words to trainee").fill("Read the imaging again")
    follow(page, page.get_by_role("button", name="Keep"))
    expect(page.get_by_role("heading", name="trainer says")).to_be_visible()
