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


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("Diabetes? Yes - metformin", "E14.9"),
        ("Heart attack? Yes, 2017", "I25.2"),
        ("Asthma? Yes, blue inhaler", "J45.9"),
        ("Smoke: ex, 20 yrs", "Z86.4"),
        ("Smokes 20/day", "F17.1"),
    ],
)
def test_what_a_form_asks_and_the_patient_affirms_is_there(coder: Coder, form: str, code: str) -> None:
    assert code in diagnoses(stay(coder, note(form, "pre_assessment")))


@pytest.mark.parametrize("form", ["Smokes: no", "Smoke: never", "Smokes: vapes only, never cigarettes.", "Smoke: ex, 20 yrs"])
def test_the_answer_to_smoking_decides(coder: Coder, form: str) -> None:
    assert "F17.1" not in diagnoses(stay(coder, note(f"{form}\nAlcohol: nil", "pre_assessment")))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("came off the third rung of a step ladder", "W11.9"),
        ("slipped on wet grass in the park, twisted ankle", "W01.8"),
        ("missed the last two stairs at home", "W10.0"),
        ("slid on mud in the park", "W01.8"),
        ("fell and twisted her knee", "W19.9"),
        ("went over on his ankle on the pavement", "X50.4"),
    ],
)
def test_how_someone_went_down(coder: Coder, told: str, code: str) -> None:
    letter = note(f"He {told}. Diagnosis: fracture of ankle.", "clinic_letter")
    assert [c for c in diagnoses(stay(coder, letter)) if c[0] in "WX"] == [code]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("ORIF L bimalleolar ankle fracture", "S82.80"),
        ("MUA fracture distal radius", "S52.50"),
        ("K-wire fixation of 5th metacarpal fracture", "S62.30"),
        ("IM nail open left tibial shaft fracture", "S82.21"),
        ("DHS for left intertrochanteric fracture", "S72.10"),
    ],
)
def test_the_title_of_an_operation_names_the_fracture_that_it_sets(coder: Coder, title: str, code: str) -> None:
    assert code in diagnoses(stay(coder, note(f"Op: {title}\nClosure nylon.")))


def test_a_bruise_gives_its_place_to_what_lies_under_it(coder: Coder) -> None:
    notes = note("Forehead bruise. GCS 15.", "ward_round"), note("Concussion after fall downstairs at home.", "discharge_summary")
    assert diagnoses(stay(coder, *notes, method="emergency"))[0] == "S06.00"


@pytest.mark.parametrize(
    ("past", "there", "over"),
    [
        ("COPD. Pacemaker (CHB 2018)", "Z95.0", "I44.2"),
        ("a permanent pacemaker (2020, complete heart block), so bipolar only", "Z95.0", "I44.2"),
        ("ICD 2019 (VT)", "Z95.0", "I47.2"),
        ("a right total hip replacement from 2012", "Z96.6", "W39.1"),
        ("on warfarin (mech AVR 2009)", "Z95.2", "Z95.4"),
    ],
)
def test_a_year_beside_what_was_put_in_puts_it_into_the_past(coder: Coder, past: str, there: str, over: str) -> None:
    coded = stay(coder, note(f"Diagnosis: pneumonia.\nShe has {past}.", "discharge_summary"))
    assert there in diagnoses(coded)
    assert over not in (*diagnoses(coded), *procedures(coded).split())
    assert "F31.9" not in diagnoses(coded)


@pytest.mark.parametrize(("seen", "code"), [("2cm fundal polyp on stalk", "N84.0"), ("cervical stenosis", "N88.2")])
def test_a_word_of_two_organs_is_that_of_the_specialty(coder: Coder, seen: str, code: str) -> None:
    coded = stay(coder, note(f"Hysteroscopy\nCavity: {seen}."), sex=Sex.FEMALE, specialty="Gynaecology")
    assert code in diagnoses(coded)


def test_risks_end_with_their_line(coder: Coder) -> None:
    letter = note("Risks: infection, DVT, stiffness.\nHypertension on losartan. Obesity.", "clinic_letter")
    assert diagnoses(stay(coder, letter)) == ["I10.X", "E66.9"]


def test_a_talking_therapy_of_years_ago_is_none_of_a_birth(coder: Coder) -> None:
    record = note("Anxiety 2022, CBT, discharged. 0427 normal vaginal delivery of live female infant.", "delivery_record")
    assert "X66.8" not in procedures(stay(coder, record, sex=Sex.FEMALE, age=29, specialty="Obstetrics"))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("a previous MI and hypertension", "I10.X"),
        ("a previous stroke and type 2 diabetes", "E11.9"),
        ("a previous TIA and atrial fibrillation", "I48.9"),
        ("a CABG 2018 (IHD)", "I25.9"),
    ],
)
def test_a_past_event_leaves_the_lasting_disease_beside_it(coder: Coder, told: str, code: str) -> None:
    assert code in diagnoses(stay(coder, note(f"Diagnosis: pneumonia.\nShe has {told}.", "discharge_summary")))
