"""A coder asks a clinician, who answers without an account; the coder sees the answer beside the record."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Page, expect

from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role
from workbench.conftest import check_accessible, follow, menu, screenshot, settled


def test_a_question_is_sent_answered_and_read(
    page_of: Callable[[Role], Page], new_page: Callable[[int], Page], example: Callable[[str], Episode]
) -> None:
    # Given an episode whose record leaves the type of atrial fibrillation open
    episode = example("hip-fracture")
    coder = page_of(Role.CODER)
    coder.goto(f"/episodes/{episode.pk}/")
    settled(coder)
    coder.locator("#queries > summary").click()
    # When the coder takes up the engine's draft and sends it
    follow(coder, coder.get_by_role("button", name="Ask about Type of atrial fibrillation"))
    coder.get_by_label("Who is asked").fill("Dr Ada Example")
    coder.get_by_label("E-mail").fill("ada@example.org")
    coder.get_by_label("The coding waits for the answer").check()
    check_accessible(coder)
    follow(coder, coder.get_by_role("button", name="Send"))
    expect(coder.get_by_text("Sent to Dr Ada Example by mail")).to_be_visible()
    check_accessible(coder)
    expect(coder.get_by_label("Link")).to_have_count(0)  # it is the addressee's alone
    link = next(line for line in str(mail.outbox[0].body).splitlines() if line.startswith("http"))

    # Then the clinician answers on a page that shows what is needed, without an account
    clinician = new_page(1100)
    clinician.goto(link)
    expect(clinician.get_by_role("group", name="Which is it?")).to_be_visible()
    expect(clinician.get_by_text("I48")).to_have_count(0)
    check_accessible(clinician)
    clinician.get_by_label("Paroxysmal").check()
    clinician.get_by_label("In your own words").fill("Two short runs on telemetry, sinus rhythm otherwise. Paroxysmal AF.")
    screenshot(clinician, "query-answer")
    follow(clinician, clinician.get_by_role("button", name="Send the answer"))
    expect(clinician.get_by_text("There is a problem")).to_be_visible()
    check_accessible(clinician)
    expect(clinician.get_by_label("Paroxysmal")).to_be_checked()
    clinician.get_by_label("Your name").fill("Dr Ada Example")
    clinician.get_by_label("Your grade or role").fill("Orthogeriatric registrar")
    follow(clinician, clinician.get_by_role("button", name="Send the answer"))
    expect(clinician.get_by_role("heading", name="Thank you")).to_be_visible()
    check_accessible(clinician)
    clinician.goto(link)
    expect(clinician.get_by_role("heading", name="This has been answered")).to_be_visible()

    # And the coder finds it beside the record, in the list, and done with
    work_until_idle()
    coder.reload()
    expect(coder.get_by_text("Two short runs on telemetry")).to_be_visible()
    expect(coder.get_by_text("Orthogeriatric registrar")).to_be_visible()
    check_accessible(coder)
    follow(coder, coder.get_by_role("button", name="I48.0"))
    expect(coder.get_by_role("heading", name="Changed on this answer")).to_be_visible()
    check_accessible(coder)
    screenshot(coder, "query")
    follow(coder, coder.get_by_role("button", name="Done with this answer"))
    menu(coder, "Queries")
    coder.get_by_label("Stands").select_option(label="All")
    follow(coder, coder.get_by_role("button", name="Show"))
    expect(coder.get_by_role("link", name="Type of atrial fibrillation")).to_be_visible()
    expect(coder.get_by_role("heading", name="How long answers take")).to_be_visible()
    check_accessible(coder)
    screenshot(coder, "queries")


def test_coders_talk_about_an_episode(page_of: Callable[[Role], Page], example: Callable[[str], Episode]) -> None:
    episode = example("cataract")
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.pk}/queries/")
    check_accessible(page)
    page.goto(f"/episodes/{episode.pk}/thread/")
    page.get_by_label("Remark").fill("Which eye does the note say?")
    page.get_by_role("button", name="Say").click()
    expect(page.get_by_text("Which eye does the note say?")).to_be_visible()
    check_accessible(page)
    page.goto(f"/episodes/{episode.pk}/queries/new/document/")
    check_accessible(page)


def test_what_leaves_is_shown_to_who_may_see_it(page_of: Callable[[Role], Page], example: Callable[[str], Episode]) -> None:
    # Given a finished coding
    episode = example("carpal-tunnel-private")
    Episode.objects.filter(pk=episode.pk).update(state=State.CODED)
    # When a team leader exports it for the grouper
    page = page_of(Role.LEADER)
    menu(page, "Export")
    expect(page.get_by_text("1 episode would leave")).to_be_visible()
    check_accessible(page)
    page.get_by_label("Format").select_option("grouper")
    follow(page, page.get_by_role("button", name="Export"))
    # Then the batch is there to be downloaded, and the grouper's files can come back
    expect(page.get_by_text("1 episodes were exported")).to_be_visible()
    expect(page.get_by_label("The grouper's files")).to_be_visible()
    check_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download grouper").click()
    assert download.value.suggested_filename.endswith(".zip")
    for name in ("Coded data", "Groups"):
        menu(page, name)
        expect(page.get_by_role("table")).to_be_visible()
        check_accessible(page)
