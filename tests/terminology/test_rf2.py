"""SNOMED CT of the UK Edition: what a snapshot brings, and what stops it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fourstep.books.releases import list_books, remove_book
from fourstep.errors import BookError
from fourstep.terminology import layer
from fourstep.terminology.imports import import_any
from fourstep.terminology.maps import codes_for
from terminology_makers import MAP_COLUMNS, Rows, concept, mapped, rf2, table, word

Change = Callable[[Rows, Rows, Rows], None]


def test_names_lead_to_the_codes_of_the_map(tmp_path: Path) -> None:
    (report,) = import_any(rf2(tmp_path))
    assert (report.book, report.edition, report.replaced) == ("snomed", "20260401", "nothing")
    found = {(s.phrase, s.kind, s.codes, s.sex) for s in layer.synonyms(report.path)}
    assert ("Zorblat glandular overgrowth", "problem", ("E04.9",), "") in found, "without the tag of the full name"
    assert ("Zorblatian gland overgrowth", "problem", ("E04.9",), "") in found
    assert ("Removal of zorblat tissue from thyroid", "procedure", ("B08.9",), "") in found
    assert ("Fribble quimbliosis", "problem", ("E14.4D", "G63.2A"), "") in found, "groups in their order"
    assert ("Quimbly pelvic pouch", "problem", ("N83.2",), "female") in found
    assert ("Quimbly pelvic pouch", "problem", ("N50.8",), "male") in found
    words = {s[0] for s in found}
    assert words.isdisjoint(("Vexatious fribble of infancy", "Long gone fribble", "Gland too big, old name")), words
    assert not any("Drüsen" in w for w in words)


@pytest.mark.parametrize(
    ("concept", "sex", "codes"),
    [
        ("111001", "", ("E04.9",)),
        ("111002", "female", ("N83.2",)),
        ("111002", "male", ("N50.8",)),
        ("111002", "", ()),
        ("111003", "female", ()),
        ("111009", "", ()),
    ],
)
def test_rules_are_asked_in_their_order(tmp_path: Path, concept: str, sex: str, codes: tuple[str, ...]) -> None:
    (report,) = import_any(rf2(tmp_path))
    assert codes_for(layer.map_rows(report.path, concept, "icd10"), sex) == codes


def test_alternative_maps_leave_the_choice_to_a_coder() -> None:
    rows = [layer.MapRow("1", "icd10", block, 1, 1, "TRUE", "", target) for block, target in ((1, "A09.0"), (2, "A09.9"))]
    assert codes_for(rows, "female") == ()


def test_a_zip_archive_as_it_comes(tmp_path: Path) -> None:
    folder = rf2(tmp_path)
    archive = Path(shutil.make_archive(str(tmp_path / "uk_sct2mo"), "zip", folder))
    assert import_any(archive)[0].codes == import_any(folder)[0].codes > 0


def test_releases_stand_side_by_side_and_one_is_in_force(tmp_path: Path) -> None:
    import_any(rf2(tmp_path / "new", "20260401"))
    import_any(rf2(tmp_path / "old", "20251001"))
    assert [one.name for one in list_books()] == ["snomed-20251001", "snomed-20260401"]

    def force() -> str:
        path = layer.in_force(layer.SNOMED)
        return path.stem if path else ""

    assert force() == "snomed-20260401", "the newest, whatever came last"
    layer.choose("snomed-20251001")
    assert force() == "snomed-20251001"
    remove_book("snomed-20251001")
    assert force() == "snomed-20260401"
    for name in ("snomed-20251001", "../books/snomed-20260401"):
        with pytest.raises(BookError, match="no '"):
            layer.choose(name)


def test_undoing_returns_to_the_import_before(tmp_path: Path) -> None:
    first = import_any(rf2(tmp_path / "a"))[0].codes
    again = import_any(rf2(tmp_path / "b", change=lambda c, w, m: w.append(word(99, "111001", "Zorblat lump of neck"))))
    assert again[0].replaced.startswith("the import of") and again[0].codes == first + 1
    assert remove_book("snomed-20260401") is True
    assert list_books()[0].codes == first
    assert remove_book("snomed-20260401") is False
    assert list_books() == [] and layer.in_force(layer.SNOMED) is None


def _unknown_map(concepts: Rows, words: Rows, maps: Rows) -> None:
    maps.append(mapped(50, "111001", "E04.9", refset="123456"))


def _no_uk_map(concepts: Rows, words: Rows, maps: Rows) -> None:
    maps[:] = [mapped(1, "111001", "E04.9", refset="447562003")]


def _twice(concepts: Rows, words: Rows, maps: Rows) -> None:
    concepts.append(concept("111001"))


def _half(concepts: Rows, words: Rows, maps: Rows) -> None:
    del words[4:]


def _short_row(concepts: Rows, words: Rows, maps: Rows) -> None:
    words[-1] = words[-1][:6]


def _odd_state(concepts: Rows, words: Rows, maps: Rows) -> None:
    concepts[0][2] = "yes"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_unknown_map, "not known: reference set 123456"),
        (_no_uk_map, "International Edition"),
        (_twice, r"Concept.*:9: 111001 a second time"),
        (_half, "no description: half a release"),
        (_short_row, r"Description.*:11: 6 columns, not 9: half a file"),
        (_odd_state, "neither active nor inactive"),
    ],
)
def test_a_wrong_release_changes_nothing(tmp_path: Path, change: Change, message: str) -> None:
    import_any(rf2(tmp_path / "good", "20251001"))
    before = list_books()
    with pytest.raises(BookError, match=message):
        import_any(rf2(tmp_path / "bad", change=change))
    assert list_books() == before
    assert [p.name for p in before[0].path.parent.iterdir()] == ["snomed-20251001.sqlite"], "nothing half-written is left"


@pytest.mark.parametrize(("missing", "message"), [("Concept", "concepts"), ("Description", "descriptions"), ("Map", "maps")])
def test_a_half_copied_release_is_refused(tmp_path: Path, missing: str, message: str) -> None:
    folder = rf2(tmp_path)
    for path in folder.rglob(f"*{missing}*.txt"):
        path.unlink()
    with pytest.raises(BookError, match=f"no snapshot of .*{message}"):
        import_any(folder)


def test_a_file_cut_off_in_its_last_line_is_refused(tmp_path: Path) -> None:
    folder = rf2(tmp_path)
    (path,) = folder.rglob("*Description*.txt")
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(BookError, match="the last line has no end"):
        import_any(folder)


def test_files_of_two_releases_are_refused(tmp_path: Path) -> None:
    folder = rf2(tmp_path)
    (path,) = folder.rglob("*Concept*.txt")
    path.rename(path.with_name(path.name.replace("20260401", "20251001")))
    with pytest.raises(BookError, match="several dates: 20251001, 20260401"):
        import_any(folder)


@pytest.mark.parametrize("column", ["mapRule", "mapTarget"])
def test_missing_columns_are_named(tmp_path: Path, column: str) -> None:
    folder = rf2(tmp_path)
    (path,) = folder.rglob("*ExtendedMap*.txt")
    at = MAP_COLUMNS.index(column)
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    table(path, [c for c in MAP_COLUMNS if c != column], [[*r[:at], *r[at + 1 :]] for r in rows[1:]])
    with pytest.raises(BookError, match=rf"ExtendedMap.*:1: no column {column}"):
        import_any(folder)


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_broken_archive_is_refused(tmp_path: Path, damage: str) -> None:
    folder = rf2(tmp_path)
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(folder.rglob("*.txt")):
            file.write(path, str(path.relative_to(folder)))
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2] if damage == "cut" else data.replace(b"Quimbly", b"Quxmbly"))
    with pytest.raises(BookError, match="half-copied" if damage == "cut" else "CRC"):
        import_any(archive)
    assert list_books() == []
