"""What wards write short: abbreviations by who and where, lists of tests, what others did, courses of treatment."""

from __future__ import annotations

import datetime as dt

import pytest

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Document, Episode, Sex

_DAY = dt.date(2025, 6, 9)


def _coded(
    coder: Coder,
    text: str,
    kind: str = "discharge_summary",
    *,
    sex: Sex = Sex.FEMALE,
    years: int | None = 60,
    days: int | None = None,
    patient_class: str = "ordinary",
    method: str = "emergency",
    specialty: str = "General medicine",
    admitted: dt.date = dt.date(2025, 6, 2),
) -> CodedEpisode:
    return coder.code(
        Episode(
            id="note", sex=sex, age_years=years, age_days=days, patient_class=patient_class, admission_method=method,
            specialty=specialty, admission_date=admitted, discharge_date=_DAY,
            documents=(Document(name="note.txt", type=kind, date=_DAY, text=text),),
        )
    )  # fmt: skip


def _diagnoses(coder: Coder, text: str, kind: str = "discharge_summary") -> set[str]:
    return {c.code for c in _coded(coder, text, kind).diagnoses}


def _procedures(result: CodedEpisode) -> list[str]:
    return [c.code for c in result.procedures]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Diagnosis: cellulitis of leg. Seen by the liaison nurse, Ms T Quayle.", {"L03.1"}, {"G35.X"}),
        ("Diagnosis: cellulitis of leg, MS.", {"L03.1", "G35.X"}, set()),
        ("Diagnosis: cellulitis of leg. Gas (cap) 7.38, cap refill 2 s.", {"L03.1"}, {"J18.9"}),
        ("Diagnosis: CAP.", {"J18.9"}, set()),
        ("Diagnosis: cellulitis of leg. Referred from UC this morning.", {"L03.1"}, {"K51.9"}),
        ("Diagnosis: cellulitis of leg. PMH: UC on mesalazine.", {"L03.1", "K51.9"}, set()),
        ("Diagnosis: cellulitis of leg. VTE assessment done, VTE dalteparin given.", {"L03.1"}, {"I82.9"}),
        ("Diagnosis: cellulitis of leg. LOC normal, GCS 15.", {"L03.1"}, {"R55.X", "R40.2"}),
        ("Diagnosis: migraine. Analgesic headache, MOH likely too.", {"G43.9"}, {"O72.1"}),
        ("Diagnosis: cellulitis of leg. ALS by the crew was not needed.", {"L03.1"}, {"G12.2"}),
        ("Diagnosis: cellulitis of leg. Vt 450 ml, PEEP 8.", {"L03.1"}, {"I47.2"}),
        ("Diagnosis: cellulitis of leg. PROM of the knee 0-90.", {"L03.1"}, {"O42.9"}),
        ("Diagnosis: cellulitis of leg. HF for 2 days on CRRT.", {"L03.1"}, {"I50.9"}),
        ("Diagnosis: cellulitis of leg. PE normal.", {"L03.1"}, {"I26.9"}),
    ],
)
def test_a_short_form_means_what_its_place_says(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    codes = _diagnoses(coder, text)
    assert wanted <= codes
    assert not unwanted & codes


def test_the_fontanelle_of_a_baby_is_no_arrhythmia(coder: Coder) -> None:
    text = "O/E alert. AF normal, chest clear.\nDiagnosis: bronchiolitis"
    baby = _coded(coder, text, "ed_note", years=0, specialty="Paediatrics")
    assert "I48.9" not in {c.code for c in baby.diagnoses}
    assert "I48.9" in _diagnoses(coder, "Diagnosis: pneumonia, AF")


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("The duplex was negative for deep vein thrombosis from hip to ankle.", {"I80.2"}),
        ("NPA: RSV positive; flu, COVID, pertussis negative.", {"J10.1", "J11.1", "A37.9", "U07.1"}),
        ("C diff, salmonella, shigella, campy neg.", {"A04.7", "A02.9", "A03.9", "A04.5"}),
        ("HIV Ag/Ab neg, hep C antibody negative.", {"B24.X", "B18.2"}),
        ("D/Dx PE; pleurisy.", {"I26.9", "R09.1"}),
        ("Flu + shingles vaccines given in October.", {"J11.1", "B02.9"}),
        ("Bloods abnormal but not felt to amount to sepsis.", {"A41.9"}),
        ("Skin torn, non-adherent silicone dressing applied.", {"Z91.1"}),
        ("Lives alone with two children.", {"Z60.2"}),
        ("Smoker: ex (2009).", {"F17.1"}),
        ("Echo: mildly calcified aortic valve, no stenosis.", {"I35.8"}),
        ("IV cannula out (tissued).", {"T80.8"}),
        ("Ketones 1.2 from starvation.", {"T73.0"}),
    ],
)
def test_what_is_denied_queried_or_none_of_the_patient_s(coder: Coder, text: str, unwanted: set[str]) -> None:
    codes = _diagnoses(coder, f"Diagnosis: cellulitis of leg.\n\nHospital course\n{text}")
    assert "L03.1" in codes
    assert not unwanted & codes


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("PMH: previous stroke without residual deficit, migraine", {"Z86.7", "G43.9"}, {"I69.4"}),
        ("PMH: stroke 2019 with residual left hemiplegia", {"I69.4", "G81.9"}, {"Z86.7"}),
        ("NKDA  Smoker 5 a day, not keen to stop", {"F17.1"}, set()),
        ("He lost his job in May.", {"Z56.0"}, set()),
        ("Left sided ulcerative colitis with rectal bleeding", {"K51.5"}, {"K62.5"}),
        ("Sero-positive RA (hands, wrists, knees)", set(), {"M06.9"}),
        ("Infective exacerbation of COPD, rhinovirus on PCR", {"J44.0", "B97.8"}, {"B34.8"}),
        ("PMH: mantle cell lymphoma, interim PET partial response", {"C83.1"}, {"Z85.7"}),
        ("Drug induced hepatitis. The drugs were stopped and this was put down to isoniazid.", {"K71.9", "Y41.1"}, set()),
        ("Iatrogenic pneumothorax after pacemaker insertion.", {"J95.8"}, {"J93.9"}),
    ],
)
def test_what_the_words_beside_it_make_of_it(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    codes = _diagnoses(coder, f"Diagnosis: gout.\n{text}")
    assert wanted <= codes
    assert not unwanted & codes


def test_rheumatoid_arthritis_of_several_joints_has_their_character(coder: Coder) -> None:
    assert "M05.90" in _diagnoses(coder, "Diagnosis: seropositive rheumatoid arthritis (hands, feet, knees). RA related nodules.")


def test_what_was_struck_in_falling(coder: Coder) -> None:
    codes = _diagnoses(coder, "Diagnosis: scalp laceration. Collapsed at home, struck head on the bath.")
    assert {"S01.0", "W18.0"} <= codes
    assert "W22.0" in _diagnoses(coder, "Diagnosis: scalp laceration. Struck head on a cupboard door at home.")


def test_alcohol_stands_behind_the_drugs_of_an_overdose(coder: Coder) -> None:
    text = "Took paracetamol 16 g and wine in her flat.\nDiagnosis: intentional overdose of paracetamol with alcohol."
    codes = [c.code for c in _coded(coder, text).diagnoses]
    assert codes[:2] == ["T39.1", "X60.0"]
    assert {"T51.0", "X65.0"} <= set(codes)


def test_a_row_of_the_birth_record_tells_the_tear(coder: Coder) -> None:
    text = "Birth: spontaneous vaginal, live girl\nPerineum: second degree, sutured"
    result = _coded(coder, text, "delivery_record", years=28, patient_class="maternity", method="maternity")
    assert "O70.1" in {c.code for c in result.diagnoses}
    assert "R24.9" in _procedures(result)


def test_a_baby_of_a_mother_with_gestational_diabetes(coder: Coder) -> None:
    text = "Term IDM. Mother had GDM on metformin.\nEyes R sticky - swab neg. Dry peeling skin. Slow to establish suck."
    result = _coded(coder, text, years=None, days=0, method="birth", specialty="Neonatology")
    codes = {c.code for c in result.diagnoses}
    assert {"P70.0", "P92.2"} <= codes
    assert not {"P70.1", "P39.1", "P83.8", "L85.3"} & codes


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        (
            "SACT CHART\nDiagnosis: caecal carcinoma\nRegimen: FOLFIRI   CYCLE 2   DAY 1\n"
            "Access: PICC L arm, flushes and bleeds back\n5FU 4,200 mg via elastomeric pump over 46 h",
            {"X72.1"}, {"L99.7", "X72.4", "L91.3"},
        ),
        (
            "INFUSION UNIT RECORD\nIndication: seropositive rheumatoid arthritis\nDrug: tocilizumab infusion 480 mg\nStart 10:05",
            {"X29.2"}, set(),
        ),
        ("DAY UNIT RECORD\nIndication: iron deficiency anaemia\nMonofer 1 g infused today, tolerated.", {"X29.2"}, set()),
        ("DAY UNIT RECORD\nDx: ulcerative pancolitis\nVedolizumab 300 mg IV given over 30 min.", {"X29.2"}, set()),
        ("SACT CHART\nDx: DLBCL\nR-CHOP cycle 3 of 6\nGiven via PICC, which flushes well.", {"X72.1"}, {"L99.7"}),
        ("CHEMO DAY UNIT RECORD\nDx: pancreatic cancer\nGemcitabine D8 C3 over 30 min.", {"X72.4"}, {"X72.3"}),
        (
            "LOWER GI ENDOSCOPY\nIndication: diarrhoea\nExtent: caecum\nFindings: normal\nBiopsies: R colon x4, L colon x4",
            {"H22.1"}, {"H25.1", "H22.9"},
        ),
    ],
)  # fmt: skip
def test_what_a_day_case_came_for(coder: Coder, text: str, wanted: set[str], unwanted: set[str]) -> None:
    codes = set(_procedures(_coded(coder, text, "operation_note", patient_class="day case", method="elective", admitted=_DAY)))
    assert wanted <= codes
    assert not unwanted & codes


def test_a_treatment_card_lists_the_course(coder: Coder) -> None:
    text = "ECT TREATMENT CARD\nIndication: severe depression\nNo   Date   Seizure s\n1   03/06/25   28\n2   06/06/25   31"
    result = _coded(coder, text, "operation_note", specialty="Adult mental illness")
    assert [(c.code, c.date) for c in result.procedures] == [("A83.8", dt.date(2025, 6, 3)), ("A83.9", dt.date(2025, 6, 6))]
    assert "R56.8" not in {c.code for c in result.diagnoses}


@pytest.mark.parametrize(
    ("text", "kind", "unwanted"),
    [
        ("Hypoxic after high flow oxygen in the ambulance.", "discharge_summary", "X52.2"),
        ("Stents and nephrostomy were not thought appropriate.", "discharge_summary", "M13.6"),
        ("Ovarian ca stage IV 2022: TAH BSO, omentectomy, carboplatin.", "ward_round", "T36.1"),
        ("Ovarian ca stage IV 2022: TAH BSO, omentectomy, carboplatin.", "ward_round", "Q07.4"),
    ],
)
def test_what_was_not_done_here(coder: Coder, text: str, kind: str, unwanted: str) -> None:
    assert unwanted not in _procedures(_coded(coder, text, kind))


def test_the_birth_of_an_older_baby_is_long_past(coder: Coder) -> None:
    text = "Bronchiolitis. High flow oxygen.\nBirth: 32/40, NNU 4 weeks, CPAP 3 d."
    codes = _procedures(_coded(coder, text, "ed_note", years=0, specialty="Paediatrics"))
    assert "E85.6" not in codes


def test_a_wound_closed_in_the_emergency_department(coder: Coder) -> None:
    text = "Head: 4 cm laceration L parietal scalp.\nGCS 15. ECG sinus.\nRx: cleaned, closed with 4 x 4/0 nylon."
    assert {"S41.1", "Z48.1"} <= set(_procedures(_coded(coder, text, "ed_note")))
