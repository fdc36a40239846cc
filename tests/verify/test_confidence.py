"""How sure the engine is of a code, and what follows from it: `auto`, and touchless episodes."""

from __future__ import annotations

import datetime as dt

from fourstep.coder import Coder
from fourstep.episode import Code, CodedEpisode, Document, Episode, Query


def coded(coder: Coder, text: str) -> CodedEpisode:
    document = Document("summary.txt", text, "discharge_summary", dt.date(2025, 3, 10))
    return coder.code(
        Episode("invented", (document,), age_years=70, admission_method="emergency", discharge_date=dt.date(2025, 3, 10))
    )


def test_a_code_that_a_question_names_is_for_review(coder: Coder) -> None:
    result = coded(coder, "Diagnosis: pneumonia\nPast medical history: atrial fibrillation, type 2 diabetes mellitus")
    asked = {c for q in result.queries for c in q.codes}
    assert "I48.9" in asked
    status = {c.code: c.status for c in result.diagnoses}
    assert status["I48.9"] == "review"
    assert status["E11.9"] == "auto"


def test_what_is_said_twice_is_surer_than_what_is_said_once(coder: Coder) -> None:
    once = coded(coder, "Diagnosis: acute cholecystitis")
    twice = coded(coder, "Diagnosis: acute cholecystitis\nClinical course: Treated for acute cholecystitis with antibiotics.")
    assert once.diagnoses[0].code == twice.diagnoses[0].code
    assert once.diagnoses[0].confidence < twice.diagnoses[0].confidence


def code(confidence: float, status: str = "auto") -> Code:
    return Code("I10.X", "Essential (primary) hypertension", [], "Hypertension", [], confidence, status)


def test_an_episode_is_touchless_where_all_of_it_is_likely_right_and_nothing_is_asked() -> None:
    assert CodedEpisode("a", [code(0.99)] * 5).touchless
    assert not CodedEpisode("a", [code(0.97)] * 5).touchless
    assert not CodedEpisode("a", [code(0.99), code(0.99, "review")]).touchless
    assert not CodedEpisode("a", [code(0.99)], queries=[Query("Type", "Which?", (), False)]).touchless
    assert not CodedEpisode("a").touchless
