"""Methods (Y), sites and routine care: what the words of a note yield, and what only a site's policy lets through."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode

DAY = dt.date(2025, 3, 4)


def codes(coder: Coder, text: str, kind: str = "operation_note") -> str:
    episode = Episode(
        id="fictional",
        documents=(Document("note.txt", text, kind, DAY),),
        age_years=52,
        patient_class="ordinary",
        admission_method="elective",
        admission_date=DAY,
        discharge_date=DAY,
    )
    return " ".join(p.code for p in coder.code(episode).procedures)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Colonoscopy. Cold snare of sigmoid polyp. Site tattooed.", "H20.1 Y39.5 Z28.6"),
        ("Wide local excision of left breast, upper outer quadrant.", "B28.2 Z15.2 Z94.3"),
        ("Cervical epidural steroid injection.", "A52.8 Z06.1"),
        ("Aortobifemoral bypass graft.", "L51.3 Z94.1"),
        ("Left lumbar medial branch block, L4 and L5.", "A73.5 O42.3 Z94.3"),
        ("Bronchoscopy: biopsy of left main bronchus.", "E49.1 Z24.5 Z94.3"),
        ("PICC line flush.", "L91.3 Y03.1"),
        ("ERCP with sphincterotomy and plastic stent.", "J38.2 Y14.4"),
        ("Rectopexy, laparoscopic.", "H35.9 Y75.2"),
    ],
)
def test_words_of_a_note(coder: Coder, text: str, expected: str) -> None:
    assert codes(coder, f"Operation: {text}") == expected


def test_a_method_without_an_operation_that_takes_it_is_not_recorded(coder: Coder) -> None:
    assert codes(coder, "Operation: left carpal tunnel decompression. Tattooed skin noted over the wrist.") == "A65.1 Z94.3"


@pytest.mark.parametrize(
    ("policy", "text", "left", "coded"),
    [
        ("anaesthetics", "Anaesthetic: spinal anaesthetic\nOperation: left total knee replacement, cemented.",
         "W40.1 Z94.3", "W40.1 Y81.9 Z94.3"),
        ("anaesthetics", "Anaesthetic: general anaesthetic\nOperation: laparoscopic cholecystectomy.",
         "J18.3 Y75.2", "J18.3 Y75.2 Y80.9"),
        ("eye_anaesthetics", "Anaesthetic: sub-tenon block\nOperation: right phaco + IOL.",
         "C75.1 C71.2 Z94.2", "C75.1 C71.2 Z94.2 C90.3"),
        ("kind_of_mesh", "Operation: open right inguinal hernia repair with prolene mesh.", "T20.2 Z94.2", "T20.2 Y28.1 Z94.2"),
    ],
)  # fmt: skip
def test_the_policy_of_a_site_decides(coder: Coder, policy: str, text: str, left: str, coded: str) -> None:
    assert codes(coder, text) == left
    assert codes(Coder(coder.engine, {policy: "code"}), text) == coded


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Bloods taken.", "X36.9"), ("Oxygen therapy given.", "X52.9"), ("Nebuliser given.", "E89.3")],
)
def test_routine_care_is_left_out_unless_the_policy_asks(coder: Coder, text: str, expected: str) -> None:
    note = f"Procedures: {text}"
    assert codes(coder, note, "discharge_summary") == ""
    asked = Coder(coder.engine, {"routine_care": "code", "minor_procedures": "code"})
    assert codes(asked, note, "discharge_summary") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open extraction of calculus from urethra.", "M75.4"),
        ("Removal of bladder calculus by urethral catheter suction.", "M44.2"),
        ("Rigid oesophagoscopic injection sclerotherapy of oesophageal varices.", "G17.4"),
    ],
)
def test_one_operation_is_not_read_as_two(coder: Coder, text: str, expected: str) -> None:
    assert codes(coder, f"Operation: {text}") == expected


def test_a_thrombolysis_without_a_date_was_given_on_arrival(coder: Coder) -> None:
    text = "Diagnosis: acute ischaemic stroke\nProcedures: intravenous thrombolysis with alteplase"
    episode = Episode(
        id="fictional",
        documents=(Document("summary.txt", text, "discharge_summary", DAY + dt.timedelta(days=5)),),
        age_years=71,
        admission_method="emergency",
        admission_date=DAY,
        discharge_date=DAY + dt.timedelta(days=5),
    )
    assert [(p.code, p.date) for p in coder.code(episode).procedures] == [("X83.3", DAY)]
