"""Looking a code up as a coder types."""

from __future__ import annotations

import pickle
import time

import pytest

from fourstep.books import Icd10, Opcs4, opcs4
from fourstep.books.search import Search

ENTRIES = {
    "icd10": [
        ("Fracture", "T14.2"),
        ("Fracture femur", "S72.9"),
        ("Fracture femur neck", "S72.0"),
        ("Urinary tract infection", "N39.0"),
        ("Alzheimer dementia", "G30.9 F00.9"),
        ("Fall stairs", "W10.-"),
        ("Dirty urine", "-"),
        ("Urosepsis", "?"),
    ],
    "opcs4": [("Cholecystectomy laparoscopic", "J18.3 Y75.2"), ("Cholecystectomy", "J18.3")],
}
TERMS = {
    "nof": "neck of femur",
    "uti": "urinary tract infection",
    "lap chole": "laparoscopic cholecystectomy",
}


@pytest.fixture(scope="module")
def books() -> list[Icd10 | Opcs4]:
    from fourstep.books.icd10 import built_in

    labels = {"J18.3": "Gallbladder removed", "Y75.2": "By laparoscope"}
    return [built_in(), Opcs4("4.10", {c: tuple(r) for c, r in opcs4.with_parents(labels).items()})]


@pytest.fixture(scope="module")
def search(books: list[Icd10 | Opcs4]) -> Search:
    return Search(books, ENTRIES, TERMS)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("pneumonia", "J18.9"),
        ("Asthma", "J45.9"),
        ("femur fracture", "S72.9"),
        ("fract fem nec", "S72.0"),
        ("# NOF", "S72.0"),
        ("uti", "N39.0"),
        ("lap chole", "J18.3 Y75.2"),
        ("pneumona", "J18.9"),
        ("anemia", "D64.9"),
        ("haemorroids", "K64.9"),
        ("Alzheimer's dementia", "G30.9 F00.9"),
        ("fall on stairs", "W10"),
        ("heart failures", "I50.9"),
        ("i10", "I10.X"),
        ("S72.0", "S72.0"),
        ("k350", ""),
    ],
)
def test_the_code_a_coder_expects_comes_first(search: Search, typed: str, code: str) -> None:
    hits = search.look_up(typed)
    assert (hits[0].code if hits else "") == code


def test_hits_carry_titles_and_what_matched(search: Search, books: list[Icd10 | Opcs4]) -> None:
    (hit, *_) = search.look_up("alzheimer dementia")
    assert hit.title == f"{books[0].title('G30.9')} + {books[0].title('F00.9')}"
    assert hit.matched == "Alzheimer dementia" and hit.book == "icd10"


def test_one_book_and_a_limit(search: Search) -> None:
    assert {h.book for h in search.look_up("cholecystectomy", book="opcs4")} == {"opcs4"}
    assert all(h.book == "icd10" for h in search.look_up("cholecyst", book="icd10"))
    assert len(search.look_up("infection", limit=3)) == 3


def test_the_beginning_of_a_code_lists_what_is_below(search: Search) -> None:
    assert [h.code for h in search.look_up("S72", limit=4)] == ["S72", "S72.0", "S72.1", "S72.2"]
    assert [h.code for h in search.look_up("j18.3", book="opcs4")] == ["J18.3"]


def test_divided_categories_are_not_offered_by_words(search: Search) -> None:
    assert "J18" not in [h.code for h in search.look_up("pneumonia", limit=50)]


@pytest.mark.parametrize("typed", ["", "   ", "the of", "?!", "zzzzqqqq"])
def test_nothing_to_find(search: Search, typed: str) -> None:
    assert search.look_up(typed) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("urine trouble", "N39.0"),  # everyday speech
        ("trouble with urine", "N39.0"),  # in any order
        ("snapped femr", "S72.9"),  # beside a slip
        ("urinary trakt infecton", "N39.0"),
        ("colostomy fractured femur", "S72.9"),  # a word that nothing has is left out
    ],
)
def test_everyday_speech_and_slips_are_looked_up_as_what_they_may_mean(
    books: list[Icd10 | Opcs4], typed: str, code: str
) -> None:
    entries = {"icd10": [*ENTRIES["icd10"], ("Sequela tibia", "T93.2")]}
    lay = {"urine trouble": ["urinary tract infection"], "snapped": ["fracture"], "fractured": ["fracture"]}
    search = Search(books[:1], entries, TERMS, lay)
    assert search.look_up(typed)[0].code == code


def test_entries_without_a_code_are_not_found(search: Search) -> None:
    assert "Urosepsis" not in [h.matched for h in search.look_up("urosepsis")]


def test_it_can_be_cached_and_is_quick(search: Search) -> None:
    again = pickle.loads(pickle.dumps(search))
    again.look_up("warm")
    start = time.perf_counter()
    for typed in ("fracture neck of femur", "pneumona", "chronic kidney disease 3", "di"):
        again.look_up(typed)
    assert (time.perf_counter() - start) / 4 < 0.1  # 1 ms on a quiet machine
