"""Sections of invented documents, written as UK hospitals write them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fourstep.analyse.document import analyse_document, sections_of
from fourstep.analyse.words import tokenise
from fourstep.episode import Document, Heading


def roles(text: str, kind: str = "discharge_summary") -> dict[str, str]:
    """Role of every item's section, by the words of the item."""
    statements = analyse_document(Document("note", text, kind), 0, tokenise(text))
    return {text[s.start : s.end]: s.section.role for s in statements}


ED_NOTE = """ED NOTE   Northbrook General   3/4/25
Ada Quill 71F NHS 999 000 1234

PC: fall
HPC: tripped over rug. Hip pain. No LOC
PMHx: COPD, AF
DHx apixaban
NKDA
SHx lives alone
O/E: leg short
Abdo soft
Ix: Hb 99
XR: neck of femur fracture
Imp: L NOF fracture
Plan
- theatre tomorrow
"""


def test_an_emergency_note() -> None:
    found = roles(ED_NOTE, "ed_note")
    assert found["fall"] == "presenting"
    assert found["Hip pain"] == "history_presenting"
    assert found["COPD"] == "past_history"
    assert found["apixaban"] == "medication"
    assert found["lives alone"] == "social"
    assert found["leg short"] == found["Abdo soft"] == "examination"
    assert found["Hb 99"] == found["neck of femur fracture"] == "investigation"
    assert found["L NOF fracture"] == "impression"
    assert found["theatre tomorrow"] == "plan"
    assert found["Ada Quill 71F NHS 999 000 1234"] == "demographics"


OPERATION = """OPERATION NOTE
Name: A Quill   NHS 999 000 1234
Surgeon: Miss Reed   Anaes: spinal

INDICATION: L NOF fracture
PROPOSED: L hemiarthroplasty
PERFORMED: L hemiarthroplasty, cemented

FINDINGS
Intracapsular fracture

PROCEDURE
Lateral position. Anterolateral approach.
Closure: Vicryl, clips
Post-op: mobilise FWB
"""


def test_an_operation_note() -> None:
    found = roles(OPERATION, "operation_note")
    assert found["L NOF fracture"] == "indication"
    assert found["L hemiarthroplasty"] == "procedure"
    assert found["Intracapsular fracture"] == "findings"
    assert found["Lateral position"] == "operative_detail"
    assert found["clips"] == "operative_detail"
    assert found["mobilise FWB"] == "postop"
    assert found["Miss Reed"] == "demographics"
    assert found["spinal"] == "anaesthetic"


SUMMARY = """eDISCHARGE SUMMARY

Diagnoses
Pneumonia
Co-morbidities: COPD

Clinical summary
Admitted with cough. PMH of asthma.

DIAGNOSIS   Sepsis
PMH T1DM. Anxiety
ALLERGY penicillin

She was well at home.
Follow-up: clinic 6/52
Lives with her son
"""


def test_a_discharge_summary_in_several_styles() -> None:
    found = roles(SUMMARY)
    assert found["Pneumonia"] == found["Sepsis"] == "diagnosis"
    assert found["COPD"] == "secondary_diagnosis"
    assert found["Admitted with cough"] == "course"
    assert found["T1DM"] == found["Anxiety"] == "past_history"
    assert found["penicillin"] == "allergy"
    assert found["She was well at home"] == "course", "an inline section ends at the empty line"
    assert found["clinic 6/52"] == "followup"
    assert found["Lives with her son"] == "course", "a follow-up on one line governs that line"


def test_a_letter() -> None:
    text = """Dear Dr Hale

Diagnoses:
1. Psoriasis

I reviewed this man, who is well and has had no trouble with his skin since we last met.

Yours sincerely
Dr Orr
"""
    found = roles(text, "clinic_letter")
    assert found["Psoriasis"] == "diagnosis"
    assert found["I reviewed this man"] == "course"
    assert found["Dr Orr"] == "demographics"
    assert "Dear Dr Hale" not in found


def test_headings_inside_a_line() -> None:
    found = roles("30F seen in clinic. PMHx: COPD. Allergies: latex. Imp: sepsis")
    assert found["COPD"] == "past_history"
    assert found["latex"] == "allergy"
    assert found["sepsis"] == "impression"


def test_the_same_heading_in_another_document() -> None:
    assert roles("CT HEAD REPORT\n\nImpression: subdural", "test_result")["subdural"] == "conclusion"
    assert roles("WR note\n\nImpression: subdural", "ward_round")["subdural"] == "impression"
    assert roles("OP NOTE\n\nDiagnosis: hernia", "operation_note")["hernia"] == "indication"
    assert roles("SKIN HISTOLOGY\n\nDiagnosis: naevus", "histology")["naevus"] == "conclusion"


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("discharge_summary", "course"),
        ("operation_note", "procedure"),
        ("test_result", "findings"),
        ("histology", "histology"),
        ("clinic_letter", "course"),
        ("something nobody listed", "course"),
    ],
)
def test_a_document_of_one_line_is_just_its_words(kind: str, role: str) -> None:
    assert roles("Carpal tunnel release", kind) == {"Carpal tunnel release": role}


@pytest.mark.parametrize(
    "text",
    [
        "Impression of cellulitis",
        "Allergy to latex",
        "Plan is to rest",
        "Diagnosis of gout was made",
        "Seen by the ward sister",
    ],
)
def test_a_sentence_is_no_heading(text: str) -> None:
    assert {s.role for s in sections_of(Document("note", text, "discharge_summary"))} == {"course"}


def test_an_unlisted_heading_that_holds_a_listed_one() -> None:
    assert roles("Notes\n\nPlan for the GP: bloods")["bloods"] == "plan"


def test_marked_headings_come_first() -> None:
    text = "Zusammenfassung\nCOPD\nOther words\nAsthma\n"
    document = Document(
        "note",
        text,
        "discharge_summary",
        headings=(Heading(0, 15, "Zusammenfassung", "past_history"), Heading(21, 32, "Other words")),
    )
    first, second = (s for s in sections_of(document) if s.title)
    assert (first.role, first.title, text[slice(*first.label or (0, 0))]) == (
        "past_history",
        "Zusammenfassung",
        "Zusammenfassung",
    )
    assert second.role == "other"
    statements = analyse_document(document, 3, tokenise(text))
    assert [(text[s.start : s.end], s.section.role, s.document) for s in statements] == [
        ("COPD", "past_history", 3),
        ("Asthma", "other", 3),
    ]


def test_sections_cover_the_text_in_order() -> None:
    for text, kind in ((ED_NOTE, "ed_note"), (OPERATION, "operation_note"), (SUMMARY, "discharge_summary")):
        sections = sections_of(Document("note", text, kind))
        assert sections[0].start == 0 and sections[-1].end == len(text)
        for before, after in pairwise(sections):
            assert before.end == after.start


COLUMNS = """STROKE UNIT TRANSFER
Ada Quill 71F NHS 999 000 1234

INTERVENTION     Mechanical thrombectomy 17/2
DEFICITS AT DC   R hemiparesis; dysphagia
COMPLICATIONS    Aspiration pneumonia 20/2
                 Low mood
DVT              leg swelling, Doppler neg
CONTINENCE       catheter never
DRUGS            apixaban
Trigger          cold weather
"""


def test_a_record_of_two_columns() -> None:
    found = roles(COLUMNS)
    assert found["Mechanical thrombectomy 17/2"] == "procedure"
    assert found["R hemiparesis"] == found["dysphagia"] == "secondary_diagnosis"
    assert found["Aspiration pneumonia 20/2"] == found["Low mood"] == "complication"
    assert found["leg swelling"] == found["cold weather"] == "course"
    assert found["apixaban"] == "medication"


def test_labels_of_a_letter_without_headings() -> None:
    found = roles("Reason: elective TURP\nProcedure TURP 14/10/24\nDiag: BPH\nWhat was done: washout")
    assert found["elective TURP"] == "indication"
    assert found["TURP 14/10/24"] == found["washout"] == "procedure"
    assert found["BPH"] == "diagnosis"


def test_words_that_only_begin_like_a_heading() -> None:
    found = roles("Diagnosis\nCirrhosis\nAlcohol dependence\nProcedure went well\nAlcohol: nil")
    assert found["Alcohol dependence"] == "diagnosis"
    assert found["Procedure went well"] == "diagnosis"
    assert found["Alcohol: nil"] == "social"


def test_a_line_that_ends_with_a_comma_goes_on() -> None:
    found = roles("Consent: bleeding,\nperforation\nPolyp removed", "operation_note")
    assert found["bleeding"] == found["perforation"] == "consent"
    assert found["Polyp removed"] == "operative_detail"


def test_what_a_request_said_ends_at_the_first_specimen() -> None:
    found = roles("HISTOLOGY\n\nClinical: ?malignant\n1. Benign polyp\n2. Atrophy", "histology")
    assert found["?malignant"] == "indication"
    assert found["Benign polyp"] == found["Atrophy"] == "histology"


def test_a_spinal_with_its_giver_heads_nothing() -> None:
    found = roles("OPERATION\n\nSpinal (Dr Ames)\nTURP, bipolar", "operation_note")
    assert found["TURP"] == "operative_detail"


def test_a_plan_after_an_impression_needs_no_sign() -> None:
    text = "Imp: abscess\nP NBM, theatre today"
    assert roles(text, "ed_note")["theatre today"] == "plan"
    assert "plan" not in roles("O/E: warm\nP 84 BP 120/80", "ed_note").values()
