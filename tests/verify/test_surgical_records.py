"""Records of surgical stays: what was booked and what was done, what the operator found, lists below a title."""

from __future__ import annotations

import datetime as dt

import pytest
from stays import diagnoses, procedures, stay, written

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Document, Episode, Sex

_IN, _OUT = dt.date(2025, 6, 2), dt.date(2025, 6, 9)


def code(coder: Coder, *documents: tuple[str, str], method: str = "elective", specialty: str = "") -> CodedEpisode:
    told = written(documents, _IN, _OUT)
    return stay(coder, *told, begun=_IN, ended=_OUT, sex=Sex.MALE, age=58, method=method, specialty=specialty)


@pytest.mark.parametrize(
    "text",
    [
        "DISCHARGE: 1 Acute cholecystitis  2 Post op bleeding  3 Delirium\nPMH asthma.",
        "Upper GI discharge:\n1 Acute cholecystitis (no trauma)\n2 Post op bleeding\n3 Delirium\nPMH asthma",
    ],
)
def test_the_list_below_the_word_discharge_is_what_the_patient_had(coder: Coder, text: str) -> None:
    assert {"K81.0", "T81.0", "F05.9", "J45.9"} <= set(diagnoses(code(coder, ("discharge_summary", text))))


@pytest.mark.parametrize(
    ("summary", "note", "expected"),
    [
        (
            "Rectal cancer. Anterior resection 2/6.",
            "Intended: anterior resection\nPerformed: laparotomy, loop colostomy\nFrozen pelvis. Resection abandoned.",
            "H15.1",
        ),
        (
            "Carcinoma of pancreas. Whipple's procedure.",
            "Planned operation: Whipple's pancreaticoduodenectomy\nOperation: gastrojejunostomy\nUnresectable.",
            "G33.1",
        ),
        (
            "Gallstones. Laparoscopic cholecystectomy.",
            "Consented: laparoscopic cholecystectomy +/- open\nFour ports. No bile leak. Gallbladder removed. No drain.",
            "J18.3 Y75.2",
        ),
    ],
)
def test_what_the_note_takes_back_was_not_done(coder: Coder, summary: str, note: str, expected: str) -> None:
    coded = code(coder, ("discharge_summary", summary), ("operation_note", note))
    assert procedures(coded) == expected
    taken_back = [q for q in coded.queries if q.about.startswith("Operation: ")]
    assert len(taken_back) == (expected != "J18.3 Y75.2")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([("discharge_summary", "Strangulated left inguinal hernia with gangrenous ileum.")], ["K40.4"]),
        ([("discharge_summary", "Obstructed umbilical hernia with gangrene, gangrenous small bowel.")], ["K42.1"]),
        (
            [
                ("discharge_summary", "Strangulated right femoral hernia."),
                ("consultant_note", "Irreducible right groin hernia."),
                ("operation_note", "Right femoral hernia, bowel pink."),
            ],
            ["K41.3"],
        ),
    ],
)
def test_a_hernia_is_one_code_and_the_one_that_was_found(
    coder: Coder, documents: list[tuple[str, str]], expected: list[str]
) -> None:
    assert diagnoses(code(coder, *documents, method="emergency")) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Right femoral hernia, sac opened. Hernia defect closed with interrupted ethibond. No mesh.", "T22.3 Z94.2"),
        ("Right femoral hernia. Hernia defect closed over a mesh plug.", "T22.2 Z94.2"),
        ("Booked: left inguinal hernia repair.\nFindings: epigastric hernia. Hernia defect closed with 0 PDS.", "T27.3"),
    ],
)
def test_a_repair_told_on_another_line_than_its_hernia(coder: Coder, note: str, expected: str) -> None:
    assert procedures(code(coder, ("operation_note", note))) == expected


def test_sepsis_that_names_its_organism_says_it_for_its_source_too(coder: Coder) -> None:
    coded = code(
        coder, ("discharge_summary", "E. coli septic shock due to pyonephrosis."), ("ward_round", "Pus grew E. coli.")
    )
    assert diagnoses(coded) == ["A41.5", "R57.2", "N13.6"]
    assert "B96.2" in diagnoses(code(coder, ("discharge_summary", "Pyonephrosis. Pus grew E. coli.")))


@pytest.mark.parametrize(
    "text",
    [
        "Cataract surgery. The posterior capsule tore.",
        "Phaco + IOL complicated by PCR.",
        "Hysterectomy. Intraop bladder injury.",
        "Lobectomy. Intra-operative tear of the azygos vein.",
    ],
)
def test_what_the_surgeon_tore(coder: Coder, text: str) -> None:
    assert {"T81.2", "Y60.0"} <= set(diagnoses(code(coder, ("discharge_summary", text))))


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Left zygoma elevated via Gillies approach.", "V09.3 Z94.3"),
        ("Upper blepharoplasty incision. Right zygoma elevated, plate at buttress.", "V09.3 V11.8 Z94.2"),
        ("UR6: root elevated with Warwick James.", "F10.5"),
        ("XLA UL5.", "F10.9"),
        ("Surgical removal of root LL6 with flap and bone removal.", "F09.5"),
        ("ZMC fracture fixation.", "V09.3 V11.8"),
    ],
)
def test_face_and_teeth(coder: Coder, note: str, expected: str) -> None:
    assert procedures(code(coder, ("operation_note", note))) == expected


def test_a_tooth_taken_out_beside_a_broken_face_is_no_broken_tooth(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Fall. ZMC fracture fixation + dental extraction."))
    assert "S02.50" not in diagnoses(coded)
    assert "S02.50" in diagnoses(code(coder, ("discharge_summary", "Punched. Broken UR1.")))


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([("discharge_summary", "Day unit: Excision ?BCC L temple under LA.")], "S06.5 Z47.2 Z94.3"),
        ([("operation_note", "Left cheek lesion. Excised with 4 mm margin.")], "S06.5 Z47.3 Z94.3"),
        ([("operation_note", "L forearm mole. Excised with 2 mm margin.")], "S06.9 Z50.1 Z94.3"),
        ([("discharge_summary", "Plan: excision ?SCC left cheek.")], ""),
        (
            [("operation_note", "Excision of SCC scalp. Split skin graft from right thigh.")],
            "S06.5 Z48.1 S35.3 Z48.1 Y58.8 Z50.4 Z94.2",
        ),
        (
            [("operation_note", "R temple lesion excised with 5 mm margin. FTSG harvested from behind R ear.")],
            "S06.5 Z47.2 Z94.2 S36.1 Z47.2 Z94.2 Y58.1",
        ),
    ],
)
def test_lesions_of_skin_and_what_covers_them(
    coder: Coder, documents: list[tuple[str, str]], expected: str
) -> None:
    assert procedures(code(coder, *documents)) == expected


def test_a_doubted_disease_is_not_coded_though_it_was_cut_out(coder: Coder) -> None:
    coded = code(coder, ("discharge_summary", "Excision ?melanoma back."))
    assert not any(c.startswith("C43") for c in diagnoses(coded))


def test_the_side_of_another_disease_in_the_note_is_not_that_of_the_operation(coder: Coder) -> None:
    coded = code(
        coder,
        ("operation_note", "Femoral hernia. Hernia defect closed with ethibond. Incidental: L ovarian cyst."),
        ("discharge_summary", "Strangulated right femoral hernia."),
    )
    assert procedures(coded) == "T22.3 Z94.2"


def test_rows_of_a_list_of_lesions_have_their_own_places(coder: Coder) -> None:
    rows = "R cheek BCC: ellipse excision 4mm margin.", "mid back - warty plaque. Shave excision.", "L shin ulcer. Punch biopsy."
    note = "\n".join(f"{i}) {row}" for i, row in enumerate(rows, 1))
    assert procedures(code(coder, ("operation_note", note))) == "S06.5 Z47.3 Z94.2 S06.4 Z49.4 S13.2 Z50.4 Z94.3"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("operation_note", "Back to theatre, bleeding. Resternotomy: oozing from graft bed, clipped.", "T03.2"),
        ("operation_note", "Resternotomy, no bleeding.", "T03.3"),
        ("operation_note", "Right VATS upper lobectomy, lymph node dissection.", "E54.3 Y74.4 Z94.2 T85.3"),
        ("operation_note", "Left lower lobectomy. 5-0 prolene repair of PA.", "E54.3 Z94.3 L10.9"),
        ("operation_note", "Re-opening of left burrholes. Fluid and clot evacuated.", "A41.1 Y71.3 Z94.3"),
        ("test_result", "INTERVENTIONAL RADIOLOGY REPORT\nRIGHT NEPHROSTOMY\nUS guided puncture, pigtail.", "M13.6 Y53.2 Z94.2"),
        ("test_result", "Radiology report CT abdomen\nRight nephrostomy in situ.", ""),
    ],
)
def test_chest_head_and_the_radiologist_who_operates(coder: Coder, kind: str, text: str, expected: str) -> None:
    assert procedures(code(coder, (kind, text))) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Evacuation of neck haematoma after thyroidectomy.", ""),
        ("Left mastectomy haematoma evacuated, perforator clipped.", "B33.1 Z94.3"),
        ("Re-laparotomy for bleeding after splenectomy, bleeding point sutured.", "T30.1"),
        ("Left mastectomy. No haematoma at the end.", "B27.4 Z94.3"),
    ],
)
def test_an_operation_that_a_haematoma_is_named_by_was_done_before(coder: Coder, note: str, expected: str) -> None:
    assert procedures(code(coder, ("operation_note", note))) == expected


def test_a_form_that_asks_and_is_answered(coder: Coder) -> None:
    form = "DSU form / Nurse T Test 07:45\nDiabetic? N    Kidneys? CKD 3 - GP letter\nFalls: 0    Lives: alone, dog"
    coded = code(coder, ("ward_round", form), ("discharge_summary", "Excision of lesion of back."))
    assert diagnoses(coded) == ["N18.3", "Z60.2"]


def test_what_a_cancer_has_closed_and_who_gave_up_smoking(coder: Coder) -> None:
    text = "Carcinoma of gastric antrum, gastric outlet obstruction. Ex smoker 40py quit 2022."
    coded = code(coder, ("discharge_summary", text))
    assert diagnoses(coded) == ["C16.3", "K31.1", "Z86.4"]


@pytest.mark.parametrize(
    ("summary", "unsaid"),
    [
        ("Diagnosis: melanoma of arm. Deposit of 2.4 mm in the sentinel node of a breast cancer.", ""),
        ("Diagnosis: breast cancer. Deposit of 2.4 mm in a sentinel node.", "C43.9"),
        ("Diagnosis: pneumonia. ECG: QRS 120 ms.", "G35.X"),
        ("Diagnosis: lung cancer, PD-L1 5%.", "G20.X"),
        ("Diagnosis: pneumonia. VTE 3, enoxaparin.", "I82.9"),
        ("Diagnosis: dental caries. Perio BPE 2 1 2.", "N40.X"),
        ("Diagnosis: pneumonia. BP 150/90 once (anxious).", "F41.9"),
        ("Fell in March and has a distal radius fracture.", "M84.33"),
    ],
)
def test_short_forms_and_words_of_another_sense_code_nothing(coder: Coder, summary: str, unsaid: str) -> None:
    assert unsaid not in diagnoses(code(coder, ("discharge_summary", summary)))


def test_an_emergency_visit_days_before_the_admission_is_none_of_its_operations(coder: Coder) -> None:
    note = "Operation: ORIF left distal radius with volar plate."
    visit = Episode(
        id="fictional", admission_date=_IN, discharge_date=_OUT, admission_method="emergency",
        documents=(
            Document("ed.txt", "Fracture of left wrist. Haematoma block, MUA, backslab.", "ed_note", _IN - dt.timedelta(4)),
            Document("op.txt", note, "operation_note", _IN),
        ),
    )  # fmt: skip
    assert procedures(coder.code(visit)) == "W20.1 Z70.5 Z94.3"


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Operation: laparoscopic right salpingectomy. R tube removed with the sealer, left tube normal.", "Q23.3 Y75.2 Z94.2"),
        ("Operation: laparoscopic right salpingectomy. L tube removed at an earlier operation.", "Q23.4 Y75.2 Z94.2"),
        ("Operation: cemented total knee replacement, right. Patella resurfaced.", "W40.1 Z94.2"),
        (
            "Operation: rigid ureteroscopy, left. Ureteric stone lasered, bits basketed. Lower pole stone basketed whole.",
            "M27.1 M07.2 Z94.3",
        ),
    ],
)
def test_what_belongs_to_the_operation(coder: Coder, note: str, expected: str) -> None:
    assert procedures(code(coder, ("operation_note", note))) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Operation: squint surgery\nRE: medial rectus recessed 4.5 mm\nLE: medial rectus recessed 4.5 mm", "C31.2"),
        ("LR8 distoangular impaction. Buccal flap, bone removed, sectioned and elevated. Closed with Vicryl.", "F09.1"),
        ("Operation: carotid endarterectomy, left. Facial vein ligated. Bovine patch.", "L29.4 Z94.3"),
        ("Findings: volar plate and bone ok, radial side intact.\nOperation: repair of ulnar digital nerve.", "A64.2 Z09.7"),
        ("Operation: radiofrequency denervation of lumbar facets L3/4 and L4/5 (L2, L3 medial branches).", "V48.5 V55.2 Z67.5"),
        ("Operation: injection of right hip joint. Arthrogram satisfactory, 40 mg steroid.", "W90.3 Z84.3 Z94.2"),
        ("OGD and colonoscopy. D2 biopsies. Caecum: angiodysplasia x2, treated with APC.", "H20.2 Z28.2 G45.1 Z27.4"),
        ("Eye   RIGHT\nDiagnosis: cataract. L amblyopia.\nOperation: phacoemulsification with IOL", "C75.1 C71.2 Z94.2"),
        ("Operation: rigid bronchoscopy; right upper lobectomy, open.", "E54.3"),
    ],
)  # fmt: skip
def test_main_procedures_and_their_sides(coder: Coder, note: str, expected: str) -> None:
    assert procedures(code(coder, ("operation_note", note))).startswith(expected)


def test_the_wire_is_guided_and_not_the_excision(coder: Coder) -> None:
    note = "Wire to left breast under US this morning.\nOperation: left wire guided WLE, sentinel node biopsy axilla."
    assert "Y53.2" not in procedures(code(coder, ("operation_note", note)))


def test_a_report_headed_as_interventional_radiology_tells_what_was_done(coder: Coder) -> None:
    report = "INTERVENTIONAL RADIOLOGY\nMetal stent to common bile duct via PTC tract, under fluoroscopy. No complication."
    assert procedures(code(coder, ("radiology_report", report))).startswith("J47.5 Y53.4")


def test_blocks_of_another_month_are_none_of_this_day(coder: Coder) -> None:
    note = "Medial branch blocks in February helped.\nPROCEDURE: radiofrequency denervation of lumbar facets L4/5"
    assert "A73.5" not in procedures(code(coder, ("operation_note", note)))


@pytest.mark.parametrize(
    ("summary", "there", "unsaid"),
    [
        ("Diagnosis: cervical myelopathy. C4/5 disc protrusion with cord compression. Osteophytes.", "M50.0", "M51.0"),
        ("Diagnosis: hernia. Penicillin made his face swell.", "Z88.0", ""),
        ("Diagnosis: left testis in the superficial inguinal pouch.", "Q53.1", ""),
        ("PMH: ischaemic stroke 2019 with residual right weakness. Diagnosis: pneumonia", "G81.9", "Z86.7"),
        ("Diagnosis: hernia. Drinking at harmful level.", "F10.1", ""),
        ("Diagnosis: intertrochanteric fracture of right femur, fell. Blood loss anaemia, 2 units.", "D62.X", "D50.0"),
        ("Diagnosis: pneumonia. Angina? - test only, normal.", "J18.9", "I20.9"),
        ("Liver metastases from pancreatic cancer, mets on scan.", "C78.7", "C79.9"),
        ("Diagnosis: hernia. Diabetes: pre-diabetes, HbA1c 45.", "K46.9", "E14.9"),
    ],
)
def test_conditions_as_surgical_notes_tell_them(coder: Coder, summary: str, there: str, unsaid: str) -> None:
    given = diagnoses(code(coder, ("discharge_summary", summary)))
    assert there in given and unsaid not in given


def test_the_wound_of_the_operation_is_no_injury(coder: Coder) -> None:
    note = ("operation_note", "Operation: total thyroidectomy.")
    assert "S11.9" not in diagnoses(code(coder, ("discharge_summary", "Diagnosis: goitre. Neck wound flat."), note))
    given = diagnoses(code(coder, ("discharge_summary", "Diagnosis: goitre. Neck haematoma, drain left 48h, settled."), note))
    assert "T81.0" in given and "S10.9" not in given


def test_a_hernia_closed_with_stitches_is_repaired(coder: Coder) -> None:
    note = "Operation: laparoscopic cholecystectomy. Umbilical hernia closed with Ethibond."
    assert {"J18.3", "T24.3"} <= set(procedures(code(coder, ("operation_note", note))).split())
