"""Procedures of short notes: told in a proforma, charted by the clock, dated by their line, closed below the wound."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Document, Episode

DAY = dt.date(2025, 3, 4)


def coded(coder: Coder, *notes: tuple[str, str], method: str = "emergency") -> CodedEpisode:
    documents = tuple(Document(f"{n}.txt", text, kind, DAY) for n, (kind, text) in enumerate(notes))
    return coder.code(
        Episode(
            id="fictional",
            documents=documents,
            age_years=62,
            admission_method=method,
            admission_date=dt.date(2025, 3, 3),
            discharge_date=dt.date(2025, 3, 12),
        )
    )


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        # the story goes on below the past history of a proforma
        ("consultant_note", "PMH hypertension\nCT head: no bleed\nThrombolysis alteplase 60 mg given 11:40", "X83.3"),
        ("consultant_note", "NIHSS 14. CT: no bleed\nAlteplase: 0.9 mg/kg = 62 mg. Bolus 08:52.\nImp: R MCA infarct", "X83.3"),
        # a plan whose units are charted was carried out; one that is not was not
        ("ward_round", "Plan: 2 u RBC.\nUnit 1 09:10-10:50, unit 2 11:05-12:40. No reaction.", "X33.2"),
        ("ward_round", "Plan: 2 u RBC.\nReview tomorrow.", ""),
        # the wound, then the tests, then its closure
        ("ed_note", "3 cm laceration occiput, bone not seen. Hb 120. Cleaned, lidocaine, 4 interrupted nylon.", "S41.1 Z48.1"),
        ("ed_note", "Lac L forearm 4 cm, tendons intact.\nRx: tetanus. Lac cleaned, sutured nylon.", "S42.1 Z50.1 Z94.3"),
        # what the plan says was sutured; what is yet to be
        ("ed_note", "Laceration of chin.\nPlan: tetanus. Chin laceration sutured 6-0 nylon by ED x3. Dentist.", "S41.1 Z47.5"),
        ("ed_note", "Fell, laceration of chin.\nPlan: tetanus. Chin laceration to be sutured 6-0 nylon. Dental review.", ""),
        # places as items of their own
        ("operation_note", "Operation: Biobrane application - back & R arm; second look at 3 days.", "S55.4 Z49.4 Z50.1 Z94.2"),
        # a catheter treats retention; otherwise it is care
        ("ed_note", "Acute urinary retention. 14F LTC inserted 06:40, 1.1 L.", "M47.9"),
        ("ed_note", "Pneumonia. 14F LTC inserted 06:40.", ""),
        # short forms that mean something else here: a threshold, a grade of stent, a division of a nerve
        ("procedure_note", "Dual chamber pacemaker.\nRV lead, mid septum. R 9.8 thr 0.6 imp 610", "K60.6"),
        ("operation_note", "Procedure: POBA 5 x 80 to SFA", "L63.1 Z38.5"),
        ("ward_round", "Sciatic nerve palsy (peroneal division) after surgery", ""),
        ("ward_round", "R IJV temp dialysis line (Vascath 15 cm) inserted under USS", "L91.2 Y53.2 Z91.7 Z94.2"),
        ("operation_note", "Operation: VATS wedge excision left lower lobe. Pleural adhesions divided.", "E54.5 Y74.4 Z94.3"),
        # "2.3 L" is no left side
        ("ward_round", "Course: Seldinger 12F drain R, 2.3 L straw fluid.", "T12.4 Z94.2"),
        # what could not be crossed was not dilated
        (
            "ward_round",
            "Impression: critical ischaemia L leg\n5/3 attempted SFA angioplasty: R common femoral puncture, unable to cross.",
            "L63.4 Z94.3",
        ),
        # a history under its short heading is none of this stay
        ("discharge_summary", "Diagnosis: COPD exacerbation\nPHx TB, L inguinal hernia repair", ""),
        ("operation_note", "Operation: low anterior resection + loop ileostomy.", "H33.4 G74.3"),
        # two levels, whatever nerves they were reached by
        (
            "procedure_note",
            "Procedure: bilateral radiofrequency denervation of L4/5 and L5/S1 facet joints (medial branch L3, L4, dorsal "
            "ramus L5)\nTechnique: C-arm.",
            "V48.5 V55.2 Y53.4 Z67.5 Z94.1",
        ),
        ("operation_note", "Operation: change of dressing of forehead burn.", "S54.5 Z47.1"),
        ("ward_round", "Course: single 8 Gy fraction to T8 on 5/3.", "X65.4 Z66.4"),
        # what an operation elsewhere led to is not that operation
        ("operation_note", "ARREST OF POST TONSILLECTOMY HAEMORRHAGE\nL fossa: spurting vessel, bipolar.", "F36.5"),
        ("consultant_note", "Imp: ruptured ectopic. For theatre - lap +/- salpingectomy / salpingotomy.", ""),
        ("operation_note", "Resternotomy. Vein graft oozing, clipped.", "T03.2"),
        (
            "operation_note",
            "Low approach: FEMORAL hernia.\n20 cm ileum resected, side to side anastomosis.\nHernia defect closed, Prolene.",
            "T22.3 G69.3",
        ),
        # a suture's size denies nothing
        (
            "operation_note",
            "LEFT INDEX ZONE II\nFDP divided, 4 strand core 3-0 + epitendinous 6-0.\nRadial digital nerve: complete "
            "transection, coapted 9-0 under operating microscope.",
            "T67.6 Z56.4 Z94.3 A62.4 Z09.7 Z94.3",
        ),
        ("operation_note", "Operation: L scrotal exploration. Black twisted appendix testis removed.", "N06.4 Z94.3"),
        (
            "operation_note",
            "Revision arthroplasty right hip\nNew uncemented cup.\nStem: Exeter cemented, well fixed, retained.\n"
            "Diagnosis: recurrent instability right hybrid THR",
            "W94.4 Z94.2",
        ),
        # steps of an operation in rows, each naming what the others need
        (
            "operation_note",
            "Steps\nL groin. Common femoral arteriotomy. Endarterectomy.\nVein patch.\nPOBA 5 x 80, recoil, stent to SFA",
            "L60.1 Z94.3 L63.5 L76.1 Z38.5 Z94.3",
        ),
        ("operation_note", "Left hallux amputated through the joint, bone clean.", "X11.1 Z94.3"),
        # packs are part of an operation on the nose; a row is about what its label names
        (
            "operation_note",
            "Operation: FESS, bil ethmoidectomy.\nR inferior turbinate: partial resection.\nPacks: Rapid Rhino both sides",
            "E14.2 Y76.1 Z94.1 E04.2 Z94.2",
        ),
        # stitches under local anaesthetic close the wound; glue is left to the site
        ("ed_note", "Glass cut L forearm, 3 cm laceration.\nRx: irrigated, 3 x 5/0 nylon under LA.", "S42.1 Z50.1 Z94.3"),
        ("ed_note", "Lac forehead 1 cm, clean. Glue by nurse.", ""),
        (
            "operation_note",
            "Re-exploration for bleeding. R thoracotomy through the VATS port wounds, clot out, intercostal vessel clipped.",
            "T03.2",
        ),
        ("operation_note", "Operation: VATS wedge excision left upper lobe, node sampling.", "E54.5 Y74.4 Z94.3 T86.5"),
        # one component of a hip, where the other is kept
        (
            "operation_note",
            "Operation: revision R THR (cup and head).\nStem KEPT, well fixed. New cup cemented, Palacos.",
            "W37.4 Z94.2",
        ),
        (
            "operation_note",
            "L inguinal incision. Tiny nubbin at the end of the cord, removed with it (vanished testis).\n"
            "R testis: 3 point fixation to dartos",
            "N06.6 Z94.3 N13.2 Z94.2",
        ),
        # the wound of an operation is not the operation
        ("operation_note", "Return to theatre. Mastectomy wound reopened, left. 200 ml clot evacuated.", "B33.1 Z94.3"),
        (
            "operation_note",
            "Laparoscopic salpingectomy, right ectopic. The adhesions around the left tube were freed.",
            "Q23.3 Y75.2 Z94.2 Q38.1 Z94.3",
        ),
        # what the title says in sentences of its own, and a wound that is left open
        (
            "operation_note",
            "Title of operation: Relaparotomy. Washout. Repair of leak.\nDay 4 after sigmoid colectomy. Two sutures across the "
            "defect in the staple line. Skin left open, VAC dressing.",
            "H19.3 T30.2 T46.3 S57.7",
        ),
        (
            "endoscopy_report",
            "GASTROSCOPY\nExtent: D2\nSTOMACH   ulcer of the antrum with a vessel\n     Therapy: adrenaline 6 ml injected\n"
            "DUODENUM  normal",
            "G43.6 Z27.2",
        ),
        # life support before a needle biopsy
        (
            "ward_round",
            "3/3 first HD 2 hr via vascath. Left native renal biopsy 5/3, real time US, 2 passes.",
            "X40.3 M13.1 Y53.2 Z94.3 L91.2",
        ),
        # the wire was guided, not the operation on the axilla
        (
            "operation_note",
            "R wire guided wide local excision and axillary sentinel node biopsy\nWire placed in radiology under USS.",
            "B28.5 T87.3 O14.2 Z94.2",
        ),
        ("discharge_summary", "Diagnosis: AKI\nDialysis dependent 4/3-8/3, first HD 4/3", "X40.3"),
        # several tendons are one repair, with the site of each; glass out of the skin stands behind it
        (
            "operation_note",
            "Little finger: glass sliver removed.\nOperation: right FPL, FDP and FDS repair, core suture.",
            "T66.1 Z56.1 Z56.4 Z56.3 Z94.2 S44.4 Z50.3 Z94.2",
        ),
    ],
)
def test_one_note(coder: Coder, kind: str, text: str, expected: str) -> None:
    assert " ".join(p.code for p in coded(coder, (kind, text)).procedures) == expected


def test_a_jaw_is_fixed_with_the_plates_of_its_note(coder: Coder) -> None:
    found = coded(
        coder,
        ("discharge_summary", "Diagnosis: # mandible x2. ORIF 4/3."),
        ("operation_note", "ORIF mandible L angle and R parasymphysis\n2 x 2.0 miniplates."),
    )
    assert [p.code for p in found.procedures] == ["V15.2", "V17.2", "Z94.1"]


def test_a_transfusion_begins_where_a_chart_first_tells_of_it(coder: Coder) -> None:
    found = coded(
        coder,
        ("anaesthetic_record", "Fluids: RBC 2 units, FFP 2"),
        ("discharge_summary", "Diagnosis: GI bleed\nCourse: 6 units RBC, 4 FFP in all."),
    )
    assert {p.code: p.date for p in found.procedures} == {"X33.2": DAY, "X34.2": DAY}


def test_the_day_of_discharge_dates_no_operation(coder: Coder) -> None:
    found = coded(
        coder,
        ("operation_note", "Laparoscopic appendicectomy for acute appendicitis"),
        ("discharge_summary", "Discharge date 12/3/25. Diagnosis: appendicitis. Op: laparoscopic appendicectomy"),
    )
    assert [(p.code, p.date) for p in found.procedures] == [("H01.2", DAY), ("Y75.2", DAY)]


def test_debridement_leads_a_line(coder: Coder) -> None:
    found = coded(
        coder,
        ("discharge_summary", "Diagnosis: diabetic foot ulcer\nProcedures: debridement ulcer R foot 5/3; PICC line 8/3"),
    )
    assert next(p.code for p in found.procedures) == "S57.1"


@pytest.mark.parametrize(
    ("summary", "note", "expected"),
    [
        # the surgeon's word that it was not done stands against the summary
        ("Operations: R CFA endarterectomy, iliac angioplasty 4/3", "R CFA ENDARTERECTOMY\nCIA narrowing, NOT treated.", "L60.2"),
        ("Procedure: L ureteroscopy + laser", "JJ stent inserted cystoscopically. Stone NOT reached, no laser fired.", "M29.2"),
        ("Procedure: digital artery repair, index", "Digital nerve repair. Digital artery intact.", "A64.2"),
    ],
)
def test_what_the_note_denies_is_not_recorded(coder: Coder, summary: str, note: str, expected: str) -> None:
    found = coded(coder, ("discharge_summary", "Diagnosis: as listed\n" + summary), ("operation_note", note))
    assert [p.code for p in found.procedures if p.code[0] not in "YZ"] == [expected]


def test_what_is_reopened_the_next_day_is_an_operation_of_its_own(coder: Coder) -> None:
    found = coded(
        coder,
        ("discharge_summary", "Procedures: Hartmann's procedure 4/3. Re-laparotomy for post-operative bleeding 5/3."),
    )
    assert [(p.code, p.date and p.date.day) for p in found.procedures] == [("H33.5", 4), ("T30.1", 5)]
