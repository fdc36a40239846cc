"""What a patient was told might come, what stands beside a figure, what a test found: text in, codes out."""

from __future__ import annotations

import pytest
from stays import diagnoses, note, procedures, stay

from fourstep.coder import Coder
from fourstep.episode import Sex


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        ("Listed for left phaco. Explained capsule rupture, endophthalmitis, dropped nucleus, 1:1000 loss of vision.", "H44.0"),
        ("Discussed mesh, recurrence, chronic pain, testicular atrophy.", "N50.0"),
        ("Wants hysterectomy. Counselled; risks bleeding, bowel injury, VTE, hernia.", "K46.9"),
        ("Counselled: pneumothorax, tamponade, infection.", "J93.9"),
        ("Risks bleeding, DVT, retained stone.", "I80.2"),
    ],
)
def test_what_might_come_of_an_operation_has_not_come(coder: Coder, letter: str, code: str) -> None:
    assert code not in diagnoses(stay(coder, note(letter, "clinic_letter")))


def test_a_diagnosis_that_was_explained_is_one(coder: Coder) -> None:
    told = "Discussed with family. Explained diagnosis of multiple sclerosis."
    assert "G35.X" in diagnoses(stay(coder, note(told, "discharge_summary")))


def test_a_year_that_is_named_by_a_heart_attack_tells_of_none_now(coder: Coder) -> None:
    assert "I21.9" not in diagnoses(stay(coder, note("Smoking: gave up at time of MI.", "pre_assessment")))


@pytest.mark.parametrize("told", ["You have a pacemaker.", "He has a PPM.", "She is a lady with a dual chamber pacemaker."])
def test_a_device_that_someone_has_is_there(coder: Coder, told: str) -> None:
    assert "Z95.0" in diagnoses(stay(coder, note(f"Diagnosis: pneumonia.\nCourse: {told}", "discharge_summary")))


@pytest.mark.parametrize(
    ("note_", "codes"),
    [
        ("PCI REPORT\nAccess: right radial\n1 x Xience 3.0x23 drug eluting stent deployed. TIMI 3 flow.", "K75.1"),
        ("PCI REPORT\nAccess: right radial\n2 x Synergy DES to LAD. CCS 4 angina before.", "K75.1"),
        ("PCI REPORT\nAccess: right radial\nThree drug eluting stents to LAD.", "K75.2"),
    ],
)
def test_a_figure_counts_what_stands_beside_it(coder: Coder, note_: str, codes: str) -> None:
    coded = stay(coder, note(note_), note("Angio and PCI next day as per report.", "discharge_summary"), method="emergency")
    assert procedures(coded).split()[0] == codes


def test_a_test_that_was_negative_was_taken(coder: Coder) -> None:
    report = "GASTROSCOPY REPORT\nStomach: normal. CLO test taken - negative\nDuodenum: normal to D2"
    assert procedures(stay(coder, note(report, "endoscopy_report"))).startswith("G45.1")


def test_a_note_in_lines_of_a_form_tells_what_was_done(coder: Coder) -> None:
    form = (
        "CATARACT THEATRE RECORD\nDate 04/03/2025   Eye: RIGHT\nAnaesthesia: topical\nPre-op: biometry checked. WHO done\n"
        "Incision 2.4 temporal. Phaco stop and chop. IOL in bag: 22.0 D.\nComplications: NONE"
    )
    assert procedures(stay(coder, note(form))).startswith("C75.1 C71.2")


def test_an_organism_of_the_urine_is_that_of_its_infection(coder: Coder) -> None:
    summary = "Diagnoses: UTI\nGrade 2 pressure ulcer of sacrum\nProgress: MSU grew E coli."
    assert "B96.2" in diagnoses(stay(coder, note(summary, "discharge_summary")))


@pytest.mark.parametrize(
    ("summary", "left_out"),
    [
        ("Diagnosis: ureteric stone with hydronephrosis. Scan: hydronephrosis.", "N13.3"),
        ("Reason for admission: abdominal pain\nDiagnosis: diabetic ketoacidosis, type 1 diabetes", "R10.4"),
        ("Slipped on wet leaves on the pavement, twisted ankle. Diagnosis: ankle fracture, talar shift.", "S92.10"),
    ],
)
def test_what_belongs_to_a_diagnosis_is_not_recorded_beside_it(coder: Coder, summary: str, left_out: str) -> None:
    assert left_out not in diagnoses(stay(coder, note(summary, "discharge_summary"), method="emergency"))


@pytest.mark.parametrize("wish", ["declines VBAC", "discussed VBAC, wants section", "not keen on VBAC"])
def test_a_birth_that_is_declined_has_not_been(coder: Coder, wish: str) -> None:
    letter = note(f"Prev em LSCS 2021, {wish}.", "clinic_letter")
    assert "O75.7" not in diagnoses(stay(coder, letter, sex=Sex.FEMALE, age=33, specialty="Obstetrics"))
