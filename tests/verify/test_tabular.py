"""Standards that are lines of a table: whose a line is, cause and effect, dates, what must not happen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fourstep.assign.tables import load_tables
from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Sex
from fourstep.errors import KnowledgeError
from fourstep.knowledge import STANDARDS as FOLDER
from fourstep.verify.registry import STANDARDS


def codes(coder: Coder, text: str, end: dt.date = dt.date(2025, 3, 4), **about: object) -> list[str]:
    """The diagnoses of a discharge summary."""
    known: dict[str, object] = {"age_years": 60, "patient_class": "ordinary", "admission_method": "emergency"}
    episode = Episode(
        "x",
        (Document("document.txt", text, "discharge_summary", end),),
        admission_date=end - dt.timedelta(days=3),
        discharge_date=end,
        **(known | about),  # type: ignore[arg-type]
    )
    return [c.code for c in coder.code(episode).diagnoses]


def test_every_line_belongs_to_a_registered_standard() -> None:
    tables = load_tables()
    named = {one.standard for one in tables.combinations} | {one.standard for one in tables.one_code}
    named |= {one.standard for one in tables.links} | set(tables.hides_by)
    assert named - set(STANDARDS) == set()


def test_diagnosis_standards_have_two_worked_examples_each() -> None:
    assert [s.id for s in STANDARDS.values() if s.chapter != "OPCS-4" and len(s.examples) < 2] == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("links.txt", "I50 because of I10 -> I11.0"),
        ("links.txt", "I50 due to I10"),
        ("hides.txt", "K35 instead of R10"),
        ("combine.txt", "K80.2 -> K80.0"),
        ("one_code.txt", "L89 worst"),
    ],
)
def test_a_line_that_says_nothing_is_refused(tmp_path: Path, name: str, line: str) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_tables(tmp_path)
    assert name in str(error.value)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Diagnosis: heart failure due to hypertension", ["I11.0"]),
        ("Diagnosis: heart failure. Hypertension.", ["I50.9", "I10.X"]),
        ("Diagnosis: heart failure with hypertension", ["I50.9", "I10.X"]),
        ("Diagnosis: CKD stage 5 and heart failure, both known. PMH: hypertension", ["I50.9", "N18.5", "I10.X"]),
        ("Diagnosis: cataract secondary to type 1 diabetes", ["E10.3", "H28.0"]),
        ("Diagnosis: cataract. PMH: type 1 diabetes", ["H26.9", "E10.9"]),
    ],
)
def test_conditions_are_linked_only_where_the_record_links_them(coder: Coder, text: str, given: list[str]) -> None:
    assert sorted(codes(coder, text)) == sorted(given)


@pytest.mark.parametrize(
    ("end", "first"),
    [
        (dt.date(2017, 3, 31), "J18.9"),
        (dt.date(2017, 4, 1), "A41.9"),
        (dt.date(2018, 3, 31), "A41.9"),
        (dt.date(2018, 4, 1), "J18.9"),
    ],
)
def test_sepsis_stands_first_only_in_the_year_that_said_so(coder: Coder, end: dt.date, first: str) -> None:
    assert codes(coder, "Diagnosis: pneumonia. Sepsis.", end)[0] == first


@pytest.mark.parametrize(("days", "given"), [(5, "I21.4"), (28, "I21.4"), (60, "I25.2")])
def test_an_infarction_is_recent_for_four_weeks(coder: Coder, days: int, given: str) -> None:
    assert codes(coder, f"Diagnosis: pneumonia.\nPMH: NSTEMI {days} days ago") == ["J18.9", given]


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Diagnosis: gallstones, acute cholecystitis", {"K80.2", "K81.0"}),
        ("Diagnosis: COPD. Lower respiratory tract infection.", {"J44.9", "J22.X"}),
        ("Diagnosis: E. coli sepsis from the urinary tract", {"B95.6", "A41.9"}),
        ("Diagnosis: delirium. Dementia.", {"F05.9", "F03.X"}),
        ("Diagnosis: bipolar disorder. Seizure in a known epileptic.", {"R56.8"}),
        ("Diagnosis: stroke. Cerebral infarct on CT.", {"I64.X"}),
        ("Diagnosis: recurrent falls. Fell at home. Found on the floor.", {"W19.0", "W18.0"}),
        ("Diagnosis: pneumonia. Old stroke. Ex-smoker, used to smoke 20 a day.", {"I64.X", "F17.1"}),
    ],
)
def test_what_is_never_recorded_together(coder: Coder, text: str, never: set[str]) -> None:
    assert never & set(codes(coder, text)) == set()


def test_the_mother_takes_no_code_of_the_baby(coder: Coder) -> None:
    given = codes(
        coder,
        "Diagnosis: twins, both liveborn, caesarean section for breech. Well babies.",
        age_years=30,
        sex=Sex.FEMALE,
        specialty="obstetrics",
        admission_method="maternity",
    )
    assert "Z37.2" in given
    assert not any(c.startswith(("Z38", "P", "O80", "O82")) for c in given)
