"""The matcher on a small index of its own: lead terms, modifiers, reach, frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.analyse.terms import load_terms
from fourstep.analyse.words import Lexicon
from fourstep.errors import KnowledgeError
from fourstep.locate.check import check_entries
from fourstep.locate.index import Index, read_folder
from fourstep.locate.matcher import Scene, locate, nearest

INDEX = """\
; a small index
Fracture                      T14.2
  femur                       S72.9
    neck | intracapsular      S72.0
    shaft                     S72.3
  radius                      S52.8
  ankle                       S82.8
Abscess                       L02.9
  groin                       L02.2
  leg                         L02.4
Cellulitis                    L03.9
  groin                       L03.3
  leg                         L03.1
Hernia (reducible)            K46.9
  inguinal                    K40.9
Smoker !ex-smoker             F17.1
"off legs"                    R26.8
Anaemia                       D64.9
  {pregnant}                  O99.0
"""
PROCEDURES = """\
Cholecystectomy               J18.3
  & laparoscopic              J18.3 Y75.2
  partial                     J18.5
"""


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    (tmp_path / "a.terms").write_text("# = fracture\nfractures = fracture\nlegs = leg\n", encoding="utf-8")
    return load_terms(tmp_path)


def _index(tmp_path: Path, lexicon: Lexicon, text: str = INDEX, kind: str = "problem") -> Index:
    (tmp_path / kind).mkdir(exist_ok=True)
    (tmp_path / kind / "x.idx").write_text(text, encoding="utf-8")
    problems: list[KnowledgeError] = []
    roots = read_folder(tmp_path, lexicon, problems)
    assert not problems
    return Index(roots)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("fractured? no: fracture of the neck of the femur", "S72.0"),
        ("femur neck # ", "S72.0"),
        ("# shaft of femur", "S72.3"),
        ("fracture", "T14.2"),
        ("neck pain", ""),
        ("fractures of left radius and right ankle", "S52.8 S82.8"),
        ("reducible inguinal hernia", "K40.9"),
        ("smoker", "F17.1"),
        ("ex smoker", ""),
        ("she is off her legs", "R26.8"),
        ("legs off the bed", ""),
        ("anaemia", "D64.9"),
    ],
)
def test_entries_found(tmp_path: Path, lexicon: Lexicon, text: str, codes: str) -> None:
    index = _index(tmp_path, lexicon)
    hits = locate(index, Scene(lexicon.phrase(text), frozenset()), ("problem",))
    assert " ".join(c for h in hits for c in h.codes) == codes


@pytest.mark.parametrize(
    "text", ["groin abscess and leg cellulitis", "abscess of the groin and cellulitis of the leg"]
)
def test_a_modifier_belongs_to_the_nearer_lead_term(tmp_path: Path, lexicon: Lexicon, text: str) -> None:
    index = _index(tmp_path, lexicon)
    words = lexicon.phrase(text)
    joint = 1 << 2  # the third word stands behind "and"
    hits = nearest(locate(index, Scene(words, frozenset()), ("problem",)), joint)
    assert [h.codes for h in hits] == [("L02.2",), ("L03.1",)]


def test_a_guard_asks_the_episode(tmp_path: Path, lexicon: Lexicon) -> None:
    index = _index(tmp_path, lexicon)
    hits = locate(index, Scene(lexicon.phrase("anaemia"), frozenset({"female", "pregnant"})), ("problem",))
    assert [h.codes for h in hits] == [("O99.0",)]


def test_an_obstetric_sense_is_not_looked_for_in_a_man(tmp_path: Path, lexicon: Lexicon) -> None:
    index = _index(tmp_path, lexicon)
    assert not locate(index, Scene(lexicon.phrase("anaemia"), frozenset({"male", "pregnant"})), ("problem",))


def test_a_modifier_out_of_reach_belongs_to_something_else(tmp_path: Path, lexicon: Lexicon) -> None:
    index = _index(tmp_path, lexicon)
    far = "fracture seen on film after long wait before clerking nurse plaster room femur"
    hits = locate(index, Scene(lexicon.phrase(far), frozenset()), ("problem",))
    assert [h.codes for h in hits] == [("T14.2",)]


def test_the_frame_deepens_and_never_opens(tmp_path: Path, lexicon: Lexicon) -> None:
    index = _index(tmp_path, lexicon)
    hits = locate(index, Scene(lexicon.phrase("fracture"), frozenset(), near={"femur", "neck"}), ("problem",))
    assert [(h.codes, h.inherited) for h in hits] == [(("S72.0",), ("femur", "neck"))]
    assert not locate(
        index, Scene(lexicon.phrase("femur neck"), frozenset(), near={"fracture"}), ("problem",)
    )


def test_an_approach_named_elsewhere_joins_what_was_done(tmp_path: Path, lexicon: Lexicon) -> None:
    index = _index(tmp_path, lexicon, PROCEDURES, "procedure")
    scene = Scene(lexicon.phrase("partial cholecystectomy"), frozenset(), far={"laparoscopic"})
    assert [h.codes for h in locate(index, scene, ("procedure",))] == [("J18.5", "Y75.2")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Fracture  S72.\n", "x.idx:1: 'S72.' is no code"),
        ("Fracture  S72.9\n   neck  S72.0\n", "x.idx:2: indent two spaces under the line it belongs to"),
        ("  neck  S72.0\n", "x.idx:1: indent two spaces under the line it belongs to"),
        ("Fracture {martian}  S72.9\n", "x.idx:1: unknown guard {martian}"),
        ("(only) (optional)  S72.9\n", "has no word that counts"),
        ("& laparoscopic  J18.3\n", "'&' belongs to a modifier line"),
        ("Fracture\tS72.9 @bone (\n", "x.idx:1"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(
    tmp_path: Path, lexicon: Lexicon, text: str, says: str
) -> None:
    (tmp_path / "problem").mkdir()
    (tmp_path / "problem" / "x.idx").write_text(text + "Asthma  J45.9\n", encoding="utf-8")
    problems: list[KnowledgeError] = []
    roots = read_folder(tmp_path, lexicon, problems)
    assert any(says in str(p) for p in problems)
    assert "Asthma" in [r.text for r in roots]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Fracture  S99.9\n", "code S99.9 does not exist"),
        ("Fracture  S72.9\nbone fracture | fracture  S82.9\n", "'fracture' stands at problem/x.idx:1"),
        ("Fracture\n", "neither a code nor anything below"),
        ("Fracture  S72.9\n  fracture  S72.0\n", "adds no word to the line above"),
    ],
)
def test_the_checker_names_entries_that_cannot_be_right(
    tmp_path: Path, lexicon: Lexicon, text: str, says: str
) -> None:
    (tmp_path / "problem").mkdir()
    (tmp_path / "problem" / "x.idx").write_text(text, encoding="utf-8")
    problems: list[KnowledgeError] = []
    roots = read_folder(tmp_path, lexicon, problems)
    problems += check_entries(
        roots, {"S72.9", "S72.0", "S82.9"}.__contains__, set().__contains__, frozenset()
    )
    assert any(says in str(p) for p in problems), problems
