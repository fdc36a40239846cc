"""Imports in the coding: below the curated index, for review, and in the checks. One engine serves all tests."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from fourstep.books import library
from fourstep.coder import Coder
from fourstep.engine import build_engine, sources
from fourstep.episode import CodedEntry, CodedEpisode, Document, Episode, Sex
from fourstep.locate.imported import Imported, Line
from fourstep.locate.index import CURATED, KINDS, SITE, SNOMED, TITLES
from fourstep.terminology.imports import import_any
from terminology_makers import rf2

SITE_LINES = {
    "index/problem/own.idx": "Snorkitis   J31.0\n",
    "terms/own.terms": "zbg = zorblatian gland overgrowth\n",
    "policy/own.txt": "ex_smoker = leave\n",
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coder]:
    folder = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOURSTEP_HOME", str(folder / "home"))
        library.forget_books()
        plain = sources()
        import_any(rf2(folder))
        assert sources() != plain, "the compiled index is kept under the digest of what is imported"
        for name, text in SITE_LINES.items():
            path = folder / "home" / "site" / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
        library.forget_books()
        engine = build_engine()
        yield Coder(engine, local=None)
    library.forget_books()


@pytest.fixture(autouse=True)
def home(imported: Coder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data directory of the imports."""
    folder = next(p for p in tmp_path_factory.getbasetemp().iterdir() if p.name.startswith("imported"))
    monkeypatch.setenv("FOURSTEP_HOME", str(folder / "home"))
    library.forget_books()


def _code(coder: Coder, text: str, *entries: CodedEntry, sex: Sex = Sex.FEMALE) -> CodedEpisode:
    document = Document("letter.txt", text, "discharge_summary", entries=entries)
    return coder.code(Episode("e1", (document,), age_years=50, sex=sex))


def _lines(coder: Coder) -> list[Line]:
    found = coder.engine.index.imported
    assert isinstance(found, Imported)
    return list(found.lines())


def _codes(coded: CodedEpisode) -> list[str]:
    return [c.code for c in (*coded.diagnoses, *coded.procedures)]


def test_an_imported_synonym_codes_for_review(imported: Coder) -> None:
    coded = _code(imported, "Diagnosis: Zorblatian gland overgrowth.")
    (code,) = coded.diagnoses
    assert (code.code, code.status) == ("E04.9", "review")
    assert code.trail == "snomed-20260401 > Zorblatian gland overgrowth"
    assert code.evidence[0].text == "Zorblatian gland overgrowth"
    assert not coded.touchless


def test_an_index_that_was_kept_opens_the_same_entries(imported: Coder) -> None:
    index = imported.engine.index
    kept = pickle.loads(pickle.dumps(index))
    for word in ("zorblatian", "pneumonia", "cholecystectomy"):
        assert kept.lead(word, KINDS) == index.lead(word, KINDS)
        assert kept.afar([word]) == index.afar([word])


def test_it_is_still_negated_and_of_the_family(imported: Coder) -> None:
    assert _codes(_code(imported, "No zorblatian gland overgrowth.")) == []
    assert _codes(_code(imported, "Family history: zorblatian gland overgrowth in mother.")) == []


def test_the_curated_index_wins(imported: Coder) -> None:
    assert _codes(_code(imported, "Diagnosis: Pneumonia.")) == ["J18.9"], "the map says J15.0"
    assert "Pneumonia" not in {line.text for line in _lines(imported)}


def test_a_part_of_an_item_is_no_synonym(imported: Coder) -> None:
    assert "E04.9" not in _codes(_code(imported, "Diagnosis: snarled zorblatian gland overgrowth remnant."))


@pytest.mark.parametrize(("sex", "code"), [(Sex.FEMALE, "N83.2"), (Sex.MALE, "N50.8"), (Sex.UNKNOWN, None)])
def test_a_map_by_sex(imported: Coder, sex: Sex, code: str | None) -> None:
    assert _codes(_code(imported, "Diagnosis: Quimbly pelvic pouch.", sex=sex)) == ([code] if code else [])


def test_two_codes_keep_dagger_and_asterisk_in_order(imported: Coder) -> None:
    assert _codes(_code(imported, "Diagnosis: Fribble quimbliosis.")) == ["E14.4", "G63.2"]


def test_layers_stand_in_their_order(imported: Coder) -> None:
    layers = {e.layer for e in imported.engine.index.roots} | {line.layer for line in _lines(imported)}
    assert sorted(layers) == [TITLES, SNOMED, CURATED, SITE]


def test_words_of_imports_are_known_words(imported: Coder) -> None:
    assert {"fribble", "quimbliosis"} <= imported.engine.index.vocabulary()


def test_a_sites_own_lines_count_like_curated_ones(imported: Coder) -> None:
    assert _codes(_code(imported, "Diagnosis: Snorkitis.")) == ["J31.0"]
    assert _codes(_code(imported, "Diagnosis: ZBG.")) == ["E04.9"], "a term of the site, a synonym of the import"
    assert imported.policy["ex_smoker"] == "leave"


def test_a_coded_entry_that_no_words_explain_takes_the_code_of_the_map(imported: Coder) -> None:
    entry = CodedEntry("snomed", "111001", "Unheard-of name", "Condition[1]")
    (code,) = _code(imported, "Diagnosis: Snorkitis.", entry).diagnoses[1:]
    assert (code.code, code.status, code.trail) == ("E04.9", "review", "SNOMED CT 111001 > Unheard-of name")
    assert code.evidence[0].path == "Condition[1]"


def test_a_coded_entry_is_checked_against_the_map(imported: Coder) -> None:
    entry = CodedEntry("snomed", "111006", "Pneumonia", "Condition[1]")
    coded = _code(imported, "Diagnosis: Pneumonia.", entry)
    assert _codes(coded) == ["J18.9"]
    (note,) = [m for m in coded.validation if m.rule == "import.snomed"]
    assert (note.level, note.codes) == ("note", ("J15.0",))
    assert "ALWAYS J15.0" in note.text and "Condition[1]" in note.text


def test_a_map_that_leaves_a_choice_gives_no_candidate(imported: Coder) -> None:
    entry = CodedEntry("snomed", "111003", "Unheard-of name", "Condition[1]")
    coded = _code(imported, "Diagnosis: Snorkitis.", entry)
    assert _codes(coded) == ["J31.0"]
    assert [m.codes for m in coded.validation if m.rule == "import.snomed"] == [("P92.9", "R63.3")]
