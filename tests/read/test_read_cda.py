"""CDA documents to episodes."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest
from read_makers import fails, one
from test_read_pdf import pdf

from fourstep.coder import Coder
from fourstep.episode import Sex
from fourstep.read import read_text
from hl7_makers import attached

WHOLE = (Path(__file__).parent / "cda_fixtures" / "discharge.xml").read_text(encoding="utf-8")
HEAD, _, TAIL = WHOLE.partition("  <component>\n    <structuredBody>")


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "summary.xml"
    path.write_text(text, encoding="utf-8")
    return path


def with_body(body: str) -> str:
    return f"{HEAD}{body}</ClinicalDocument>"


def file_body(data: bytes, kind: str, coding: str = 'representation="B64"') -> str:
    text = base64.b64encode(data).decode("ascii") if coding else data.decode("ascii")
    return with_body(f'<component><nonXMLBody><text mediaType="{kind}" {coding}>{text}</text></nonXMLBody></component>')


def test_the_header_tells_of_the_stay(tmp_path: Path) -> None:
    episode = one(write(tmp_path, WHOLE))
    assert (episode.id, episode.admission, episode.warnings) == ("summary", True, ())
    assert (episode.age_years, episode.sex, episode.patient_class) == (77, Sex.MALE, "ordinary")
    assert (episode.admission_date, episode.discharge_date) == (dt.date(2025, 6, 4), dt.date(2025, 6, 11))
    assert (episode.specialty, episode.discharge_destination) == ("Emergency Medicine", "usual place of residence")
    assert episode.administrative is not None
    assert episode.administrative.nhs_number == "9990001014"
    (document,) = episode.documents
    assert (document.type, document.date) == ("discharge_summary", dt.date(2025, 6, 11))


def test_the_sections_are_one_text_with_headings(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    (document,) = one(path).documents
    assert document.text == (
        "Discharge diagnoses\n1. Community acquired pneumonia\n2. Type 2 diabetes mellitus\n\n"
        "Hospital course\nTreated with intravenous antibiotics.\nImproved.\nObservations\nDay | Temperature\n1 | 38.9\n\n"
        "Procedures performed\nBronchoscopy\n\nFamily history\nFather had myocardial infarction\n\n"
    )
    assert [(document.text[h.start : h.end], h.role) for h in document.headings] == [
        ("Discharge diagnoses", "diagnosis"), ("Hospital course", "course"), ("Procedures performed", "procedure"),
        ("Family history", "family"),
    ]  # fmt: skip
    assert read_text(path) == document.text


def test_the_entries_are_those_of_the_patient_that_hold(tmp_path: Path) -> None:
    (document,) = one(write(tmp_path, WHOLE)).documents
    assert [(e.system, e.code, e.role, e.path) for e in document.entries] == [
        ("snomed", "385093006", "problem", "section[1].entry[1].observation.value"),
        ("icd10", "J18.9", "problem", "section[1].entry[1].observation.value"),
        ("opcs4", "E49.9", "procedure", "section[2].section[1].entry[1].procedure.code"),
    ]


def test_it_is_coded_with_its_evidence(tmp_path: Path, coder: Coder) -> None:
    path = write(tmp_path, WHOLE)
    coded = coder.code(one(path))
    assert [code.code for code in coded.diagnoses][:2] == ["J18.9", "E11.9"]
    text = read_text(path)
    quotes = [words for code in coded.diagnoses + coded.procedures for words in code.evidence if not words.path]
    assert quotes
    assert all(text[words.start : words.end] == words.text for words in quotes)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(pdf(("Diagnosis: sepsis",)), "application/pdf"), (rb"{\rtf1\ansi Diagnosis: sepsis\par}", "text/rtf")],
)
def test_a_file_in_place_of_sections(tmp_path: Path, data: bytes, kind: str) -> None:
    assert "Diagnosis: sepsis" in one(write(tmp_path, file_body(data, kind))).documents[0].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_body(""), "without a body"),
        (with_body("<component><structuredBody/></component>"), "without a body"),
        (with_body("<component><nonXMLBody><text><reference value='a.pdf'/></text></nonXMLBody></component>"), "not in it"),
        (file_body(b"JVBERi0x...", "application/pdf", "").replace("<text ", '<text representation="B64" '), "no whole base64"),
        (file_body(pdf(("words",), password="secret"), "application/pdf"), "encrypted"),
        (file_body(pdf(()), "application/pdf"), "text layer"),
        (f"<envelope>{WHOLE.partition('?>')[2]}{WHOLE.partition('?>')[2]}</envelope>", "2 CDA documents"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + WHOLE.partition("?>")[2], "DTD"),
        (WHOLE[:3000], "truncated"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, text: str, says: str) -> None:
    assert says in fails(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ('code="IMP"', 'code="AMB"', "outpatient"),
        ('code="IMP"', 'code="EMER"', "emergency care only"),
        ('code="18842-5"', 'code="823681000000100"', "letter"),
    ],
)
def test_no_admission(tmp_path: Path, old: str, new: str, note: str) -> None:
    episode = one(write(tmp_path, WHOLE.replace(old, new, 1)))
    assert (episode.admission, note in episode.note) == (False, True)


def test_out_of_an_envelope_and_out_of_hl7_v2(tmp_path: Path) -> None:
    body = WHOLE.partition("?>")[2]
    text = one(write(tmp_path, f"<e:Envelope xmlns:e='urn:x'><e:payload>{body}</e:payload></e:Envelope>")).documents[0].text
    feed = tmp_path / "feed.hl7"
    feed.write_text(attached(WHOLE.encode(), "x-hl7-cda-level-one"), encoding="utf-8")
    (document,) = one(feed).documents
    assert document.text == text
    assert len(document.entries) == 3
