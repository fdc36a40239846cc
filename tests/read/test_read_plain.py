"""Plain text: encodings, limits, what is no text."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_makers import fails, one

from fourstep.errors import ReadError
from fourstep.read import read_text, source


def write(tmp_path: Path, data: bytes, name: str = "note.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["note.txt", "note.md", "note.text"])
def test_a_text_file_is_an_episode_called_by_its_stem(tmp_path: Path, name: str) -> None:
    episode = one(write(tmp_path, b"AF, on apixaban", name))
    assert (episode.id, episode.documents[0].name) == ("note", name)
    assert episode.documents[0].text == "AF, on apixaban"
    assert episode.admission


def test_line_ends_are_kept(tmp_path: Path) -> None:
    assert read_text(write(tmp_path, b"a\r\nb\rc\n\n")) == "a\r\nb\rc\n\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_not_text(tmp_path: Path, encoding: str) -> None:
    episode = one(write(tmp_path, "38 \u00b0C \U0001f912".encode(encoding)))
    assert episode.documents[0].text == "38 \u00b0C \U0001f912"
    assert episode.warnings == ()


def test_big_endian_utf16(tmp_path: Path) -> None:
    assert read_text(write(tmp_path, b"\xfe\xff" + "caf\u00e9".encode("utf-16-be"))) == "caf\u00e9"


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    episode = one(write(tmp_path, "38\u00b0C \u2013 \u201cfit\u201d \u20ac".encode("cp1252")))
    assert episode.documents[0].text == "38\u00b0C \u2013 \u201cfit\u201d \u20ac"
    assert episode.warnings == (source.WARN_CP1252,)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"words\0more", "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"fine \x81\x8d", "UTF-8 or Windows-1252"),
        (b"\xff\xfe\x41", "UTF-16"),
        (b"\xef\xbb\xbfcaf\xe9", "UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Word"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = write(tmp_path, data)
    assert message in fails(path)
    with pytest.raises(ReadError, match=message):
        read_text(path)


@pytest.mark.parametrize("opening", [b"", b"\x0b", b"\xef\xbb\xbf"])
def test_hl7_v2_messages_are_known_by_their_first_bytes(tmp_path: Path, opening: bytes) -> None:
    message = b"MSH|^~\\&|LAB|RX1|EPR|RX1|20250101||ORU^R01^ORU_R01|7|P|2.5.1\rPID|||9990000018||TEST^Ann\r"
    assert one(write(tmp_path, opening + message)).id == "7"


def test_importing_the_readers_loads_none_of_the_libraries_behind_them() -> None:
    heavy = "{'lxml', 'docx', 'pypdfium2', 'striprtf', 'json'}"
    program = f"import sys, fourstep.read; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pdf_under_the_name_of_a_text_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    assert "PDF" in fails(write(tmp_path, b"%PDF-1.4\n cut"))


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    assert "not a kind of file that is read" in fails(write(tmp_path, b"words", "note.xyz"))


def test_a_file_above_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    assert "limit" in fails(write(tmp_path, b"eleven byte"))
    assert one(write(tmp_path, b"ten bytes!")).documents[0].text == "ten bytes!"


def test_something_that_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not an ordinary file" in fails(tmp_path / "pipe.txt")


def test_a_large_text_is_read_in_a_moment(tmp_path: Path) -> None:
    path = write(tmp_path, b"No chest pain. Obs stable.\r\n" * 1_800_000)
    start = time.perf_counter()
    assert len(read_text(path)) == path.stat().st_size
    assert "2,000,000 characters" in fails(path)
    assert time.perf_counter() - start < 5


@given(st.binary(min_size=1))
def test_bytes_are_text_or_an_error(data: bytes) -> None:
    try:
        text, _ = source.decode(data, "file")
    except ReadError:
        return
    assert text
