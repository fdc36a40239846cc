"""The further files of a release: tables of equivalences, what is passed over, what stops the import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from release_layouts import ICD10_NAME, OPCS4_NAME

from fourstep.books import BookError, books_on
from fourstep.books.releases import import_release, list_books

Write = Callable[[str, list[str]], Path]


def test_a_table_of_equivalences_says_what_stands_for_a_code(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    table = ["OPCS-4.10 CODE\tDESCRIPTION\tOPCS-4.11 CODE", "A99.9\tWas so\tA98.1 A98.9", "B99.9\tWas so\t", "A981\tStays\tA981"]
    write("OPCS411 ToCE Forward Nov 2025.txt", table)
    report = import_release(path.parent)
    assert [f.name for f in report.files] == [OPCS4_NAME, "OPCS411 ToCE Forward Nov 2025.txt"]
    _, book, _ = books_on(None)
    with pytest.raises(BookError, match=r"A99\.9 is not in .*; the table of equivalences has A98\.1 A98\.9$"):
        book.get("A99.9")
    with pytest.raises(BookError, match="nothing that stands for it"):
        book.get("B99.9")
    with pytest.raises(BookError, match=r"C99\.9 is not in <opcs4 4\.11, [^;]*$"):
        book.get("C99.9")


def test_icd10_has_its_table_too(write: Write, icd10_lines: list[str]) -> None:
    path = write(ICD10_NAME, icd10_lines)
    write("ICD10 Table of Equivalences.txt", ["ICD-10 4th Edition\tICD-10 5th Edition", "K51.1\tK51.8"])
    import_release(path.parent)
    with pytest.raises(BookError, match=r"table of equivalences has K51\.8"):
        books_on(None)[0].get("K51.1")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (["OLD CODE\tTARIFF\tNEW CODE", "A99.9\t1\tA98.1"], "not a table of equivalences that is known: TARIFF"),
        (["OLD CODE\tTITLE", "A99.9\tx"], "fewer than two columns of codes"),
        (["OLD CODE\tNEW CODE", "A99.9"], r"txt:2: 1 columns, not 2: half a file"),
        (["OLD CODE\tNEW CODE", "hip\tA98.1"], r"txt:2: 'hip' is no code"),
        (["OLD CODE\tNEW CODE", "A99.9\thip"], r"txt:2: 'hip' is no code"),
    ],
)
def test_a_wrong_table_stops_the_import(write: Write, opcs4_lines: list[str], table: list[str], message: str) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    write("OPCS411 ToCE.txt", table)
    with pytest.raises(BookError, match=message):
        import_release(path.parent)
    assert list_books() == []
    import_release(path)  # the codes and titles alone


def test_an_unknown_table_stops_the_import(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    write("Readme first.txt", ["Thank you"])
    assert import_release(path.parent).edition == "4.11", "a readme is no table"
    write("OPCS411 Groups.txt", ["GROUP\tCODE", "G1\tA98.1"])
    with pytest.raises(BookError, match=r"OPCS411 Groups\.txt: a table that is not known"):
        import_release(path.parent)


def test_two_lists_of_codes_are_not_chosen_between(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    write("OPCS410 CodesAndTitles Nov 2022 V1.0.txt", opcs4_lines)
    with pytest.raises(BookError, match="a second list of codes"):
        import_release(path.parent)
    assert list_books() == []


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_broken_archive_is_refused(write: Write, opcs4_lines: list[str], tmp_path: Path, damage: str) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    archive = tmp_path / "opcs4df.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        file.write(path, path.name)
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2] if damage == "cut" else data.replace(b"title of B", b"titel of B"))
    with pytest.raises(BookError, match="half-copied" if damage == "cut" else "CRC"):
        import_release(archive)
    assert list_books() == []
