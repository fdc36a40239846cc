"""Values that were acted on, and drugs that are taken, without a diagnosis: asked about, never coded."""

from __future__ import annotations

import pytest
from asker import Asker

from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Query

HEAD = "Diagnosis: acute appendicitis\n"

ASKED = [
    ("Hb 124 -> 78, 2 units RBC transfused.", "Haemoglobin fall 124 to 78", "D62.X"),
    ("Sodium fell to 128 and indapamide was withheld.", "Sodium (low) 128", "E87.1"),
    ("Na 151, rechecked 140.", "Sodium (high) 151", "E87.0"),
    ("K 2.9, Sando-K for three days.", "Potassium (low) 2.9", "E87.6"),
    ("Mg 0.5 replaced.", "Magnesium 0.5", "E83.4"),
    ("BM 2.9, given 20% glucose 100 ml.", "Blood glucose 2.9", "E16.2"),
    ("Vitamin D 18, loaded with colecalciferol.", "Vitamin D 18", "E55.9"),
    ("Creatinine 82 to 149.", "Renal function: creatinine rise 82 to 149", "N17.9"),
    ("Bladder scan 650 ml, catheter passed.", "Bladder residual 650", "R33.X"),
    ("BMI 41.", "Obesity: BMI 41", "E66.9"),
    ("pO2 7.1 on air.", "Arterial oxygen (respiratory failure) 7.1", "J96.00"),
    ("BP 168/98, GP please arrange ABPM.", "Blood pressure 168", "I10.X"),
]

NOT_ASKED = [
    ("Hb 124, no change.", "Haemoglobin"),
    ("Hb 124 -> 78, transfused. Acute blood loss anaemia.", "Haemoglobin fall"),
    ("Sodium 138, indapamide was withheld.", "Sodium"),
    ("Sodium 128, hyponatraemia, indapamide withheld.", "Sodium"),
    ("Na 131.", "Sodium"),
    ("Hb 6 hourly.", "Haemoglobin"),
    ("Vitamin D 18, loaded with colecalciferol for vitamin D deficiency.", "Vitamin D"),
    ("Creatinine 82 to 149. Acute kidney injury.", "Renal function"),
    ("Creatinine 82 to 90.", "Renal function"),
    ("Bladder scan 650 ml, catheter passed for acute urinary retention.", "Bladder residual"),
    ("BMI 24.", "Obesity"),
    ("Obesity, BMI 41.", "Obesity"),
    ("K. Marchbanks FY1", "Potassium"),
]


def about(queries: list[Query]) -> list[str]:
    return [q.about for q in queries]


@pytest.mark.parametrize(("words", "subject", "code"), ASKED)
def test_a_value_that_was_acted_on_is_asked_about(asked: Asker, words: str, subject: str, code: str) -> None:
    queries = asked(discharge_summary=HEAD + words)
    assert subject in about(queries)
    query = next(q for q in queries if q.about == subject)
    assert any(code in o.codes for o in query.options)
    assert query.evidence and query.why.endswith("?")


@pytest.mark.parametrize(("words", "subject"), NOT_ASKED)
def test_a_value_that_is_explained_or_in_order_is_not(asked: Asker, words: str, subject: str) -> None:
    assert not any(a.startswith(subject) for a in about(asked(discharge_summary=HEAD + words)))


def test_a_value_alone_is_never_coded(coder: Coder) -> None:
    text = HEAD + "Na 128, indapamide withheld. Hb 124 -> 78, transfused."
    coded = coder.code(Episode("invented", (Document("d.txt", text, "discharge_summary"),), age_years=60))
    assert not [c for c in coded.diagnoses if c.code.startswith(("E87", "D62", "D64"))]


def test_a_newborn_has_limits_of_its_own(asked: Asker) -> None:
    text = "Diagnosis: preterm infant\nApgar 3 at 1 minute. Cord pH 6.98. Hb 95."
    found = about(asked(age_days=2, method="birth", discharge_summary=text))
    assert any("cord pH 6.98" in a for a in found)
    assert not any(a.startswith("Haemoglobin") for a in found)


DRUGS = [
    ("Medication: sertraline 50 mg od", "Sertraline", True),
    ("PMH: depression\nMedication: sertraline 50 mg od", "Sertraline", False),
    ("Medication: stopped sertraline 2019", "Sertraline", False),
    ("Medication: Clenil 100 micrograms 2 puffs bd", "Clenil", True),
    ("PMH: asthma\nMedication: Clenil 100 micrograms 2 puffs bd", "Clenil", False),
    ("Medication: levothyroxine 75 micrograms od", "Levothyroxine", True),
    ("PMH: hypothyroidism\nMedication: levothyroxine 75 micrograms od", "Levothyroxine", False),
    ("Medication: donepezil 10 mg", "Donepezil", True),
    ("Allergies: allopurinol", "Allopurinol", False),
]


@pytest.mark.parametrize(("words", "drug", "expected"), DRUGS)
def test_a_drug_without_its_condition_is_asked_about(
    asked: Asker, words: str, drug: str, expected: bool
) -> None:
    found = about(asked(discharge_summary=HEAD + words))
    assert (f"{drug}: what it is for" in found) is expected
