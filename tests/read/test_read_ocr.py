"""Scanned pages: refused unless text recognition is asked for, and said so where it was used."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pypdfium2
import pytest
from read_makers import fails, one
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from fourstep.coder import Coder
from fourstep.read import read_text

LINES = ("Discharge summary", "Diagnosis: community acquired pneumonia")


@pytest.fixture
def tesseract() -> None:
    if shutil.which("tesseract") is None:
        if os.environ.get("CI"):
            pytest.fail("tesseract is not installed")
        pytest.skip("tesseract is not installed")


def scan(tmp_path: Path, *, layer: bool = False) -> Path:
    """A PDF whose page is a picture of words; with `layer`, a page with a text layer before it."""
    words = io.BytesIO()
    drawing = canvas.Canvas(words)
    drawing.setFont("Helvetica", 20)
    for number, line in enumerate(LINES):
        drawing.drawString(72, 700 - 40 * number, line)
    drawing.save()
    picture = pypdfium2.PdfDocument(words.getvalue())[0].render(scale=3).to_pil()
    path = tmp_path / "scan.pdf"
    drawing = canvas.Canvas(str(path))
    if layer:
        drawing.drawString(72, 700, "PMH: COPD")
        drawing.showPage()
    drawing.drawImage(ImageReader(picture), 0, 0, *drawing._pagesize)
    drawing.save()
    return path


def test_a_scan_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    assert "FOURSTEP_OCR=1" in fails(scan(tmp_path))


def test_a_scan_is_read_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tesseract: None, coder: Coder
) -> None:
    monkeypatch.setenv("FOURSTEP_OCR", "1")
    path = scan(tmp_path)
    episode = one(path)
    assert episode.warnings == ("page 1 of the PDF read by text recognition: check against the scan",)
    text = read_text(path)
    assert [line for line in text.splitlines() if line] == list(LINES)
    (code,) = coder.code(episode).diagnoses
    assert code.code == "J18.9"
    assert all(text[words.start : words.end] == words.text for words in code.evidence)


def test_pages_with_a_text_layer_are_not_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tesseract: None) -> None:
    monkeypatch.setenv("FOURSTEP_OCR", "on")
    episode = one(scan(tmp_path, layer=True))
    assert episode.warnings == ("page 2 of the PDF read by text recognition: check against the scan",)
    assert episode.documents[0].text.startswith("PMH: COPD")


def test_an_empty_page_stays_without_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tesseract: None) -> None:
    monkeypatch.setenv("FOURSTEP_OCR", "1")
    path = tmp_path / "empty.pdf"
    drawing = canvas.Canvas(str(path))
    drawing.showPage()
    drawing.save()
    assert "finds no words" in fails(path)


def test_without_tesseract_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURSTEP_OCR", "1")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "tesseract-ocr" in fails(scan(tmp_path))
