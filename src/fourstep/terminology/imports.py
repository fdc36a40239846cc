"""Bringing in whatever a site downloaded: the books, or a layer of synonyms. What it is, the files themselves say."""

from __future__ import annotations

from pathlib import Path

from fourstep import knowledge
from fourstep.analyse.terms import load_terms
from fourstep.books import books_on, claml, releases, store
from fourstep.books.releases import Report
from fourstep.books.xml import parse
from fourstep.errors import BookError
from fourstep.terminology import american, layer
from fourstep.terminology.files import Release
from fourstep.terminology.inclusions import read_inclusions
from fourstep.terminology.layer import Layer
from fourstep.terminology.rf2 import is_rf2, read_rf2

_LARGEST_XML = 300_000_000


def import_any(path: Path, *, edition: str = "") -> list[Report]:
    """Import a release: ICD-10 or OPCS-4 (TRUD), ClaML, SNOMED CT (RF2), the American index. One report for each import.

    BookError, and nothing changed by the part that failed, where anything is not understood.
    """
    path = Path(path)
    release = Release(path)
    if is_rf2(release):
        return [_save(read_rf2(release), release, "SNOMED CT RF2 snapshot")]
    files = {name: release.data(name, _LARGEST_XML) for name in release.names if name.lower().endswith(".xml")}
    index = next(((n, d) for n, d in files.items() if american.is_index(d)), None)
    if index is not None:
        tabular = next(((n, d) for n, d in files.items() if american.is_tabular(d)), None)
        if tabular is None:
            what = "the tabular list of the same year is not beside the index: it shows which codes mean the same"
            raise BookError(what, str(path))
        icd10, _, _ = books_on(None)
        found = american.read_american(index, tabular, icd10, load_terms(knowledge.TERMS).phrase)
        return [_save(found, release, "ICD-10-CM index and tabular list", (index[0], tabular[0]))]
    for name, data in files.items():
        if claml.is_claml(data):
            return _claml(path, name, data, release, edition)
    return [releases.import_release(path, edition=edition)]


def _claml(path: Path, name: str, data: bytes, release: Release, edition: str) -> list[Report]:
    """The book, and its inclusion terms and exclusions as a layer of their own."""
    root = parse(data, name)
    book = releases.import_release(path, edition=edition)
    icd10, _, _ = books_on(None)
    year, _ = claml.read_claml(data, name)
    found = read_inclusions(root, year, (code for code in icd10.rows if "." in code), name)
    if not found.synonyms and not found.exclusions:
        return [book]
    return [book, _save(found, release, "WHO ClaML", (name,))]


def _save(found: Layer, release: Release, layout: str, only: tuple[str, ...] = ()) -> Report:
    files = tuple(f for f in release.read if not only or f.name in only)
    target = store.path_of(found.kind, found.version)
    replaced = f"the import of {store.describe(target).imported}" if target.exists() else "nothing"
    layer.save(found, release=release.path.name, layout=layout, files=files)
    return Report(found.kind, found.version, len(found.synonyms), replaced, target, files, tuple(found.notes))
