"""HL7 v2 messages to episodes."""

from __future__ import annotations

import base64
import datetime as dt
import sys
from pathlib import Path

import pytest
from read_makers import fails, one
from test_read_pdf import pdf

from fourstep.coder import Coder
from fourstep.episode import Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import read_episodes, read_text
from hl7_makers import PID, STAY, attached, header, message, summary, visit


def write(tmp_path: Path, *messages: str | bytes, name: str = "feed.hl7") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(m if isinstance(m, bytes) else m.encode() for m in messages))
    return path


def test_a_discharge_summary_in_text_rows_is_coded_with_its_evidence(tmp_path: Path, coder: Coder) -> None:
    path = write(tmp_path, summary())
    episode = one(path)
    assert (episode.id, episode.age_years, episode.sex) == ("V100", 74, Sex.FEMALE)
    assert episode.admission_date == dt.date(2025, 3, 1)
    assert episode.discharge_date == dt.date(2025, 3, 6)
    assert episode.specialty == "GENERAL MEDICINE"
    assert episode.administrative is not None
    assert episode.administrative.as_dict() == {
        "nhs_number": "9990001014", "local_patient_id": "K7788", "birth_date": "1950-03-12", "sex": "2",
        "spell_id": "V100", "spell_start": "2025-03-01", "spell_end": "2025-03-06",
    }  # fmt: skip
    (document,) = episode.documents
    assert (document.name, document.type, document.date) == ("feed.hl7#M1", "discharge_summary", dt.date(2025, 3, 6))
    text = read_text(path)
    coded = coder.code(episode)
    assert [code.code for code in coded.diagnoses] == ["J18.9", "E11.9"]
    for code in coded.diagnoses:
        for words in code.evidence:
            assert words.document == document.name
            assert text[words.start : words.end] == words.text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(("Diagnosis: community acquired pneumonia",)), "PDF"),
        (rb"{\rtf1\ansi Diagnosis: community acquired pneumonia\par}", "RTF"),
        (b"<html><body><p>Diagnosis: community acquired pneumonia</p></body></html>", "HTML"),
        (b"Diagnosis: community acquired pneumonia", "PLAIN"),
    ],
)
def test_attached_files_are_read_as_files_of_their_kind(tmp_path: Path, coder: Coder, data: bytes, kind: str) -> None:
    episode = one(write(tmp_path, attached(data, kind)))
    assert episode.admission
    assert [code.code for code in coder.code(episode).diagnoses] == ["J18.9"]


RTF = r"{\E\rtf1\E\ansi Sepsis\E\par Caf\E\'e9\E\par}"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((RTF,), "Sepsis\nCafé\n"),
        ((RTF[:24], RTF[24:]), "Sepsis\nCafé\n"),
        (("<html><body><p>Sepsis</p></body></html>",), "Sepsis\n"),
        ((base64.b64encode(pdf(("Sepsis",))).decode("ascii"),), "Sepsis"),
    ],
)
def test_files_in_rows_of_text_are_read_as_files(tmp_path: Path, rows: tuple[str, ...], text: str) -> None:
    (document,) = one(write(tmp_path, summary("M1", *rows))).documents
    assert document.text == text


def test_an_attachment_whose_type_stands_elsewhere(tmp_path: Path) -> None:
    text = attached(b"<p>Sepsis</p>", "HTML").replace("^AP^HTML^", "^HTML^^")
    assert one(write(tmp_path, text)).documents[0].text == "Sepsis\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (attached(pdf(("words",), password="secret"), "PDF"), "encrypted"),
        (attached(pdf((),), "PDF"), "text layer"),
        (attached(b"JVBERi0x...", "PDF").replace("SlZCRVJp", "...."), "no whole base64"),
        (attached(pdf(("words",)), "PDF")[:-101] + "||||||F\r", "base64"),
        (attached(b"\xff\xd8\xff\xe0 picture", "JPEG"), "image (JPEG)"),
        (attached(b"MZ\x90\0 program", "octet-stream"), "binary"),
        (attached(b"", "PDF"), "without data"),
        (attached(b'<!DOCTYPE x [<!ENTITY a "bbbb">]><ClinicalDocument>&a;</ClinicalDocument>', "xml"), "DTD"),
    ],
)
def test_an_attachment_that_cannot_be_read_refuses_its_message(tmp_path: Path, text: str, says: str) -> None:
    assert says in fails(write(tmp_path, text))


def test_messages_of_one_visit_are_one_episode(tmp_path: Path) -> None:
    admitted = message("ADT^A01", "A1", stay=visit(f45=""))
    result = message("ORU^R01", "R1", "OBR|1|7|8|XR^Chest X-ray|||20250302|||||||||||||||||RAD",
                     "OBX|1|TX|XR^Chest X-ray||Consolidation in the left lower lobe.||||||F", "NTE|1||Reported by Dr Q")
    blood = message("ORU^R01", "R2", "OBR|1|9|10|FBC^Full blood count|||20250302",
                    "OBX|1|NM|HB^Haemoglobin||92|g/L|115-165|L|||F", "OBX|2|NM|PLT^Platelets||210|g/L|||||F")  # fmt: skip
    left = message("ADT^A03", "A2")
    episode = one(write(tmp_path, admitted, result, blood, summary(), left))
    assert episode.discharge_date == dt.date(2025, 3, 6)
    assert [(d.name, d.type) for d in episode.documents] == [
        ("feed.hl7#R1", "radiology_report"), ("feed.hl7#R2", "test_result"), ("feed.hl7#M1", "discharge_summary"),
    ]  # fmt: skip
    assert episode.documents[0].text == "Chest X-ray\nConsolidation in the left lower lobe.\nReported by Dr Q\n"
    assert "Haemoglobin: 92 g/L (115-165) low\nPlatelets: 210 g/L\n" in episode.documents[1].text


def test_a_later_version_of_a_document_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    first, second = summary("M1", "Query pneumonia"), summary("M2", "Pneumonia excluded", event="T10")
    (document,) = one(write(tmp_path, first, second)).documents
    assert "excluded" in document.text
    taken_back = one(write(tmp_path, first, summary("M3", event="T11")))
    assert (taken_back.admission, taken_back.documents) == (False, ())
    other = summary("M4", "Addendum", number="D2")
    assert len(one(write(tmp_path, first, other)).documents) == 2


def test_two_reports_of_one_order_in_one_message_are_both_kept(tmp_path: Path) -> None:
    report = ("OBR|1|7|8|H^Histology", "OBX|1|TX|||Part one||||||F", "OBR|2|7|8|H^Histology", "OBX|1|TX|||Part two||||||F")
    episode = one(write(tmp_path, message("ORU^R01", "R1", *report)))
    assert [(d.type, d.text.splitlines()[1]) for d in episode.documents] == [("histology", "Part one"), ("histology", "Part two")]


def test_text_of_rows_keeps_what_the_sender_wrote(tmp_path: Path) -> None:
    lines = r"Fall\T\collapse\.br\BP 90\F\60 \H\low\N\ caf\XE9\ C:\Temp\x & ^ end~second line"
    text = one(write(tmp_path, summary("M1", lines))).documents[0].text
    assert text == "Discharge summary\nFall&collapse\nBP 90|60 low café C:\\Temp\\x & ^ end\nsecond line\n"


def test_rows_with_labels_become_sections(tmp_path: Path) -> None:
    told = (("D^Diagnosis", "Sepsis"), ("C^Clinical course", "Improved."), ("C^Clinical course", "Home."))
    rows = [f"OBX|{number}|FT|{label}||{words}||||||F" for number, (label, words) in enumerate(told, start=1)]
    (document,) = one(write(tmp_path, message("MDM^T02", "M1", "TXA|1|DS|TX|||||||||D1", *rows))).documents
    assert document.text == "Diagnosis\nSepsis\nClinical course\nImproved.\nHome.\n"
    assert [document.text[h.start : h.end] for h in document.headings] == ["Diagnosis", "Clinical course"]


def test_coded_lists_of_an_adt_are_entries_with_their_place(tmp_path: Path) -> None:
    lists = ("AL1|1||^Penicillin", "DG1|1||I21.4^Acute subendocardial infarction^I10|||F",
             "DG1|2||^Chest pain||20250301|A", "PR1|1||K75.1^Stent^OPC4||20250302")  # fmt: skip
    (document,) = one(write(tmp_path, message("ADT^A03", "A1", *lists))).documents
    assert [(e.system, e.code, e.path, e.role) for e in document.entries] == [
        ("icd10", "I21.4", "DG1[1]-3", "problem"), ("opcs4", "K75.1", "PR1[1]-3", "procedure"),
    ]  # fmt: skip
    assert [h.title for h in document.headings] == ["Diagnosis", "Admitting diagnosis", "Procedures", "Allergies"]


@pytest.mark.parametrize(
    ("stay", "kind", "note"),
    [
        (visit(f2="O"), "ORU^R01", "outpatient"),
        (visit(f2="E"), "ORU^R01", "emergency care only"),
        (visit(f2="P"), "ORU^R01", "pre-admission"),
        (visit(f2="N"), "ORU^R01", "do not say"),
        (STAY, "ADT^A11", "cancelled"),
        (STAY, "OML^O21", "an order (OML^O21)"),
        (STAY, "SIU^S12", "a message (SIU^S12)"),
    ],
)
def test_what_is_no_admission_says_why(tmp_path: Path, stay: str, kind: str, note: str) -> None:
    rows = ("OBR|1|7|8|XR^Chest", "OBX|1|TX|||Clear.||||||F")
    episode = one(write(tmp_path, message(kind, "X1", *rows, stay=stay)))
    assert not episode.admission
    assert note in episode.note


def test_administrative_messages_alone_are_nothing_to_code_from(tmp_path: Path, coder: Coder) -> None:
    episode = one(write(tmp_path, message("ADT^A01", "A1")))
    assert (episode.admission, episode.note) == (False, "administrative messages only: no document to code from")
    assert coder.code(episode).diagnoses == []


def test_a_discharge_summary_tells_of_an_admission_where_the_visit_says_nothing(tmp_path: Path) -> None:
    assert one(write(tmp_path, summary(stay=visit(f2="U")))).admission


def test_good_and_bad_messages_in_one_file(tmp_path: Path) -> None:
    other = summary("M5").replace("V100", "V200").replace("K7788", "K1234").replace("9990001014", "9990001022")
    path = write(
        tmp_path,
        "words before any message\n",
        summary("M1"),
        header("MDM^T02", "M2") + "\r",  # cut short after its header
        "MSH|^~\\&|PAS|RZZ|||20250306||MDM^T02||P|2.4\r" + PID + "\r",  # without a control id
        attached(b"not a PDF", "PDF", control="M4"),
        other,
        summary("M1"),  # sent twice
    )
    items = list(read_episodes(path))
    errors = [item for item in items if isinstance(item, ReadError)]
    episodes = [item for item in items if isinstance(item, Episode)]
    assert [error.place.rpartition(":")[2].split()[0] for error in errors] == ["1", "8", "9", "11"]
    assert [(e.id, len(e.documents)) for e in episodes] == [("V100", 1), ("V200", 1)]
    assert episodes[0].warnings == ("1 of the messages of this visit could not be read",)
    assert read_text(path, "feed.hl7#M5") == episodes[1].documents[0].text


def test_two_patients_are_never_one_visit(tmp_path: Path) -> None:
    stranger = summary("M2").replace("K7788", "K9999").replace("9990001014", "9990001022")
    (error, episode) = read_episodes(write(tmp_path, summary("M1"), stranger))
    assert isinstance(error, ReadError) and "another patient" in str(error)
    assert isinstance(episode, Episode) and len(episode.documents) == 1


def test_batches_and_frames(tmp_path: Path) -> None:
    framed = "FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r\x0b" + summary("M1") + "\x1c\r" + summary("M2", number="D2") + "BTS|2\rFTS|1\r"
    assert len(one(write(tmp_path, framed)).documents) == 2
    short = "BHS|^~\\&|PAS\r" + summary("M1") + "BTS|3\r"
    error, episode = read_episodes(write(tmp_path, short))
    assert "its trailer says 3 messages, 1 came" in str(error)
    assert isinstance(episode, Episode)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_kind(tmp_path: Path, ending: str) -> None:
    text = summary("M1").replace("\r", ending)
    assert "pneumonia" in one(write(tmp_path, text, name="feed.txt")).documents[0].text


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("", "cp1252"), ("", "utf-8"), ("ASCII", "cp1252"),
        ("UNICODE", "utf-16"),
    ],
)
def test_character_sets(tmp_path: Path, charset: str, codec: str) -> None:
    row = ("TXA|1|DS", "OBX|1|TX|||Ménière's disease||||||F")
    data = message("MDM^T02", "M1", *row, charset=charset).encode(codec)
    assert "Ménière's" in one(write(tmp_path, data)).documents[0].text


@pytest.mark.parametrize(("charset", "says"), [("UNICODE UTF-8", "not in the character set"), ("KLINGON", "not known here")])
def test_a_wrong_character_set_is_refused(tmp_path: Path, charset: str, says: str) -> None:
    row = ("TXA|1|DS", "OBX|1|TX|||Ménière's disease||||||F")
    assert says in fails(write(tmp_path, message("MDM^T02", "M1", *row, charset=charset).encode("cp1252")))


@pytest.mark.parametrize("head", ["MSH|^~\\&", "MSH|||", "MSH", "MSH|||||||", "MSH|^^~\\&|A|B|C|D|1||ORU^R01|1|"])
def test_headers_that_are_none(tmp_path: Path, head: str) -> None:
    assert "MSH" in fails(write(tmp_path, head + "\r" + PID)) or head == "MSH"


def test_a_message_named_by_an_episode_folder(make_folder: object) -> None:
    folder = make_folder({"mdm.hl7": summary()})  # type: ignore[operator]
    (document,) = one(folder).documents
    assert (document.name, document.type) == ("mdm.hl7", "ward_round")
    two = make_folder({"mdm.hl7": summary() + summary("M2", number="D2")}, name="two")  # type: ignore[operator]
    (error,) = read_episodes(two)
    assert "with 2 documents" in str(error)


def test_other_words_under_the_suffix(tmp_path: Path) -> None:
    assert "outside of any message" in fails(write(tmp_path, "words"))


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hl7", None)
    assert "pip install 'fourstep[messages]'" in fails(write(tmp_path, summary()))


def test_a_message_made_to_fill_the_memory(tmp_path: Path) -> None:
    assert "more than 250,000 fields" in fails(write(tmp_path, summary() + "OBX" + "|" * 300_000))


def test_a_control_id_used_twice_leaves_the_documents_apart(tmp_path: Path) -> None:
    path = write(tmp_path, summary("M1"), summary("M1", "Addendum", number="D2"))
    episode = one(path)
    assert [document.name for document in episode.documents] == ["feed.hl7#M1", "feed.hl7#M1 (2)"]
    assert read_text(path, "feed.hl7#M1 (2)") == episode.documents[1].text


def test_a_message_of_several_patients_is_set_aside(tmp_path: Path) -> None:
    rows = ("OBX|1|TX|||One||||||F", PID.replace("K7788", "K9999"), "OBX|1|TX|||Two||||||F")
    assert "several patients" in fails(write(tmp_path, message("ORU^R01", "R1", *rows)))


def test_what_is_left_out_is_said_also_where_nothing_else_is_there(tmp_path: Path) -> None:
    rows = ("TXA|1|DS", "OBX|1|RP|||letters/1.pdf^PDF||||||F", "OBX|2|TX|||Wrong patient||||||W")
    episode = one(write(tmp_path, message("MDM^T02", "M1", *rows)))
    assert episode.documents == ()
    assert ["only points to" in episode.warnings[0], "took back" in episode.warnings[1]] == [True, True]
