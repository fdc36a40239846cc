"""Bringing in an official release: `import_release(path)`, `list_books()`, `remove_book(name)`.

A release is a file, a folder or a zip archive as it was downloaded. It is read whole and checked before
anything is written; what is not understood stops the import with the name of the file and the line.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fourstep.books import claml, equivalences, icd10, library, opcs4, store, tables, trud
from fourstep.books.rubric import Row
from fourstep.books.store import ImportedBook, SourceFile
from fourstep.errors import BookError

ICD10_EDITION = "5"

_OPCS4_NAME = re.compile(r"OPCS[-_ ]?4[._]?0?(\d{1,2})(?!\d)", re.IGNORECASE)
_METADATA_NAME = re.compile(r"meta ?data", re.IGNORECASE)
_TEXT_OR_XML = (".txt", ".tsv", ".xml")
_LARGEST_FILE = 300_000_000
_ABSENT_SHARE = 0.05  # of the codes our labels know: a later edition retires a few, half a file lacks more


@dataclass(frozen=True, slots=True)
class Report:
    """What an import brought in."""

    book: str
    edition: str
    codes: int
    replaced: str  # what it takes the place of
    path: Path
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    data: bytes


def import_release(path: Path | str, *, edition: str = "") -> Report:
    """Import the ICD-10 or OPCS-4 release in a file, folder or zip archive.

    `edition` is needed only where the file's name does not say it (`OPCS411 CodesAndTitles ...`). An edition
    that was imported before is replaced; nothing changes when the import fails.
    """
    path = Path(path)
    files = _Files()
    for file in _files(path):
        _sort(file, files)
    if files.claml:
        return _import_claml(path, _only(files.claml), edition)
    if not files.icd10 and not files.opcs4:
        if files.unknown:
            raise BookError("a table that is not known here", files.unknown[0].name)
        raise BookError(
            "no file in a layout that is known here: ICD-10 or OPCS-4 from TRUD, or WHO ClaML", str(path)
        )
    if files.unknown:
        raise BookError("a table that is not known here; it may matter, so nothing is imported", files.unknown[0].name)
    if files.icd10:
        return _import_icd10(path, _only(files.icd10), files, edition)
    return _import_opcs4(path, _only(files.opcs4), files, edition)


def list_books() -> list[ImportedBook]:
    """The imported editions and synonyms."""
    return [store.describe(p) for p in store.imported_files()]


def remove_book(name: str) -> bool:
    """Undo an import by its name (`opcs4-4.11`): the built-in table serves again.

    True where an import that it had taken the place of serves again instead.
    """
    path = store.books_directory() / f"{name}.sqlite"
    if not path.is_file() or path.parent != store.books_directory():
        known = ", ".join(p.stem for p in store.imported_files())
        raise BookError(
            f"no book {name!r} is imported; there is {known or 'none'}", str(store.books_directory())
        )
    earlier = store.undo(path)
    library.forget_books()
    return earlier


@dataclass(slots=True)
class _Files:
    """The files of a release by what they are."""

    claml: list[_File] = field(default_factory=list)
    icd10: list[_File] = field(default_factory=list)
    opcs4: list[_File] = field(default_factory=list)
    metadata: list[_File] = field(default_factory=list)
    equivalences: list[_File] = field(default_factory=list)
    unknown: list[_File] = field(default_factory=list)


def _sort(file: _File, files: _Files) -> None:
    name = Path(file.name).name
    use = equivalences.use_of(name)
    if claml.is_claml(file.data):
        files.claml.append(file)
    elif name.lower().endswith(".xml") or use == "-":
        return
    elif use == "equivalences":
        files.equivalences.append(file)
    else:
        text = trud.decoded(file.data, file.name)
        if trud.is_icd10(text):
            files.icd10.append(file)
        elif _is_opcs4_metadata(file):
            files.metadata.append(file)
        elif trud.is_opcs4(text):
            files.opcs4.append(file)
        else:
            files.unknown.append(file)


def _only(files: list[_File]) -> _File:
    """The one file of its kind: of two lists of codes in one release nobody knows which is meant."""
    if len(files) > 1:
        raise BookError(f"a second list of codes beside {files[0].name}; import one of them by itself", files[1].name)
    return files[0]


def _read_equivalences(files: _Files) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for file in files.equivalences:
        found.update(dict.fromkeys(equivalences.read_equivalences(trud.decoded(file.data, file.name), file.name)))
    return list(found)


def _files(path: Path) -> Iterator[_File]:
    """The text and XML files of a release, codes and titles before others."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in sorted(archive.infolist(), key=lambda m: m.filename):
                    if member.filename.lower().endswith(_TEXT_OR_XML):
                        if member.file_size > _LARGEST_FILE:
                            raise BookError("too large for a code list", f"{path}/{member.filename}")
                        yield _File(member.filename, archive.read(member))
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and file.suffix.lower() in _TEXT_OR_XML:
                    yield _File(str(file.relative_to(path)), file.read_bytes())
        elif path.suffix.lower() == ".zip":
            raise BookError("a broken or half-copied zip archive: download it again", str(path))
        else:
            yield _File(path.name, path.read_bytes())
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BookError(f"cannot be read: {error}", str(path)) from error


def _is_opcs4_metadata(file: _File) -> bool:
    name = Path(file.name).name
    return bool(_METADATA_NAME.search(name) and _OPCS4_NAME.search(name))


def _import_icd10(path: Path, file: _File, files: _Files, edition: str) -> Report:
    rows = trud.read_icd10(trud.decoded(file.data, file.name), file.name)
    equal = _read_equivalences(files)
    _check_icd10(set(rows), file.name, edition)
    built_in = icd10.built_in().rows
    places = tables.read_places()
    by_place = {code for code in tables.read_delta().undivide if code in places}
    whole = {code: Row._make(values) for code, values in built_in.items() if icd10.is_group(code)}
    for code, row in rows.items():
        if code == code[:3] or code[:3] not in by_place:
            known = built_in.get(code)
            whole[code] = row if row.parent or known is None else row._replace(parent=str(known[1]))
    # Emergency codes come between releases, by notice: those that the release is too old to have stay.
    later = [
        code for code in built_in if code.startswith("U") and not icd10.is_group(code) and code not in whole
    ]
    whole.update({code: Row._make(built_in[code]) for code in later})
    notes = (f"{len(later)} emergency codes that the release does not have were kept: {' '.join(later)}",)
    return _save(
        "icd10", ICD10_EDITION, _in_order(whole), path, "TRUD ICD-10", (file, *files.equivalences), notes if later else (), equal
    )


def _import_claml(path: Path, file: _File, edition: str) -> Report:
    year, world = claml.read_claml(file.data, file.name)
    rows = icd10.uk_rows(world)
    _check_icd10(set(rows), file.name, edition)
    for code, kind in claml.usages(file.data, file.name).items():
        for one in (code, f"{code}.X"):
            if one in rows and not rows[one].kind:  # what our tables say of a code stands
                rows[one] = rows[one]._replace(kind=kind)
    notes = (f"the world edition of {year}, made into the UK's by our tables",)
    return _save("icd10", ICD10_EDITION, _in_order(rows), path, "WHO ClaML", (file,), notes)


def _check_icd10(codes: set[str], name: str, edition: str) -> None:
    if edition not in ("", ICD10_EDITION):
        raise BookError(f"only the ICD-10 {ICD10_EDITION}th Edition can be imported, not {edition!r}", name)
    if "I84" in codes or "I84.0" in codes:
        raise BookError("this is the ICD-10 4th Edition: it has I84, which the 5th does not", name)
    have = {code[:3] for code in codes}
    # Chapter XXII is left out: its emergency codes come between releases.
    absent = sorted({c[:3] for c in icd10.built_in().rows if not icd10.is_group(c) and c[0] != "U"} - have)
    if absent:
        raise BookError(f"{len(absent)} categories are not in it, the first {absent[0]}: half a file?", name)


def _import_opcs4(path: Path, file: _File, files: _Files, edition: str) -> Report:
    edition = _opcs4_edition(file.name, edition)
    titles = trud.read_opcs4(trud.decoded(file.data, file.name), file.name)
    rows = opcs4.with_parents(titles)
    _check_opcs4(titles, file.name)
    for metadata in files.metadata:
        limits = trud.read_opcs4_metadata(trud.decoded(metadata.data, metadata.name), metadata.name)
        for code, sex in limits.items():
            if code not in rows:
                raise BookError(f"{code} is in the metadata but not in {file.name}", metadata.name)
            rows[code] = rows[code]._replace(sex=sex)
    gone = sorted(set(opcs4.read_labels()) - set(titles))
    notes = (f"codes that the index uses but this edition does not have: {' '.join(gone)}",) if gone else ()
    read = (file, *files.metadata, *files.equivalences)
    return _save("opcs4", edition, rows, path, "TRUD OPCS-4", read, notes, _read_equivalences(files))


def _opcs4_edition(name: str, edition: str) -> str:
    found = _OPCS4_NAME.search(Path(name).name)
    named = f"4.{found[1]}" if found else ""
    edition = edition.removeprefix("OPCS-") or named
    known = [e.number for e in tables.read_editions() if e.book == "opcs4"]
    if not edition:
        raise BookError(
            "the name of the file does not say which edition of OPCS-4 it is; name the edition", name
        )
    if named and named != edition:
        raise BookError(f"the file is of OPCS-{named}, not OPCS-{edition}", name)
    if edition not in known:
        raise BookError(f"OPCS-{edition} is not known here, only {', '.join(known)}", name)
    return edition


def _check_opcs4(titles: Mapping[str, str], name: str) -> None:
    chapters = sorted(set(opcs4.chapter_rows()) - {code[0] for code in titles})
    if chapters:
        raise BookError(f"nothing of chapter {' '.join(chapters)}: half a file?", name)
    labels = opcs4.read_labels()
    absent = sorted(set(labels) - set(titles))
    if labels and (len(absent) > _ABSENT_SHARE * len(labels) or max(labels) > max(titles)):
        raise BookError(
            f"{len(absent)} codes in use are not in it, the first {absent[0]}: half a file?", name
        )


def _in_order(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {code: rows[code] for code in sorted(rows, key=icd10.book_order)}


def _save(
    book: str,
    edition: str,
    rows: Mapping[str, Row],
    path: Path,
    layout: str,
    read: tuple[_File, ...],
    notes: tuple[str, ...],
    equal: list[tuple[str, str]] | None = None,
) -> Report:
    files = tuple(SourceFile(f.name, hashlib.sha256(f.data).hexdigest(), len(f.data)) for f in read)
    target = store.path_of(book, edition)
    replaced = f"the import of {store.describe(target).imported}" if target.exists() else "the built-in table"
    store.save(book, edition, rows, equal or [], release=path.name, layout=layout, files=files)
    library.forget_books()
    return Report(book, edition, len(rows), replaced, target, files, notes)
