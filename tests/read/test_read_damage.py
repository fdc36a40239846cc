"""Files damaged at random: an episode or an error, never anything else, and no word of the record in it."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path

import docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from read_makers import FIXTURES
from reportlab.pdfgen import canvas

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read import read_episodes
from hl7_makers import attached, summary

SECRET = "Featherstonehaugh"


@cache
def whole(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "pdf":
        drawing = canvas.Canvas(buffer, pageCompression=0)
        drawing.drawString(72, 700, f"Seen by Dr {SECRET}")
        drawing.save()
    elif kind == "docx":
        document = docx.Document()
        document.add_paragraph(f"Seen by Dr {SECRET}")
        document.save(buffer)
    elif kind == "rtf":
        buffer.write(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Seen by Dr " + SECRET.encode() + rb"\'e9\par}")
    elif kind == "html":
        buffer.write(f"<html><body><table><tr><td>Dr</td><td>{SECRET}</td></tr></table>".encode())
    elif kind == "hl7":
        buffer.write((summary("M1", f"Seen by Dr {SECRET}") + attached(whole("pdf"), "PDF")).encode())
    elif kind == "cda.xml":
        buffer.write((Path(__file__).parent / "cda_fixtures" / "discharge.xml").read_bytes().replace(b"Lung", SECRET.encode()))
    elif kind == "xml":
        buffer.write((FIXTURES / "itk3_stu3_discharge.xml").read_bytes().replace(b"Tripped", SECRET.encode()))
    else:
        buffer.write((FIXTURES / "ukcore_r4_discharge.json").read_bytes().replace(b"cough", SECRET.encode()))
    return buffer.getvalue()


#: A profile that asks for more gets more.
most = max(200, settings.default.max_examples if settings.default else 0)


@settings(deadline=None, max_examples=most, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["pdf", "docx", "rtf", "html", "xml", "json", "hl7", "cda.xml"]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), min_size=1, max_size=4),
    cut=st.one_of(st.none(), st.integers(0, 10**6)),
)
def test_damage_never_escapes(kind: str, changes: list[tuple[int, bytes]], cut: int | None) -> None:
    data = bytearray(whole(kind))
    for place, new in changes:
        start = place % len(data)
        data[start : start + 2] = new
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, f"record.{kind}")
        path.write_bytes(data[: cut % len(data)] if cut is not None else data)
        for item in read_episodes(path):
            assert isinstance(item, Episode | ReadError)
            if isinstance(item, ReadError):
                assert SECRET not in str(item)
                assert "record" in str(item)
