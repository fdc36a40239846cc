"""How clinicians write conditions and operations, and what looks alike: a phrase as a document of one line, its codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode


def _phrases(name: str) -> list[tuple[str, str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith(";")]
    return [(phrase, codes) for phrase, _, codes in (line.partition("\t") for line in lines)]


def _codes(coder: Coder, text: str) -> str:
    episode = Episode("phrase", documents=(Document("note.txt", text, "discharge_summary"),))
    return " ".join(c.code for c in coder.code(episode).diagnoses) or "-"


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(local=None)


@pytest.mark.parametrize(("phrase", "codes"), _phrases("phrases.txt"))
def test_a_phrase_gets_its_codes_and_no_others(coder: Coder, phrase: str, codes: str) -> None:
    assert _codes(coder, phrase) == codes


@pytest.mark.parametrize(("phrase", "codes"), _phrases("procedure_phrases.txt"))
def test_an_operation_gets_its_codes_and_no_others(coder: Coder, phrase: str, codes: str) -> None:
    episode = Episode("phrase", documents=(Document("note.txt", phrase, "operation_note"),))
    assert (" ".join(c.code for c in coder.code(episode).procedures) or "-") == codes


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("severe pain", "R52.9"),
        ("signs of infection", "B99.X"),
        ("erythema", "L53.9"),
        ("brisk reflexes", "R29.2"),
        ("chills", "R68.8"),
    ],
)
def test_what_has_no_site_is_coded_for_research_only(coder: Coder, phrase: str, codes: str) -> None:
    assert _codes(coder, phrase) == "-"
    assert _codes(Coder(local=None, every_condition=True), phrase) == codes


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("Tonsillitis in 2019", "J03.9"),  # past
        ("Findings suggestive of sarcoidosis", "D86.9"),  # probable
        ("Suspicion of appendicitis", "K37.X"),  # suspected by name
        ("No fever, ?appendicitis, sarcoidosis versus tuberculosis, risk of bleeding", "-"),  # denied, conceivable, feared
    ],
)
def test_research_counts_what_was_and_what_is_likely(coder: Coder, phrase: str, codes: str) -> None:
    assert _codes(coder, phrase) == "-"
    assert _codes(Coder(local=None, every_condition=True), phrase) == codes


@pytest.mark.parametrize(
    ("phrase", "recorded", "counted"),
    [
        ("Iron deficiency anaemia", "D50.9", "D50.9 D64.9"),
        ("Portal hypertension", "K76.6", "K76.6"),  # no hypertension
        ("Subarachnoid haemorrhage", "I60.9", "I60.9 R58.X"),
        ("Involvement of the larynx", "-", "J38.7"),
    ],
)
def test_research_counts_the_kind_beside_the_particular(
    coder: Coder, phrase: str, recorded: str, counted: str
) -> None:
    assert _codes(coder, phrase) == recorded
    assert _codes(Coder(local=None, every_condition=True), phrase) == counted


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Procedures\n1. CT head\n2. Lumbar puncture", "A55.9 U05.1 Y98.1"),
        ("Procedures:\n- Lumbar puncture\n- EEG", "A55.9 A84.1"),
        ("Operation: TURP\n\nInvestigations\nCT head\nNormal.", "M65.3"),  # there it heads its result
    ],
)
def test_an_examination_in_a_list_of_procedures_is_one_of_them(coder: Coder, text: str, codes: str) -> None:
    episode = Episode("list", documents=(Document("note.txt", text, "operation_note"),))
    assert " ".join(c.code for c in coder.code(episode).procedures) == codes
