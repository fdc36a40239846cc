"""A compiled build serves only the sources that it was made of."""

from __future__ import annotations

import importlib.machinery
import pickle
from pathlib import Path

import pytest

from fourstep import compiled
from fourstep.analyse.words import Lexicon, Sense


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one-line modules and a build that was made of it; the folder of the build."""
    package, folder = tmp_path / "fourstep", tmp_path / "compiled"
    for name in compiled._SOURCES:
        path = package / name if name.endswith(".py") else package / name / "words.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A = 1\n")
    made = folder / "fourstep" / "analyse" / f"words{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"")
    monkeypatch.setattr(compiled, "_PACKAGE", package)
    monkeypatch.setattr(compiled, "FOLDER", folder)
    compiled.record(folder)
    return folder


def test_a_build_is_found_for_its_own_sources(build: Path) -> None:
    finder = compiled._Finder()
    spec = finder.find_spec("fourstep.analyse.words", None)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(build)
    assert finder.find_spec("fourstep.analyse.document", None) is None
    assert finder.find_spec("json", None) is None


@pytest.mark.parametrize("edited", ["analyse/words.py", "books/words.py", "episode.py", "verify/new.py"])
def test_an_edited_or_new_source_switches_the_build_off(build: Path, edited: str) -> None:
    (compiled._PACKAGE / edited).write_text("A = 2\n")
    assert compiled._Finder().find_spec("fourstep.analyse.words", None) is None


def test_a_broken_record_switches_the_build_off(build: Path) -> None:
    (build / "built.json").write_text("[]")
    assert compiled._Finder().find_spec("fourstep.analyse.words", None) is None


def test_a_lexicon_is_kept_in_a_form_that_plain_and_compiled_share() -> None:
    senses = {("mi",): [Sense(("myocardial", "infarction")), Sense(("mitral", "incompetence"), when=frozenset({"valve"}))]}
    again = pickle.loads(pickle.dumps(Lexicon(senses)))
    assert again.phrase("old MI") == ("old", "myocardial", "infarction")
    assert pickle.loads(pickle.dumps(senses)) == senses
