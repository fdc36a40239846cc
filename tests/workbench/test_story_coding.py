"""A coder's work on one episode, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from fourstep.episode import Document as EngineDocument
from fourstep.episode import Episode as EngineEpisode
from fourstep.workbench.coding.models import Standing
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.privileges import Role
from workbench.conftest import PersonOf, check_accessible, follow, screenshot, settled

PageOf = Callable[[Role], Page]
Example = Callable[[str], Episode]


#: Selects a word of the open document as a drag over it would.
SELECT = """word => {
    const walk = document.createTreeWalker(document.querySelector('.fc-text'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const at = walk.currentNode.data.indexOf(word);
        if (at >= 0) window.getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + word.length);
    }
}"""
LOADING = 60_000  # the first look-up of a process loads the index


def test_a_coder_corrects_a_proposal_and_submits_it(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    episode.proposals.update(result={**episode.proposals.first().result, "queries": []})
    page = page_of(Role.CODER)
    page.goto("/worklist/")
    follow(page, page.get_by_role("link", name=episode.key))

    # the words behind a code are shown in the record
    first = page.locator(".fc-code").first
    first.locator("summary").first.click()
    expect(page.locator(".fc-mark--lit").first).to_be_visible()
    check_accessible(page)
    screenshot(page, "coding-screen")

    # words are selected in the record, looked up, and coded
    text = page.locator(".fc-document:visible .fc-text")
    text.locator(".fc-mark").first.dblclick()
    expect(page.locator("#quote")).not_to_have_value("")
    page.get_by_label("Look up in index and books").fill("hypomagnesaemia")
    page.locator(".fc-pick", has_text="E83.4").first.click(timeout=LOADING)
    expect(page.locator(".fc-code[data-code='E83.4']")).to_contain_text("Added")
    added = episode.lines.get(code="E83.4")
    assert added.evidence[0]["text"] in episode.documents.get(name=added.evidence[0]["document"]).text

    # one code is changed to its neighbour, one removed with a reason; the mistake is taken back
    code = page.locator(".fc-code[data-code='E83.4']")
    code.get_by_role("link", name="Change").click()
    expect(page.locator("#changing")).to_be_visible()
    page.locator("#found .fc-pick", has_text="E83.5").first.click()
    expect(page.locator(".fc-code[data-code='E83.5']")).to_be_visible()
    page.locator(".fc-code[data-code='E83.5'] .fc-remove summary").click()
    page.get_by_label("Why E83.5 is removed").fill("Not relevant to this episode")
    page.locator(".fc-code[data-code='E83.5'] .fc-remove__form button").click()
    expect(page.locator("#removed")).to_contain_text("E83.5")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".fc-code[data-code='E83.5']")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#removed")).to_contain_text("E83.5")

    # the rest is right
    while page.locator(".fc-code").get_by_role("button", name="Accept ").count():
        page.locator(".fc-code").get_by_role("button", name="Accept ").first.click()
        settled(page)
    seen = page.locator("#seen")
    if seen.count():
        seen.check()
    follow(page, page.get_by_role("button", name="Submit"))
    expect(page.get_by_role("status").first).to_contain_text("coded")
    episode.refresh_from_db()
    assert episode.state == State.CODED
    check_accessible(page)


def test_everything_by_keyboard(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    one, two, *_ = [line.code for line in episode.lines.filter(book="icd10").order_by("position")]
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.id}/")
    keys = page.keyboard

    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Accept the code")
    check_accessible(page)
    keys.press("Escape")
    keys.press("g")
    keys.press("a")
    expect(page.locator(f".fc-code[data-code='{one}']")).to_contain_text("Accepted")
    expect(page.locator(f".fc-code[data-code='{one}'] summary").first).to_be_focused()
    keys.press("Alt+ArrowDown")
    expect(page.locator(".fc-code").first).to_have_attribute("data-code", two)
    expect(page.locator(f".fc-code[data-code='{one}'] summary").first).to_be_focused()
    keys.press("p")
    expect(page.locator(".fc-code").first).to_have_attribute("data-code", one)
    keys.press("ArrowDown")
    keys.press("x")
    keys.type("Part of another code")
    keys.press("Enter")
    expect(page.locator("#removed")).to_contain_text(two)
    keys.press("u")
    expect(page.locator(f".fc-code[data-code='{two}']")).to_be_visible()
    keys.press("/")
    keys.type("hypomagnesaemia")
    expect(page.locator(".fc-pick", has_text="E83.4").first).to_be_visible(timeout=LOADING)
    page.locator("#reason").focus()
    keys.type("asked for by the ward")
    keys.press("Enter")
    keys.press("Enter")
    expect(page.locator(".fc-code[data-code='E83.4'] summary").first).to_be_focused()
    keys.press("n")
    keys.type("checked with the ward")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#notes")).to_contain_text("checked with the ward")


def test_who_is_quicker_than_the_server_loses_nothing(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    one, two, three, *_ = [line.code for line in episode.lines.filter(book="icd10").order_by("position")]
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.id}/")
    keys = page.keyboard
    for key in ("g", "a", "ArrowDown", "a", "ArrowDown", "x"):
        keys.press(key)
    keys.type("Part of another code", delay=20)
    for code in (one, two):
        expect(page.locator(f".fc-code[data-code='{code}']")).to_contain_text("Accepted")
    expect(page.get_by_label(f"Why {three} is removed")).to_have_value("Part of another code")
    keys.press("Enter")
    expect(page.locator("#removed")).to_contain_text(three)
    assert not page.get_by_role("alert").count()


def test_codes_are_dragged_into_another_order(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    one, two, three, *rest = [line.code for line in episode.lines.filter(book="icd10").order_by("position")]
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.id}/")
    code = "#coding .fc-codes[data-book='icd10'] .fc-code[data-code='{}'] summary b"
    page.locator(code.format(three)).first.drag_to(page.locator(code.format(one)).first)
    shown = page.locator("#coding .fc-codes[data-book='icd10'] .fc-code")
    expect(shown.first).to_have_attribute("data-code", three)
    expect(page.locator(".fc-code--dragged, .fc-code--over")).to_have_count(0)
    order = [line.code for line in episode.lines.filter(book="icd10").order_by("position")]
    assert order == [three, one, two, *rest]
    # a diagnosis is no procedure: dropped there, it stays where it was
    page.locator(code.format(two)).first.drag_to(page.locator("#coding .fc-codes[data-book='opcs4'] .fc-code summary b").first)
    settled(page)
    assert [line.code for line in episode.lines.filter(book="icd10").order_by("position")] == order
    page.get_by_role("button", name="Undo").click()
    expect(shown.first).to_have_attribute("data-code", one)


def test_words_of_the_record_are_selected_by_keyboard_alone(page_of: PageOf, db: None) -> None:
    text = "Seen in clinic.\n\U0001f600 Diagnosis: pneumonia. Low magnesium, 0.5 mmol; hypomagnesaemia again."
    store(None, EngineEpisode("read", (EngineDocument("a.txt", text),)))
    work_until_idle()
    episode = Episode.objects.get()
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.id}/")
    keys, said = page.keyboard, page.locator("#reading")
    keys.press("r")
    expect(said).to_contain_text("Seen in clinic.")
    expect(said).to_contain_text("Enter: look up")
    check_accessible(page)
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(said).to_contain_text("Low magnesium, 0.5 mmol; hypomagnesaemia again.")
    screenshot(page, "select-by-keyboard")
    keys.press("ArrowRight")
    expect(said).to_contain_text("Low.")
    keys.press("Shift+ArrowRight")
    expect(said).to_contain_text("Low magnesium.")
    for key in ("Shift+ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        keys.press(key)
    expect(said).to_contain_text("hypomagnesaemia.")
    keys.press("Enter")
    expect(page.locator("#quote")).to_have_value("hypomagnesaemia")
    expect(page.get_by_label("Look up in index and books")).to_be_focused()
    expect(page.locator(".fc-pick", has_text="E83.4").first).to_be_visible()
    keys.press("Enter")
    keys.press("Enter")
    expect(page.locator(".fc-code--added[data-code='E83.4']")).to_be_visible()
    (quote,) = episode.lines.get(code="E83.4", standing=Standing.ADDED).evidence
    at = text.index("hypomagnesaemia")
    assert (quote["start"], quote["end"]) == (at, at + len("hypomagnesaemia"))
    # Escape leaves, and the keyboard is where it was
    keys.press("g")
    keys.press("r")
    keys.press("Escape")
    expect(page.locator(".fc-code summary").first).to_be_focused()


def test_two_on_one_episode_are_told_and_neither_loses_work(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    one, two, *_ = [line.code for line in episode.lines.filter(book="icd10").order_by("position")]
    first, second = page_of(Role.CODER), page_of(Role.SENIOR)
    first.goto(f"/episodes/{episode.id}/")
    second.goto(f"/episodes/{episode.id}/")
    expect(second.locator("#presence")).to_contain_text("coder has this episode open too")
    first.evaluate("() => window.fourstepLive.life()")
    expect(first.locator("#presence")).to_contain_text("senior")

    first.locator(f".fc-code[data-code='{one}']").get_by_role("button", name="Accept").click()
    expect(first.locator(f".fc-code[data-code='{one}']")).to_contain_text("Accepted")
    second.locator(f".fc-code[data-code='{two}']").get_by_role("button", name="Accept").click()
    expect(second.get_by_role("alert")).to_contain_text(f"coder changed the coding meanwhile: accepted {one}")
    check_accessible(second)
    second.get_by_role("button", name=f"Do it now: accept {two}").click()
    expect(second.locator(f".fc-code[data-code='{two}']")).to_contain_text("Accepted")
    first.evaluate("() => window.fourstepLive.life()")
    expect(first.locator(f".fc-code[data-code='{two}']")).to_contain_text("Accepted")
    standing = dict(episode.lines.values_list("code", "standing"))
    assert (standing[one], standing[two]) == (Standing.ACCEPTED, Standing.ACCEPTED)


def test_a_trainees_work_goes_to_the_mentor(page_of: PageOf, example: Example, person: PersonOf) -> None:
    episode = example("hip-fracture")
    episode.proposals.update(result={**episode.proposals.first().result, "queries": []})
    episode.lines.update(standing=Standing.ACCEPTED)
    trainee = person(Role.TRAINEE)
    trainee.mentor = person(Role.TRAINER)
    trainee.save()
    page = page_of(Role.TRAINEE)
    page.goto(f"/episodes/{episode.id}/")
    if page.locator("#seen").count():
        page.locator("#seen").check()
    follow(page, page.get_by_role("button", name="Submit for second check"))
    expect(page.locator(".fc-bar")).to_contain_text("read only")

    mentor = page_of(Role.TRAINER)
    mentor.goto(f"/episodes/{episode.id}/")
    mentor.get_by_label("Comment for trainee").fill("Where did the fall happen?")
    check_accessible(mentor)
    follow(mentor, mentor.get_by_role("button", name="Return"))
    page.reload()
    expect(page.locator("#coding")).to_contain_text("Where did the fall happen?")
    if page.locator("#seen").count():
        page.locator("#seen").check()
    follow(page, page.get_by_role("button", name="Submit for second check"))
    mentor.reload()
    if mentor.locator("#seen").count():
        mentor.locator("#seen").check()
    follow(mentor, mentor.get_by_role("button", name="Approve"))
    expect(mentor.get_by_role("status").first).to_contain_text("coded")


def test_the_screen_holds_at_twice_the_size_and_on_a_small_display(page_of: PageOf, example: Example) -> None:
    episode = example("hip-fracture")
    page = page_of(Role.CODER)
    for width, height in ((1280, 720), (640, 360)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/episodes/{episode.id}/")
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        expect(page.locator("#submit")).to_be_in_viewport()
        check_accessible(page)


def test_words_selected_behind_odd_characters_are_the_words_that_are_kept(page_of: PageOf, db: None) -> None:
    text = "\U0001f600 Résumé\r\nDiagnosis: pneumonia\r\n\U0001f600 and <b>hypomagnesaemia</b> too"
    store(None, EngineEpisode("odd", (EngineDocument("a.txt", text),)))
    work_until_idle()
    episode = Episode.objects.get()
    page = page_of(Role.CODER)
    page.goto(f"/episodes/{episode.id}/")
    page.evaluate(SELECT, "hypomagnesaemia")
    page.locator(".fc-text").dispatch_event("mouseup")
    expect(page.locator("#quote")).to_have_value("hypomagnesaemia")
    page.locator(".fc-pick", has_text="E83.4").first.click(timeout=LOADING)
    expect(page.locator(".fc-code--added[data-code='E83.4']")).to_be_visible()
    (quote,) = episode.lines.get(code="E83.4", standing=Standing.ADDED).evidence
    at = text.index("hypomagnesaemia")
    assert (quote["start"], quote["end"], quote["text"]) == (at, at + len("hypomagnesaemia"), "hypomagnesaemia")
