"""Importing official releases: what they bring, and what stops them."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from release_layouts import ICD10_NAME, OPCS4_NAME

from fourstep.books import BookError, Icd10, books_on, claml
from fourstep.books.releases import import_release, list_books, remove_book

Write = Callable[[str, list[str]], Path]
AFTER_APRIL_2026 = dt.date(2026, 5, 1)


def test_opcs4_release_takes_its_place(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    report = import_release(path.parent)
    assert (report.book, report.edition) == ("opcs4", "4.11")
    _, book, messages = books_on(AFTER_APRIL_2026)
    assert (book.edition, book.whole, messages) == ("4.11", True, [])
    assert book.title("a981") == "Official title of A98.1"
    assert book.get("A98.1").parent == "A98" and book.get("A98").parent == "A"
    (listed,) = list_books()
    assert listed.name == "opcs4-4.11"
    assert listed.files[0].name == path.name and listed.files[0].size == path.stat().st_size
    assert listed.path.stat().st_mode & 0o222 == 0, "read-only"


def test_undoing_an_import(write: Write, opcs4_lines: list[str]) -> None:
    import_release(write(OPCS4_NAME, opcs4_lines))
    remove_book("opcs4-4.11")
    assert list_books() == []
    assert len(books_on(AFTER_APRIL_2026)[2]) == 1
    with pytest.raises(BookError, match="no book"):
        remove_book("opcs4-4.11")
    with pytest.raises(BookError, match="no book"):
        remove_book("../cache/other")


def test_a_newer_import_supersedes(write: Write, opcs4_lines: list[str]) -> None:
    import_release(write(OPCS4_NAME, opcs4_lines))
    changed = [line.replace("Official", "Corrected") for line in opcs4_lines]
    report = import_release(write(OPCS4_NAME, changed))
    assert report.replaced.startswith("the import of")
    assert len(list_books()) == 1
    assert books_on(AFTER_APRIL_2026)[1].title("A98.1").startswith("Corrected")


def test_a_zip_archive_is_read_as_it_comes(write: Write, opcs4_lines: list[str], tmp_path: Path) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    with zipfile.ZipFile(tmp_path / "opcs4df.zip", "w") as archive:
        archive.write(path, f"OPCS411 Data files txt/{path.name}")
    assert import_release(tmp_path / "opcs4df.zip").edition == "4.11"


def test_opcs4_metadata_adds_sex_limits(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    header = "CODE\tDESCRIPTION\tSTATUS_OF_OPERATION\tSEX_ABSOLUTE\tSEX_SCRUTINY\tMETHOD_OF_DELIVERY_CODE"
    write(
        "OPCS411 Metadata Nov 2025 V1.0.txt",
        [header, "Q98.1\tx\t\tF\t\t", "N981\tx\t\tM\t\t", "A98.1\tx\t\t\t\t"],
    )
    assert len(import_release(path.parent).files) == 2
    book = books_on(AFTER_APRIL_2026)[1]
    assert [book.get(c).sex for c in ("Q98.1", "N98.1", "A98.1")] == ["female", "male", ""]


def test_unknown_metadata_columns_stop_the_import(write: Write, opcs4_lines: list[str]) -> None:
    path = write(OPCS4_NAME, opcs4_lines)
    write("OPCS411 Metadata Nov 2025 V1.0.txt", ["CODE\tTARIFF", "A98.1\t12"])
    with pytest.raises(BookError, match=r"Metadata.*:1: unknown columns.*TARIFF"):
        import_release(path.parent)
    assert list_books() == []
    import_release(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-40], "half a file"),
        (lambda lines: [x for x in lines if x[0] != "Z"], "chapter Z"),
        (lambda lines: [*lines[:-1], lines[-1][:4]], r"txt:\d+: 1 columns.*half a file"),
        (lambda lines: [*lines, lines[-1]], r"txt:\d+: .* a second time"),
        (lambda lines: [*lines, "Z99.9\tTitle\tmore"], r"txt:\d+: 3 columns"),
        (lambda lines: [*lines, "I99.9\tTitle"], r"txt:\d+: 'I99.9' is not an OPCS-4 code"),
        (lambda lines: [*lines, "Z99.95\tTitle"], r"txt:\d+: 'Z99.95' is not"),
    ],
)
def test_broken_opcs4_files_change_nothing(
    write: Write, opcs4_lines: list[str], change: Callable[[list[str]], list[str]], message: str
) -> None:
    import_release(write(OPCS4_NAME, opcs4_lines))
    before = list_books()
    with pytest.raises(BookError, match=message):
        import_release(write(OPCS4_NAME, change(opcs4_lines)))
    assert list_books() == before
    assert len(list(before[0].path.parent.iterdir())) == 1, "nothing half-written is left"


@pytest.mark.parametrize(
    ("name", "edition", "message"),
    [
        ("codes.txt", "", "which edition"),
        (OPCS4_NAME, "4.10", r"OPCS-4\.11, not OPCS-4\.10"),
        ("OPCS499 CodesAndTitles.txt", "", "not known"),
    ],
)
def test_the_edition_must_be_clear(
    write: Write, opcs4_lines: list[str], name: str, edition: str, message: str
) -> None:
    with pytest.raises(BookError, match=message):
        import_release(write(name, opcs4_lines), edition=edition)


def test_an_edition_may_be_named(write: Write, opcs4_lines: list[str]) -> None:
    assert import_release(write("codes.txt", opcs4_lines), edition="4.10").edition == "4.10"
    assert books_on(dt.date(2024, 1, 1))[1].whole


def test_icd10_release_takes_its_place(write: Write, icd10_lines: list[str]) -> None:
    rows = [
        "M90.0\tM9001\tASTERISK\t2\tBone\t\tShoulder\t\t\t\t\t",
        "Z98.8\tZ988\tDEFAULT\t3\tState\tWith Words\t\t\t1\t15\t45\t",
    ]
    kept = [line for line in icd10_lines if not line.startswith(("Z98.8\t", "U07"))]
    report = import_release(write(ICD10_NAME, [*kept, *rows, "\t" * 11, "Acknowledged." + "\t" * 11]))
    assert (report.book, report.edition) == ("icd10", "5")
    book = books_on(AFTER_APRIL_2026)[0]
    assert book.source == ICD10_NAME
    assert book.title("I10") == "Title of I10X"
    assert book.get("I10").parent == "I10-I15"
    assert book.title("S72.00") == "Title of S720: closed", "our fifth characters still compose"
    assert book.title("M90.01") == "Bone: shoulder"
    limited = book.get("Z98.8")
    assert (limited.title, limited.sex, limited.min_age, limited.max_age) == (
        "State: with Words",
        "female",
        15,
        45,
    )
    assert "U07.1" in book, "emergency codes that an older release cannot have are kept"
    assert report.notes


def test_places_stay_the_uks(write: Write, icd10_lines: list[str]) -> None:
    row = "W26.0\tW260\tDEFAULT\t3\tA knife\t\t\t\t\t\t\t"
    import_release(write(ICD10_NAME, [*icd10_lines, row]))
    assert books_on(None)[0].title("W26.0") == "Title of W26: home"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[: len(lines) // 2], "half a file"),
        (lambda lines: [*lines[:-1], lines[-1][:20]], r"txt:\d+: \d columns, not 12: half a file"),
        (lambda lines: [lines[0] + "\tTARIFF", *lines[1:]], r"txt:1: .*TARIFF"),
        (lambda lines: [lines[0].replace("GENDER_MASK", "SEX"), *lines[1:]], r"txt:1: .*SEX"),
        (lambda lines: [*lines, "I84.0\tI840\tDEFAULT\t3\tPiles" + "\t" * 7], "4th Edition"),
        (lambda lines: [*lines, "Q00.1\tQ001\tNEW\t3\tTitle" + "\t" * 7], r"unknown USAGE 'NEW'"),
        (lambda lines: [*lines, "Z99.7\tZ997\tDEFAULT\t3\tTitle\t\t\t\t7\t\t\t"], "unknown GENDER_MASK"),
        (lambda lines: [*lines, "Z99.7\tZ997\tDEFAULT\t3\tTitle\t\t\t\t\tfive\t\t"], "not an age"),
        (lambda lines: [*lines, "Z99.7\tZ986\tDEFAULT\t3\tTitle" + "\t" * 7], "differ"),
        (lambda lines: [*lines, lines[-1]], "a second time"),
        (lambda lines: [*lines, "\t" * 11, lines[-1]], "after the empty line"),
    ],
)
def test_broken_icd10_files_are_refused(
    write: Write, icd10_lines: list[str], change: Callable[[list[str]], list[str]], message: str
) -> None:
    with pytest.raises(BookError, match=message):
        import_release(write(ICD10_NAME, change(icd10_lines)))
    assert list_books() == []


def test_files_in_no_known_layout(write: Write, tmp_path: Path) -> None:
    with pytest.raises(BookError, match="no file in a layout"):
        import_release(write("readme.txt", ["Read me first"]))
    with pytest.raises(BookError, match="cannot be read"):
        import_release(tmp_path / "nowhere.txt")
    (tmp_path / "binary.txt").write_bytes(b"MZ\0\0")
    with pytest.raises(BookError, match="not a text file"):
        import_release(tmp_path / "binary.txt")


def test_older_releases_are_in_the_windows_code_page(write: Write, icd10_lines: list[str]) -> None:
    path = write(ICD10_NAME, [line.replace("Title of H810", "Menière") for line in icd10_lines])
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    import_release(path)
    assert books_on(None)[0].title("H81.0") == "Menière"


def test_a_damaged_import_says_so(write: Write, opcs4_lines: list[str]) -> None:
    report = import_release(write(OPCS4_NAME, opcs4_lines))
    report.path.chmod(0o644)
    report.path.write_bytes(b"SQLite format 3\0 and then nothing")
    with pytest.raises(BookError, match="import the release again"):
        books_on(AFTER_APRIL_2026)


def _claml(classes: str, year: str = "2016") -> bytes:
    title = f'<Title name="ICD-10-EN-{year}" version="{year}">ICD-10</Title>'
    return f'<?xml version="1.0"?>\n<ClaML version="2.0.0">{title}{classes}</ClaML>'.encode()


def _modifier(modifier: str, code: str, title: str) -> str:
    label = f'<Rubric kind="preferred"><Label>{title}</Label></Rubric>'
    return f'<ModifierClass modifier="{modifier}" code="{code}">{label}</ModifierClass>'


def _class(code: str, above: str, title: str, below: tuple[str, ...] = (), more: str = "") -> str:
    kind = "category" if len(code) < 6 and code[1:2].isdigit() else "block"
    subclasses = "".join(f'<SubClass code="{c}"/>' for c in below)
    label = f'<Rubric kind="preferred"><Label xml:lang="en">{title}</Label></Rubric>'
    superclass = f'<SuperClass code="{above}"/>' if above else ""
    return f'<Class code="{code}" kind="{kind}">{superclass}{subclasses}{more}{label}</Class>'


def test_claml_writes_out_fourth_characters() -> None:
    modifiers = _modifier("FOUR", ".0", "With coma") + _modifier("FOUR", ".1", "With other")
    modifiers += _modifier("SITE", "1", "Arm")
    only = '<ModifiedBy code="FOUR"><ValidModifierClass code=".1"/></ModifiedBy>'
    data = _claml(
        _class("E10-E14", "", "Sugar", ("E10", "E11", "E12"), '<ModifiedBy code="FOUR"/>')
        + _class("E10", "E10-E14", "First")
        + _class("E11", "E10-E14", "Second", (), '<ExcludeModifier code="FOUR"/>')
        + _class("E12", "E10-E14", "Third", (), '<ExcludeModifier code="OTHER"/>')
        + _class("M00", "", "Joint", ("M00.0",))
        + _class("M00.0", "M00", "Hot <Term>joint</Term>", (), '<ModifiedBy code="SITE"/>')
        + _class("B15", "", "Some", (), only)
        + modifiers
    )
    year, rows = claml.read_claml(data, "small.xml")
    titles = {code: title for code, _, title in rows}
    assert year == "2016"
    assert titles["E10.0"] == "First: with coma" and titles["E12.1"] == "Third: with other"
    assert not any(code.startswith("E11.") for code in titles)
    assert [c for c in titles if c.startswith("B15")] == ["B15", "B15.1"]
    assert titles["M00.0"] == "Hot joint" and "M00.01" not in titles


def test_whole_claml_is_imported(tmp_path: Path, icd: Icd10) -> None:
    classes = "".join(
        _class(code.removesuffix(".X"), str(row[1]), "Titel" if code == "I10.X" else "Other")
        for code, row in icd.rows.items()
    )
    (tmp_path / "icd10.xml").write_bytes(_claml(classes))
    report = import_release(tmp_path / "icd10.xml")
    assert report.edition == "5"
    book = books_on(None)[0]
    assert book.title("I10") == "Titel"
    assert book.get("F00.9").kind == "asterisk" and book.get("C61").sex == "male"
    assert book.title("S72.01") == "Other: open"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_claml(_class("A00", "", "Cholera")), "half a file"),
        (_claml(_class("A00", "", "Cholera"), "2008"), "not WHO's ICD-10"),
        (_claml("")[:-8], r"small\.xml:\d+: broken XML"),
        (_claml(""), "no classes"),
    ],
)
def test_broken_claml_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "small.xml").write_bytes(data)
    with pytest.raises(BookError, match=message):
        import_release(tmp_path / "small.xml")
