"""Doubts, contradictions, awaited results, signs without a diagnosis, and an open primary diagnosis."""

from __future__ import annotations

import pytest
from asker import Asker

from fourstep.ask.queries import chosen
from fourstep.ask.wording import propose
from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Query


def by_about(queries: list[Query], part: str) -> list[Query]:
    return [q for q in queries if part.lower() in q.about.lower()]


# record, part of the question's subject, blocking (None where it must not be asked)
CASES: list[tuple[dict[str, str], str, bool | None]] = [
    # final statements in doubt
    ({"discharge_summary": "Diagnosis: chest pain ?costochondritis"}, "costochondritis", False),
    ({"discharge_summary": "Diagnosis: chest pain ?costochondritis"}, "Cause of chest pain", True),
    ({"discharge_summary": "Diagnosis: costochondritis"}, "costochondritis", None),
    (
        {"discharge_summary": "Diagnosis: pneumonia\n?pulmonary embolism, CTPA negative for PE."},
        "embol",
        None,
    ),
    # effects of treatment, and what is now or in the past
    (
        {"discharge_summary": "Diagnosis: asthma attack\nPMH: T2DM\nCBG 19.2 on prednisolone 40 mg, gliclazide doubled."},
        "glucose and steroids",
        False,
    ),
    ({"discharge_summary": "Diagnosis: gallstones\nPMH: coronary stent 2019"}, "ischaemic heart disease", False),
    ({"discharge_summary": "Diagnosis: gallstones\nPMH: angina, coronary stent 2019"}, "ischaemic heart disease", None),
    (
        {"discharge_summary": "Diagnosis: gallstones\nPMH: pulmonary embolism in January, on apixaban"},
        "current or history",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: cut flexor tendon of left little finger, repaired 3/5/24",
            "operation_note": "Operation: repair of flexor tendon, left ring finger",
        },
        "Which finger",
        False,
    ),
    # contradictions
    (
        {
            "discharge_summary": "Diagnosis: right distal radius fracture",
            "ed_note": "Imp: left distal radius fracture",
        },
        "Side",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: left distal radius fracture",
            "ed_note": "Imp: left distal radius fracture",
        },
        "Side",
        None,
    ),
    (
        {
            "discharge_summary": "Diagnosis: pneumonia\nPMH: dementia in Alzheimer's disease",
            "ward_round": "Diagnosis: vascular dementia, pneumonia",
        },
        "Type of dementia",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: laparoscopic cholecystectomy for gallstones\n"
            "Procedure: laparoscopic cholecystectomy",
            "operation_note": "Operation: laparoscopic cholecystectomy converted to open cholecystectomy",
        },
        "Operation",
        False,
    ),
    # awaited results
    (
        {"discharge_summary": "Diagnosis: iron deficiency anaemia\nOGD with biopsies. Histology awaited."},
        "Histology",
        True,
    ),
    (
        {"discharge_summary": "Diagnosis: acute appendicitis\nProcedure: appendicectomy. Histology awaited."},
        "Histology",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: acute appendicitis\nHistology awaited.",
            "histology": "Appendix: acute appendicitis.",
        },
        "Histology",
        None,
    ),
    ({"discharge_summary": "Diagnosis: acute appendicitis\nHistology normal."}, "Histology", None),
    # signs without a diagnosis
    ({"discharge_summary": "Diagnosis: pneumonia\nSepsis 6 started in ED."}, "Sepsis", True),
    ({"discharge_summary": "Diagnosis: sepsis due to pneumonia\nSepsis 6 started in ED."}, "Sepsis", None),
    ({"discharge_summary": "Diagnosis: pneumonia\nPalliative approach agreed."}, "Palliative care", False),
    ({"discharge_summary": "Diagnosis: pneumonia\nShe went home well."}, "Palliative care", None),
    # details and links
    ({"discharge_summary": "Diagnosis: stroke"}, "Type of stroke", True),
    ({"discharge_summary": "Diagnosis: pneumonia\nPMH: heart failure"}, "Type of heart failure", False),
    (
        {"discharge_summary": "Diagnosis: pneumonia\nPMH: left ventricular failure"},
        "Type of heart failure",
        None,
    ),
    (
        {"discharge_summary": "Diagnosis: fractured neck of femur after a fall\nPMH: osteoporosis"},
        "Fracture and osteoporosis",
        True,
    ),
    ({"discharge_summary": "Diagnosis: fractured neck of femur after a fall"}, "osteoporosis", None),
    ({"discharge_summary": "Diagnosis: sepsis due to pneumonia\nHypotensive on arrival."}, "Severity of the sepsis", False),
    ({"discharge_summary": "Diagnosis: septic shock due to pneumonia\nHypotensive on arrival."}, "Severity", None),
    ({"discharge_summary": "Diagnosis: pulmonary embolism\nCTPA: RV strain."}, "Right heart strain", False),
    ({"discharge_summary": "Diagnosis: pneumonia\nConfused on arrival."}, "Confusion", False),
    ({"discharge_summary": "Diagnosis: pneumonia, delirium\nConfused on arrival."}, "Confusion", None),
    (
        {"discharge_summary": "Diagnosis: infective exacerbation of COPD", "test_result": "CT chest: emphysema."},
        "Emphysema",
        False,
    ),
    ({"discharge_summary": "Diagnosis: infective exacerbation of COPD\nCT chest: no emphysema."}, "Emphysema", None),
    ({"discharge_summary": "Diagnosis: acute pancreatitis"}, "Cause of the pancreatitis", False),
    ({"discharge_summary": "Diagnosis: acute pancreatitis secondary to a viral illness"}, "Cause of the pancreatitis", None),
    (
        {"discharge_summary": "Diagnosis: iron deficiency anaemia, carcinoma of caecum"},
        "Cause of iron deficiency",
        False,
    ),
    # after an operation: expected, or a complication
    (
        {
            "discharge_summary": "Diagnosis: carcinoma of sigmoid colon\nProcedure: sigmoid colectomy\nParalytic ileus on day 3."
        },
        "Ileus",
        False,
    ),
    ({"discharge_summary": "Diagnosis: pneumonia\nParalytic ileus on day 3."}, "Ileus", None),
    (
        {
            "discharge_summary": "Diagnosis: inguinal hernia\nProcedure: inguinal hernia repair with mesh\n"
            "Acute urinary retention on the first night."
        },
        "retention",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: fracture of zygoma\nProcedure: orbital floor repair",
            "operation_note": "Operation: elevation of fracture of zygoma\nOrbital floor not explored.",
        },
        "whether performed",
        False,
    ),
    (
        {
            "discharge_summary": "Diagnosis: fracture of zygoma\nProcedure: orbital floor repair",
            "operation_note": "Operation: orbital floor repair\nMaxilla not explored.",
        },
        "whether performed",
        None,
    ),
    # allergies
    ({"discharge_summary": "Diagnosis: pneumonia\nAllergies: codeine - vomiting"}, "Allergy or side effect", False),
    ({"discharge_summary": "Diagnosis: pneumonia\nAllergies: codeine - vomiting (intolerance)"}, "Allergy", None),
    ({"discharge_summary": "Diagnosis: pneumonia\nAllergies: ?penicillin, unsure"}, "Allergy in doubt", False),
    ({"discharge_summary": "Diagnosis: pneumonia\nAllergies: penicillin - rash"}, "Allergy", None),
    # the side and the day of an operation
    (
        {
            "clinic_letter": "Diagnosis: carcinoma of the right breast",
            "operation_note": "Operation: wide local excision of left breast",
        },
        "Side (laterality) of the operation: breast",
        True,
    ),
    (
        {
            "clinic_letter": "Diagnosis: carcinoma of the left breast",
            "operation_note": "Operation: wide local excision of left breast",
        },
        "Side",
        None,
    ),
    # primary diagnosis
    (
        {
            "discharge_summary": "Diagnosis: flail chest, splenic rupture, fracture of shaft of femur\n"
            "Motorcyclist hit by a car."
        },
        "main injury",
        True,
    ),
    ({"discharge_summary": "Diagnosis: fracture of shaft of femur\nPedestrian."}, "main injury", None),
]


@pytest.mark.parametrize(("texts", "part", "blocking"), CASES)
def test_what_the_record_leaves_open_is_asked_and_nothing_else(
    asked: Asker, texts: dict[str, str], part: str, blocking: bool | None
) -> None:
    found = by_about(asked(**texts), part)
    assert bool(found) is (blocking is not None)
    if found:
        assert found[0].blocking is blocking


def test_the_answers_take_the_type_of_diabetes_that_is_recorded(asked: Asker) -> None:
    text = "Diagnosis: diabetic ketoacidosis, type 1 diabetes\nPMH: pan-retinal laser both eyes"
    query = by_about(asked(discharge_summary=text), "Retinopathy")[0]
    assert query.options[0].codes == ("E10.3", "H36.0")


def test_a_result_of_after_the_discharge_is_asked_about(asked: Asker) -> None:
    queries = asked(
        discharge_summary="Diagnosis: gastroenteritis",
        test_result="Faeces PCR. Reported after discharge.\nCryptosporidium detected.",
    )
    assert by_about(queries, "issued after discharge")


def test_at_most_five_are_asked_the_blocking_and_the_weightiest_first() -> None:
    proposals = [
        propose(rank, f"subject {rank}", "Which?", [], blocking=rank == 10) for rank in range(10, 70, 10)
    ]
    assert [q.about for q in chosen(proposals)] == [f"subject {n}" for n in (10, 60, 50, 40, 30)]


def test_one_subject_is_asked_about_once() -> None:
    proposals = [propose(5, "Side of hip", "Which?", []), propose(9, "Side of hip", "Which?", [])]
    assert len(chosen(proposals)) == 1


@pytest.mark.parametrize(
    "text", ["", "\n", "Hb", "BMI", "İ" * 200 + " well baby Hb 60 transfused", "K 2.1 " * 300]
)
def test_quotes_stand_where_they_say(coder: Coder, text: str) -> None:
    document = Document("d.txt", "Diagnosis: pneumonia\n" + text, "discharge_summary")
    for query in coder.code(Episode("invented", (document,), age_days=3)).queries:
        for quote in query.evidence:
            assert document.text[quote.start : quote.end] == quote.text
