"""What stands first: text in, the primary diagnosis out."""

from __future__ import annotations

import pytest
from stays import diagnoses, note, procedures, stay

from fourstep.coder import Coder


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
