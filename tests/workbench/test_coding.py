"""Deciding on codes: every act is kept, can be taken back, and is refused when the coding is no longer what was seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fourstep.episode import Document as EngineDocument
from fourstep.episode import Episode as EngineEpisode
from fourstep.errors import BookError
from fourstep.workbench.coding.actions import propose
from fourstep.workbench.coding.actions.deciding import decide
from fourstep.workbench.coding.actions.passing import approve, open_episode, reopen, send_back, submit
from fourstep.workbench.coding.checking import checked
from fourstep.workbench.coding.errors import Refused, Stale
from fourstep.workbench.coding.history import events
from fourstep.workbench.coding.models import CodeLine, Standing
from fourstep.workbench.coding.screen import left_out
from fourstep.workbench.episodes.actions import receive, store
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.models import LogEntry

pytestmark = pytest.mark.django_db
PersonOf = Callable[..., Person]
Example = Callable[[str], Episode]


def act(person: Person, episode: Episode, name: str, **values: Any) -> CodeLine | None:
    """One act on the coding as it is now."""
    episode.refresh_from_db()
    line = decide(person, episode.id, episode.version, name, {k: str(v) for k, v in values.items()}).line
    episode.refresh_from_db()
    return line


def codes(episode: Episode, book: str = "icd10") -> list[str]:
    return [line.code for line in episode.lines.filter(book=book).order_by("position") if line.stands]


def line_of(episode: Episode, code: str) -> CodeLine:
    return episode.lines.get(code=code)


@pytest.fixture
def hip(example: Example) -> Episode:
    return example("hip-fracture")


@pytest.fixture
def coder(person: PersonOf) -> Person:
    return person(Role.CODER)


def test_opening_takes_an_episode_that_nobody_has_and_logs_the_view(hip: Episode, coder: Person, person: PersonOf) -> None:
    open_episode(coder, hip.id)
    open_episode(person(Role.SENIOR), hip.id)
    hip.refresh_from_db()
    assert (hip.assigned_to, hip.state) == (coder, State.IN_PROGRESS)
    assert LogEntry.objects.filter(action="viewed", subject=f"episode {hip.id}").count() == 2


def test_an_auditor_looks_without_taking(hip: Episode, person: PersonOf) -> None:
    open_episode(person(Role.AUDITOR), hip.id)
    hip.refresh_from_db()
    assert (hip.assigned_to, hip.state) == (None, State.PROPOSED)
    with pytest.raises(Refused):
        decide(person(Role.AUDITOR), hip.id, hip.version, "accept-all", {})


def test_accepting_changing_and_removing_are_kept_with_who_decided(hip: Episode, coder: Person) -> None:
    first, second, third = hip.lines.filter(book="icd10").order_by("position")[:3]
    act(coder, hip, "accept", line=first.id)
    act(coder, hip, "change", line=second.id, code="w18.0", reason="struck the bed")
    act(coder, hip, "remove", line=third.id, reason="not relevant")
    standing = {line.id: (line.standing, line.decided_by) for line in hip.lines.all()}
    assert standing[first.id] == (Standing.ACCEPTED, coder)
    assert standing[second.id] == (Standing.CHANGED, coder)
    assert standing[third.id] == (Standing.REMOVED, coder)
    assert line_of(hip, "W18.0").title


def test_what_asks_for_a_look_is_not_accepted_with_the_rest(hip: Episode, coder: Person) -> None:
    asking = hip.lines.order_by("id").first()
    hip.lines.update(needs_review=False)
    hip.lines.filter(id=asking.id).update(needs_review=True)
    act(coder, hip, "accept-all")
    assert [line.id for line in hip.lines.filter(standing=Standing.PROPOSED)] == [asking.id]


def test_a_code_is_added_on_the_words_of_the_document_itself(hip: Episode, coder: Person) -> None:
    document = hip.documents.first()
    at = document.text.index("hip") if "hip" in document.text else 0
    line = act(coder, hip, "add", book="icd10", code="E83.4", document=document.id, start=at, end=at + 3, text="forged")
    assert line is not None
    (quote,) = line.evidence
    assert quote["text"] == document.text[quote["start"] : quote["end"]] == document.text[at : at + 3].strip()


def test_a_code_is_not_added_on_nothing(hip: Episode, coder: Person) -> None:
    for values in ({}, {"quote": "words that stand nowhere"}, {"document": "99999", "start": "0", "end": "5"}):
        with pytest.raises(Refused, match="words"):
            act(coder, hip, "add", book="icd10", code="E83.4", **values)
    assert act(coder, hip, "add", book="icd10", code="E83.4", reason="by the site's policy")


@pytest.mark.parametrize("code", ["E83", "S72.0", "QQ", "X99.Z", "<b>"])
def test_a_code_that_is_not_in_the_book_or_not_complete_is_refused(hip: Episode, coder: Person, code: str) -> None:
    before = codes(hip)
    with pytest.raises(BookError):
        act(coder, hip, "add", book="icd10", code=code, reason="x")
    assert codes(hip) == before


def test_the_order_is_a_persons_to_choose(hip: Episode, coder: Person) -> None:
    one, two, three, *rest = codes(hip)
    act(coder, hip, "move", line=line_of(hip, one).id, by=1)
    assert codes(hip)[:3] == [two, one, three]
    act(coder, hip, "first", line=line_of(hip, three).id)
    assert codes(hip)[:3] == [three, two, one]
    act(coder, hip, "move", line=line_of(hip, three).id, to=99)
    assert codes(hip) == [two, one, *rest, three]


def test_a_side_is_added_behind_the_procedure_at_hand_with_its_date(hip: Episode, coder: Person) -> None:
    body = hip.lines.filter(book="opcs4").order_by("position").first()
    line = act(coder, hip, "add", book="opcs4", code="Y80.1", after=body.id, reason="belongs to it")
    assert line is not None
    assert codes(hip, "opcs4")[1] == "Y80.1"
    assert line.date == body.date


def test_undo_and_redo_walk_through_a_persons_acts(hip: Episode, coder: Person) -> None:
    start = codes(hip)
    act(coder, hip, "remove", line=line_of(hip, start[-1]).id, reason="not relevant")
    act(coder, hip, "first", line=line_of(hip, start[1]).id)
    reached = codes(hip)
    act(coder, hip, "undo")
    act(coder, hip, "undo")
    assert codes(hip) == start
    with pytest.raises(Refused):
        act(coder, hip, "undo")
    act(coder, hip, "redo")
    act(coder, hip, "redo")
    assert codes(hip) == reached
    with pytest.raises(Refused):
        act(coder, hip, "redo")


def test_after_a_new_act_what_was_undone_stays_undone(hip: Episode, coder: Person) -> None:
    act(coder, hip, "accept-all")
    act(coder, hip, "undo")
    act(coder, hip, "accept", line=hip.lines.first().id)
    with pytest.raises(Refused):
        act(coder, hip, "redo")


def test_another_persons_act_is_not_undone(hip: Episode, coder: Person, person: PersonOf) -> None:
    act(coder, hip, "accept-all")
    act(person(Role.SENIOR), hip, "remove", line=hip.lines.first().id, reason="not relevant")
    with pytest.raises(Refused):
        act(coder, hip, "undo")


def test_an_act_on_what_was_seen_before_is_not_done(hip: Episode, coder: Person, person: PersonOf) -> None:
    seen = hip.version
    act(person(Role.SENIOR), hip, "accept-all")
    before = codes(hip)
    with pytest.raises(Stale):
        decide(coder, hip.id, seen, "remove", {"line": str(hip.lines.first().id), "reason": "x"})
    assert codes(hip) == before


def test_who_acts_again_before_the_answer_has_come_is_not_in_their_own_way(hip: Episode, coder: Person, person: PersonOf) -> None:
    one, two, three, *_ = hip.lines.filter(book="icd10").order_by("position")
    seen = hip.version
    for line in (one, two):
        decide(coder, hip.id, seen, "accept", {"line": str(line.id)})
    hip.refresh_from_db()
    assert (hip.version, hip.lines.get(id=two.id).standing) == (seen + 2, Standing.ACCEPTED)
    act(person(Role.SENIOR), hip, "accept", line=three.id)
    for version in (seen, seen + 2, seen + 4, -1):  # someone else has acted since, or the version was never there
        with pytest.raises(Stale):
            decide(coder, hip.id, version, "first", {"line": str(two.id)})


def test_documents_that_arrive_are_a_change_that_is_not_ones_own(hip: Episode, coder: Person) -> None:
    seen = hip.version
    line = hip.lines.filter(book="icd10").order_by("position").first()
    decide(coder, hip.id, seen, "accept", {"line": str(line.id)})
    store(None, EngineEpisode(hip.key, (EngineDocument("more.txt", "Diagnosis: pneumonia"),)))
    with pytest.raises(Stale):
        decide(coder, hip.id, seen, "first", {"line": str(line.id)})


def test_history_tells_who_decided_what_on_which_words(hip: Episode, coder: Person) -> None:
    line = hip.lines.filter(book="icd10").order_by("position").first()
    act(coder, hip, "accept", line=line.id)
    event, *_, proposed = events(hip)
    assert (event.change.person, event.told) == (coder, [f"accepted {line.code}"])
    assert event.words[0] == " ".join(line.evidence[0]["text"].split())
    assert proposed.told[0].startswith("Fourstep proposed")


def test_new_documents_leave_decisions_and_their_places(hip: Episode, coder: Person) -> None:
    last = codes(hip)[-1]
    act(coder, hip, "accept", line=line_of(hip, last).id)
    before, version = codes(hip), hip.version
    result = hip.proposals.first().result
    result["diagnoses"] = [*result["diagnoses"], {**result["diagnoses"][0], "code": "E83.4", "title": "x"}]
    propose(hip, result)
    hip.refresh_from_db()
    assert codes(hip) == [*before, "E83.4"]
    assert line_of(hip, last).standing == Standing.ACCEPTED
    assert hip.version > version


def settle(person: Person, episode: Episode) -> str:
    """Decide on everything; what proves that the warnings were seen."""
    for line in episode.lines.filter(standing=Standing.PROPOSED):
        act(person, episode, "accept", line=line.id)
    episode.proposals.update(result={**episode.proposals.first().result, "queries": []})
    return checked(episode, episode.lines.all()).seen


def test_undecided_codes_errors_queries_and_unseen_warnings_block(hip: Episode, coder: Person) -> None:
    with pytest.raises(Refused, match="not decided"):
        submit(coder, hip.id, hip.version, "")
    seen = settle(coder, hip)
    result = hip.proposals.first().result
    query = {"about": "Cause of the fall", "why": "", "evidence": [], "blocking": True, "codes": [], "options": []}
    hip.proposals.update(result={**result, "queries": [query]})
    with pytest.raises(Refused, match="Cause of the fall"):
        submit(coder, hip.id, hip.version, seen)
    hip.proposals.update(result=result)
    act(coder, hip, "add", book="icd10", code=codes(hip)[0], reason="twice")
    with pytest.raises(Refused, match="recorded twice"):
        submit(coder, hip.id, hip.version, seen)
    act(coder, hip, "undo")
    act(coder, hip, "date", line=hip.lines.filter(book="opcs4").order_by("position").first().id, date="")
    with pytest.raises(Refused, match="warnings"):
        submit(coder, hip.id, hip.version, seen)
    act(coder, hip, "undo")
    submit(coder, hip.id, hip.version, seen)
    hip.refresh_from_db()
    assert (hip.state, hip.coded_by, hip.submitted_by) == (State.CODED, coder, coder)
    with pytest.raises(Refused):
        act(coder, hip, "accept-all")


def test_a_trainees_coding_goes_to_the_mentor_who_returns_and_then_approves(hip: Episode, person: PersonOf) -> None:
    mentor, trainee = person(Role.TRAINER), person(Role.TRAINEE)
    trainee.mentor = mentor
    trainee.save()
    open_episode(trainee, hip.id)
    seen = settle(trainee, hip)
    submit(trainee, hip.id, hip.version, seen)
    hip.refresh_from_db()
    assert hip.state == State.SECOND_CHECK
    assert hip.passages.last().to == mentor
    for wrong in (trainee, person(Role.CODER)):
        with pytest.raises(Refused):
            approve(wrong, hip.id, hip.version, seen)
    with pytest.raises(Refused, match="write what"):
        send_back(mentor, hip.id, hip.version, " ")
    send_back(mentor, hip.id, hip.version, "Where is the place of the fall?")
    hip.refresh_from_db()
    assert (hip.state, hip.assigned_to) == (State.IN_PROGRESS, trainee)
    submit(trainee, hip.id, hip.version, seen)
    approve(mentor, hip.id, hip.version, seen)
    hip.refresh_from_db()
    assert (hip.state, hip.coded_by) == (State.CODED, trainee)
    assert [p.step for p in hip.passages.all()] == ["taken", "for check", "returned", "for check", "approved"]


def test_a_finished_coding_is_opened_again_with_a_reason(hip: Episode, coder: Person, person: PersonOf) -> None:
    seen = settle(coder, hip)
    submit(coder, hip.id, hip.version, seen)
    for who, why in ((person(Role.TRAINEE), "x"), (coder, "")):
        with pytest.raises(Refused):
            reopen(who, hip.id, why)
    reopen(coder, hip.id, "histology came")
    hip.refresh_from_db()
    assert (hip.state, hip.coded_by) == (State.IN_PROGRESS, None)
    Episode.objects.filter(id=hip.id).update(state=State.EXPORTED)
    with pytest.raises(Refused):
        reopen(coder, hip.id, "again")


ClientOf = Callable[[Role], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_the_second_of_two_gets_the_present_state_and_their_act_offered_again(
    hip: Episode, client_of: ClientOf, person: PersonOf
) -> None:
    seen, line = hip.version, hip.lines.filter(book="icd10").order_by("-position").first()
    other = hip.lines.filter(book="icd10").order_by("position").first()
    act(person(Role.SENIOR), hip, "accept", line=other.id)
    client = client_of(Role.CODER)
    form = {"act": "remove", "line": line.id, "reason": "not relevant", "version": seen}
    answer = client.post(f"/episodes/{hip.id}/act/", form, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"senior changed the coding meanwhile:</b> accepted {other.code}" in text
    assert f"Do it now: remove {line.code}" in text
    hip.refresh_from_db()
    again = client.post(f"/episodes/{hip.id}/act/", form | {"version": hip.version}, **HTMX)
    assert again.status_code == 200
    assert not CodeLine.objects.get(id=line.id).stands


def test_hostile_text_stays_text_everywhere(client_of: ClientOf, db: None) -> None:
    text = 'Diagnosis: pneumonia <script>alert(1)</script>\r\n<img src=x onerror=alert(1)> No "asthma" </mark>'
    line = json.dumps({"id": "<i>E</i>", "documents": [{"file": "<b>.txt", "type": "discharge_summary", "text": text}]})
    receive(None, "batch.jsonl", line.encode(), "upload")
    work_until_idle()
    episode = Episode.objects.get()
    page = client_of(Role.CODER).get(f"/episodes/{episode.id}/").content.decode()
    for tag in ("<script>alert", "<img src=x", "<i>E</i>", "<b>.txt"):
        assert tag not in page
    assert "&#13;" in page
    assert 'data-keys="c' in page


def test_looking_up_finds_codes_and_what_stands_around_them(hip: Episode, client_of: ClientOf) -> None:
    client = client_of(Role.CODER)
    assert "S72.0" in client.get(f"/episodes/{hip.id}/look-up/?q=fract+nof").content.decode()
    assert "Nothing found" in client.get(f"/episodes/{hip.id}/look-up/?q=zzzzqqq%3E").content.decode()
    around = client.get(f"/episodes/{hip.id}/around/icd10/S72.0/").content.decode()
    assert all(code in around for code in ("S72.00", "S72.01", "S72.1", "XIX"))
    assert client.get(f"/episodes/{hip.id}/around/icd10/QQ/").status_code == 404


def test_the_screen_asks_the_database_as_much_for_many_codes_as_for_few(
    hip: Episode, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(Role.CODER)
    client.get(f"/episodes/{hip.id}/")
    with django_assert_max_num_queries(45):
        client.get(f"/episodes/{hip.id}/")


@pytest.mark.parametrize(
    ("code", "standard", "offered"),
    [("R11.X", "", "icd10"), ("U05.1", "", "opcs4"), ("H20.1", "", ""), ("H20.1", "FS.OPCS.06", "opcs4"), ("", "", "")],
)
def test_a_code_that_both_books_have_is_not_offered_without_a_sign_of_its_book(
    hip: Episode, code: str, standard: str, offered: str
) -> None:
    item = {"text": "x", "reason": "", "document": "", "start": 0, "end": 1, "code": code, "standard": standard}
    hip.proposals.update(result={**hip.proposals.first().result, "not_coded": [item]})
    (left,) = left_out(hip)["not_coded"]
    assert (left.book, bool(left.code)) == (offered, bool(offered))
