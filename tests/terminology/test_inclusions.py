"""Inclusion terms and exclusions of the ClaML."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.books import books_on
from fourstep.books.releases import list_books
from fourstep.books.xml import parse
from fourstep.errors import BookError
from fourstep.terminology.checks import exclusion_notes
from fourstep.terminology.imports import import_any
from fourstep.terminology.inclusions import read_inclusions
from fourstep.terminology.layer import Exclusion

WHOLE = """<ClaML version="2.0.0"><Title name="ICD-10-EN-2016" version="2016">ICD-10</Title>
 <Class code="K35" kind="category"><Rubric kind="inclusion"><Label>Zorblat in general</Label></Rubric>
  <Rubric kind="exclusion"><Label>fribble <Reference>K37</Reference></Label></Rubric></Class>
 <Class code="K35.8" kind="category"><Rubric kind="inclusion"><Label>Zorblat <Term>acute</Term> NOS</Label></Rubric>
  <Rubric kind="inclusion"><Label><Fragment type="list">Quimbly</Fragment>
   <Fragment type="list">of gut</Fragment></Label></Rubric>
  <Rubric kind="exclusion"><Label>wibble (<Reference code="A00-A09">A00-A09</Reference>)</Label></Rubric></Class>
 <Class code="I10" kind="category"><Rubric kind="inclusion"><Label>High wibble</Label></Rubric></Class>
 <Class code="I10-I15" kind="block"><Rubric kind="inclusion"><Label>All wibbles</Label></Rubric></Class>
</ClaML>"""


def test_terms_count_where_a_code_may_be_recorded() -> None:
    root = parse(WHOLE.encode(), "small.xml")
    found = read_inclusions(root, "2016", ["K35.8", "I10.X", "K37.X"], "small.xml")
    assert {s.phrase: s.codes for s in found.synonyms} == {
        "Zorblat acute": ("K35.8",),
        "Quimbly of gut": ("K35.8",),
        "High wibble": ("I10.X",),
    }
    assert found.exclusions == [Exclusion("K35", "fribble", "K37"), Exclusion("K35.8", "wibble", "A00-A09")]


def test_a_kind_of_rubric_that_is_not_known_stops_the_import() -> None:
    root = parse(WHOLE.replace('"exclusion"', '"omission"').encode(), "small.xml")
    with pytest.raises(BookError, match=r"small\.xml:\d+: a kind of rubric that is not known: omission"):
        read_inclusions(root, "2016", ["K35.8"], "small.xml")


def test_exclusions_are_notes_where_both_are_recorded() -> None:
    table = {"K35": [Exclusion("K35", "fribble", "K37")], "K35.8": [Exclusion("K35.8", "wibble", "A00-A09")]}
    notes = list(exclusion_notes(table, ["K35.8", "I10.X", "K37.X", "A09.9"]))
    assert [(n.level, n.codes) for n in notes] == [("note", ("K35.8", "K37.X")), ("note", ("K35.8", "A09.9"))]
    assert "fribble" in notes[0].text
    assert list(exclusion_notes(table, ["K35.8", "I10.X"])) == []
    assert list(exclusion_notes(table, ["K37.X", "A09.9"])) == []


def _whole() -> bytes:
    icd, _, _ = books_on(None)
    out = []
    for code, row in icd.rows.items():
        if code != "K35.8":
            kind = "category" if code[1:2].isdigit() and "-" not in code else "block"
            above = f'<SuperClass code="{row[1]}"/>' if row[1] else ""
            label = f'<Rubric kind="preferred"><Label>Words {code}</Label></Rubric>'
            out.append(f'<Class code="{code.removesuffix(".X")}" kind="{kind}">{above}{label}</Class>')
    special = """<Class code="K35.8" kind="category" usage="dagger"><SuperClass code="K35"/>
        <Rubric kind="preferred"><Label>Words</Label></Rubric><Rubric kind="inclusion"><Label>Zorblat of gut</Label></Rubric>
        </Class>"""
    title = '<Title name="ICD-10-EN-2016" version="2016">ICD-10</Title>'
    return f'<ClaML version="2.0.0">{title}{"".join(out)}{special}</ClaML>'.encode()


def test_a_whole_file_brings_the_book_and_its_terms(tmp_path: Path) -> None:
    (tmp_path / "icd10.xml").write_bytes(_whole())
    book, terms = import_any(tmp_path / "icd10.xml")
    assert (book.path.stem, terms.path.stem, terms.codes) == ("icd10-5", "inclusions-2016", 1)
    assert books_on(None)[0].get("K35.8").kind == "dagger"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<!DOCTYPE ClaML [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><ClaML>&c;</ClaML>', "declares entities"),
        (WHOLE.replace('code="K35.8"', 'code="K35"').encode(), "K35 a second time"),
        (WHOLE.replace("2016", "2010").encode(), "not WHO's ICD-10"),
        (WHOLE.encode(), "half a file"),
        (WHOLE.encode()[:-30], "broken XML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "icd10.xml").write_bytes(data)
    with pytest.raises(BookError, match=message):
        import_any(tmp_path / "icd10.xml")
    assert list_books() == []
