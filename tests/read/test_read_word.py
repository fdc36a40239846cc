"""Word and RTF to text."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from read_makers import fails, one

from fourstep.read import read_text, word

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write(tmp_path: Path, data: bytes, name: str = "note.docx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def repacked(data: bytes, name: str, content: bytes | None) -> bytes:
    """The package with one part replaced, or left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        if content is not None:
            new.writestr(name, content)
    return buffer.getvalue()


def test_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Operation note", 0)
    document.add_heading("Findings", 1)
    document.add_paragraph("Perforated appendix\twith pus")
    document.add_paragraph("Washed out", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["Surgeon", "A Example", "Count", "correct"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("Plan: home")
    path = write(tmp_path, saved(document))
    (found,) = one(path).documents
    assert found.text == (
        "Operation note\nFindings\nPerforated appendix\twith pus\n- Washed out\n"
        "Surgeon | A Example\nCount | correct\nPlan: home\n"
    )
    assert [found.text[h.start : h.end] for h in found.headings] == ["Operation note", "Findings"]
    assert read_text(path) == found.text


def test_insertions_and_controls_count_and_deletions_do_not(tmp_path: Path) -> None:
    document = docx.Document()
    body = document.element.body
    for xml in (
        f"<w:p {W}><w:r><w:t>Right </w:t></w:r>"
        f"<w:del w:id='1' w:author='a'><w:r><w:delText>left</w:delText></w:r>"
        f"</w:del><w:ins w:id='2' w:author='a'><w:r><w:t>hip</w:t></w:r></w:ins></w:p>",
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    ):
        body.insert(len(body) - 1, parse_xml(xml))
    assert read_text(write(tmp_path, saved(document))) == "Right hip\nIn a control\n"


def test_a_document_without_words(tmp_path: Path) -> None:
    assert "no text" in fails(write(tmp_path, saved(docx.Document())))


def test_damaged_and_foreign_packages(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("words " * 500)
    good = saved(document)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("a.txt", "words")
    assert "cut short" in fails(write(tmp_path, good[: len(good) // 2]))
    assert "not a Word file" in fails(write(tmp_path, other.getvalue()))
    assert "not a Word file" in fails(write(tmp_path, b"plain words"))
    assert "damaged" in fails(write(tmp_path, repacked(good, "word/document.xml", b"<w:document")))
    assert "damaged" in fails(write(tmp_path, repacked(good, "[Content_Types].xml", None)))
    assert "encrypted" in fails(write(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)))


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>'
    data = repacked(saved(docx.Document()), "word/document.xml", bomb)
    assert "DTD" in fails(write(tmp_path, data))


def test_a_package_that_unpacks_to_more_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word, "_MAX_UNPACKED", 1000)
    assert "limit" in fails(write(tmp_path, saved(docx.Document())))


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Temp 38\'b0C\par "
    rb"{\b Diagnosis:} cellulitis \{left\} leg\par "
    rb"\trowd\cellx1000\cellx2000 Drug\cell Flucloxacillin\cell\row}"
)


def test_rtf(tmp_path: Path) -> None:
    text = read_text(write(tmp_path, RTF, "note.rtf"))
    assert text.splitlines()[:2] == ["Temp 38\u00b0C", "Diagnosis: cellulitis {left} leg"]
    assert "Drug | Flucloxacillin" in text


@pytest.mark.parametrize(
    ("data", "message"),
    [(RTF[:90], "cut short"), (b"words", "not an RTF"), (rb"{\rtf1\ansi }", "no text")],
)
def test_broken_rtf(tmp_path: Path, data: bytes, message: str) -> None:
    assert message in fails(write(tmp_path, data, "note.rtf"))
