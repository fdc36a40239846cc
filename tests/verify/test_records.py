"""Short records and what a coder would hand in: assertion, course, place and primary diagnosis through the whole engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Document, Episode, Sex

DAY = dt.date(2025, 3, 4)


def code(coder: Coder, **texts: Any) -> CodedEpisode:
    """Code documents given as type=text; keys that are not document types describe the episode."""
    about: dict[str, object] = {"age_years": 70, "sex": Sex.UNKNOWN, "patient_class": "ordinary", "admission_method": "emergency"}
    for key in ("age_years", "sex", "admission_method", "specialty"):
        if key in texts:
            about[key] = texts.pop(key)
    documents = tuple(Document(f"{kind}.txt", text, kind, DAY) for kind, text in texts.items())
    return Coder.code(coder, Episode("x", documents, admission_date=DAY, discharge_date=DAY + dt.timedelta(3), **about))  # type: ignore[arg-type]


def codes(episode: CodedEpisode) -> list[str]:
    return [c.code for c in episode.diagnoses]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Diagnosis: community acquired pneumonia. No PE on CTPA.", ["J18.9"]),
        ("Diagnosis: pleuritic chest pain. ?PE - CTPA negative.", ["R07.1"]),
        ("Diagnosis: chest pain.\nFH: father had MI aged 50.", ["R07.4"]),
        ("Diagnosis: cellulitis of left leg.\nPMH: appendicectomy 1978, previous MI, COPD.", ["L03.1", "I25.2", "J44.9"]),
        ("Diagnosis: cellulitis of left leg.\nPMH: AAA repair 2015.", ["L03.1", "Z95.8"]),
        ("Diagnosis: UTI.\nPlan: consider echo for heart failure. Return if chest pain.", ["N39.0"]),
        ("Diagnosis: IECOPD.\nSocial: lives alone, current smoker.", ["J44.0", "F17.1", "Z60.2"]),
        ("Diagnosis: urticaria due to amoxicillin", ["L50.0", "Y40.0"]),
        ("Diagnosis: pneumonia.\nAllergies: penicillin (rash). No known food allergies.", ["J18.9", "Z88.0"]),
        ("Diagnosis: AKI, resolved. CKD 3.", ["N17.9", "N18.3"]),
        ("Diagnosis: congestive cardiac failure due to stopping furosemide", ["I50.0"]),
        ("Diagnosis: NSTEMI. VF cardiac arrest - successful resus.", ["I21.4", "I46.0"]),
        ("Diagnosis: acute ischaemic stroke. Post stroke depression.", ["I63.9", "F32.9"]),
        ("Diagnosis: pneumonia.\nPMH: CVA 2020 - residual L hemiparesis", ["J18.9", "G81.9", "I69.4"]),
        ("Diagnosis: epistaxis, over-anticoagulation with warfarin", ["R04.0", "D68.3", "Y44.2", "Z92.1"]),
        ("Diagnosis: cellulitis of leg. Given antibiotics last week by GP for chest infection.", ["L03.1"]),
    ],
)
def test_what_codes_and_what_does_not(coder: Coder, text: str, given: list[str]) -> None:
    assert codes(code(coder, discharge_summary=text)) == given


def test_every_statement_left_out_says_why(coder: Coder) -> None:
    text = "Diagnosis: pneumonia. No PE. ?lung cancer. Mother had diabetes. Prev cholecystitis 2001."
    result = code(coder, discharge_summary=text)
    reasons = {n.code[:3]: n.reason for n in result.not_coded}
    assert reasons["I26"] == "negated"
    assert reasons["C34"] == "uncertain"
    assert "E14" not in codes(result)


def test_a_first_impression_that_the_final_document_rules_out_is_not_coded(coder: Coder) -> None:
    result = code(
        coder,
        ed_note="Imp: acute appendicitis",
        discharge_summary="Diagnosis: ruptured ovarian cyst. Appendicitis ruled out at laparoscopy.",
        sex=Sex.FEMALE,
    )
    assert "K35.8" not in codes(result)


def test_the_injury_has_its_cause_and_place_from_another_document(coder: Coder) -> None:
    result = code(
        coder,
        ed_note="HPC: tripped over the cat in her kitchen at home, fell onto outstretched hand.",
        discharge_summary="Diagnosis: fracture of right distal radius",
    )
    assert codes(result) == ["S52.50", "W01.0"]
    assert result.diagnoses[1].standards == ["FS.XX.01"]


def test_an_injury_without_a_cause_is_queried_and_no_cause_invented(coder: Coder) -> None:
    result = code(coder, discharge_summary="Diagnosis: fracture of right distal radius")
    assert codes(result) == ["S52.50"]
    assert any("cause" in q.about.lower() or "how" in q.why.lower() for q in result.queries)


def test_the_operation_note_says_what_was_done(coder: Coder) -> None:
    result = code(
        coder,
        operation_note="Operation: laparoscopic cholecystectomy converted to open\nFindings: gallstones",
        discharge_summary="Diagnosis: biliary colic with gallstones. Procedure: laparoscopic cholecystectomy.",
        admission_method="elective",
    )
    assert [p.code for p in result.procedures] == ["J18.3", "Y71.4"]
    assert result.diagnoses[0].code == "K80.2"
    assert result.diagnoses[0].reason.startswith("main condition treated or investigated")


def test_the_last_document_is_quoted_before_the_first(coder: Coder) -> None:
    result = code(coder, ed_note="Imp: pneumonia", discharge_summary="Diagnosis: pneumonia")
    assert [e.document for e in result.diagnoses[0].evidence] == ["discharge_summary.txt", "ed_note.txt"]


def test_a_site_decides_its_own_policy(coder: Coder) -> None:
    text = "Diagnosis: asthma. Social: ex-smoker."
    careful = Coder(policy={"ex_smoker": "leave"})
    assert codes(code(coder, discharge_summary=text)) == ["J45.9", "Z86.4"]
    assert codes(code(careful, discharge_summary=text)) == ["J45.9"]


def test_coding_is_deterministic(coder: Coder) -> None:
    text = "Diagnosis: #NOF left, fall at home. PMH T2DM, HTN, AF on apixaban. Dementia."
    assert code(coder, discharge_summary=text).as_dict() == code(Coder(), discharge_summary=text).as_dict()


def test_an_emergency_note_that_nothing_follows_is_the_account_of_the_stay(coder: Coder) -> None:
    note = "Fell off a trampoline at home.\nXR: fracture of left radius and ulna midshaft.\nMild asthma."
    alone = code(coder, age_years=8, ed_note=note)
    assert codes(alone) == ["S52.40", "W09.0", "J45.9"]


def test_what_the_operator_found_is_the_diagnosis_where_none_is_named(coder: Coder) -> None:
    result = code(
        coder,
        operation_note="COLONOSCOPY 4/3/25\nPremed: none.\nSigmoid: 8 mm polyp, hot snare.\nRectum: hyperplastic polyp, left.\n",
        histology="Sigmoid colon: tubular adenoma.",
    )
    assert codes(result) == ["D12.5", "K62.1"]
    assert [c.code for c in result.procedures] == ["H20.1", "Y13.1", "Z28.6"]


def test_a_replaced_valve_of_the_past_was_not_replaced_now(coder: Coder) -> None:
    text = "Epistaxis. INR 6 on warfarin (metallic AVR).\nPMH: metal AVR 2010"
    result = code(coder, discharge_summary=text)
    assert "Z95.2" in codes(result)
    assert not result.procedures


def test_infections_named_in_a_row_are_denied_together(coder: Coder) -> None:
    result = code(coder, discharge_summary="Diagnosis: cellulitis of leg.\nHIV, Hep B/C, H pylori neg.")
    assert codes(result) == ["L03.1"]


def test_a_habit_to_be_given_up_is_a_habit(coder: Coder) -> None:
    text = "Primary spontaneous pneumothorax.\nSmoker 10/d and daily cannabis - advised."
    assert codes(code(coder, discharge_summary=text)) == ["J93.1", "F17.1", "F12.1"]


def test_a_letter_that_begins_on_the_line_of_its_greeting_is_read(coder: Coder) -> None:
    text = "Dear Dr Ash, She attended today. She has hypertension and is allergic to nickel."
    assert codes(code(coder, discharge_summary=text)) == ["I10.X", "Z91.0"]


def test_tubes_for_the_anaesthetic_are_no_ventilation(coder: Coder) -> None:
    note = "Operation: laparoscopic appendicectomy\nNasal fibreoptic intubation."
    assert [c.code for c in code(coder, operation_note=note).procedures] == ["H01.2", "Y75.2"]


def test_an_operation_with_another_month_was_done_before(coder: Coder) -> None:
    result = code(coder, discharge_summary="Breast cancer, seen on the ward (WLE + SLNB Nov).")
    assert not result.procedures


def test_a_transfusion_named_with_the_diagnoses_was_given(coder: Coder) -> None:
    result = code(coder, discharge_summary="DIAGNOSES\nAcute blood loss anaemia - 4 units RBC")
    assert [c.code for c in result.procedures] == ["X33.2"]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Discharge letter\nDischarge date 3/2/25.  Diagnosis: ruptured ectopic pregnancy.", ["O00.9"]),
        ("Screen detected breast cancer, core: associated DCIS.", ["C50.9"]),
        ("Diagnosis: sciatica. Wrist sprain in January, healed.", ["M54.39"]),
        ("Diagnosis: cellulitis of leg.\nWife Carys staying overnight. No smoking.", ["L03.1"]),
        ("Coronary disease, CABG: LIMA to LAD, SVG to PDA.", ["I25.1"]),
        ("Perforated duodenal ulcer, perforated viscus on CT.", ["K26.5"]),
        ("Diagnosis: cellulitis of leg. R cataract done.", ["L03.1"]),
    ],
)
def test_words_that_only_look_like_a_condition(coder: Coder, text: str, given: list[str]) -> None:
    assert codes(code(coder, discharge_summary=text)) == given


def test_burns_by_depth_and_part_without_the_word_each_time(coder: Coder) -> None:
    text = "11% TBSA flame burn (petrol bonfire at home): full thickness R forearm, partial thickness R hand and face."
    assert codes(code(coder, discharge_summary=text)) == ["T22.3", "T31.1", "T23.2", "T20.2", "X04.0"]
