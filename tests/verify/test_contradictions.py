"""Documents of one stay that differ: what a ward round denies, what histology overturns, what the endoscopist saw."""

from __future__ import annotations

import datetime as dt

import pytest
from stays import diagnoses, stay, written

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Sex

_IN, _OUT = dt.date(2025, 6, 2), dt.date(2025, 6, 9)


def code(
    coder: Coder, *documents: tuple[str, str],
    method: str = "emergency", sex: Sex = Sex.MALE, age: int = 66, days: int | None = None,
) -> CodedEpisode:  # fmt: skip
    told = written(documents, _IN, _OUT)
    return stay(coder, *told, begun=_IN, ended=_OUT, sex=sex, age=age, days=days, method=method)


def test_what_the_ward_round_says_it_is_not_is_asked_about_and_not_coded(coder: Coder) -> None:
    coded = code(
        coder,
        ("ed_note", "Confused. Dipstick positive, treat as cystitis."),
        ("ward_round", "Consultant round. Delirium from constipation. No urinary symptoms, sterile urine: not a cystitis."),
        ("discharge_summary", "Diagnoses: delirium, cystitis, constipation."),
    )
    assert diagnoses(coded)[0] == "F05.9"
    assert not any(c.startswith("N30") for c in diagnoses(coded))
    assert any("cystitis" in q.about.lower() for q in coded.queries)


def test_what_is_named_after_the_denial_stands(coder: Coder) -> None:
    coded = code(
        coder,
        ("ward_round", "Day 1. Cough, clear chest film: not pneumonia."),
        ("ward_round", "Day 4. New crackles, fever: pneumonia, start antibiotics."),
        ("discharge_summary", "Diagnosis: pneumonia."),
    )
    assert diagnoses(coded) == ["J18.9"]


def test_what_it_is_takes_the_place_of_what_it_is_not(coder: Coder) -> None:
    coded = code(
        coder,
        ("ward_round", "Chest film wet, settled in a day: transient tachypnoea. Not RDS."),
        ("discharge_summary", "Problems\n1. RDS, nasal CPAP one day\n2. Hypoglycaemia\n3. Slow feeding"),
        method="birth", days=0,
    )  # fmt: skip
    assert diagnoses(coded)[0] == "P22.1"
    assert "P22.0" not in diagnoses(coded)


@pytest.mark.parametrize(
    ("report", "kept"),
    [
        ("Conclusion: oncocytoma of the kidney. No evidence of malignancy.", False),
        ("Conclusion: clear cell carcinoma, margins clear.", True),
    ],
)
def test_a_cancer_in_which_histology_found_none_was_not_there(coder: Coder, report: str, kept: bool) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: right radical nephrectomy\nIndication: probable renal cancer"),
        ("discharge_summary", "Diagnosis: renal mass - renal cancer\nOperation: right radical nephrectomy"),
        ("histology", report),
        method="elective",
    )
    assert ("C64.X" in diagnoses(coded)) is kept
    assert any("cancer" in q.about for q in coded.queries) is not kept


def test_clear_nodes_and_a_clear_margin_deny_no_cancer(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: right hemicolectomy for cancer of the caecum"),
        ("discharge_summary", "Diagnosis: caecal cancer"),
        ("histology", "Nodes: no malignancy in 14. Margin: no carcinoma."),
        method="elective",
    )
    assert diagnoses(coded)[0] == "C18.0"


def test_the_ulcer_is_where_the_endoscopist_saw_it(coder: Coder) -> None:
    coded = code(
        coder,
        ("endoscopy_report", "GASTROSCOPY\nStomach: normal\nDuodenum: ulcer with clot\nDiagnosis: bleeding duodenal ulcer"),
        ("discharge_summary", "Diagnosis: haematemesis from gastric ulcer\nSecondary: hypertension"),
    )
    assert diagnoses(coded)[0] == "K26.4"
    assert not any(c.startswith("K25") for c in diagnoses(coded))
    assert any("ulcer" in q.about.lower() for q in coded.queries)


def test_a_list_of_lasting_disease_is_no_list_of_diagnoses_of_the_stay(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: cemented hemiarthroplasty left hip"),
        ("discharge_summary", "Tripped on the kerb, intracapsular fracture of left hip. Hemi done.\nDiag: COPD, hypertension."),
    )
    assert diagnoses(coded)[0] == "S72.00"


def test_what_a_planned_operation_was_for_stands_before_what_came_of_it(coder: Coder) -> None:
    coded = code(
        coder,
        ("clinic_letter", "Severe aortic stenosis, for tissue valve replacement."),
        ("operation_note", "Operation: aortic valve replacement, 23 mm bioprosthesis, on bypass"),
        ("discharge_summary", "DISCHARGE: 1 Valve replaced  2 Atrial fibrillation, settled  3 Delirium\nPMH aortic stenosis"),
        method="elective",
    )
    assert diagnoses(coded)[0] == "I35.0"
    assert {"F05.9", "I48.9"} <= set(diagnoses(coded))


def test_the_leg_that_a_round_calls_diabetic_stands_first_as_the_diabetes(coder: Coder) -> None:
    coded = code(
        coder,
        ("ward_round", "Type 2 diabetes. Imp: critical limb ischaemia (PVD, diabetic)"),
        ("discharge_summary", "Diagnosis: critical limb ischaemia with gangrene of the toes"),
    )
    assert diagnoses(coded)[:2] == ["E11.5", "I79.2"]


def test_patients_who_have_diabetes_as_well_have_no_diabetic_arteries(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Diagnosis: cellulitis of leg. PMH: PVD, diabetic, asthmatic"))
    assert "I79.2" not in diagnoses(coded)


def test_a_neoplasm_that_only_the_pathologist_met_is_asked_about(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: laparoscopic appendicectomy\nFindings: inflamed appendix"),
        ("discharge_summary", "Diagnosis: acute appendicitis"),
        ("histology", "Conclusion: acute appendicitis. A 6 mm carcinoid tumour at the tip of the appendix."),
    )
    assert any("histology alone" in q.about for q in coded.queries)


def test_an_overdose_that_one_note_calls_an_accident_is_asked_about(coder: Coder) -> None:
    coded = code(
        coder,
        ("ed_note", "Paracetamol overdose at home. Says it was an accident."),
        ("discharge_summary", "Diagnosis: deliberate overdose of paracetamol, wanted to die"),
    )
    assert "X60.0" in diagnoses(coded)
    assert any(q.about.startswith("Intent") for q in coded.queries)


def test_a_wound_closed_in_the_emergency_department_is_recorded(coder: Coder) -> None:
    summary = ("discharge_summary", "Diagnosis: pneumonia")
    closed = code(coder, ("ed_note", "Fell at home. Scalp: 4 cm laceration, glued."), summary)
    assert "S01.0" in diagnoses(closed)


def test_hydronephrosis_of_a_scan_belongs_to_the_stone(coder: Coder) -> None:
    coded = code(
        coder,
        ("test_result", "CT KUB\nFindings: 7 mm stone in the mid ureter on the right with hydronephrosis."),
        ("discharge_summary", "Diagnosis: right ureteric stone"),
    )
    assert diagnoses(coded) == ["N13.2"]


def test_a_cardioembolic_cause_makes_the_infarct_embolic(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Diagnosis: right MCA infarct\nMechanism: cardioembolic\nAlso: gout"))
    assert diagnoses(coded)[0] == "I63.4"
    other = code(coder, ("discharge_summary", "Diagnosis: right MCA infarct\nMechanism: not cardioembolic, small vessel"))
    assert diagnoses(other)[0] != "I63.4"


def test_an_old_infarct_of_a_scan_is_no_history_of_stroke(coder: Coder) -> None:
    summary = ("discharge_summary", "Diagnosis: pneumonia")
    seen = code(coder, ("ed_note", "O/E crackles at the base\nCT head: no bleed. Old occipital infarct."), summary)
    assert "Z86.7" not in diagnoses(seen)
    told = code(coder, ("ed_note", "PMH: old occipital infarct"), summary)
    assert "Z86.7" in diagnoses(told)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        # complications and what they came of
        ("Diagnosis: heart block. Pacemaker implanted. Small pneumothorax following pacing.", {"J95.8", "Y83.1"}, {"J93.9"}),
        ("Diagnosis: acute kidney injury, dialysis dependent for nine days, off it now", {"N17.9"}, {"Z99.2"}),
        ("Diagnosis: microscopic polyangiitis with crescentic glomerulonephritis", {"M31.7", "N08.5"}, {"N05.7"}),
        ("Diagnosis: pneumonia (H influenzae), COPD exacerbation.\nSputum grew Haemophilus influenzae", {"J14.X"}, {"B96.3"}),
        # drugs
        ("Diagnosis: bleeding gastric ulcer.\nIbuprofen was the cause, for frozen shoulder.", {"K25.4", "Y45.2"}, set()),
        ("Diagnosis: iron infusion reaction - urticaria", {"L50.0"}, {"L50.9"}),
        ("Diagnosis: anaemia due to lymphoma, 2 units packed red cells", {"C85.9"}, {"Y44.6"}),
        ("Diagnosis: delirium, nights 1 to 3 (4AT 9) felt due to codeine", {"Y45.0"}, set()),
        ("Diagnosis: hyponatraemia 119, cause: sertraline and poor intake", {"E87.1", "Y49.2"}, set()),
        ("Diagnosis: pneumonia. Itch settled with naloxone; constipation treated", {"J18.9"}, {"Y50.1"}),
        # sites and names that share a word
        ("Diagnosis: right recurrent inguinal and left femoral hernia", {"K40.9", "K41.9"}, set()),
        ("Diagnosis: pneumonia. PMH: AVN R hip (2020, orthopaedics)", {"M87.95"}, set()),
        # injuries and self-harm
        ("Diagnosis: deliberate overdose of paracetamol at home. Cut forearm with a knife", {"X60.0", "X78.0"}, {"W26.0"}),
        ("Diagnosis: atypical femoral fracture due to alendronate", {"M84.45", "Y54.7"}, {"S72.90"}),
        ("Diagnosis: sprained wrist. Fell at home, caught his foot on a dining chair.", {"W19.0"}, {"W07.0"}),
        ("Diagnosis: laceration of eyelid. Found on bathroom floor by night carer. Lives in a care home.", {"W19.1"}, {"W19.0"}),
        # what is only a form, a stage of a scan or a shape
        ("Diagnosis: pneumonia.\nRisk: HTN [y]  diabetes [n]  stroke [no]  asthma [yes]", {"I10.X", "J45.9"}, {"E14.9", "I64.X"}),
        ("Diagnosis: complete heart block. ECG: broad escape rhythm, LBBB morphology", {"I44.2"}, {"I44.7"}),
        ("Diagnosis: pneumonia. PMH: polymyalgia (steroids stopped 2019), asthma", {"J45.9"}, {"M35.3"}),
        ("Diagnosis: pneumonia. I note his late mother had bowel cancer, and that you gave up smoking.", {"J18.9"}, {"C18.9"}),
        ("Diagnosis: pneumonia. Felt anxious on the mask.", {"J18.9"}, {"F41.9"}),
        ("Diagnosis: wound infection after hernia repair. Managed with a stoma bag over the wound", {"T81.4"}, {"Z93.9"}),
        ("Diagnosis: anaemia - Hb 70, acute blood loss", {"D62.X"}, {"D64.9"}),
        ("PMH from GP record: asthma, gout.\nDiagnosis: cellulitis of leg", {"J45.9", "L03.1"}, set()),
        ("Diagnosis: stridor. Post-extubation stridor after laparotomy", {"J95.8"}, set()),
    ],
)
def test_a_line_says_this_and_not_that(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    given = set(diagnoses(code(coder, ("discharge_summary", text))))
    assert wanted <= given
    assert not given & unwanted


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Diagnosis: gestational diabetes. Low lying placenta at the 20/40 scan, for rescan.", {"O24.4"}, {"O44.0"}),
        ("Diagnosis: pyelonephritis. Mild right hydronephrosis, physiological.", {"O23.0"}, {"N13.3"}),
        ("Diagnosis: ruptured tubal ectopic pregnancy with haemoperitoneum", {"O00.1", "O08.1"}, {"K66.1"}),
    ],
)
def test_a_pregnancy(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    given = set(diagnoses(code(coder, ("discharge_summary", text), sex=Sex.FEMALE, age=30, method="maternity")))
    assert wanted <= given
    assert not given & unwanted


def test_a_ventouse_that_failed_is_why_the_birth_was_helped(coder: Coder) -> None:
    coded = code(
        coder,
        ("delivery_record", "Mode of delivery: forceps. Live male infant. Second degree tear."),
        ("operation_note", "Operation: forceps delivery\nKiwi applied, two pulls, ventouse abandoned. Then forceps, easy."),
        ("discharge_summary", "Forceps delivery, live boy. Second degree tear."),
        sex=Sex.FEMALE, age=30, method="maternity",
    )  # fmt: skip
    assert diagnoses(coded)[0] == "O66.5"


def test_what_a_birth_came_with_stands_before_the_tear_of_its_note(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: manual removal of placenta, repair of tear\nSecond degree tear sutured."),
        ("discharge_summary", "Birth: spontaneous vaginal, live girl\nComplications: PPH 1200 ml, retained placenta"),
        sex=Sex.FEMALE, age=30, method="maternity",
    )  # fmt: skip
    assert diagnoses(coded)[0] == "O72.0"


def test_blood_groups_that_do_not_suit_are_the_cause_of_the_jaundice(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Problems\n1. Jaundice - ABO incompat, phototherapy"), method="birth", days=0)
    assert diagnoses(coded)[0] == "P55.1"
    assert not any(c.startswith("P59") for c in diagnoses(coded))


def test_burns_stand_in_the_order_in_which_they_are_named(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Diagnosis: partial thickness scald of hand and forearm, kettle at home"))
    assert diagnoses(coded)[:2] == ["T23.2", "T22.2"]


def test_a_haematoma_emptied_below_the_graft_of_a_burn_came_of_the_graft(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: tangential excision and split skin graft to left forearm"),
        ("discharge_summary", "Diagnosis: full thickness burn of forearm, hot oil\nGraft check: finger haematoma evacuated."),
    )
    assert "T81.0" in diagnoses(coded)
    assert not any(c.startswith("S60") for c in diagnoses(coded))


def test_a_row_names_what_was_cut_and_the_wound_stands_behind_it(coder: Coder) -> None:
    coded = code(
        coder,
        ("ed_note", "Knife slipped at home, 2 cm laceration at the base of the little finger"),
        (
            "operation_note",
            "Operation: exploration, repair of flexor tendon, little finger\nFDP: 100% divided. Repaired.\n"
            "Radial digital nerve: intact.",
        ),
        ("discharge_summary", "Hand injury, explored and repaired."),
    )
    assert diagnoses(coded)[:2] == ["S66.1", "S61.0"]
    assert "S64.4" not in diagnoses(coded)


@pytest.mark.parametrize(
    ("told", "given"), [("4 falls this month", True), ("Falls - recurrent", True), ("Fall this morning", False)]
)
def test_falls_that_are_counted_are_a_tendency_to_fall(coder: Coder, told: str, given: bool) -> None:
    coded = code(coder, ("discharge_summary", f"Diagnosis: laceration of scalp, fell at home.\n{told}."), age=85)
    assert ("R29.6" in diagnoses(coded)) is given


def test_a_joint_of_the_other_side_is_there_beside_one_that_failed(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Diagnosis: recurrent dislocation of right THR\nPMH: left THR 2012, doing well"))
    assert {"T84.0", "Z96.6"} <= set(diagnoses(coded))
    same = code(coder, ("discharge_summary", "Diagnosis: recurrent dislocation of right THR\nPMH: right THR 2012"))
    assert "Z96.6" not in diagnoses(same)


def test_the_detachment_stands_before_the_tear_it_came_of(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Operation: vitrectomy\nIndication: horseshoe tear, superior"),
        ("discharge_summary", "Retinal detachment with a break, macula off, repaired."),
        method="elective",
    )
    assert diagnoses(coded)[0] == "H33.0"
