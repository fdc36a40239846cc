"""The American index: only where both books mean the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fourstep.books import books_on
from fourstep.books.releases import list_books
from fourstep.errors import BookError
from fourstep.terminology import layer
from fourstep.terminology.imports import import_any

INDEX = """
 <letter><title>A</title>
  <mainTerm><title>Zorblat fever<nemod>(acute) (chronic)</nemod></title><code>A01.0</code>
   <term level="1"><title>with fribbles NEC</title><code>A01.09</code></term>
   <term level="1"><title>quimbly, mild</title><code>E11.9</code></term>
   <term level="1"><title>of sugar</title><see>Diabetes</see></term>
  </mainTerm>
  <mainTerm><title>Wibble</title><code>I10</code><term level="1"><title>of the ward</title><code>Z75.1</code></term></mainTerm>
 </letter>"""


def _tabular() -> dict[str, str]:
    """American titles: some as ours, one of another meaning."""
    icd, _, _ = books_on(None)
    same = {"A01": "A01", "A01.0": "A01.0", "I10": "I10.X", "Z75": "Z75", "Z75.1": "Z75.1", "E11": "E11"}
    titles = {code: icd.title(uk) for code, uk in same.items()}
    return titles | {"A01.09": "A kind of it", "E11.9": "Sweetness of the second kind", "E11": "Sweetness"}


def _release(folder: Path, index: str = INDEX, year: str = "2025", tabular_year: str = "2025", extra: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    head = f"<version>{year}</version><title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>"
    (folder / "icd10cm_index.xml").write_text(f"<?xml version='1.0'?>\n<ICD10CM.index>{head}{index}</ICD10CM.index>")
    diags = "".join(f"<diag><name>{code}</name><desc>{title}</desc></diag>" for code, title in _tabular().items()) + extra
    whole = f"<ICD10CM.tabular><version>{tabular_year}</version><chapter>{diags}</chapter></ICD10CM.tabular>"
    (folder / "icd10cm_tabular.xml").write_text(whole)
    return folder


def test_only_codes_that_mean_the_same_are_taken_over(tmp_path: Path) -> None:
    (report,) = import_any(_release(tmp_path / "cm"))
    assert (report.book, report.edition, len(report.files)) == ("icd10cm", "2025", 2)
    found = {s.phrase: s.codes for s in layer.synonyms(report.path)}
    assert found == {
        "Zorblat fever": ("A01.0",),
        "Zorblat fever with fribbles": ("A01.0",),  # the fifth character only divides what the fourth means
        "Wibble": ("I10.X",),
    }
    assert report.notes == ("2 lines are left out: their code means something else in the UK, or cannot be compared",)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda f: _release(f, tabular_year="2024"), "index is of 2025, the tabular list of 2024"),
        (lambda f: _release(f, year="first"), "of which year"),
        (lambda f: _release(f, index=INDEX.replace("see>", "refer>")), "not known: refer"),
        (lambda f: _release(f, index=INDEX[:-20]), r"icd10cm_index\.xml:\d+: broken XML"),
        (lambda f: _release(f, index=INDEX.replace("A01.09", "typhoid")), "'typhoid' is no code"),
        (lambda f: _release(f, extra="<diag><name>A01</name><desc>x</desc></diag>"), "A01 a second time"),
        (lambda f: _release(f, index="<letter/>"), "no line of the index"),
    ],
)
def test_a_wrong_release_is_refused(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(BookError, match=message):
        import_any(make(tmp_path / "cm"))
    assert list_books() == []


def test_the_index_alone_cannot_be_compared(tmp_path: Path) -> None:
    folder = _release(tmp_path / "cm")
    (folder / "icd10cm_tabular.xml").unlink()
    with pytest.raises(BookError, match="tabular list of the same year is not beside"):
        import_any(folder)
