"""PDF to text."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from read_makers import fails, one
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from fourstep.read import read_text


def pdf(*pages: tuple[str, ...], password: str = "") -> bytes:
    """A PDF with one page for each tuple of lines."""
    buffer = io.BytesIO()
    encrypt = pdfencrypt.StandardEncryption(password) if password else None
    drawing = canvas.Canvas(buffer, encrypt=encrypt)
    for lines in pages:
        for number, line in enumerate(lines):
            drawing.drawString(72, 760 - 16 * number, line)
        drawing.rect(10, 10, 20, 20)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def write(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "summary.pdf"
    path.write_bytes(data)
    return path


def test_lines_and_pages(tmp_path: Path) -> None:
    path = write(tmp_path, pdf(("Discharge summary", "Community acquired pneumonia"), ("PMH: COPD",)))
    episode = one(path)
    assert episode.id == "summary"
    lines = episode.documents[0].text.splitlines()
    assert lines == ["Discharge summary", "Community acquired pneumonia", "PMH: COPD"]
    assert read_text(path) == episode.documents[0].text


def test_a_page_without_text_warns(tmp_path: Path) -> None:
    episode = one(write(tmp_path, pdf(("words",), ())))
    assert "page 2" in episode.warnings[0]


def test_a_scan_has_no_text(tmp_path: Path) -> None:
    assert "text layer" in fails(write(tmp_path, pdf((), ())))


def test_an_encrypted_file(tmp_path: Path) -> None:
    assert "encrypted" in fails(write(tmp_path, pdf(("words",), password="secret")))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_cut_short(tmp_path: Path, kept: float) -> None:
    whole = pdf(("Discharge summary",), ("more",))
    assert "cut short" in fails(write(tmp_path, whole[: int(len(whole) * kept)]))


@pytest.mark.parametrize("data", [b"words", b"%PDF-1.7\nnothing\n%%EOF"])
def test_what_only_calls_itself_a_pdf(tmp_path: Path, data: bytes) -> None:
    fails(write(tmp_path, data))
