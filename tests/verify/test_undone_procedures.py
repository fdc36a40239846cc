"""What was booked, tried or listed and not done is not recorded, whatever a summary calls the operation."""

from __future__ import annotations

import datetime as dt

import pytest
from stays import DAY, note
from stays import procedures as codes
from stays import stay as code

from fourstep.coder import Coder


@pytest.mark.parametrize(
    "text",
    [
        "BOOKED AS: right inguinal hernia repair\nPROC DONE: right orchidectomy",
        "Op (listed)    R inguinal hernia repair\nOp (done)      R orchidectomy",
        "Booking form: R inguinal hernia repair\nActual: R orchidectomy",
        "Planned surgery: R inguinal hernia repair\nPerformed: R orchidectomy",
    ],
)
def test_what_a_row_books_is_not_what_was_done(coder: Coder, text: str) -> None:
    assert codes(code(coder, note(text))) == "N06.3 Z94.2"


def test_a_summary_that_copies_the_booking_is_taken_back_and_asked_about(coder: Coder) -> None:
    coded = code(
        coder,
        note("Listed: adenoidectomy and tonsillectomy\nActual: adenoidectomy by curettage", day=DAY),
        note("Procedure: adenoidectomy, tonsillectomy", "discharge_summary", dt.date(2025, 3, 5)),
        age=7,
    )
    assert codes(coded) == "E20.1"
    assert [q.about for q in coded.queries] == ["Operation: tonsillectomy"]


def test_done_as_booked_is_done(coder: Coder) -> None:
    coded = code(
        coder,
        note("Listed: adenoidectomy and tonsillectomy\nDone: as above, plus left grommet", day=DAY),
        note("Procedure: adenoidectomy, tonsillectomy, left grommet", "discharge_summary", dt.date(2025, 3, 5)),
        age=7,
    )
    assert {"E20.1", "D15.1"} < set(codes(coded).split()) and "F34" in codes(coded)


def test_a_denial_without_a_subject_speaks_of_its_row(coder: Coder) -> None:
    coded = code(
        coder,
        note("Operation: repair of flexor tendon, right index finger\nRadial digital artery: cut, tied. Not repaired."),
        note("Operation: R index tendon and artery repair", "discharge_summary", dt.date(2025, 3, 5)),
    )
    assert "L68.8" not in codes(coded)
    assert "T67.6" in codes(coded)


def test_not_done_at_the_end_of_a_row_goes_for_its_beginning(coder: Coder) -> None:
    coded = code(coder, note("Operation: adenoidectomy.\nGrommets - no glue seen, NOT done."), age=7)
    assert codes(coded) == "E20.1"


def test_tried_without_success_is_not_done(coder: Coder) -> None:
    text = "Procedure done: cystoscopy, attempted laser to R ureteric stone - access failed, R JJ stent"
    assert "M27.1" not in codes(code(coder, note(text)))


def test_days_counted_from_an_operation_do_not_date_another(coder: Coder) -> None:
    coded = code(
        coder,
        note("Operation: right hemicolectomy"),
        note("Operation: relaparotomy\nDay 5 from a right hemicolectomy, distended.", day=dt.date(2025, 3, 9)),
    )
    assert [p.date for p in coded.procedures if p.code.startswith("H07")] == [DAY]


@pytest.mark.parametrize("text", ["CPAP: hold for a fortnight", "CPAP - to restart after clinic", "Dialysis: on hold"])
def test_an_order_behind_a_name_is_not_its_giving(coder: Coder, text: str) -> None:
    assert codes(code(coder, note(f"Course: well after surgery.\n{text}", "discharge_summary"))) == ""


def test_a_heart_repaired_long_ago_is_what_an_echo_shows(coder: Coder) -> None:
    coded = code(
        coder,
        note("Operation: circumcision"),
        note("Ward round. Echo: repaired AVSD, good function", "ward_round", dt.date(2025, 3, 5)),
        age=3,
    )
    assert "K09" not in codes(coded)


def test_breathing_support_at_birth_is_none_of_a_later_stay(coder: Coder) -> None:
    text = "PC: wheeze\nBirth: 33 weeks, twin, CPAP 2 days\nImp: bronchiolitis"
    assert codes(code(coder, note(text, "ed_note"), age=1)) == ""


def test_a_range_of_days_begins_with_its_first(coder: Coder) -> None:
    text = "Course: needed high flow oxygen 4th-7th March and fluids, then fed by tube."
    coded = code(coder, note(text, "discharge_summary", dt.date(2025, 3, 12)), age=1)
    assert [(p.code, p.date) for p in coded.procedures] == [("X52.2", DAY)]
