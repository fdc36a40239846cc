"""What stands first: text in, the primary diagnosis out."""

from __future__ import annotations

import pytest
from stays import DAY, diagnoses, note, procedures, stay

from fourstep.coder import Coder
from fourstep.episode import Sex


def first(coder: Coder, text: str, method: str = "emergency") -> str:
    return diagnoses(stay(coder, note(text, "discharge_summary"), method=method))[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Diagnosis: Upper GI bleed - gastric cancer", "C16.9"),
        ("Main diagnosis: rectal bleeding secondary to haemorrhoids", "K64.9"),
        ("Diagnosis: lower GI bleed due to angiodysplasia of caecum", "K55.2"),
        ("Diagnosis: haematuria - bladder tumour", "D41.4"),
        ("Diagnosis: seizure secondary to glioblastoma", "C71.9"),
        ("Diagnosis: dysphagia - oesophageal carcinoma", "C15.9"),
        ("Diagnosis: epistaxis due to over-anticoagulation", "R04.0"),  # what was treated is the bleed
    ],
)
def test_a_symptom_gives_its_place_to_the_cause_beside_it(coder: Coder, text: str, code: str) -> None:
    assert first(coder, text) == code


def test_the_drug_behind_an_ulcer_keeps_its_bleeding_from_no_code(coder: Coder) -> None:
    summary = "Diagnosis: Acute upper GI bleed - duodenal ulcer secondary to ibuprofen"
    coded = stay(coder, note("Bleeding duodenal ulcer, clipped.", "endoscopy_report"), note(summary, "discharge_summary"))
    assert diagnoses(coded)[:2] == ["K26.4", "Y45.2"]
    assert "K92.2" not in diagnoses(coded)


def test_what_a_heading_calls_the_primary_diagnosis_stands_before_its_cause(coder: Coder) -> None:
    listed = "Acute kidney injury secondary to obstructive uropathy\nSecondary: benign prostatic hyperplasia"
    assert first(coder, f"Primary diagnosis: {listed}") == "N17.9"
    assert first(coder, "Diagnosis: dehydration and acute kidney injury due to gastroenteritis") == "A09.9"


@pytest.mark.parametrize(
    "line",
    [
        "Surgeon Mr Adeola Wrigley-Stott (SpR)",
        "Surgeon Miss P Wrigley. Assistant R Bristow",
        "Patient: Callum BRISTOW-ANAND",
        "Anaesthetist: Dr A Gout",
        "Seen by Dr Norwood, Sister Hartmann and Mr Whipple",
    ],
)
def test_names_of_people_are_no_diseases_and_no_operations(coder: Coder, line: str) -> None:
    coded = stay(coder, note(f"{line}\nOperation: excision of lipoma of back\nIndication: lipoma of back"))
    assert diagnoses(coded) == ["D17.1"]
    assert not procedures(coded).startswith(("R21", "W77", "H33", "J56")) and "W77" not in procedures(coded)


def test_an_eponym_stays_one_beside_a_person_of_that_name(coder: Coder) -> None:
    assert first(coder, "Consultant: Mr Crohn\nDiagnosis: Crohn's disease of colon") == "K50.1"
    assert procedures(stay(coder, note("Surgeon: Mr Jones\nOperation: Latarjet, right"))).startswith("W77.4")


@pytest.mark.parametrize(
    ("operation", "summary", "code"),
    [
        ("ORIF R distal radius, volar plate", "Wrist fracture fixed.", "S52.50"),
        ("Tension band wiring of olecranon", "Elbow fracture fixed.", "S52.00"),
        ("Plating of clavicle", "Shoulder fracture plated.", "S42.00"),
        ("ORIF 5th metacarpal, plate", "Hand fracture plated. Home.", "S62.30"),
    ],
)
def test_a_broken_region_is_the_bone_that_was_set(coder: Coder, operation: str, summary: str, code: str) -> None:
    assert diagnoses(stay(coder, note(f"Op: {operation}"), note(summary, "discharge_summary")))[0] == code


def test_a_fracture_that_is_plated_is_no_broken_plate(coder: Coder) -> None:
    for text in ("Femoral shaft fracture nailed 3/3.", "Fractured humerus plated.", "DHS for intertrochanteric fracture"):
        assert "T84.1" not in diagnoses(stay(coder, note(text, "discharge_summary")))
    assert first(coder, "Broken plate of humerus, revised") == "T84.1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Induction of labour for pre-eclampsia. Ventouse for fetal bradycardia, live female.", "O14.9"),
        ("IOL for GDM. Ventouse for fetal bradycardia, live male.", "O68.0"),
        ("LSCS for secondary arrest at 7 cm, fetal distress. Live girl.", "O62.1"),
    ],
)
def test_what_labour_was_induced_for_and_what_the_birth_was_helped_for(coder: Coder, text: str, code: str) -> None:
    coded = stay(coder, note(text, "discharge_summary"), sex=Sex.FEMALE, age=30, method="maternity", specialty="obstetrics")
    assert diagnoses(coded)[0] == code


@pytest.mark.parametrize(
    ("text", "code", "done"),
    [
        ("TRANSFUSION RECORD\nReason: MDS, anaemia. Angina x2 this week.\nPMH: angina\nUnit 1 10:10-12:05", "D46.9", "X33.2"),
        ("Transfused 2 units red cells.\nCCF, angina, angina at rest. Myelofibrosis.", "D47.4", "X33.2"),
        ("Venesection 450 ml today. Haemochromatosis. Type 2 diabetes.", "E83.1", "X36.2"),
    ],
)
def test_a_day_for_blood_is_for_its_disease(coder: Coder, text: str, code: str, done: str) -> None:
    coded = stay(coder, note(text, "discharge_summary"), patient_class="day case", begun=DAY, ended=DAY)
    assert (diagnoses(coded)[0], procedures(coded)) == (code, done)


def test_a_transfusion_record_that_charts_no_unit_gives_none(coder: Coder) -> None:
    assert procedures(stay(coder, note("Pneumonia. See transfusion record.", "discharge_summary"))) == ""


def test_gangrene_that_is_called_diabetic_puts_diabetes_before_the_arteries(coder: Coder) -> None:
    assert first(coder, "Critical limb ischaemia R leg, gangrene 2nd toe (diabetic). PMH: T2DM") == "E11.5"


def test_an_adenoma_of_the_hepatic_flexure_is_of_the_transverse_colon(coder: Coder) -> None:
    coded = stay(coder, note("Hepatic flexure polyp: tubular adenoma", "histology"), note("Colonoscopy.", "discharge_summary"))
    assert "D12.3" in diagnoses(coded)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Large bowel obstruction due to sigmoid carcinoma. Hartmann's 3/3. Liver mets.", "C18.7"),
        ("SVC obstruction due to right upper lobe lung cancer. Dexamethasone and stent. COPD.", "C34.1"),
        ("Delirium secondary to UTI. Alzheimer's disease. Falls.", "N39.0"),
        ("Spinal cord compression due to metastatic prostate cancer. Radiotherapy. Constipation. HTN", "C61.X"),
        ("Off legs - progression of Parkinson's disease. Falls. Constipation. Postural hypotension.", "G20.X"),
    ],
)
def test_the_cause_in_an_account_without_headings(coder: Coder, text: str, code: str) -> None:
    assert first(coder, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Chest pain, troponin negative x2, ACS excluded. No cause found. PMH IHD, T2DM.", "R07.4"),
        ("Syncope, no cause found, tilt OP. PMH epilepsy, HTN, AF.", "R55.X"),
    ],
)
def test_old_disease_explains_no_symptom_of_which_no_cause_was_found(coder: Coder, text: str, code: str) -> None:
    assert first(coder, text) == code


def test_what_is_incidental_is_not_what_the_stay_was_for(coder: Coder) -> None:
    assert first(coder, "Abdominal pain, no cause found. CT: incidental gallstones. Anxiety.") == "R10.4"
