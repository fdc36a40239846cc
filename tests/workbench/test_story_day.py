"""A coding department's day in one story: an episode arrives, is proposed, corrected, asked about, answered, submitted,
checked, and leaves.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.core import mail
from playwright.sync_api import Page, expect

from fourstep.workbench.coding.models import Standing
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries.models import Query
from fourstep.workbench.trust.actions import verify
from fourstep.workbench.trust.models import LogEntry
from workbench.conftest import PersonOf, check_accessible, follow, menu, screenshot, settled


def packed(folder: Path) -> bytes:
    """An episode's folder as a zip file, as a records system would hand it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.iterdir()):
            if path.name != "gold.json":
                archive.write(path, f"{folder.name}/{path.name}")
    return out.getvalue()


def standing(page: Page) -> dict[str, str]:
    """The codes on the screen and how each came about."""
    items = page.locator("#coding .fc-code")
    return {
        item.get_attribute("data-code") or "": (item.get_attribute("class") or "").split()[1].removeprefix("fc-code--")
        for item in items.all()
    }


def test_a_day(page_of: Callable[[Role], Page], new_page: Callable[[int], Page], person: PersonOf, examples: Path) -> None:
    trainee, mentor = person(Role.TRAINEE), person(Role.TRAINER)
    trainee.mentor = mentor
    trainee.save()

    # Morning: an episode arrives by upload, and the queue codes it
    leader = page_of(Role.LEADER)
    menu(leader, "Arrivals")
    file = {"name": "hip-fracture.zip", "mimeType": "application/zip", "buffer": packed(examples / "hip-fracture")}
    leader.get_by_label("Files").set_input_files([file])  # type: ignore[list-item]
    check_accessible(leader)
    follow(leader, leader.get_by_role("button", name="Upload"))
    expect(leader.get_by_role("status")).to_contain_text("will be read")
    check_accessible(leader)
    assert work_until_idle() == 2  # read, and coded
    episode = Episode.objects.get()
    assert episode.state == State.PROPOSED
    menu(leader, "Worklist")
    leader.get_by_label(f"Tick {episode.key}").check()
    leader.get_by_label("Ticked episodes go to").select_option(str(trainee.pk))
    follow(leader, leader.get_by_role("button", name="Assign"))
    expect(leader.get_by_role("row", name=episode.key)).to_contain_text("trainee")
    check_accessible(leader)

    # A coder finds it under their own name, and corrects the proposal
    coder = page_of(Role.TRAINEE)
    menu(coder, "Worklist")
    coder.get_by_label("Coder", exact=True).select_option(label="Me")
    follow(coder, coder.get_by_role("button", name="Show"))
    check_accessible(coder)
    follow(coder, coder.get_by_role("link", name=episode.key, exact=True))
    settled(coder)
    coder.get_by_role("button", name="Accept all").click()
    expect(coder.locator("#accept-all")).to_have_count(0)
    removed = coder.locator(".fc-code[data-code='Z60.2']")
    removed.locator(".fc-remove > summary").click()
    coder.get_by_label("Why Z60.2 is removed").fill("Not relevant to this episode")
    removed.get_by_role("button", name="Remove", exact=True).click()
    expect(coder.locator("#removed")).to_contain_text("Z60.2")
    check_accessible(coder)

    # The record leaves something open: a clinician is asked
    coder.locator("#queries > summary").click()
    follow(coder, coder.get_by_role("button", name="Ask about Type of atrial fibrillation"))
    coder.get_by_label("Who is asked").fill("Dr Ada Example")
    coder.get_by_label("E-mail").fill("ada@example.org")
    coder.get_by_label("The coding waits for the answer").check()
    check_accessible(coder)
    follow(coder, coder.get_by_role("button", name="Send"))
    expect(coder.get_by_text("Sent to Dr Ada Example by mail")).to_be_visible()
    check_accessible(coder)
    coder.goto(f"/episodes/{episode.pk}/")
    expect(coder.locator("#submit")).to_be_disabled()
    expect(coder.locator("#messages")).to_contain_text("waiting for an answer")
    check_accessible(coder)

    # Noon: the clinician answers by the link, without an account
    (letter,) = mail.outbox
    clinician = new_page(1100)
    clinician.goto(next(line for line in str(letter.body).splitlines() if line.startswith("http")))
    check_accessible(clinician)
    clinician.get_by_label("Paroxysmal").check()
    clinician.get_by_label("Your name").fill("Dr Ada Example")
    clinician.get_by_label("Your grade or role").fill("Orthogeriatric registrar")
    follow(clinician, clinician.get_by_role("button", name="Send the answer"))
    expect(clinician.get_by_role("heading", name="Thank you")).to_be_visible()
    check_accessible(clinician)
    work_until_idle()

    # The coder brings the answer into the coding, decides what is left, and submits
    query = Query.objects.get()
    coder.goto(f"/queries/{query.pk}/")
    check_accessible(coder)
    follow(coder, coder.get_by_role("button", name="I48.0"))
    follow(coder, coder.get_by_role("button", name="Done with this answer"))
    coder.goto(f"/episodes/{episode.pk}/")
    settled(coder)
    while (accept := coder.locator("#coding").get_by_role("button", name="Accept ")).count():
        accept.first.click()
        settled(coder)
    assert "proposed" not in standing(coder).values()
    if coder.locator("#seen").count():
        coder.locator("#seen").check()
    check_accessible(coder)
    follow(coder, coder.get_by_role("button", name="Submit for second check"))
    expect(coder.locator("#bar")).to_contain_text("read only")
    check_accessible(coder)

    # Afternoon: the mentor finds it among what is for them, looks at it once more, and approves
    checker = page_of(Role.TRAINER)
    check_accessible(checker)
    screenshot(checker, "for-me")
    follow(checker, checker.locator("#for-me").get_by_role("link", name=episode.key))
    expect(checker.locator(".fc-code[data-code='I48.0']")).to_be_visible()
    check_accessible(checker)
    if checker.locator("#seen").count():
        checker.locator("#seen").check()
    follow(checker, checker.get_by_role("button", name="Approve"))
    expect(checker.get_by_role("status").first).to_contain_text("coded")
    check_accessible(checker)

    # Evening: the team leader sends it on
    menu(leader, "Export")
    expect(leader.get_by_text("1 episode would leave")).to_be_visible()
    check_accessible(leader)
    leader.get_by_label("Format").select_option("fhir")
    follow(leader, leader.get_by_role("button", name="Export"))
    expect(leader.get_by_text("1 episodes were exported")).to_be_visible()
    check_accessible(leader)
    with leader.expect_download() as download:
        leader.get_by_role("link", name="Download").first.click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "I48.0" in text
    assert "Z60.2" not in text

    # Who did what stands in the log, whole
    episode.refresh_from_db()
    assert (episode.state, episode.submitted_by, episode.coded_by) == (State.EXPORTED, trainee, trainee)
    assert episode.lines.get(code="Z60.2").standing == Standing.REMOVED
    acts = LogEntry.objects.filter(subject=str(episode)).values_list("account", "action")
    assert {("leader", "assigned"), ("trainee", "remove"), ("trainer", "approved")} <= set(acts)
    assert verify().broken_at is None
