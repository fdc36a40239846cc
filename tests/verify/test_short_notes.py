"""Short notes as wards write them, without headings or with odd ones: text in, codes out."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Sex

_DAY = dt.date(2025, 6, 9)


def coded(coder: Coder, text: str, kind: str = "discharge_summary") -> list[str]:
    episode = Episode(
        id="note", sex=Sex.FEMALE, age_years=70, patient_class="ordinary", admission_method="emergency",
        admission_date=dt.date(2025, 6, 2), discharge_date=_DAY,
        documents=(Document(name="note.txt", type=kind, date=_DAY, text=text),),
    )  # fmt: skip
    return [c.code for c in coder.code(episode).diagnoses]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("R sided facial weakness, cannot close eye.\nBell's palsy. Prednisolone.\nHTN", "G51.0"),
        ("Diagnoses:\n1. Neutropenic sepsis, Klebsiella sepsis\n2. Breast cancer", "A41.5"),
        ("Sudden testicular pain.\nTorsion of R testis, fixed both sides.", "N44.X"),
        ("CLL on ibrutinib. Fever at home, neutrophils 0.2. Treated as neutropenic sepsis, no source.", "A41.9"),
        ("Collapse query cause. Bruise to forehead. CT head normal.\nT2DM, HTN", "R55.X"),
        ("Fell at home.\nXR: intracapsular # L NOF\nHemi done.\nPost op: anaemia, 2 units.\nPMH: T2DM", "S72.00"),
        ("Fall, head lac glued.\nLeft lower lobe pneumonia, doxycycline.\nAdvanced dementia.", "J18.1"),
        ("Epistaxis on rivaroxaban, packed 24 h.\nSeptal deviation.", "R04.0"),
        ("R deep vein thrombosis. Fibromyalgia.", "I80.2"),
        ("MRI: L4/5 disc prolapse with radiculopathy. Hx depression, opioid dependence.", "M51.1"),
        ("Viral induced wheeze, burst therapy. Hx: eczema, egg allergy.", "R06.2"),
        ("Febrile convulsion, 5 min. Otitis media R. Eczema.", "R56.0"),
        ("Influenza A pneumonia -> severe ARDS. AKI.", "J10.0"),
        ("Pneumocystis pneumonia. HIV infection, new diagnosis.", "B20.6"),
    ],
)
def test_first_of_a_note_without_headings(coder: Coder, text: str, first: str) -> None:
    assert coded(coder, text)[0] == first


def test_respiratory_failure_stands_behind_the_lungs_that_fail(coder: Coder) -> None:
    codes = coded(coder, "Type 2 respiratory failure, NIV, in infective exacerbation of COPD.")
    assert codes[0] == "J44.0"
    assert any(code.startswith("J96") for code in codes)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("COPD and hypertension", {"J44.9", "I10.X"}, {"I27.2"}),
        ("PMH: Parkinson's disease, hyponatraemia due to sertraline", {"G20.X", "E87.1", "Y49.2"}, {"G21.1"}),
        ("Diagnosis: parkinsonism due to haloperidol", {"G21.1", "Y49.4"}, {"G20.X"}),
        ("Cellulitis. On warfarin for AF, held for 5 days with clexane bridging", {"L03.9", "Z92.1"}, set()),
        ("COPD and pulmonary hypertension", {"J44.9", "I27.2"}, set()),
        ("CT KUB 6 mm L VUJ stone", {"N20.1"}, {"N21.0", "N20.2"}),
        ("L quinsy - aspirated 8 ml pus", {"J36.X"}, set()),
        ("Cellulitis of leg. HIV- HBV- HCV-.", {"L03.1"}, {"B24.X", "B18.1", "B18.2"}),
        ("Malaria. Typhoid - BC neg.", {"B54.X"}, {"A01.0"}),
        ("Cellulitis of leg. Delirium N / Falls risk Y / Continence N", {"L03.1"}, {"F05.9"}),
        ("Cellulitis of leg. Stroke/MI last 3/12 N.", {"L03.1"}, {"I63.9", "I64.X", "I21.9"}),
        ("Cellulitis of leg. AKI no Cr 91.", {"L03.1"}, {"N17.9"}),
        ("Cellulitis of leg. Known iron deficiency anaemia 2022 - resolved.", {"L03.1"}, {"D50.9"}),
        ("Cellulitis of leg. Type 2 diabetes resolved 2022.", {"L03.1"}, {"E11.9"}),
        ("Cellulitis of leg. Depression 1991. Asthma 2004.", {"L03.1", "J45.9"}, {"F32.9"}),
        ("Cellulitis of leg. No fever, hx of COPD", {"L03.1", "J44.9"}, set()),
        ("Cellulitis of leg. DVT scare after a flight, scan normal.", {"L03.1"}, {"I80.2"}),
        ("Cellulitis of leg. VTE mother. Diabetes father", {"L03.1"}, {"I82.9", "E14.9"}),
        ("Cellulitis of leg\nAllergies: penicillin; nitrofurantoin - nausea", {"Z88.0"}, {"Z88.1", "Z88.3"}),
        ("Cellulitis of leg\nAllergies: codeine (sick), penicillin (rash)", {"Z88.0"}, {"Z88.5"}),
        ("Cellulitis of leg\nAllergy elastoplast. Metformin omit on day.", {"Z91.0"}, {"Z88.8"}),
        ("Cellulitis of leg\nSmoker\nReview in clinic", {"L03.1", "F17.1"}, set()),
        ("Viral meningitis. Ceftriaxone to cover bacterial meningitis, stopped.", {"A87.9"}, {"G00.9"}),
        ("Rash felt to be shingles.", {"B02.9"}, set()),
        ("Hyponatraemia due to sertraline (adverse drug reaction)", {"E87.1", "Y49.2"}, {"T88.7"}),
        ("Took 24 paracetamol tablets impulsively at home", {"T39.1", "X60.0"}, {"T50.9"}),
        ("Fell while fitting carpet, FDP 100% divided", {"S66.1"}, {"R56.8"}),
        ("Pressure sore heel G3", {"L89.2"}, set()),
        ("NSTEMI. Echo: trivial MR, trace TR, EF 50%", {"I21.4"}, {"I34.0", "I07.1", "I08.1"}),
        ("Lung cancer. Palliative team referral offered and declined.", {"C34.9"}, {"Z51.5"}),
        ("Lung cancer. Seen by Macmillan lung CNS.", {"C34.9"}, {"Z51.5"}),
        ("Alcohol withdrawal. Self-discharge: N (planned)", {"F10.3"}, {"Z53.2"}),
        ("Rectal cancer. Histology: 2/17 mesorectal nodes contain tumour", {"C20.X", "C77.5"}, set()),
        ("Rectal cancer. Histology: 0/17 nodes involved", {"C20.X"}, {"C77.5", "C77.9"}),
        ("Supracondylar fracture of humerus. Still anterior interosseous nerve palsy.", {"S42.40", "S54.1"}, {"G56.1"}),
        ("Perforated duodenal ulcer. Helicobacter stool antigen positive.", {"K26.5", "B98.0"}, set()),
        ("Fracture of neck of femur. Slid from wheelchair in her nursing home.", {"S72.00", "W05.1"}, set()),
        ("Oral mucositis, chemo related. Breast cancer.", {"K12.3", "Y43.3"}, set()),
        ("DRESS due to allopurinol. Skin biopsy: interface dermatitis.", {"L27.0"}, {"L30.9"}),
        ("Pneumonia. PMH: ASD, ADHD", {"F84.0"}, {"Q21.1"}),
        ("Pneumonia. PMH: ASD", {"J18.9"}, {"F84.0", "Q21.1"}),
        ("T2DM, diabetic neuropathy of the feet, CKD 3 (not said to be diabetic)", {"E11.4", "N18.3"}, {"E11.2"}),
        ("Acute on chronic type 2 respiratory failure, exacerbation of COPD", {"J96.01", "J96.11"}, set()),
        ("HIV infection, new. Cerebral toxoplasmosis.", {"B20.8", "B58.2"}, {"B24.X"}),
        ("HIV positive. Pneumonia, lobar.", {"Z21.X", "J18.1"}, {"B20.6", "B24.X"}),
        ("Metastatic prostate cancer, spinal mets. Pathological # T10.", {"C61.X", "C79.5", "M90.78"}, {"M84.48"}),
        ("Cellulitis. Pathological # humerus, awaiting scan.", {"M84.42"}, {"M90.72"}),
        ("Lung cancer. Steroid induced diabetes, gliclazide started.", {"E13.9", "Y42.0"}, {"Y42.3"}),
        ("Hypothyroidism (nivolumab induced). Lung cancer.", {"E03.2", "Y43.3"}, {"E03.9"}),
        ("Thrombocytopenia due to sepsis. Heparin-induced thrombocytopenia - HIT screen neg, excluded.", {"D69.5"}, {"Y44.2"}),
        ("Cellulitis L arm. L arm lymphoedema post ANC, sleeve.", {"I97.2"}, {"I89.0"}),
        ("Pneumonia. Anaemia Hb 84 - iron deficiency.", {"D50.9"}, {"D64.9", "E61.1"}),
        ("Pyelonephritis - MSU grew E. coli, BC neg.", {"N12.X", "B96.2"}, set()),
        ("Influenza A and RSV swab neg. Pneumonia.", {"J18.9"}, {"B97.4"}),
        ("Cellulitis. R CVA tender.", {"L03.9"}, {"I64.X"}),
        ("Syphilis: RPR 1:32 -> late latent syphilis.", {"A52.8"}, {"A53.9"}),
        ("Pneumonia\nPMH T2DM; alcohol 60 u/wk hazardous", {"F10.1"}, {"Z86.4"}),
        ("Polyp of colon. PR bleeding after polypectomy, 2 units.", {"T81.0", "Y84.8"}, {"K62.5"}),
        ("Perforated sigmoid diverticulitis with faecal peritonitis", {"K57.2"}, {"K57.8", "K63.1"}),
        ("Moderate protein-energy malnutrition. Malnutrition, weight loss.", {"E44.0"}, {"E46.X", "R63.4"}),
        ("ADPKD, hypertension (due to ADPKD)", {"Q61.2", "I15.1"}, {"I10.X"}),
        ("Pneumocystis pneumonia. HIV infection. Oesophageal candidiasis.", {"B20.6", "B20.4"}, {"B24.X", "B59.X"}),
        ("Pyelonephritis. Abdo: R CVA tender.", {"N12.X"}, {"I64.X"}),
        ("Breast cancer. R arm lymphoedema post ANC.", {"C50.9", "I97.2"}, {"I89.0"}),
        ("Complete heart block, PPM. L pneumothorax post PPM.", {"J95.8"}, {"S27.00", "J93.9"}),
        ("Cholangitis, ERCP. Sphincterotomy bleed: melaena", {"T81.0"}, {"K92.1"}),
        ("Hip replacement unstable. Instability of right THR due to cup malposition", {"T84.0"}, {"O32.8", "M25.35"}),
        ("Cataract. The posterior capsule tore during the operation.", {"T81.2", "Y60.0"}, set()),
        ("Strangulated R femoral hernia with gangrenous small bowel", {"K41.4"}, {"K41.3", "K55.0"}),
        ("Hyponatraemia from indapamide.", {"E87.1", "Y52.5"}, set()),
        ("Steroid induced diabetes, gliclazide started.", {"E13.9", "Y42.0"}, {"Y42.3"}),
        ("Cardioembolic MCA stroke, AF. TACI.", {"I63.4", "I48.9"}, {"I63.5"}),
        ("Breast cancer. Mass in the UOQ, WLE.", {"C50.4"}, {"C50.9"}),
        ("MDS (RCMD). Bowel cancer, hemicolectomy 2008, discharged.", {"D46.5", "Z85.0"}, {"C18.9"}),
        ("Ureteric stone. Stent in situ.", {"N20.1"}, {"Z95.5"}),
        ("Ankylosing spondylitis. TB/hep screen 2023 neg", {"M45.X9"}, {"A16.9"}),
        ("Pneumonia. PHx: depression, prev ODs x4", {"J18.9", "Z91.5"}, set()),
        ("Line infection. Fluoro: tip RA.", set(), {"M06.99"}),
        ("NSTEMI. Angiography: severe three vessel atheroma", {"I21.4", "I25.1"}, set()),
        ("CT KUB R VUJ stone, mild hydro. Passed.", {"N13.2"}, {"N20.1"}),
        ("CT KUB R VUJ stone, mild oedema.", {"N20.1"}, set()),
        ("Off legs, AF (no anticoagulant - falls). Hypothermia.", {"T68.X"}, {"W19.9"}),
        ("Pressure ulcer heel grade 1. Nursing home.", {"L89.0"}, {"L89.9"}),
        ("CT: 4cm LUL mass. Bronch biopsy squamous cell ca.", {"C34.1"}, {"C44.9"}),
        ("Myeloma with path # T8.", {"C90.0", "M90.78"}, {"S22.00"}),
        ("Haematemesis. OGD: oesophageal varices, banded.", {"I85.0"}, {"K92.0", "I85.9"}),
        ("Pancreatitis. US GB stones CBD 5 mm.", {"K80.2"}, {"K80.5"}),
        ("CT: liver mets. Lung cancer. Palliative care team.", {"C78.7", "Z51.5"}, set()),
        ("Infected L TKR (2019) - washout, MSSA.", {"T84.5", "B95.6"}, set()),
        ("AKI, PVD. Gangrene toes (dry), vascular review.", {"N17.9", "R02.X"}, set()),
        ("Breast cancer. Histology: 3/15 nodes +ve.", {"C50.9", "C77.3"}, set()),
        ("Fall. Alcohol intox.", {"F10.0"}, set()),
        ("Primary hyperparathyroidism, renal stones hx.", {"E21.0"}, {"N20.0"}),
        ("Parkinson's disease; hyponatraemia due to sertraline", {"G20.X", "E87.1", "Y49.2"}, {"G21.1"}),
        ("Pneumonia. Hep B immune.", {"J18.9"}, {"K71.6"}),
        ("Found on floor, long lie. Rhabdomyolysis.", set(), {"X58.9", "X58.0"}),
        ("Pneumonia\nPMH: L nephrectomy 2003 for ca, hemicolectomy 2010 for cancer", {"Z85.5", "Z85.0"}, {"C64.X", "C18.9"}),
        ("Pemphigus. Probably triggered by captopril.", {"L10.5", "Y52.4"}, set()),
        ("Pemphigus. Asthma. Captopril stopped.", {"L10.9"}, {"Y52.4"}),
        ("Diabetic ketoacidosis, T1DM. Hypoglycaemia 3.1 during FRIII.", {"E16.0", "Y42.3"}, {"E16.2"}),
        ("Sepsis. Liver lesion = haemangioma on MRI.", {"A41.9"}, {"K76.8"}),
        ("Lung cancer. Malignant pleural effusion. Pleural effusion drained.", {"C78.2"}, {"J90.X"}),
        ("DVT of L leg. No new DVT on repeat Doppler.", {"I80.2"}, set()),
        ("Seizure x1, no further seizures.", {"R56.8"}, set()),
        ("Cholangitis\nPMH: T2DM, penicillin anaphylaxis", {"Z88.0"}, {"T88.6"}),
        ("Cholangitis. Gallbladder in situ, full of stones.", {"K80.2"}, set()),
        ("Bruised chest wall, fell down steps at club.", {"W10.5"}, set()),
        ("Sprained wrist, fell at home on boxing day.", {"W19.0"}, set()),
        ("Hepatitis, co-amoxiclav induced.", {"K71.6", "Y40.0"}, {"K75.9"}),
        ("Parkinsonism - haloperidol induced.", {"G21.1", "Y49.4"}, {"G20.X"}),
        ("Pneumothorax post pleural aspiration.", {"J95.8"}, {"J93.9"}),
        ("Post-TURBT bleed.", {"T81.0", "Y83.6"}, set()),
        ("Headache after spinal anaesthetic, blood patch.", {"G97.1"}, {"R51.X"}),
        ("Immune hepatitis on nivolumab, settled with prednisolone.", {"K71.6", "Y43.3"}, {"Y42.0"}),
        ("Drug rash due to penicillin, treated with prednisolone.", {"L27.0", "Y40.0"}, {"Y42.0"}),
        ("Sepsis. Hep B immune. Varicella immune.", {"A41.9"}, {"K71.6", "B16.9", "B01.9"}),
        ("Ulcerative colitis. Colitis, immune suppressed.", {"K51.9"}, {"K52.1"}),
        ("Lung cancer. Pembrolizumab pneumonitis.", {"J70.4", "Y43.3"}, {"J18.9"}),
        ("Stroke. VAP 4/6 Pseudomonas.", {"J15.1", "Y95.X"}, set()),
    ],
)  # fmt: skip
def test_what_a_note_says_and_does_not(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    codes = set(coded(coder, text))
    assert wanted <= codes
    assert not unwanted & codes


def test_what_an_anaesthetic_chart_alone_shows_is_no_diagnosis(coder: Coder) -> None:
    codes = coded(coder, "COPD. Mild AS on echo. AF on table 4 min, self reverted.", kind="anaesthetic_record")
    assert "J44.9" in codes
    assert not {"I35.0", "I48.9"} & set(codes)


def test_a_device_dated_in_the_stay_is_no_status(coder: Coder) -> None:
    assert "Z95.0" not in coded(coder, "Complete heart block.\nDDD PPM via L cephalic 4/6/25.")


def test_a_dagger_is_recorded_once_with_all_its_manifestations(coder: Coder) -> None:
    codes = coded(coder, "T2DM with diabetic peripheral vascular disease and diabetic gangrene of a toe")
    assert codes[:3] == ["E11.5", "I79.2", "R02.X"]
    assert codes.count("E11.5") == 1


def test_the_organism_of_a_catheter_infection_stands_behind_the_infection(coder: Coder) -> None:
    codes = coded(coder, "Catheter associated UTI, E. coli. Type 2 diabetes.")
    assert codes == ["T83.5", "Y84.6", "N39.0", "B96.2", "E11.9"]


def test_what_came_of_a_planned_operation_stands_behind_what_it_was_for(coder: Coder) -> None:
    day = dt.date(2025, 6, 2)
    episode = Episode(
        id="planned", sex=Sex.MALE, age_years=70, patient_class="ordinary", admission_method="elective",
        admission_date=day, discharge_date=_DAY,
        documents=(
            Document(name="op.txt", type="operation_note", date=day, text="Right total hip replacement, cemented."),
            Document(name="clinic.txt", type="clinic_letter", date=day, text="Diagnosis: right hip osteoarthritis"),
            Document(
                name="ds.txt", type="discharge_summary", date=_DAY,
                text="Urinary retention, catheterised, failed TWOC.\nHip wound clean.",
            ),
        ),
    )  # fmt: skip
    codes = [c.code for c in coder.code(episode).diagnoses]
    assert codes[0] == "M16.9"
    assert "R33.X" in codes


@pytest.mark.parametrize(
    "text",
    [
        "NEUROSURGERY DISCHARGE\n1 Right chronic subdural haematoma (no trauma)\n2 Left hemiparesis",
        "DISCHARGE: 1 Right chronic subdural haematoma  2 Left hemiparesis\nPMH hypertension",
    ],
)
def test_a_first_line_that_lists_diagnoses_is_no_title(coder: Coder, text: str) -> None:
    assert coded(coder, text)[:2] == ["I62.0", "G81.9"]


def test_the_worst_stage_of_a_skin_chart_is_that_of_the_pressure_ulcers(coder: Coder) -> None:
    episode = Episode(
        id="skin", sex=Sex.FEMALE, age_years=88, patient_class="ordinary", admission_method="emergency",
        admission_date=dt.date(2025, 6, 2), discharge_date=_DAY,
        documents=(
            Document(name="tv.txt", type="ward_round", date=_DAY, text="TISSUE VIABILITY\nL hip   cat 3\nsacrum  cat 2"),
            Document(name="ds.txt", type="discharge_summary", date=_DAY, text="Diagnoses: Pneumonia. Pressure ulcers."),
        ),
    )  # fmt: skip
    codes = [c.code for c in coder.code(episode).diagnoses]
    assert "L89.2" in codes
    assert "L89.9" not in codes


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("PMH: COPD, colostomy. Admitted with UTI.", {"N39.0", "J44.9", "Z93.3"}, set()),
        ("PMH: T2DM, HTN. Presented with acute pancreatitis.", {"K85.9", "E11.9"}, set()),
        ("Heart failure. His CRT-D was interrogated on 8/6: 97% BiV pacing.", {"Z95.0"}, set()),
        ("Got up to put the kettle on, felt giddy. Fall at home, scalp laceration.", {"S01.0", "W19.0"}, {"X12.0"}),
        ("Scald of forearm from kettle at home.", {"T22.0", "X12.0"}, set()),
        ("Retinal detachment. Floaters, tobacco dust seen.", {"H33.2"}, {"Z86.4", "F17.1"}),
        ("Left and right inguinal hernia.", {"K40.2"}, {"K40.9"}),
        ("Cellulitis. Allergy: egg (propofol used safely).", {"Z91.0"}, {"Z88.4"}),
    ],
)
def test_what_a_note_tells_of_now_and_what_only_sounds_like_a_code(
    coder: Coder, text: str, wanted: set[str], unwanted: set[str]
) -> None:
    codes = set(coded(coder, text))
    assert wanted <= codes
    assert not unwanted & codes
