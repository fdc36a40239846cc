"""The loaders of knowledge/sections name file and line of whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.analyse.cues import cues, proofs, read_cues, read_proofs
from fourstep.analyse.headings import headings, read_headings
from fourstep.analyse.word_lists import NAMES, read_word_lists, words_of
from fourstep.errors import KnowledgeError


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no\tabsent\tforward", "expected 'cue"),
        ("no\tabsnt\tforward\tlist", "unknown value 'absnt'"),
        ("no\tabsent\tforwards\tlist", "unknown scope 'forwards'"),
        ("no\tabsent\tforward\tfar", "unknown reach 'far'"),
        ("{aunt} had\tfamily\tforward\tlist", "no line '= {aunt}' above"),
        ("= {aunt}", "expected '= {name}"),
        ("nil\tabsent\tforward\tpair", "'nil' is already in cues.txt:1"),
        ("nil\tpseudo", "'nil' is said twice"),
        ("\tpseudo", "no cue before the first tab"),
    ],
)
def test_a_wrong_cue_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "cues.txt"
    file.write_text(f"nil\tabsent\tforward\tlist\n; a comment\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_cues(file)
    assert caught.value.place == "cues.txt:3"
    assert message in caught.value.what


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("plan", "expected 'role"),
        ("plans\tPlan", "unknown role 'plans'"),
        ("plan\tPlan\tloud", "unknown option 'loud'"),
        ("plan\tPlan\tafter plans", "unknown option 'after plans'"),
        ("plan\timpression", "heading 'impression' is already in headings.txt:1"),
    ],
)
def test_a_wrong_heading_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "headings.txt").write_text(f"impression\tImpression\n{line}\n", encoding="utf-8")
    (tmp_path / "documents.txt").write_text("course\t*\tcourse\n", encoding="utf-8")
    (tmp_path / "titles.txt").write_text("hospital\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_headings(tmp_path)
    assert caught.value.place == "headings.txt:2"
    assert message in caught.value.what


@pytest.mark.parametrize(
    ("line", "message"), [("dvt", "expected 'condition"), ("pe, dvt\tscan", "'dvt' is said twice")]
)
def test_a_wrong_proof_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "proofs.txt"
    file.write_text(f"dvt\tdoppler\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_proofs(file)
    assert caught.value.place == "proofs.txt:2"
    assert message in caught.value.what


@pytest.mark.parametrize(
    ("text", "place"), [("cours\t*\tcourse\n", "documents.txt:1"), ("course\tx\tcourse\n", "documents.txt")]
)
def test_the_table_of_documents_is_checked(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "headings.txt").write_text("impression\tImpression\n", encoding="utf-8")
    (tmp_path / "documents.txt").write_text(text, encoding="utf-8")
    (tmp_path / "titles.txt").write_text("hospital\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_headings(tmp_path)
    assert caught.value.place == place


def test_the_files_of_the_project_load() -> None:
    assert cues() and headings().trie
    assert "doppler" in proofs()["dvt"]
    assert headings().document("Operation Note").role == "operative_detail"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("given", "expected 'name"),
        ("gave\tomit", "unknown list 'gave'"),
        ("given\thold hold", "'hold' is said twice"),
        ("given\tmg", "'mg' is said twice"),
        ("given\tOmit", "small letters"),
    ],
)
def test_a_wrong_word_list_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "word_lists.txt"
    file.write_text(f"given\tmg mcg\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_word_lists(file)
    assert caught.value.place == "word_lists.txt:2"
    assert message in caught.value.what


def test_every_word_list_is_there(tmp_path: Path) -> None:
    assert all(words_of(name) for name in NAMES)
    file = tmp_path / "word_lists.txt"
    file.write_text("given\tmg mcg\n", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        read_word_lists(file)
