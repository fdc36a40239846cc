"""FHIR documents: STU3 in XML and JSON, UK Core R4."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from read_makers import FIXTURES, MakeFolder, fails, one

from fourstep.episode import CodedEntry, Episode, Sex
from fourstep.read import read_episodes, read_text
from fourstep.read.fhir.sections import section_role

HIP = FIXTURES / "itk3_stu3_discharge.xml"
BABY = FIXTURES / "ukcore_r4_discharge.json"
LETTER = FIXTURES / "stu3_outpatient_letter.json"

HIP_TEXT = """\
Diagnoses
Diagnosis name: Fractured neck of left femur
Diagnosis name: Type 2 diabetes
diet controlled

Clinical summary
Tripped over a kerb & fell.
- No head injury
- Bloods: Hb 98
Date | Test | Result
10/03/25 | Hb | 98

Ward progress
Mobile with a frame.

Procedures
- Cemented hemiarthroplasty of hip

"""


def test_what_an_stu3_message_knows_of_the_admission() -> None:
    episode = one(HIP)
    assert episode.id == "itk3_stu3_discharge"
    assert (episode.age_years, episode.age_days, episode.sex) == (83, None, Sex.FEMALE)
    assert (episode.patient_class, episode.admission_method) == ("ordinary", "emergency")
    assert (episode.admission_date, episode.discharge_date) == (dt.date(2025, 3, 9), dt.date(2025, 3, 14))
    assert episode.specialty == "Trauma and orthopaedics"
    assert episode.discharge_destination == "usual place of residence"
    assert (episode.admission, episode.note, episode.warnings) == (True, "", ())


def test_the_sections_are_one_text_with_headings() -> None:
    (document,) = one(HIP).documents
    assert (document.name, document.type, document.date) == (
        HIP.name,
        "discharge_summary",
        dt.date(2025, 3, 14),
    )
    assert document.text == HIP_TEXT
    assert read_text(HIP) == HIP_TEXT
    assert [(h.title, h.role) for h in document.headings] == [
        ("Diagnoses", "diagnosis"),
        ("Clinical summary", "course"),
        ("Ward progress", ""),
        ("Procedures", "procedure"),
    ]
    assert all(document.text[h.start : h.end] == h.title for h in document.headings)


def test_codes_come_with_their_element_path() -> None:
    inner = "Bundle.entry[1].Bundle.entry"
    assert one(HIP).documents[0].entries == (
        CodedEntry("snomed", "5913000", "Fracture of neck of femur", f"{inner}[3].Condition.code"),
        CodedEntry("icd10", "S72.0", "Fractured neck of femur", f"{inner}[3].Condition.code"),
        CodedEntry("snomed", "233604007", "Pneumonia", f"{inner}[5].Condition.code", "past problem"),
        CodedEntry("snomed", "64859006", "Osteoporosis", f"{inner}[6].Condition.code", "possible problem"),
        CodedEntry(
            "opcs4", "W46.1", "Cemented hemiarthroplasty of hip", f"{inner}[7].Procedure.code", "procedure"
        ),
        CodedEntry(
            "snomed",
            "373270004",
            "Penicillin",
            f"{inner}[9].AllergyIntolerance.reaction[0].substance",
            "allergy",
        ),
    )


def test_a_uk_core_message() -> None:
    episode = one(BABY)
    assert (episode.age_years, episode.age_days, episode.sex) == (0, 18, Sex.MALE)
    assert (episode.admission_method, episode.specialty) == ("emergency", "Paediatrics")
    assert episode.discharge_destination == "usual place of residence"
    assert episode.admission
    (document,) = episode.documents
    assert document.text == (
        "Presenting complaints or issues\nPoor feeding and cough.\n\n"
        "Diagnoses\nRSV bronchiolitis confirmed\nNo apnoea\n\n"
    )
    assert [h.role for h in document.headings] == ["presenting", "diagnosis"]
    # Neither what is coded of the mother nor that no allergy is known.
    assert [entry.code for entry in document.entries] == ["4120002"]


def test_an_outpatient_letter_is_no_admission() -> None:
    episode = one(LETTER)
    assert not episode.admission
    assert episode.note == "outpatient letter: no admitted episode"
    assert episode.documents[0].type == "clinic_letter"
    assert episode.documents[0].headings[0].role == "family"
    assert episode.warnings == ("Patient.birthDate is no whole date; left unknown",)


def changed(tmp_path: Path, **changes: Any) -> Path:
    """The UK Core message with fields of its resources replaced: `Encounter={"class": None}`."""
    bundle = json.loads(BABY.read_text(encoding="utf-8"))
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for name, value in changes.get(resource["resourceType"], {}).items():
            resource[name] = value
    dropped = changes.get("without", ())
    bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["resourceType"] not in dropped]
    path = tmp_path / "message.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return path


MENTAL_HEALTH = {"profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-ITK-MH-Composition-1"]}


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"Encounter": {"class": {"code": "EMER"}}}, "emergency care only"),
        ({"Encounter": {"class": {"code": "AMB"}}}, "outpatient"),
        ({"Encounter": {"class": None}}, "does not say that it was an inpatient"),
        ({"Encounter": {"status": "cancelled"}}, "did not take place"),
        ({"without": ["Encounter"]}, "without its encounter"),
        ({"Composition": {"meta": MENTAL_HEALTH}}, "mental health"),
        ({"Composition": {"status": "entered-in-error"}}, "entered in error"),
        ({"Composition": {"type": {"text": "Clinic letter"}}}, ""),
        ({"Composition": {"type": {"text": "Clinic letter"}, "title": "Clinic letter"}}, "letter"),
        ({"Composition": {"type": {"text": "Discharge letter"}, "title": "Discharge letter"}}, ""),
    ],
)
def test_what_is_a_coded_admission(tmp_path: Path, changes: dict[str, Any], note: str) -> None:
    episode = one(changed(tmp_path, **changes))
    assert episode.admission == (not note)
    assert note in episode.note


def test_died_by_the_method_of_discharge(tmp_path: Path) -> None:
    method = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DischargeMethod",
        "valueCodeableConcept": {"coding": [{"code": "4"}]},
    }
    episode = one(changed(tmp_path, Encounter={"hospitalization": {"extension": [method]}}))
    assert episode.discharge_destination == "died"


def test_admitted_from_the_emergency_department(tmp_path: Path) -> None:
    source = {"admitSource": {"coding": [{"code": "emd"}]}}
    assert one(changed(tmp_path, Encounter={"hospitalization": source})).admission_method == "emergency"


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"Patient": {"gender": None}}, "sex"),
        ({"Patient": {"birthDate": "2030-01-01"}}, "birthDate"),
        ({"Encounter": {"period": {"start": "2025-06", "end": "2025-06-20"}}}, "period.start"),
        ({"Encounter": {"period": {"start": "2025-06-20", "end": "2025-06-17"}}}, "before"),
    ],
)
def test_what_is_unknown_warns(tmp_path: Path, changes: dict[str, Any], warning: str) -> None:
    assert any(warning in said for said in one(changed(tmp_path, **changes)).warnings)


def test_a_composition_alone_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    composition = json.loads(BABY.read_text(encoding="utf-8"))["entry"][0]["resource"]
    path = tmp_path / "composition.json"
    path.write_text(json.dumps(composition), encoding="utf-8")
    episode = one(path)
    assert not episode.admission
    assert episode.documents[0].text.startswith("Presenting complaints")


def test_a_message_may_be_a_document_of_a_folder(make_folder: MakeFolder) -> None:
    folder = make_folder({"summary.xml": HIP.read_bytes(), "note.txt": "Ward round."})
    first, second = one(folder).documents
    assert first.text == HIP_TEXT
    assert len(first.entries) == 6
    assert first.headings[0].role == "diagnosis"
    assert second.text == "Ward round."


def test_messages_among_the_files_of_a_folder() -> None:
    found = [item for item in read_episodes(FIXTURES) if isinstance(item, Episode)]
    assert [item.id for item in found] == [
        "itk3_stu3_discharge",
        "stu3_outpatient_letter",
        "ukcore_r4_discharge",
    ]


@pytest.mark.parametrize(
    ("section", "role"),
    [
        ({"code": {"coding": [{"code": "886921000000105"}]}, "title": "Anything"}, "allergy"),
        ({"code": {"coding": [{"code": "8648-8"}]}}, "course"),
        ({"code": {"coding": [{"code": "medications-and-medical-devices"}]}}, "medication"),
        ({"title": "Relevant past medical, surgical and mental health history"}, "past_history"),
        ({"title": "Investigations and procedures requested"}, "plan"),
        ({"title": "Something new"}, ""),
        ({}, ""),
    ],
)
def test_roles_of_sections(section: dict[str, Any], role: str) -> None:
    assert section_role(section) == role


BOMB = """<?xml version="1.0"?>
<!-- harmless -->
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<Bundle xmlns="http://hl7.org/fhir"><id value="&b;"/></Bundle>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Bundle xmlns="http://hl7.org/fhir">&f;</Bundle>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "DTD"),
        (BOMB.encode("utf-16"), "DTD"),
        (OUTSIDE, "DTD"),
        ('<!doctype x SYSTEM "http://hospital.example/x.dtd"><x/>', "DTD"),
        (HIP.read_bytes()[:4000], "truncated"),
        ("<Bundle xmlns='http://hl7.org/fhir'><id value='&undeclared;'/></Bundle>", "malformed"),
        ("", "empty"),
        ("words", "malformed"),
        ("<note>Mrs Example</note>", "neither FHIR nor CDA"),
        ("<ClinicalDocument xmlns='urn:hl7-org:v3'/>", "CDA"),
        ("<Patient xmlns='http://hl7.org/fhir'><gender value='male'/></Patient>", "only Patient"),
        ("<Bundle xmlns='http://hl7.org/fhir'/>", "without a Composition"),
        ("<Composition xmlns='http://hl7.org/fhir'/>", "no text"),
        ("<a>" * 3000, "malformed"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>\x81</a>'.encode("latin-1"), "encoding"),
    ],
)
def test_broken_xml(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "message.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    said = fails(path)
    assert message in said
    assert "Example" not in said


def test_a_declared_encoding_is_honoured(tmp_path: Path) -> None:
    text = HIP.read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    path = tmp_path / "message.xml"
    path.write_bytes(text.replace("Mobile with a frame", "Temp 38\u00b0C").encode("latin-1"))
    assert "Temp 38\u00b0C." in read_text(path)


@pytest.mark.parametrize(
    "value",
    [
        {"resourceType": "Bundle", "entry": 7},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": 3}}, 5, None]},
        {"resourceType": "Composition", "section": [{"title": 3, "text": {"div": 4}}]},
        {"resourceType": "Composition", "section": [{"title": "t", "text": {"div": "a\0b"}}]},
        {"resourceType": ["Bundle"]},
    ],
)
def test_json_of_the_wrong_shape(tmp_path: Path, value: object) -> None:
    path = tmp_path / "message.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    fails(path)


def nested(name: str, depth: int, inner: dict[str, Any]) -> dict[str, Any]:
    for _ in range(depth):
        inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]} if name == "Bundle" else {
            "title": "t", "section": [inner]}  # fmt: skip
    return inner


def test_bundles_and_sections_without_end(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_text(json.dumps(nested("Bundle", 50, {"resourceType": "Composition"})), encoding="utf-8")
    assert "too deep" in fails(path)
    sections = {"resourceType": "Composition", "section": [nested("section", 50, {"title": "t"})]}
    path.write_text(json.dumps(sections), encoding="utf-8")
    assert "too deep" in fails(path)


def test_a_code_system_of_another_country_is_left_out(tmp_path: Path) -> None:
    codes = [
        {"system": f"http://hl7.org/fhir/sid/{name}", "code": "X"} for name in ("icd-10-cm", "icd-10-am")
    ]
    path = changed(tmp_path, Condition={"code": {"coding": codes}})
    assert one(path).documents[0].entries == ()
