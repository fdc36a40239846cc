"""Procedures of whole episodes: what is recorded once, what twice, in which order, with which date, site and
side.
"""

from __future__ import annotations

import datetime as dt

import pytest
from stays import DAY, note
from stays import procedures as codes
from stays import stay as code

from fourstep.coder import Coder
from fourstep.episode import Sex


def test_summary_and_note_are_one_operation_in_the_words_of_the_note(coder: Coder) -> None:
    coded = code(
        coder,
        note("Operation: left total hip replacement, uncemented.\nPosterior approach, closure in layers."),
        note(
            "Diagnosis: osteoarthritis left hip\nProcedure: L THR", "discharge_summary", dt.date(2025, 3, 8)
        ),
    )
    assert codes(coded) == "W38.1 Z94.3"
    assert {p.date for p in coded.procedures} == {DAY}


def test_two_dates_are_two_procedures(coder: Coder) -> None:
    coded = code(
        coder,
        note(
            "Procedures:\nOGD + banding of oesophageal varices 4/3\nOGD + banding of oesophageal varices "
            "11/3",
            "discharge_summary",
            dt.date(2025, 3, 12),
        ),
    )
    assert codes(coded) == "G43.7 Z27.1 G43.7 Z27.1"
    assert [p.date for p in coded.procedures][::2] == [DAY, dt.date(2025, 3, 11)]


def test_converted_operation_has_no_keyhole_approach_anywhere(coder: Coder) -> None:
    coded = code(
        coder,
        note(
            "Laparoscopic cholecystectomy converted to open\nDense adhesions. On table cholangiogram clear."
        ),
    )
    assert "Y71.4" in codes(coded)
    assert "Y75" not in codes(coded)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Proposed: laparoscopic hernia repair\nPerformed: open right inguinal hernia mesh repair",
            "T20.2 Z94.2",
        ),
        ("Laparotomy and small bowel resection\nBowel held with forceps. Midline incision.", "G69.3"),
        ("Lap chole\nHartmann's pouch grasped with forceps.", "J18.3 Y75.2"),
        ("EUA and incision and drainage of perianal abscess", "H58.2"),
        ("Attempted colonoscopy abandoned at the splenic flexure, poor prep.", "H22.9 O30.2"),
    ],
)
def test_only_what_was_done(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note(text))) == expected


def test_each_polyp_has_its_technique_and_its_site(coder: Coder) -> None:
    coded = code(
        coder,
        note(
            "COLONOSCOPY REPORT\nExtent: caecum\nFindings\n"
            " Ascending 70 cm   5 mm polyp, cold snare\n"
            " Sigmoid 25 cm     15 mm polyp, hot snare after lift\n"
        ),
    )
    assert codes(coded) == "H20.1 Z28.3 H20.1 Y13.1 Z28.6"


def test_the_furthest_place_of_a_look(coder: Coder) -> None:
    assert (
        codes(code(coder, note("Gastroscopy report\nExtent: D2\nOesophagus and stomach normal.")))
        == "G45.9 Z27.4"
    )


def test_side_of_the_operative_text_and_a_query_where_documents_differ(coder: Coder) -> None:
    coded = code(
        coder,
        note("Operation: left carpal tunnel release"),
        note("Procedure: right carpal tunnel release", "discharge_summary", dt.date(2025, 3, 8)),
    )
    assert codes(coded) == "A65.1 Z94.3"
    assert any("aterality" in q.about or "side" in q.about.lower() for q in coded.queries)


def test_side_of_an_access_is_not_the_side_of_the_operation(coder: Coder) -> None:
    coded = code(coder, note("Left common iliac artery stenting via right femoral access\nScreening 12 min."))
    assert codes(coded) == "L54.4 L76.1 Y53.4 Z38.1 Z94.3"


def test_a_route_given_up_is_not_recorded(coder: Coder) -> None:
    text = "Primary PCI, one drug eluting stent to LAD\nAccess: R radial, spasm, abandoned. R femoral 6F."
    assert "Y79.5" not in codes(code(coder, note(text)))


def test_the_method_of_birth_that_succeeded(coder: Coder) -> None:
    coded = code(
        coder,
        note(
            "Trial in theatre\nKiwi ventouse failed, abandoned. Neville Barnes forceps, delivered. "
            "Episiotomy."
        ),
        note("Delivery: ventouse", "discharge_summary", dt.date(2025, 3, 6)),
        sex=Sex.FEMALE,
        method="maternity",
    )
    assert codes(coded).split()[:2] == ["R21.9", "R27.1"]
    assert "R22" not in codes(coded)


def test_induction_and_rupture_of_membranes_stand_in_the_birth_record(coder: Coder) -> None:
    record = note(
        "Reason for induction: post dates\n03/03/25 18:00 Propess in.\n04/03/25 06:10 ARM, clear liquor.\n"
        "04/03/25 11:12 normal vaginal delivery, live female.",
        "delivery_record",
    )
    coded = code(coder, record, sex=Sex.FEMALE, method="maternity")
    assert codes(coded) == "R24.9 R15.1 R14.1"
    assert [p.date for p in coded.procedures] == [DAY, dt.date(2025, 3, 3), DAY]


def test_ventilation_after_theatre(coder: Coder) -> None:
    coded = code(
        coder,
        note("Emergency laparotomy, small bowel resection\nPost-op: ICU. Remains intubated."),
        method="emergency",
    )
    assert codes(coded) == "G69.3 E85.1"


def test_operation_before_care_at_the_bedside(coder: Coder) -> None:
    coded = code(
        coder,
        note("Procedures: NG tube. CVC insertion. Dynamic hip screw left hip 4/3.", "discharge_summary"),
    )
    assert codes(coded).startswith("W19.1 Z94.3")


def test_a_name_takes_its_detail_from_the_note_of_the_day(coder: Coder) -> None:
    coded = code(
        coder,
        note("CARDIAC CATHETER REPORT\nCatheters: JL4, JR4\nCoronary arteries: minor plaque. No LV gram."),
        note("He had a coronary angiogram on 4 March.", "discharge_summary", DAY),
    )
    assert codes(coded).startswith("K63.4")


def test_a_graft_has_the_site_it_covers_and_the_place_it_came_from(coder: Coder) -> None:
    coded = code(
        coder,
        note("1. Split skin graft to dorsum of right hand, sheet.\n2. Donor: left thigh, dressed."),
    )
    assert codes(coded) == "S35.9 Z50.2 Z94.2 Y58.8 Z50.4 Z94.3"


def test_something_given_through_a_line_is_no_line(coder: Coder) -> None:
    coded = code(coder, note("Course: flucloxacillin via PICC for six weeks.", "discharge_summary"))
    assert codes(coded) == ""


def test_what_a_bare_name_asks_the_diagnosis_answers(coder: Coder) -> None:
    coded = code(
        coder,
        note("Diagnosis: trimalleolar fracture left ankle\nOperation: ORIF 4/3", "discharge_summary"),
        method="emergency",
    )
    assert codes(coded).startswith("W20.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dx: pneumonia. PICC in situ right arm, flushed, site clean. IV antibiotics via PICC.", ""),
        ("Dx: discitis. PICC inserted right arm 7/3 for antibiotics.", "L99.7 Z94.2"),
        ("Dx: cellulitis. OSA, own CPAP overnight. PMH: TURP 2016, L TKR.", ""),
        ("Previous pacemaker, bilateral THRs, cataract surgery. Treated for a chest infection.", ""),
        ("Acute NIV commenced in ED for 4 days, then back to own machine overnight.", "E85.2"),
        ("Cholangitis with a stone on MRCP. ERCP booked for 20/3. Then lap chole.", ""),
        ("Admitted for radical cystectomy. Cancelled on the day, chest infection.", ""),
        ("Large effusion. Pleural aspiration was discussed but it was too small to tap.", ""),
        ("ESRF, potassium 7.2. Emergency haemodialysis 4/3, next HD Monday.", "X40.3"),
        ("ESRF on HD Mon/Wed/Fri via fistula. Treated for a pubic ramus fracture.", ""),
        ("Right MCA infarct. Mechanical thrombectomy R M1 4/3, TICI 3.", "L35.4 Z35.4 Z94.2"),
        ("Tense ascites. US guided paracentesis 4/3, 8 L. No SBP.", "T46.1 Y53.2"),
        ("Gout R knee. Knee aspirated 4/3, crystals seen.", "W90.1 Z84.6 Z94.2"),
    ],
)
def test_a_stay_on_the_ward_without_an_operation_note(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note(text, "discharge_summary", dt.date(2025, 3, 10)), method="emergency")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dual chamber PPM. RA lead thr 0.6V, RV lead thr 0.5V R 11. Prev: TURP, R TKR.", "K60.6"),
        ("Lap chole +/- OTC. Hot gallbladder. Clips to duct and artery. OTC not done.", "J18.3 Y75.2"),
        ("Laparotomy, division of band + adhesiolysis, small bowel resection and anastomosis.", "G69.3"),
        ("I+D perianal abscess. Cruciate incision, skin edges excised, washed out.", "H58.2"),
        ("OGD. Known cirrhosis. 5 bands applied to oesophageal varices. Intubated for procedure.", "G43.7 Z27.1"),
        ("EVAR. US guided bilateral CFA access. Aortogram. Main body via right.", "L27.1"),
    ],
)
def test_steps_settings_and_history_are_no_operations(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note(text))).startswith(expected)


def test_each_lesion_of_a_list_has_its_own_site(coder: Coder) -> None:
    text = (
        "Skin list.\n1) Excision of SCC vertex scalp.\n2) Excision of BCC R temple.\n"
        "Direct closure both. Punch biopsy 27/1 showed SCC."
    )
    found = codes(code(coder, note(text)))
    assert found.startswith("S06.5 Z48.1 Z47.2 Z94.2")


def test_reduction_in_the_emergency_department_is_recorded(coder: Coder) -> None:
    text = "R ant shoulder dislocation after a fall. Reduced under sedation (propofol) in resus, Kocher. Post XR ok."
    assert codes(code(coder, note(text, "ed_note", dt.date(2025, 3, 3)), method="emergency")) == "W66.9 Z81.4 Z94.2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fluid overload after missed dialysis. Cannot say which sessions.", ""),
        ("R epistaxis on warfarin. AF, mechanical AVR, hypertension.", ""),
        ("Prostate cancer (Zoladex via GP). Pneumonia treated.", ""),
        ("Laceration of palm with flexor tendon and digital nerve division.", ""),
        ("MDS. 2 units PRC.", "X33.2"),
        ("NSTEMI: PCI x3 DES (LAD, LCx, RCA) 5/3.", "K75.2"),
        ("Chest R 4th rib fracture, chin lac sutured.", "S41.1 Z47.5"),
        ("Severe depression, remitted with 9 ECT.", "A83.8 A83.9"),
        ("Diagnosis: cirrhosis with ascites\nParacentesis was performed.", "T46.1"),
        ("Diagnosis: postpartum haemorrhage\nVentouse delivery at 39 weeks.", "R22.9"),
        ("Diagnoses: 1. Acute appendicitis. 2. Laparoscopic appendicectomy.", "H01.2 Y75.2"),
    ],
)
def test_a_summary_tells_what_was_done_from_what_the_patient_has(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note(text, "discharge_summary", dt.date(2025, 3, 10)), method="emergency")) == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Type 2 respiratory failure. NIV 5-8/3.", 5),
        ("Impaction. Manual evacuation of faeces 10/3 on the ward.", 10),
        ("Epistaxis. BIPP pack 4/3 removed 6/3 and cautery R Little's area 7/3.", 7),
    ],
)
def test_the_date_of_a_procedure_is_its_first_day_and_its_own(coder: Coder, text: str, day: int) -> None:
    coded = code(coder, note(text, "discharge_summary", dt.date(2025, 3, 12)), method="emergency")
    assert coded.procedures[0].date == dt.date(2025, 3, day)


def test_a_urease_test_beside_a_treated_ulcer_is_a_biopsy_of_the_stomach(coder: Coder) -> None:
    text = "Gastroscopy. Stomach: no ulcer; CLO x2 antrum. D1: ulcer with visible vessel. Adrenaline injected to the ulcer."
    assert codes(code(coder, note(text))) == "G43.6 Z27.4 Y20.9 Z27.2"


def test_what_a_baby_had_is_not_its_mothers(coder: Coder) -> None:
    text = "Postnatal day 1, pain controlled. Twins with the neonatal team (NNU), both CPAP, visited. Wound dry."
    assert codes(code(coder, note(text, "ward_round"), sex=Sex.FEMALE, method="maternity")) == ""


@pytest.mark.parametrize(
    ("kind", "text", "day"),
    [
        ("ward_round", "RSV bronchiolitis. CPAP via prongs from 5/3 0300.", 5),
        ("ward_round", "Hb 68, post op anaemia. 2 units red cells today.", 4),
        ("discharge_summary", "Pneumonia. He needed CPAP from the 6th to the 9th.", 6),
        ("discharge_summary", "Fast AF. DC cardioversion in resus.", 3),
        ("discharge_summary", "Course: IV antibiotics.\n7/3: lumbar puncture on the ward, clear CSF.", 7),
    ],
)
def test_a_day_that_the_words_tell(coder: Coder, kind: str, text: str, day: int) -> None:
    coded = code(coder, note(text, kind, DAY if kind == "ward_round" else dt.date(2025, 3, 12)), method="emergency")
    assert coded.procedures[0].date == dt.date(2025, 3, day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Operation: right hydrocele repair and left inguinal hernia repair with mesh.", "N11.8 Z94.2 T20.2 Z94.3"),
        ("Operation: left knee arthroscopy and right knee arthroscopy.", "W87.9 Z94.1"),
        ("Operation: ORIF mandible L angle + R parasymphysis.", "V15.2 V17.2 Z94.1"),
    ],
)
def test_each_side_has_its_own_operation(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note(text))) == expected


def test_treatments_of_a_course_have_their_dates(coder: Coder) -> None:
    record = "ECT record\nCourse 1\n#1 4/3 dose 120 mC, 30 s\n#2 7/3 28 s\n#3 11/3 31 s"
    coded = code(coder, note(record, "operation_note"))
    assert [(p.code, p.date and p.date.day) for p in coded.procedures] == [("A83.8", 4), ("A83.9", 7), ("A83.9", 11)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Interval appendicectomy, laparoscopic.", "H02.1 Y75.2"),
        ("Laparoscopic appendicectomy. Gangrenous appendix, washout.", "H01.2 Y75.2"),
        ("Arthroscopic washout of left knee for septic arthritis.", "W85.2 Z94.3"),
        ("Left enucleation with orbital implant.", "C01.2 C03.2 Z94.3"),
        ("CABG x3: LIMA to LAD, SVG to OM and RCA, on pump.", "K45.3 K40.2 Y73.1"),
        ("Tunnelled dialysis line, right IJ.", "L91.5 Z91.7 Z94.2"),
        ("Scrotal exploration, left testicular torsion, bilateral fixation.", "N13.2 Z94.1"),
        ("US guided right pleural drain, Seldinger 12F.", "T12.4 Y53.2 Z94.2"),
        ("Right nasal cautery with silver nitrate.", "E05.1 Z94.2"),
    ],
)
def test_statements_as_surgeons_write_them(coder: Coder, text: str, expected: str) -> None:
    assert codes(code(coder, note("Operation: " + text))) == expected


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("Pneumonia, septic shock. Tubed by ICU registrar, ketamine and roc.", "ed_note", "E85.1"),
        ("ORGAN SUPPORT\nresp  ETT 4/3; prone x2\nCVS noradrenaline", "discharge_summary", "E85.1"),
        ("Pneumonia. I+V 4/3, extubated 7/3.", "discharge_summary", "E85.1"),
        ("Collapse. ECG CHB. Rx: atropine, no response; temp wire via R femoral vein.", "ed_note", "K60.1 Y70.5"),
        ("Collapse. ECG CHB. For temp wire if unstable.", "ed_note", ""),
        ("Itchy rash. Plan: 2 x punch bx R thigh today by me; swab; emollient", "consultant_note", "S13.2 Z50.4 Z94.2"),
        ("Itchy rash. Plan: punch bx R thigh tomorrow; swab; emollient", "consultant_note", ""),
        ("Lymphoma. R orchidectomy 6/24. Rituximab started.", "discharge_summary", ""),
        ("Bone pain. XRT: single 8Gy to L2 5/3.", "discharge_summary", "X65.4 Z66.5"),
        ("Bone pain. For XRT: single 8Gy to L2 as outpatient.", "discharge_summary", ""),
        ("CHEMOTHERAPY ADMINISTRATION RECORD\nProtocol FOLFOX   Cycle 2 of 6   D1 = 04/03/2025", "consultant_note", "X72.1"),
        ("Chemotherapy toxicity review\nFOLFOX cycle 2 deferred", "consultant_note", ""),
        ("Gallstones. Lap chole once pancreatitis settled.", "discharge_summary", ""),
        ("Cellulitis. Lymphoedema of R arm following mastectomy and axillary clearance.", "discharge_summary", ""),
        ("Tracheostomy site infection.", "discharge_summary", ""),
        ("Leukaemia. LP 5/3 clear. IT methotrexate given 5/3.", "discharge_summary", "A54.2"),
    ],
)
def test_what_was_done_and_what_was_not(coder: Coder, text: str, kind: str, wanted: str) -> None:
    assert codes(code(coder, note(text, kind), method="emergency")) == wanted


def test_five_fractions_break_no_bone(coder: Coder) -> None:
    coded = code(coder, note("Lung cancer. 20Gy/5# to T spine.", "discharge_summary"))
    assert [d.code for d in coded.diagnoses] == ["C34.9"]
