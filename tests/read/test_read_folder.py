"""Episode folders, folders of folders, folders of files."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_makers import MakeFolder, fails, one

from fourstep.episode import Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import read_episodes, read_text

KNOWN = {
    "age_years": 34,
    "sex": "female",
    "patient_class": "day case",
    "admission_method": "elective",
    "admission_date": "2024-08-17",
    "discharge_date": "2024-08-18",
    "specialty": "Gynaecology",
    "discharge_destination": "Home",
}


def test_all_fields_of_an_episode(make_folder: MakeFolder) -> None:
    documents = [{"file": "note.txt", "type": "operation_note", "date": "2024-08-17"}]
    episode = one(make_folder({"note.txt": "Day case.\r\n"}, documents=documents, **KNOWN))
    assert episode.id == "episode"
    assert (episode.age_years, episode.sex) == (34, Sex.FEMALE)
    assert (episode.patient_class, episode.admission_method) == ("day case", "elective")
    assert episode.admission_date == dt.date(2024, 8, 17)
    assert episode.discharge_date == dt.date(2024, 8, 18)
    assert (episode.specialty, episode.discharge_destination) == ("Gynaecology", "Home")
    assert episode.warnings == ()
    (document,) = episode.documents
    assert (document.name, document.type, document.date) == (
        "note.txt",
        "operation_note",
        dt.date(2024, 8, 17),
    )
    assert document.text == "Day case.\r\n"


def test_only_what_the_episode_names_is_read(make_folder: MakeFolder) -> None:
    folder = make_folder({"note.txt": "named"})
    (folder / "other.txt").write_text("not named")
    (folder / "gold.json").write_text("{}")
    assert [document.name for document in one(folder).documents] == ["note.txt"]


def test_every_field_but_id_and_documents_may_be_missing(make_folder: MakeFolder) -> None:
    episode = one(make_folder({"note.txt": "words"}))
    assert episode.age_years is None
    assert episode.sex is Sex.UNKNOWN
    assert episode.admission_date is None
    assert episode.warnings == ()


def test_a_document_may_carry_its_text(make_folder: MakeFolder) -> None:
    documents = [{"file": "note.txt", "text": "inside \u2013 not beside"}, {"text": "no name"}]
    episode = one(make_folder({}, documents=documents))
    assert [(document.name, document.text) for document in episode.documents] == [
        ("note.txt", "inside \u2013 not beside"),
        ("document-2", "no name"),
    ]


def test_documents_of_one_name_are_told_apart(make_folder: MakeFolder) -> None:
    episode = one(make_folder({}, documents=[{"file": "a.txt", "text": "1"}, {"file": "a.txt", "text": "2"}]))
    assert [document.name for document in episode.documents] == ["a.txt", "a.txt (2)"]
    assert len(episode.warnings) == 1


def test_a_file_named_twice_is_read_once(make_folder: MakeFolder) -> None:
    episode = one(make_folder({"a.txt": "words"}, documents=[{"file": "a.txt"}, {"file": "a.txt"}]))
    assert len(episode.documents) == 1
    assert len(episode.warnings) == 1


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected", "warned"),
    [
        ("sex", "unknown", "sex", Sex.UNKNOWN, False),
        ("sex", "F", "sex", Sex.FEMALE, False),
        ("sex", "martian", "sex", Sex.UNKNOWN, True),
        ("sex", ["male"], "sex", Sex.UNKNOWN, True),
        ("admission_date", "17/08/2024", "admission_date", dt.date(2024, 8, 17), False),
        ("admission_date", "soon", "admission_date", None, True),
        ("admission_date", "2024-02-30", "admission_date", None, True),
        ("admission_date", 20240817, "admission_date", None, True),
        ("age_years", "71", "age_years", 71, False),
        ("age_years", -1, "age_years", None, True),
        ("age_years", True, "age_years", None, True),
        ("age_years", 900, "age_years", None, True),
        ("age_days", 2, "age_days", 2, False),
        ("admission_method", "21", "admission_method", "emergency", False),
        ("admission_method", "Planned", "admission_method", "elective", False),
        ("admission_method", "Unplanned", "admission_method", "emergency", False),
        ("admission_method", "by balloon", "admission_method", "by balloon", True),
        ("patient_class", "Day_Case", "patient_class", "day case", False),
        ("discharge_destination", "79", "discharge_destination", "died", False),
        ("specialty", {}, "specialty", "", True),
    ],
)
def test_values_in_other_words(
    make_folder: MakeFolder, field: str, value: object, attribute: str, expected: object, warned: bool
) -> None:
    episode = one(make_folder({"note.txt": "words"}, **{field: value}))
    assert getattr(episode, attribute) == expected
    assert bool(episode.warnings) == warned


def test_discharge_before_admission_warns(make_folder: MakeFolder) -> None:
    episode = one(
        make_folder({"note.txt": "words"}, admission_date="2024-05-02", discharge_date="2024-05-01")
    )
    assert "discharge_date" in episode.warnings[0]


def test_folders_of_episodes_at_any_depth(make_folder: MakeFolder, tmp_path: Path) -> None:
    make_folder({"note.txt": "b"}, name="ward/2/b")
    make_folder({"note.txt": "a"}, name="ward/1/deep/er/a")
    (tmp_path / "README.md").write_text("not an episode")
    assert [item.id for item in read_episodes(tmp_path) if isinstance(item, Episode)] == [
        "ward/1/deep/er/a",
        "ward/2/b",
    ]


def test_a_bad_episode_is_set_aside_and_the_rest_goes_on(make_folder: MakeFolder, tmp_path: Path) -> None:
    make_folder({"note.txt": "good"}, name="a")
    make_folder({}, name="b", documents=[{"file": "missing.txt"}])
    make_folder({"note.txt": "good"}, name="c")
    first, second, third = read_episodes(tmp_path)
    assert isinstance(first, Episode)
    assert isinstance(second, ReadError)
    assert isinstance(third, Episode)
    assert "missing.txt" in str(second)
    assert "episode.json" in second.place


def test_the_same_id_twice_warns(make_folder: MakeFolder, tmp_path: Path) -> None:
    make_folder({"note.txt": "words"}, name="a", id="same")
    make_folder({"note.txt": "words"}, name="b", id="same")
    first, second = read_episodes(tmp_path)
    assert isinstance(first, Episode)
    assert isinstance(second, Episode)
    assert first.warnings == ()
    assert len(second.warnings) == 1


def test_a_folder_without_episode_json_holds_a_file_an_episode(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("words")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "two.md").write_text("# words")
    (tmp_path / "scan.tif").write_bytes(b"II*\0")
    (tmp_path / ".hidden").write_text("hidden")
    (tmp_path / "Thumbs.db").write_bytes(b"\0")
    found = list(read_episodes(tmp_path))
    assert [item.id for item in found if isinstance(item, Episode)] == ["one", "two"]
    (error,) = [item for item in found if isinstance(item, ReadError)]
    assert "scan.tif" in str(error)


def test_a_folder_that_does_not_open_is_named(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder({"note.txt": "words"}, name="open")
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    error, episode = read_episodes(tmp_path)
    assert isinstance(error, ReadError)
    assert error.place.endswith("closed")
    assert isinstance(episode, Episode)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert "no files" in fails(tmp_path)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "no such file" in fails(tmp_path / "nothing.txt")


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/hostname", "a/../../secret.txt", "..\\secret.txt", "C:\\secret.txt"]
)
def test_documents_outside_the_folder_are_refused(make_folder: MakeFolder, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = make_folder({}, documents=[{"file": name}])
    assert "outside its own folder" in fails(folder)


def test_a_link_out_of_the_folder_is_refused(make_folder: MakeFolder, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = make_folder({}, documents=[{"file": "link.txt"}])
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert "outside its own folder" in fails(folder)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("[1, 2]", "not an episode"),
        ('{"id": "x"}', "not an episode"),
        ('{"documents": [{"text": "words"}]}', "no 'id'"),
        ('{"id": " ", "documents": [{"text": "words"}]}', "no 'id'"),
        ('{"id": "x", "documents": []}', "empty"),
        ('{"id": "x", "documents": "note.txt"}', "not a list"),
        ('{"id": "x", "documents": ["note.txt"]}', "document 1 is not an object"),
        ('{"id": "x", "documents": [{"type": "note"}]}', "neither 'file' nor 'text'"),
        ('{"id": "x", "documents": [{"file": 7}]}', "'file' is not text"),
        ('{"id": "x", "documents": [{"text": 7}]}', "'text' is not text"),
        ('{"id": "x", "documents": [{"text": ""}]}', "holds no text"),
        ('{"id": "x", "documents": [{"text": "a\\u0000b"}]}', "binary"),
        ('{"id": "x", "documents": [{"file": "a\\u0000b"}]}', "no file can have"),
        ('{"id": "x", "documents": [{"file": "."}]}', "a folder, not a file"),
        ('{"id": "x", \n "documents"', "line 2"),
        ("[" * 100_000, "nested too deep"),
        ("9" * 5000, "too long"),
        ("", "empty"),
    ],
)
def test_broken_episode_files(tmp_path: Path, record: str, message: str) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "episode.json").write_text(record)
    assert message in fails(folder)


def test_half_characters_are_replaced_one_for_one(make_folder: MakeFolder) -> None:
    folder = make_folder({})
    record = '{"id": "x", "documents": [{"text": "a\\ud800b"}]}'
    (folder / "episode.json").write_text(record)
    episode = one(folder)
    assert episode.documents[0].text == "a\ufffdb"
    assert len(episode.warnings) == 1


def test_an_episode_file_given_by_itself(make_folder: MakeFolder) -> None:
    folder = make_folder({"note.txt": "words"})
    assert one(folder / "episode.json").documents[0].text == "words"
    assert read_text(folder / "episode.json") == "words"


def test_the_text_of_several_documents_is_not_one_text(make_folder: MakeFolder) -> None:
    folder = make_folder({"a.txt": "1", "b.txt": "2"})
    with pytest.raises(ReadError, match="several documents"):
        read_text(folder / "episode.json")
    with pytest.raises(ReadError, match="a folder"):
        read_text(folder)


def test_errors_never_quote_the_record(make_folder: MakeFolder) -> None:
    folder = make_folder({})
    (folder / "episode.json").write_text('{"id": "x", "documents": [{"text": "Mrs Example 999 000 0018" oops')
    assert "Example" not in fails(folder)


_TEXT = st.text(min_size=1).filter(lambda text: not text.isspace() and "\0" not in text)
# A byte order mark at the front is not text, and these openings are those of other formats.
_FILE = _TEXT.filter(
    lambda text: text[0] != "\ufeff" and not text.lstrip().startswith(("MSH", "%PDF-", "{\\rtf"))
)


@settings(deadline=None)
@given(inside=_TEXT, beside=_FILE)
def test_any_text_comes_back_unchanged(inside: str, beside: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "episode")
        folder.mkdir()
        (folder / "note.txt").write_bytes(beside.encode("utf-8"))
        documents = [{"file": "note.txt"}, {"file": "in.txt", "text": inside}]
        (folder / "episode.json").write_text(json.dumps({"id": "x", "documents": documents}))
        assert [document.text for document in one(folder).documents] == [beside, inside]
        assert read_text(folder / "note.txt") == beside
