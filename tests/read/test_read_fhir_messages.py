"""FHIR messages that carry a file or a report instead of a Composition."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from read_makers import fails, one
from test_read_pdf import pdf

from fourstep.read import read_text

PATIENT = {
    "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950-03-12",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990001014"}],
}  # fmt: skip
STAY = {
    "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"},
    "period": {"start": "2025-03-01T08:30:00Z", "end": "2025-03-06"},
}  # fmt: skip
SUMMARY = {"coding": [{"system": "http://snomed.info/sct", "code": "373942005"}]}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    head = {"resourceType": "MessageHeader", "eventCoding": {"code": "discharge"}}
    entries = [{"resource": one} for one in (head, PATIENT, STAY, *resources)]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


def reference(content: bytes = b"", kind: str = "application/pdf", **attachment: str) -> dict[str, Any]:
    held = {"contentType": kind, "data": base64.b64encode(content).decode("ascii")} | attachment
    return {
        "resourceType": "DocumentReference", "status": "current", "type": SUMMARY, "date": "2025-03-06",
        "subject": {"reference": "Patient/p"}, "context": {"encounter": [{"reference": "Encounter/e"}]},
        "content": [{"attachment": held}],
    }  # fmt: skip


def write(tmp_path: Path, value: dict[str, Any]) -> Path:
    path = tmp_path / "message.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_message_with_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, bundle(reference(pdf(("Diagnosis: sepsis",)))))
    episode = one(path)
    assert (episode.admission, episode.age_years, episode.patient_class) == (True, 74, "ordinary")
    assert episode.administrative is not None
    assert episode.administrative.as_dict() == {
        "nhs_number": "9990001014", "birth_date": "1950-03-12", "sex": "2",
        "spell_start": "2025-03-01", "spell_end": "2025-03-06",
    }  # fmt: skip
    (document,) = episode.documents
    assert (document.name, document.type, str(document.date)) == ("message.json", "discharge_summary", "2025-03-06")
    assert "Diagnosis: sepsis" in read_text(path)


def test_a_file_that_stands_in_a_binary(tmp_path: Path) -> None:
    binary = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": base64.b64encode(b"Sepsis").decode()}
    named = reference(data="", url="Binary/b")
    assert one(write(tmp_path, bundle(named, binary))).documents[0].text == "Sepsis"


def test_reports_and_files_are_documents_of_their_own(tmp_path: Path) -> None:
    report = {"resourceType": "DiagnosticReport", "code": {"text": "Chest X-ray report"}, "conclusion": "Clear."}
    path = write(tmp_path, bundle(reference(b"Sepsis", "text/plain"), report))
    episode = one(path)
    assert [(d.name, d.type, d.text) for d in episode.documents] == [
        ("message.json#1", "discharge_summary", "Sepsis"), ("message.json#2", "chest_x_ray_report", "Clear.\n"),
    ]  # fmt: skip
    assert read_text(path, "message.json#2") == "Clear.\n"


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (reference(data="JVBERi0x..."), "no whole base64"),
        (reference(pdf(("words",), password="secret")), "encrypted"),
        (reference(pdf(())), "text layer"),
        (reference(data="", url="https://elsewhere.example/1.pdf"), "not in the message"),
        (reference(b"words") | {"status": "entered-in-error"}, "no document to read"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, held: dict[str, Any], says: str) -> None:
    assert says in fails(write(tmp_path, bundle(held)))
