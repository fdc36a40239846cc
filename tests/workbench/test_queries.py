"""Queries: drafted, sent by a link that works once, answered on a page that shows only what is needed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from fourstep.workbench.episodes.actions import receive, store
from fourstep.workbench.episodes.engine import episode_of
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries import actions, links
from fourstep.workbench.queries.blocking import open_blocking
from fourstep.workbench.queries.figures import figures
from fourstep.workbench.queries.models import Query, Wanted
from fourstep.workbench.queries.models import State as QueryState
from fourstep.workbench.trust.models import LogEntry

PersonOf = Callable[[Role], Person]
ClientOf = Callable[[Role], Client]
SUMMARY = (
    "Discharge summary\n\nDiagnosis: Community acquired pneumonia.\n\n"
    "Past medical history: AF, gout. Lives with her peculiar parrot.\n\nMedication: amlodipine 5 mg od, bisoprolol 2.5 mg od.\n"
)
WHO = {"name": "Dr Ada Example", "grade": "Registrar"}


@pytest.fixture
def episode(db: None) -> Episode:
    """A coded episode whose record leaves a question open."""
    line = {
        "id": "Q-1",
        "age_years": 71,
        "sex": "female",
        "admission_date": "2026-03-02",
        "discharge_date": "2026-03-06",
        "specialty": "general medicine",
        "administrative": {"local_patient_id": "H1234567", "nhs_number": "9990000018", "consultant_code": "C1234567"},
        "documents": [{"file": "summary.txt", "type": "discharge_summary", "text": SUMMARY}],
    }
    receive(None, "one.jsonl", json.dumps(line).encode(), "upload")
    work_until_idle()
    return Episode.objects.get(key="Q-1")


def sent(person: Person, episode: Episode, *, email: str = "ada@example.org", blocking: bool = True, **more: object) -> Query:
    """A query that a coder wrote and sent."""
    values = {
        "kind": "question", "about": "Type of atrial fibrillation", "question": "Which type is it?", "blocking": blocking,
        "options": ["Paroxysmal", "Permanent"], "addressee": "Dr Example", "addressee_kind": "clinician", "email": email,
        "reference": "H1234567", **more,
    }  # fmt: skip
    at = SUMMARY.index("AF")
    words = [{"document": "summary.txt", "start": at, "end": at + 2, "text": "AF"}]
    query = actions.write(person, episode.pk, values, words)
    query.options = [{"text": "Paroxysmal", "codes": ["I48.0"]}, {"text": "Permanent", "codes": ["I48.2"]}]
    query.save()
    return actions.send(person, query.pk, "http://testserver/")


def path_of(query: Query) -> str:
    return links.link_of(query).removeprefix("http://testserver")


def test_the_engines_draft_is_taken_up_edited_and_sent(client_of: ClientOf, episode: Episode) -> None:
    drafts = episode.proposals.first().result["queries"]  # type: ignore[union-attr]
    number = next(n for n, draft in enumerate(drafts) if "fibrillation" in draft["about"])
    client = client_of(Role.CODER)
    page = client.post(f"/episodes/{episode.pk}/queries/draft/{number}/", follow=True)
    query = Query.objects.get()
    assert query.state == QueryState.DRAFT
    assert query.options == drafts[number]["options"]
    assert "H1234567" in page.content.decode()
    again = client.post(f"/episodes/{episode.pk}/queries/draft/{number}/", follow=True)
    assert "taken up already" in again.content.decode()
    form = {
        "about": query.about, "question": "Which type of atrial fibrillation does she have?", "options": "Paroxysmal\nNot sure",
        "addressee": "Dr Example", "addressee_kind": "clinician", "email": "ada@example.org", "blocking": "on", "act": "send",
    }  # fmt: skip
    client.post(f"/queries/{query.pk}/", form)
    query.refresh_from_db()
    assert query.state == QueryState.SENT
    assert query.options == [{"text": "Paroxysmal", "codes": ["I48.0"]}, {"text": "Not sure", "codes": []}]
    episode.refresh_from_db()
    assert episode.state == State.AWAITING_QUERY


def test_the_mail_holds_the_link_and_who_asks_and_no_word_of_the_record(
    client_of: ClientOf, person: PersonOf, episode: Episode
) -> None:
    client = client_of(Role.CODER)
    form = {
        "about": "Type of AF", "question": "Which type?", "quote": "AF, gout", "addressee": "Dr Example",
        "addressee_kind": "clinician", "email": "ada@example.org", "reference": "H1234567", "act": "send",
    }  # fmt: skip
    client.post(f"/episodes/{episode.pk}/queries/new/question/", form)
    query = Query.objects.get()
    assert query.evidence[0]["text"] == "AF, gout"
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert links.token_of(query) in message.body
    assert "coder of clinical coding asks Dr Example" in message.body
    said = message.body.replace(links.token_of(query), "") + message.subject  # any letters may stand in a token
    for word in ("AF", "gout", "fibrillation", "Which type", "H1234567", "Q-1", "9990000018", "pneumonia"):
        assert word not in said


def test_the_page_shows_the_question_and_its_sentence_and_nothing_else(person: PersonOf, episode: Episode) -> None:
    page = Client().get(path_of(sent(person(Role.CODER), episode)))
    shown = page.content.decode()
    for needed in ("Which type is it?", "<mark>AF</mark>, gout.", "Paroxysmal", "I cannot say", "H1234567", "Discharge summary"):
        assert needed in shown
    for hidden in ("I48", "parrot", "amlodipine", "neumonia", "9990000018", "Q-1", "general medicine"):
        assert hidden not in shown
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_an_answer_becomes_a_document_that_the_engine_reads(person: PersonOf, client_of: ClientOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode)
    version = episode.version
    answer = Client().post(path_of(query), {"ticked": ["0"], "words": "She has paroxysmal atrial fibrillation.", **WHO})
    assert "Thank you" in answer.content.decode()
    work_until_idle()
    query.refresh_from_db()
    episode.refresh_from_db()
    assert (query.state, query.ticked, query.answered_by) == (QueryState.ANSWERED, [0], "Dr Ada Example")
    assert (episode.state, episode.version > version) == (State.PROPOSED, True)
    document = query.document
    assert document is not None and document.type == "query_answer"
    assert "Answered by Dr Ada Example, Registrar" in document.text
    assert "I48.0" in [line.code for line in episode.lines.all()]
    shown = client_of(Role.CODER).get(f"/queries/{query.pk}/").content.decode()
    assert "The record says" in shown and "She has paroxysmal atrial fibrillation." in shown and "Registrar" in shown


def test_a_code_that_was_ticked_is_adopted_on_the_words_of_the_answer(
    person: PersonOf, client_of: ClientOf, episode: Episode
) -> None:
    query = sent(person(Role.CODER), episode)
    Query.objects.update(codes=["I48.9"])
    Client().post(path_of(query), {"ticked": ["1"], **WHO})
    work_until_idle()
    episode.refresh_from_db()
    client, form = client_of(Role.CODER), {"code": "I48.2", "version": str(episode.version)}

    def told(**other: str) -> str:
        return client.post(f"/queries/{query.pk}/adopt/", form | other, follow=True).content.decode()

    assert "Change I48.9 to I48.2" in client.get(f"/queries/{query.pk}/").content.decode()
    assert "coding has changed" in told(version="0")
    assert "does not lead to" in told(code="I48.0")
    page = told()
    assert "I48.9 changed to <b>I48.2</b> by coder" in page
    line = episode.lines.get(code="I48.2")
    assert (line.proposed_code, line.decided_by) == ("I48.9", person(Role.CODER))
    (quote,) = line.evidence
    assert (quote["document"], quote["text"]) == (f"query-answer-{query.pk}.txt", "Permanent")
    assert client_of(Role.MANAGER).post(f"/queries/{query.pk}/adopt/", form).status_code == 403


def test_what_was_asked_and_ticked_is_never_coded_by_itself(person: PersonOf, episode: Episode) -> None:
    before = {line.code for line in episode.lines.all()}
    query = sent(
        person(Role.CODER), episode, about="Osteoporosis", question="Does she have osteoporosis, or a stroke?", options=["Stroke"]
    )
    Client().post(path_of(query), {"ticked": ["1"], **WHO})
    work_until_idle()
    assert {line.code for line in episode.lines.all()} == before


@pytest.mark.parametrize("spoilt", ["x", "999:abc:def", "{token}x", "{token}:", "a" * 3000])
def test_a_forged_link_opens_nothing(person: PersonOf, episode: Episode, spoilt: str) -> None:
    token = links.token_of(sent(person(Role.CODER), episode))
    page = Client().get(f"/answer/{spoilt.format(token=token)}/")
    assert page.status_code == 404
    assert "not one of ours" in page.content.decode()


def test_a_link_signed_for_something_else_opens_nothing(person: PersonOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode)
    own = "fourstep.queries.link"
    for salt, value in (("other", [query.pk, query.nonce]), (own, [query.pk]), (own, "x")):
        assert links.open_link(signing.Signer(salt=salt).sign_object(value)).standing == "forged"


def test_a_link_is_good_for_one_answer(person: PersonOf, episode: Episode) -> None:
    path = path_of(sent(person(Role.CODER), episode))
    client = Client()
    client.post(path, {"cannot_say": "on", **WHO})
    for page in (client.get(path), client.post(path, {"ticked": ["1"], "name": "Mallory", "grade": "none"})):
        assert page.status_code == 410
        assert "has been answered" in page.content.decode()
        assert "Which type" not in page.content.decode()
    query = Query.objects.get()
    assert (query.answered_by, query.cannot_say, query.ticked) == ("Dr Ada Example", True, [])


@pytest.mark.django_db(transaction=True)
def test_of_answers_that_come_at_once_the_first_counts(person: PersonOf, episode: Episode) -> None:
    path = path_of(sent(person(Role.CODER), episode))

    def post(number: int) -> int:
        try:
            return Client().post(path, {"cannot_say": "on", "name": f"Dr {number}", "grade": "Registrar"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(post, range(4)))
    assert found == [200, 410, 410, 410]
    assert episode.documents.filter(type="query_answer").count() == 1


def test_an_expired_a_replaced_and_a_withdrawn_link_say_so_and_no_more(person: PersonOf, episode: Episode) -> None:
    coder = person(Role.CODER)
    query = sent(coder, episode)
    first = path_of(query)
    second = path_of(actions.new_link(coder, query.pk))
    assert "newer link" in Client().get(first).content.decode()
    Query.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    page = Client().post(second, {"cannot_say": "on", **WHO})
    assert (page.status_code, "has run out" in page.content.decode()) == (410, True)
    actions.withdraw(coder, query.pk, "Found in the notes")
    page = Client().get(second)
    assert (page.status_code, "no longer needed" in page.content.decode()) == (410, True)
    for word in ("fibrillation", "H1234567", "AF,"):
        assert word not in page.content.decode()
    assert Query.objects.get().answered_at is None


@pytest.mark.parametrize(
    ("given", "told"),
    [({}, "Tick an answer"), ({"ticked": ["0"], "cannot_say": "on"}, "Either tick"), ({"ticked": ["7"]}, "not offered")],
)
def test_an_answer_that_says_nothing_is_asked_for_again(
    person: PersonOf, episode: Episode, given: dict[str, object], told: str
) -> None:
    query = sent(person(Role.CODER), episode)
    page = Client().post(path_of(query), {**given, **WHO})
    assert told in page.content.decode()
    assert Query.objects.get().state == QueryState.SENT
    page = Client().post(path_of(query), {"ticked": ["1"]})
    assert "Your name" in page.content.decode() and Query.objects.get().state == QueryState.SENT


def test_who_is_signed_in_cannot_answer_for_the_clinician(client_of: ClientOf, person: PersonOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode)
    page = client_of(Role.CODER).post(path_of(query), {"ticked": ["0"], **WHO})
    assert "the answer is theirs to give" in page.content.decode()
    assert Query.objects.get().state == QueryState.SENT


def test_a_blocking_query_holds_the_episode_until_its_answer_was_looked_at(person: PersonOf, episode: Episode) -> None:
    coder = person(Role.CODER)
    for number, draft in enumerate(episode.proposals.first().result["queries"]):  # type: ignore[union-attr]
        if draft["blocking"]:
            actions.set_aside(coder, episode.pk, number, "Clear from the notes")
    assert open_blocking(episode) == []
    query = sent(coder, episode)
    episode.refresh_from_db()
    assert open_blocking(episode) == ["Type of atrial fibrillation (waits for an answer)"]
    assert episode.state == State.AWAITING_QUERY
    Client().post(path_of(query), {"ticked": ["0"], **WHO})
    episode.refresh_from_db()
    assert episode.state == State.PROPOSED
    assert open_blocking(episode) == ["Type of atrial fibrillation (was answered: look at the answer)"]
    actions.done(coder, query.pk)
    assert open_blocking(episode) == []


def test_the_engines_blocking_draft_holds_until_it_is_asked_or_set_aside(person: PersonOf, episode: Episode) -> None:
    proposal = episode.proposals.first()
    assert proposal is not None
    proposal.result["queries"] = [
        {"about": "Sepsis", "why": "Was it sepsis?", "blocking": True, "evidence": [], "codes": [], "options": []}
    ]
    proposal.save()
    assert open_blocking(episode) == ["Sepsis"]
    actions.set_aside(person(Role.CODER), episode.pk, 0, "The consultant's note says so")
    assert open_blocking(episode) == []


def test_a_query_that_only_informs_blocks_nothing(person: PersonOf, episode: Episode) -> None:
    before = open_blocking(episode)
    sent(person(Role.CODER), episode, blocking=False)
    episode.refresh_from_db()
    assert (open_blocking(episode), episode.state) == (before, State.PROPOSED)


def test_a_document_asked_for_arrives(person: PersonOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode, kind="document", about="Histology", wanted=Wanted.HISTOLOGY, options=[])
    episode.refresh_from_db()
    assert episode.state == State.AWAITING_DOCUMENTS
    arrive(episode, "ward.txt", "ward_round", "Seen. Well.")
    assert Query.objects.get().state == QueryState.SENT
    arrive(episode, "histo.txt", "histology_report", "Specimen: skin. Normal.")
    query.refresh_from_db()
    episode.refresh_from_db()
    assert (query.state, query.document.name if query.document else "") == (QueryState.DONE, "histo.txt")
    assert episode.state == State.PROPOSED
    assert "has been answered" in Client().get(path_of(query)).content.decode()


def arrive(episode: Episode, name: str, kind: str, text: str) -> None:
    from dataclasses import replace

    from fourstep.episode import Document

    store(None, replace(episode_of(Episode.objects.get(pk=episode.pk)), documents=(Document(name, text, kind),)))


def test_a_request_is_met_by_hand_and_its_answer_is_no_part_of_the_record(
    client_of: ClientOf, person: PersonOf, episode: Episode
) -> None:
    coder = person(Role.CODER)
    query = sent(coder, episode, kind="document", about="Operation note", wanted=Wanted.OPERATION_NOTE, options=[])
    client_of(Role.CODER).post(f"/queries/{query.pk}/arrived/", {"why": "Read on the ward"})
    assert Query.objects.get().closed_why == "Read on the ward"
    other = sent(coder, episode, kind="document", about="Summary", wanted=Wanted.DISCHARGE_SUMMARY, options=[])
    Client().post(path_of(other), {"words": "There is none", **WHO})
    assert episode.documents.count() == 1


def test_reminders_go_to_what_has_waited_and_stop_after_three(person: PersonOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode)
    sent(person(Role.CODER), episode, email="", about="By hand")
    call_command("send_reminders")
    assert mail.outbox == []
    for times in range(1, 5):
        ago = timezone.now() - dt.timedelta(days=4)
        Query.objects.update(sent_at=ago)
        Query.objects.exclude(reminded_at=None).update(reminded_at=ago)
        call_command("send_reminders")
        assert len(mail.outbox) == min(times, 3)
    assert mail.outbox[0].subject.startswith("Reminder")
    query.refresh_from_db()
    assert path_of(query) in mail.outbox[-1].body  # the link that was sent is good again
    Client().post(path_of(query), {"cannot_say": "on", **WHO})
    Query.objects.update(reminders=0, reminded_at=None)
    call_command("send_reminders")
    assert len(mail.outbox) == 3


def test_a_mail_server_that_refuses_is_told_and_the_link_stands(
    client_of: ClientOf, person: PersonOf, episode: Episode, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    query = sent(person(Role.CODER), episode)
    page = client_of(Role.CODER).post(f"/queries/{query.pk}/remind/", follow=True).content.decode()
    assert "did not take the mail" in page and links.link_of(query) in page
    assert Client().get(path_of(query)).status_code == 200


def test_the_link_is_shown_only_to_who_must_hand_it_on(client_of: ClientOf, person: PersonOf, episode: Episode) -> None:
    by_mail, by_hand = sent(person(Role.CODER), episode), sent(person(Role.CODER), episode, email="")
    client = client_of(Role.CODER)
    assert links.token_of(by_mail) not in client.get(f"/queries/{by_mail.pk}/").content.decode()
    assert links.token_of(by_hand) in client.get(f"/queries/{by_hand.pk}/").content.decode()


def test_the_list_shows_age_turnaround_and_harmless_cells(client_of: ClientOf, person: PersonOf, episode: Episode) -> None:
    coder = person(Role.CODER)
    sent(coder, episode, about="=cmd|' /C calc'!A0")
    answered = sent(coder, episode, addressee="Dr Quick")
    Query.objects.update(sent_at=timezone.now() - dt.timedelta(days=5))
    Client().post(path_of(answered), {"cannot_say": "on", **WHO})
    page = client_of(Role.CODER).get("/queries/").content.decode()
    assert "5 days" in page and "1 reminder due" in page
    assert "Median 5.0 days" in client_of(Role.CODER).get("/queries/turnaround/").content.decode()
    text = client_of(Role.CODER).get("/queries/queries.csv?state=").content.decode()
    assert "'=cmd" in text and ",=cmd" not in text
    assert "Which type is it?" not in text
    found = figures()
    assert [(g.group, g.answered, round(g.median_days)) for g in found.by_addressee] == [("Dr Quick", 1, 5)]
    assert [g.group for g in found.by_specialty] == ["general medicine"]


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    client_of: ClientOf, person: PersonOf, episode: Episode, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(12):
        sent(person(Role.CODER), episode)
    client = client_of(Role.CODER)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/queries/")


def test_who_may_only_read_sees_queries_and_changes_none(client_of: ClientOf, person: PersonOf, episode: Episode) -> None:
    query = sent(person(Role.CODER), episode)
    auditor = client_of(Role.AUDITOR)
    shown = auditor.get(f"/episodes/{episode.pk}/queries/").content.decode()
    assert "Type of atrial fibrillation" in shown and "Write a query" not in shown
    assert auditor.post(f"/queries/{query.pk}/withdraw/", {"why": "x"}).status_code == 403
    assert client_of(Role.ANALYST).get(f"/queries/{query.pk}/").status_code == 403


def test_every_step_is_logged_without_words(person: PersonOf, episode: Episode) -> None:
    coder = person(Role.CODER)
    query = sent(coder, episode)
    actions.remind(coder, query.pk)
    Client().post(path_of(query), {"words": "Permanent, as her peculiar daughter says", **WHO})
    actions.done(coder, query.pk)
    entries = LogEntry.objects.filter(subject=str(episode), action__startswith="query")
    assert [e.action for e in entries.order_by("id")] == [
        "query drafted", "query sent", "query reminded", "query answered", "query done",
    ]  # fmt: skip
    assert "peculiar" not in json.dumps([e.detail for e in LogEntry.objects.all()])
