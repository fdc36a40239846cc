"""Practice is marked as worked by hand, the next record follows from what was missed, papers keep time, others sign logs."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from fourstep.errors import KnowledgeError
from fourstep.workbench.episodes.models import Episode, Job
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.training.actions.loading import load_practice
from fourstep.workbench.training.bank import bank, read_bank
from fourstep.workbench.training.glossary import search
from fourstep.workbench.training.marking import mark_practice
from fourstep.workbench.training.models import Attempt, LogLine, Paper, PracticeRecord
from fourstep.workbench.training.progress import next_record, progress

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]
PersonOf = Callable[..., Person]


def model(
    code: str, book: str = "icd10", *, alt: str = "", optional: bool = False, standards: str = "", chapter: str = "IX"
) -> dict[str, object]:
    return {
        "book": book, "code": code, "alt": alt.split(), "optional": optional, "note": f"why {code}", "chapter": chapter,
        "standards": standards.split(),
    }  # fmt: skip


def record(name: str, *codes: dict[str, object], difficulty: int = 1, **more: object) -> PracticeRecord:
    episode = Episode.objects.create(key=f"practice/{name}", training=True)
    return PracticeRecord.objects.create(
        name=name, title=name, episode=episode, codes=list(codes), difficulty=difficulty, specialty="Medicine", **more
    )


HEART = [
    model("I50.0"),
    model("I10", alt="I15.9"),
    model("Z86.4", optional=True, chapter="XXI"),
    model("E11.9", chapter="IV", standards="FS.GEN.01"),
    model("K63.1", "opcs4", chapter="K"),
]


def test_a_coding_is_marked_as_worked_by_hand() -> None:
    """Primary right. Secondary: I15.9 is an alternative and right, E11.9 is omitted, R07.4 not relevant: 2 recorded + 1
    omitted = 3 counted, 1 right. The optional Z86.4 was not recorded and is not asked for. Procedure: K63.4 for K63.1 is
    wrong at the fourth character."""
    found = mark_practice(
        record("heart", *HEART, must_not=[{"book": "icd10", "code": "R07", "why": "no chest pain"}]),
        ["I50.0", "I15.9", "R07.4"], ["K63.4"],
    )  # fmt: skip
    assert found.figures == {
        "primary_diagnosis": (1, 1), "secondary_diagnoses": (1, 3), "primary_procedure": (0, 1), "secondary_procedures": (0, 0),
    }  # fmt: skip
    assert [(d["recorded"], d["due"], d["why"], d["standards"]) for d in found.differences] == [
        ("R07.4", "", "no chest pain", []), ("", "E11.9", "why E11.9", ["FS.GEN.01"]), ("K63.4", "K63.1", "why K63.1", []),
    ]  # fmt: skip
    assert [(p["code"], p["right"]) for p in found.points] == [
        ("I50.0", True), ("I15.9", True), ("E11.9", False), ("K63.1", False),
    ]  # fmt: skip


def test_an_optional_code_that_is_recorded_counts_as_right() -> None:
    found = mark_practice(record("heart", *HEART), ["I50.0", "I10.X", "Z86.4", "E11.9"], ["K63.1"])
    assert found.differences == []
    assert found.figures["secondary_diagnoses"] == (3, 3)


def test_an_empty_sheet_is_all_omissions() -> None:
    found = mark_practice(record("heart", *HEART), [], [])
    assert [sum(n) for n in zip(*found.figures.values(), strict=True)] == [0, 4]


def test_the_shipped_records_load_with_their_notes_and_stay_off_the_worklist(examples: Path, client_of: ClientOf) -> None:
    assert load_practice(None, examples) >= 60
    assert load_practice(None, examples) == 0
    assert not Job.objects.exists()
    assert not Episode.objects.filter(training=False).exists()
    hip = PracticeRecord.objects.get(name="hip-fracture")
    assert hip.codes[0]["code"] == "S72.00" and hip.codes[0]["note"] and hip.codes[0]["chapter"].startswith("XIX")
    assert any(c["standards"] for r in PracticeRecord.objects.all() for c in r.codes)
    for one in PracticeRecord.objects.all():  # the model itself is all right, by its own marking
        given = {b: [c["code"] for c in one.codes if c["book"] == b] for b in ("icd10", "opcs4")}
        assert mark_practice(one, given["icd10"], given["opcs4"]).differences == [], one.name
    assert client_of(Role.CODER).get("/worklist/?state=").context["page"].paginator.count == 0


def practise(client: Client, record: PracticeRecord, diagnoses: str, procedures: str = "") -> Attempt:
    place = client.post(f"/training/records/{record.id}/begin/").headers["Location"]
    client.post(place, {"act": "hand-in", "diagnoses": diagnoses, "procedures": procedures})
    return Attempt.objects.first()  # type: ignore[return-value]


def test_no_code_is_shown_until_it_is_handed_in(client_of: ClientOf) -> None:
    heart = record("heart", *HEART)
    client = client_of(Role.TRAINEE)
    place = client.post(f"/training/records/{heart.id}/begin/").headers["Location"]
    assert "I50" not in client.get(place).content.decode()
    client.post(place, {"act": "keep", "diagnoses": "J18.9"})
    assert client.post(f"/training/records/{heart.id}/begin/").headers["Location"] == place
    assert "J18.9" in client.get(place).content.decode()
    refused = client.post(place, {"act": "hand-in", "diagnoses": "J18.9 Q99.Z"}).content.decode()
    assert "Not handed in" in refused
    client.post(place, {"act": "hand-in", "diagnoses": "J18.9"})
    page = client.get(place).content.decode()
    assert "why I50.0" in page
    client.post(place, {"act": "hand-in", "diagnoses": "I50.0"})
    assert Attempt.objects.get().diagnoses == ["J18.9"]


def test_progress_and_the_next_record_follow_what_was_missed(client_of: ClientOf, person: PersonOf) -> None:
    first = record("first", model("I50.0"), model("E11.9", chapter="IV", standards="FS.GEN.01"))
    record("heart again", model("I21.0"), difficulty=1)
    sugar = record("sugar", model("E11.6", chapter="IV", standards="FS.GEN.01"), difficulty=3)
    trainee = person(Role.TRAINEE)
    choice = next_record(trainee)
    assert choice and choice.record.name == "first"  # nothing missed yet: the easiest, by name
    practise(client_of(Role.TRAINEE), first, "I50.0")
    found = progress(trainee)
    assert [(line.name, line.right, line.total) for line in found.chapter] == [("IV", 0, 1), ("IX", 1, 1)]
    assert [(line.name, line.right, line.total) for line in found.standard] == [("FS.GEN.01", 0, 1)]
    assert (found.right, found.total) == (1, 2)
    choice = next_record(trainee)
    assert choice and (choice.record, choice.because) == (sugar, ["FS.GEN.01", "IV"])


def test_the_bank_is_whole() -> None:
    assert len(bank()) >= 60
    assert len({q.text for q in bank().values()}) == len(bank())
    one = bank()["T001"]
    assert sorted(one.answers("x")) == sorted([one.right, *one.wrong])
    assert one.answers("x") == one.answers("x")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("? What", 1, "begins with #"),
        ("# T1 a\n? q\n+ r\n- w\n= y", 1, "two lines or more with -"),
        ("# T1 a\n? q\n? again", 3, "two lines with ?"),
        ("# T1 a\n* q", 2, "none of"),
        ("# T1", 1, "identifier and a topic"),
        ("# T1 a\n? q\n+ r\n- r\n- w\n= y", 1, "one answer twice"),
        ("# T1 a\n?", 2, "a mark"),
    ],
)
def test_a_bank_that_breaks_its_rules_is_named_by_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "bank.txt"
    path.write_text(text)
    with pytest.raises(KnowledgeError, match=f"{what.replace('?', '[?]')}") as caught:
        read_bank(path)
    assert f"bank.txt:{line}" in str(caught.value)


def test_a_theory_paper_passes_at_seventy_per_cent(client_of: ClientOf) -> None:
    client = client_of(Role.TRAINEE)
    place = client.post("/training/papers/", {"kind": "theory"}).headers["Location"]
    paper = Paper.objects.get()
    assert (len(paper.questions), paper.least) == (20, 70)
    page = client.get(place).content.decode()
    assert all(bank()[q].why not in page for q in paper.questions)
    assert "finish the paper" in client.post("/training/papers/", {"kind": "theory"}, follow=True).content.decode()
    right = {f"q-{q}": bank()[q].right for q in paper.questions[:14]}
    wrong = {f"q-{q}": bank()[q].wrong[0] for q in paper.questions[14:]}
    client.post(place, right | wrong | {"act": "finish"})
    paper.refresh_from_db()
    assert (paper.right, paper.total, paper.per_cent, paper.passed) == (14, 20, 70.0, True)
    assert bank()[paper.questions[0]].why[:20] in html.unescape(client.get(place).content.decode())
    assert "the paper is finished" in client.post(place, right, follow=True).content.decode()


def test_what_comes_after_the_end_does_not_count(client_of: ClientOf) -> None:
    client = client_of(Role.TRAINEE)
    place = client.post("/training/papers/", {"kind": "theory"}).headers["Location"]
    paper = Paper.objects.get()
    client.post(place, {f"q-{q}": bank()[q].right for q in paper.questions[:5]} | {"act": "keep"})
    Paper.objects.update(started_at=timezone.now() - dt.timedelta(minutes=31))
    client.post(place, {f"q-{q}": bank()[q].right for q in paper.questions} | {"act": "finish"})
    paper.refresh_from_db()
    assert (paper.right, paper.passed) == (5, False)


def test_a_practical_paper_passes_at_ninety_per_cent_and_shows_no_marking_before_its_end(client_of: ClientOf) -> None:
    client = client_of(Role.TRAINEE)
    assert "a practical paper needs 6" in client.post("/training/papers/", {"kind": "practical"}, follow=True).content.decode()
    for number in range(6):
        record(f"r{number}", model("I50.0"), model("E11.9"))
    place = client.post("/training/papers/", {"kind": "practical"}).headers["Location"]
    attempts = list(Attempt.objects.all())
    for attempt in attempts[:5]:
        own = f"/training/attempts/{attempt.id}/"
        client.post(own, {"act": "hand-in", "diagnoses": "I50.0 E11.9"})
        assert "why I50" not in client.get(own, follow=True).content.decode()
    client.post(f"/training/attempts/{attempts[5].id}/", {"act": "keep", "diagnoses": "I50.0"})
    client.post(place, {"act": "finish"})
    paper = Paper.objects.get()
    # five records of two codes, and one of which the second code is missing: 11 of 12
    assert (paper.right, paper.total, paper.passed) == (11, 12, True)


def test_one_sees_ones_own_training_and_a_mentor_sees_it_all(client_of: ClientOf, person: PersonOf) -> None:
    heart = record("heart", *HEART)
    attempt = practise(client_of(Role.TRAINEE), heart, "I50.0")
    address = f"/training/attempts/{attempt.id}/"
    assert client_of(Role.CODER).get(address).status_code == 403
    mentor = client_of(Role.TRAINER)
    mentor.post(f"{address}comment/", {"comment": "Look at the drug chart"})
    assert "Look at the drug chart" in client_of(Role.TRAINEE).get(address).content.decode()
    Person.objects.filter(username="trainee").update(mentor=person(Role.TRAINER))
    first = mentor.get("/training/trainees/").context["trainees"][0]
    assert (first.person.username, first.own, first.attempts) == ("trainee", True, 1)
    assert client_of(Role.CODER).get("/training/trainees/").status_code == 403
    assert mentor.get(f"/training/trainees/{person(Role.TRAINEE).id}/").status_code == 200


def test_a_log_is_signed_by_another(client_of: ClientOf, person: PersonOf) -> None:
    trainee, mentor = client_of(Role.TRAINEE), client_of(Role.TRAINER)
    refresher = {"kind": "refresher", "what": "Standards refresher", "day": "2026-01-05", "again_by": "2026-02-01"}
    trainee.post("/training/log/", refresher)
    line = LogLine.objects.get()
    assert (line.signed_at, line.person_name) == (None, "trainee")
    trainee.post("/training/log/", {"kind": "stage", "stage": "senior", "day": "2026-01-05"})
    answer = trainee.post("/training/log/", refresher | {"again_by": "2025-01-01"}, follow=True)
    assert "due again before" in answer.content.decode()
    assert LogLine.objects.count() == 1
    mentor.post(f"/training/log/{line.id}/sign/")
    line.refresh_from_db()
    assert line.signed_by_name == "trainer"
    own = person(Role.TRAINEE).id
    mentor.post(f"/training/trainees/{own}/", {"kind": "stage", "stage": "accredited", "day": "2026-03-01"})
    row = next(t for t in mentor.get("/training/trainees/").context["trainees"] if t.person.id == own)
    assert (row.stage, [due.what for due in row.due]) == ("Accredited clinical coder", ["Standards refresher"])
    assert "was due again by 1 February 2026" in trainee.get("/training/").content.decode()


def test_nobody_signs_or_stages_themselves(client_of: ClientOf, person: PersonOf) -> None:
    mentor = client_of(Role.TRAINER)
    mentor.post("/training/log/", {"kind": "course", "what": "Audit course", "day": "2026-01-05"})
    line = LogLine.objects.get()
    assert line.signed_at is None
    assert "nobody signs their own" in mentor.post(f"/training/log/{line.id}/sign/", follow=True).content.decode()
    own = f"/training/trainees/{person(Role.TRAINER).id}/"
    answer = mentor.post(own, {"kind": "stage", "stage": "auditor", "day": "2026-03-01"})
    assert "not by oneself" in answer.content.decode()


def test_the_glossary_has_words_short_forms_and_anatomy(client_of: ClientOf) -> None:
    assert any("main condition" in e.meaning for e in search("primary diagnosis", "coding")[0])
    assert search("t2dm", "term")[0][0].meaning == "type 2 diabetes"
    assert search("scapula", "anatomy")[0][0].meaning == "OPCS-4 site Z68.5"
    page = client_of(Role.TRAINEE).get("/glossary/?find=t2dm").content.decode()
    assert "type 2 diabetes" in page
    assert "Nothing has these words" in client_of(Role.TRAINEE).get("/glossary/?find=zzzz").content.decode()
