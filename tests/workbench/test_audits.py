"""Audits: the sample is frozen, auditors code, differences go to and fro, and the report's figures are those worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fourstep.workbench.audits.models import Audit, Finding, Item, Recommendation, Threshold
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.episodes.models import Episode, Proposal, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]
PersonOf = Callable[..., Person]
FORM = {
    "name": "Yearly 2026", "kind": "yearly", "first_day": "2026-03-01", "last_day": "2026-03-31", "day": "2026-04-01",
    "size": "2", "seed": "7", "strata": "", "specialty": "", "blind": "on",
}  # fmt: skip


def coded(
    key: str, diagnoses: str, procedures: str = "", *, by: Person | None = None, engine: str = "", **fields: Any
) -> Episode:
    """A finished coding, discharged in March."""
    row = Episode.objects.create(
        key=key, state=State.CODED, coded_by=by, discharge_date=dt.date(2026, 3, 9), specialty="Medicine", **fields
    )
    for book, codes in ((Book.ICD10, diagnoses), (Book.OPCS4, procedures)):
        for place, code in enumerate(codes.split()):
            CodeLine.objects.create(episode=row, book=book, position=place, code=code, standing=Standing.ACCEPTED)
    if engine:
        result = {"diagnoses": [{"code": c} for c in engine.split()], "procedures": []}
        Proposal.objects.create(episode=row, engine="test", digest="-", result=result)
    return row


def draw(client: Client, **more: str) -> Audit:
    """Draw an audit through the form."""
    values = FORM | more
    answer = client.post("/audits/new/", {k: v for k, v in values.items() if v != "off"})
    assert answer.status_code == 302, answer.context["form"].errors
    return Audit.objects.first()  # type: ignore[return-value]


def hand_in(client: Client, item: Item, diagnoses: str, procedures: str = "", **more: str) -> Any:
    values = {"act": "hand-in", "part": "first", "diagnoses": diagnoses, "procedures": procedures} | more
    return client.post(f"/audits/items/{item.id}/code/", values, follow=True)


def item_of(audit: Audit, key: str) -> Item:
    return audit.items.get(key=key)


def test_the_same_seed_draws_the_same_episodes_and_only_finished_ones_of_the_period(client_of: ClientOf) -> None:
    for number in range(12):
        coded(f"e{number}", "I10.X")
    coded("open", "I10.X")
    Episode.objects.filter(key="open").update(state=State.IN_PROGRESS)
    coded("practice", "I10.X", training=True)
    coded("other month", "I10.X")
    Episode.objects.filter(key="other month").update(discharge_date=dt.date(2026, 4, 1))
    client = client_of(Role.AUDITOR)
    first, again = draw(client, size="5"), draw(client, size="5")
    other = draw(client, size="5", seed="8")
    keys = [sorted(i.key for i in a.items.all()) for a in (first, again, other)]
    assert keys[0] == keys[1] != keys[2]
    assert (first.population, len(keys[0])) == (12, 5)


def test_strata_give_their_share(client_of: ClientOf, person: PersonOf) -> None:
    one, two = person(Role.CODER), person(Role.SENIOR)
    for number in range(9):
        coded(f"e{number}", "I10.X", by=one if number < 6 else two)
    audit = draw(client_of(Role.AUDITOR), size="3", strata="coder")
    assert sorted(i.coder_name for i in audit.items.all()) == ["coder", "coder", "senior"]


def test_a_sample_larger_than_the_population_is_said_and_none_is_drawn(client_of: ClientOf) -> None:
    coded("a", "I10.X")
    client = client_of(Role.AUDITOR)
    answer = client.post("/audits/new/", FORM)
    assert "holds 1 finished codings, fewer than the sample of 2" in answer.content.decode()
    assert not Audit.objects.exists()
    assert draw(client, take_all="on").size == 1


def test_a_period_that_ends_before_it_begins_and_an_empty_one(client_of: ClientOf) -> None:
    client = client_of(Role.AUDITOR)
    assert "ends before it begins" in client.post("/audits/new/", FORM | {"last_day": "2026-02-01"}).content.decode()
    assert "nothing can be drawn" in client.post("/audits/new/", FORM).content.decode()
    assert "no episode names its coder" in client_with(client).content.decode()


def client_with(client: Client) -> Any:
    coded("nobody's", "I10.X")
    coded("nobody's too", "I10.X")
    return client.post("/audits/new/", FORM | {"strata": "coder"})


def test_a_blind_auditor_sees_no_code_of_anybody(client_of: ClientOf) -> None:
    coded("a", "J18.9 I10.X", engine="J18.1")
    coded("b", "J18.9")
    client = client_of(Role.AUDITOR)
    item = item_of(draw(client), "a")
    for address in (f"/audits/items/{item.id}/code/", f"/audits/items/{item.id}/"):
        page = client.get(address).content.decode()
        assert "J18" not in page and "I10" not in page
    open_eyed = draw(client, blind="off")
    assert "J18.9\nI10.X" in client.get(f"/audits/items/{item_of(open_eyed, 'a').id}/code/").content.decode()


def test_a_code_that_the_book_does_not_have_is_not_handed_in(client_of: ClientOf) -> None:
    coded("a", "J18.9")
    client = client_of(Role.AUDITOR)
    item = draw(client, size="1").items.get()
    assert "Not handed in" in hand_in(client, item, "J18.9 Q99.Z").content.decode()
    assert "there is no diagnosis" in hand_in(client, item, "").content.decode()
    assert not item.codings.filter(handed_in_at__isnull=False).exists()
    picked = client.post(f"/audits/items/{item.id}/code/", {"part": "first", "diagnoses": "J18.9", "pick": "icd10:I10"})
    assert [one.code for one in picked.context["fields"][0][4]] == ["J18.9", "I10.X"]


def audited_by_hand(client: Client, coder: Person) -> Audit:
    """Two episodes. a: J18.9 I10.X Z72.0 against J18.1 I10.X E11.9: primary wrong at the fourth character (1 of 1 wrong);
    secondary 2 recorded + 1 omitted = 3 counted, Z72.0 not relevant and E11.9 omitted: 1 of 3 right.
    b: J18.9, W37.1 Z94.3 against the same: right; procedures 1 of 1 and 1 of 1.
    Together: primary 1 of 2 = 50.0 %, secondary 1 of 3 = 33.3 %, procedures 100 %."""
    coded("a", "J18.9 I10.X Z72.0", by=coder, engine="J18.1 I10.X E11.9")
    coded("b", "J18.9", "W37.1 Z94.3", by=coder, engine="J18.1")
    audit = draw(client)
    hand_in(client, item_of(audit, "a"), "J18.1 I10.X E11.9")
    hand_in(client, item_of(audit, "b"), "J18.9", "W37.1 Z94.3")
    return audit


def test_differences_have_the_librarys_keys(client_of: ClientOf, person: PersonOf) -> None:
    audit = audited_by_hand(client_of(Role.AUDITOR), person(Role.CODER))
    found = [(f.recorded, f.audited, f.key) for f in Finding.objects.filter(item__audit=audit)]
    assert found == [("J18.9", "J18.1", "PD_4TH"), ("Z72.0", "", "SD_IRR"), ("", "E11.9", "SD_OMI")]


def test_the_report_shows_the_figures_worked_by_hand(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    audit = audited_by_hand(client, person(Role.CODER))
    context = client.get(f"/audits/{audit.id}/report/").context
    assert [(total, right, cent) for _, total, right, cent, *_ in context["figures"]] == [
        (2, 1, "50.0"), (3, 1, "33.3"), (1, 1, "100.0"), (1, 1, "100.0"),
    ]  # fmt: skip
    # the engine: a all right (primary and two secondary), b primary wrong, its procedures missing
    assert [(row[1], row[2], *row[4:]) for row in context["engine"]] == [
        ("50.0", "50.0", 0, 1, 1, 0), ("33.3", "100.0", 1, 0, 1, 0), ("100.0", "0.0", 1, 1, 0, 0), ("100.0", "0.0", 1, 1, 0, 0),
    ]  # fmt: skip
    assert context["verdict"] == "No level is reached in all four classes."
    assert client.get(f"/audits/{audit.id}/files/report.pdf").content.startswith(b"%PDF")
    assert "people,primary_diagnosis,2,1,50.0," in client.get(f"/audits/{audit.id}/files/figures.csv").content.decode()
    worksheet = client.get(f"/audits/{audit.id}/files/worksheet.csv").content.decode()
    assert "a,secondary_diagnoses,,E11.9,SD_OMI,SDO,coder" in worksheet
    assert client.get(f"/audits/{audit.id}/files/figures.svg").content.lstrip().startswith(b"<?xml")
    assert client.get(f"/audits/{audit.id}/files/other.txt").status_code == 404


def describe(client: Client, item: Item, **changes: str) -> Any:
    values = {}
    for f in item.findings.all():
        values |= {f"key-{f.id}": f.key, f"cause-{f.id}": f.cause, f"reason-{f.id}": f.reason or "DCS", f"reply-{f.id}": f.reply}
    return client.post(f"/audits/items/{item.id}/", values | changes, follow=True)


def test_to_the_coder_and_back_until_it_is_closed(client_of: ClientOf, person: PersonOf) -> None:
    client, coder = client_of(Role.AUDITOR), client_of(Role.CODER)
    audit = audited_by_hand(client, person(Role.CODER))
    item = item_of(audit, "a")
    step = f"/audits/{audit.id}/pass/"
    assert "3 differences have no reason" in client.post(step, {"step": "send"}, follow=True).content.decode()
    assert "E11.9" not in coder.get("/audits/own/").content.decode()
    primary, smoking, diabetes = item.findings.all()
    describe(client, item, **{f"cause-{diabetes.id}": "non-coder"})
    client.post(step, {"step": "send"})
    assert "E11.9" in coder.get("/audits/own/").content.decode()
    coder.post("/audits/own/", {"finding": primary.id, "response": "acknowledged"})
    answer = coder.post("/audits/own/", {"finding": smoking.id, "response": "challenged"}, follow=True)
    assert "say why you challenge it" in answer.content.decode()
    coder.post("/audits/own/", {"finding": smoking.id, "response": "challenged", "text": "The summary says smoker"})
    assert "1 challenges have no reply" in client.post(step, {"step": "close"}, follow=True).content.decode()
    describe(client, item, **{f"reply-{smoking.id}": "Agreed", f"withdrawn-{smoking.id}": "on"})
    client.post(step, {"step": "close"})
    audit.refresh_from_db()
    assert audit.state == Audit.State.CLOSED
    # the smoking code is right after all: 2 of 3; what the coder did not cause counts as right beside it: 3 of 3
    figures = client.get(f"/audits/{audit.id}/report/").context["figures"]
    assert [(cent, coder_only) for _, _, _, cent, _, coder_only, _ in figures][:2] == [("50.0", "50.0"), ("66.7", "100.0")]
    assert "the audit is closed" in describe(client, item).content.decode()
    assert "does not wait for answers" in coder.post(
        "/audits/own/", {"finding": primary.id, "response": "acknowledged"}, follow=True
    ).content.decode()


def test_nobody_answers_for_another_and_nobody_audits_their_own(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    audit = audited_by_hand(client, person(Role.CODER))
    finding = Finding.objects.filter(item__audit=audit).first()
    assert finding
    answer = client_of(Role.SENIOR).post("/audits/own/", {"finding": finding.id, "response": "acknowledged"}, follow=True)
    assert "not your coding" in answer.content.decode()
    Item.objects.update(coder=person(Role.AUDITOR))
    assert "nobody audits their own" in client.get(f"/audits/items/{finding.item_id}/code/", follow=True).content.decode()


def test_an_episode_recoded_during_its_audit_is_said_and_stays_as_frozen(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    audit = audited_by_hand(client, person(Role.CODER))
    CodeLine.objects.filter(episode__key="a", code="J18.9").update(code="J18.1")
    assert client.get(f"/audits/{audit.id}/").context["recoded"] == ["a"]
    report = client.get(f"/audits/{audit.id}/report/")
    assert "counted as drawn: a" in report.content.decode()
    assert report.context["figures"][0][3] == "50.0"


def test_a_coder_who_left_is_still_named(client_of: ClientOf, person: PersonOf) -> None:
    leaver = person(Role.CODER, "old.hand")
    client = client_of(Role.AUDITOR)
    audit = audited_by_hand(client, leaver)
    leaver.delete()
    assert "old.hand" in client.get(f"/audits/{audit.id}/").content.decode()
    assert [name for name, *_ in client.get(f"/audits/{audit.id}/report/").context["groups"][1][1]] == ["old.hand"]


def test_without_thresholds_for_the_day_no_level_is_shown(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    audit = audited_by_hand(client, person(Role.CODER))
    Audit.objects.update(day=dt.date(2001, 1, 1))
    page = client.get(f"/audits/{audit.id}/report/")
    assert "no threshold is in force on 2001-01-01" in page.content.decode()
    assert (page.context["verdict"], page.context["levels"], page.context["figures"][0][3]) == ("", [], "50.0")
    assert client.get(f"/audits/{audit.id}/files/report.pdf", follow=True).headers["Content-Type"].startswith("text/html")


def test_thresholds_and_keys_are_the_sites(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    client.post("/audits/thresholds/", {"begins": "2026-01-01", "level": "met", "area": "primary_diagnosis", "least": "50"})
    client.post("/audits/thresholds/", {"begins": "2026-01-01", "level": "met", "area": "primary_diagnosis", "least": "45"})
    assert Threshold.objects.get(begins=dt.date(2026, 1, 1)).least == 45
    assert "less than or equal to 100" in client.post(
        "/audits/thresholds/", {"begins": "2026-01-01", "level": "met", "area": "primary_diagnosis", "least": "450"}
    ).content.decode()
    client.post("/audits/keys/", {"name": "PD_4TH", "national": "OURS", "cause": "non-coder", "meaning": "Fourth character"})
    client.post("/audits/keys/", {"name": "NONE", "national": "X", "cause": "coder", "meaning": "-"})
    audit = audited_by_hand(client, person(Role.CODER))
    context = client.get(f"/audits/{audit.id}/report/").context
    assert context["figures"][0][6][0] == "45: reached"
    assert ("PD_4TH", "OURS", "Fourth character", 0, 1) in context["keys"]


def test_two_auditors_disagree_and_it_is_adjudicated(client_of: ClientOf, person: PersonOf) -> None:
    coded("a", "J18.9 I10.X")
    coded("b", "I21.0 I10.X")
    one = client_of(Role.AUDITOR)
    two = Client()
    two.force_login(person(Role.AUDITOR, "second.auditor"))
    audit = draw(one, second="on")
    a, b = item_of(audit, "a"), item_of(audit, "b")
    hand_in(one, a, "J18.9 I10.X")
    hand_in(one, b, "I21.0")
    assert "I21.0" not in two.get(f"/audits/items/{b.id}/code/").content.decode()
    hand_in(two, a, "J18.9 I10.X", part="second")
    assert not b.findings.exists()
    hand_in(two, b, "I21.1 I10.X", part="second")
    assert "I21.1" in one.get(f"/audits/items/{b.id}/code/").content.decode()
    hand_in(one, b, "I21.1 I10.X", part="agreed")
    assert [(f.recorded, f.audited) for f in b.findings.all()] == [("I21.0", "I21.1")]
    agreement = one.get(f"/audits/{audit.id}/report/").context["agreement"]
    # primary: first auditor right, right; second right, wrong: agreed on 1 of 2, expected by chance 1 of 2: kappa 0
    assert agreement[0][1:4] == (2, 1, "0.00")
    # secondary I10.X of a and b: first right, wrong; second right, right: 1 of 2 again
    assert agreement[1][1:4] == (2, 1, "0.00")


def test_an_episode_that_could_not_be_audited_is_left_out_and_shown(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    coded("a", "J18.9")
    coded("b", "J18.9")
    audit = draw(client)
    hand_in(client, item_of(audit, "a"), "J18.9")
    hand_in(client, item_of(audit, "b"), "", excluded="notes not found")
    page = client.get(f"/audits/{audit.id}/report/")
    assert page.context["figures"][0][1:4] == (1, 1, "100.0")
    assert "notes not found" in page.content.decode()


def test_recommendations_have_an_owner_and_a_day_and_lead_to_a_re_audit(client_of: ClientOf, person: PersonOf) -> None:
    client = client_of(Role.AUDITOR)
    coded("a", "J18.9")
    audit = draw(client, size="1")
    values = {"text": "Teach pneumonia", "owner": person(Role.TRAINER).id, "due": "2026-06-01"}
    client.post(f"/audits/{audit.id}/recommendations/", values)
    made = Recommendation.objects.get()
    client.post(f"/audits/{audit.id}/recommendations/", values | {"due": "soon"})
    assert Recommendation.objects.count() == 1
    assert "say how" in client.post(f"/audits/recommendations/{made.id}/done/", {"how": ""}, follow=True).content.decode()
    client.post(f"/audits/recommendations/{made.id}/done/", {"how": "Taught on 3 May"})
    assert "Taught on 3 May" in client.get(f"/audits/{audit.id}/").content.decode()
    assert "Teach pneumonia" in client_of(Role.TRAINER).get("/audits/own/").content.decode()
    again = draw(client, size="1", again=str(audit.id), kind="again")
    assert again.again == audit


def test_a_manager_reads_and_does_not_audit(client_of: ClientOf, person: PersonOf) -> None:
    audit = audited_by_hand(client_of(Role.AUDITOR), person(Role.CODER))
    manager = client_of(Role.MANAGER)
    assert manager.get(f"/audits/{audit.id}/report/").status_code == 200
    assert manager.get("/audits/new/").status_code == 403
    assert client_of(Role.CODER).get(f"/audits/{audit.id}/report/").status_code == 403


def test_a_right_secondary_code_in_the_wrong_place_is_one_difference(client_of: ClientOf, person: PersonOf) -> None:
    coded("a", "I21.9 E10.3 H36.0 I10.X", by=person(Role.CODER))
    client = client_of(Role.AUDITOR)
    audit = draw(client, size="1", name="A")
    item = item_of(audit, "a")
    hand_in(client, item, "I21.9 H36.0 E10.3 E11.9")  # I10.X is not relevant, E11.9 was omitted
    page = f"/audits/items/{item.id}/"
    assert client.get(page).context["free"] == [("secondary_diagnoses", "E10.3"), ("secondary_diagnoses", "H36.0")]
    for code in ("E10.3", "E10.3", "I10.X", "I21.9", "K00.0"):  # the first is added, and once
        client.post(f"{page}sequence/", {"code": f"secondary_diagnoses:{code}"})
    (line,) = item.findings.filter(key="SD_SEQ")
    assert (line.recorded, line.audited, line.cause) == ("E10.3", "E10.3", "coder")
    figures = {row[0]: row[1:3] for row in client.get(f"/audits/{audit.id}/report/").context["figures"]}
    assert figures["Secondary diagnoses"] == (4, 1)  # three recorded and one omitted; right: H36.0
    # the auditor codes once more: the line stays while the code is right, with what was said of it
    Finding.objects.filter(id=line.id).update(reason="A pair")
    hand_in(client, item, "I21.9 H36.0 E10.3 I10.X")
    assert item.findings.get().reason == "A pair"
    hand_in(client, item, "I21.9 H36.0")
    assert not item.findings.filter(key="SD_SEQ").exists()
    client.post(f"/audits/{audit.id}/pass/", {"step": "send"})
    assert client_of(Role.MANAGER).post(f"{page}sequence/", {"code": "secondary_diagnoses:H36.0"}).status_code == 403
