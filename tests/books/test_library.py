"""Which edition is in force on a day, and what validation hears of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fourstep.books import BookError, Opcs4, books_on, opcs4, tables
from fourstep.errors import KnowledgeError


@pytest.mark.parametrize(
    ("day", "edition"),
    [("2023-03-31", "4.9"), ("2023-04-01", "4.10"), ("2026-03-31", "4.10"), ("2021-01-01", "4.9")],
)
def test_opcs4_by_the_day_the_episode_ends(day: str, edition: str) -> None:
    icd, opcs, messages = books_on(dt.date.fromisoformat(day))
    assert (icd.edition, opcs.edition) == ("5", edition)
    assert messages == []


def test_the_newest_serves_where_an_edition_is_not_loaded() -> None:
    _, opcs, messages = books_on(dt.date(2026, 4, 1))
    assert opcs.edition == "4.10"
    assert [(m.level, m.rule) for m in messages] == [("warning", "books.edition")]
    assert "OPCS-4.11" in messages[0].text and "OPCS-4.10" in messages[0].text


def test_a_day_before_all_editions_takes_the_oldest() -> None:
    icd, opcs, messages = books_on(dt.date(2012, 1, 1))
    assert (icd.edition, opcs.edition) == ("5", "4.9")
    assert len(messages) == 2


def test_a_day_that_is_not_known_takes_the_newest() -> None:
    _, opcs, messages = books_on(None)
    assert opcs.edition == "4.10" and messages == []


def test_opcs4_codes_are_written_in_one_way() -> None:
    book = Opcs4(
        "4.10", {c: tuple(r) for c, r in opcs4.with_parents({"J18.3": "Gallbladder removed"}).items()}
    )
    assert book.normalise("j183") == book.normalise("J18.3 ") == "J18.3"
    assert book.title("J183") == "Gallbladder removed"
    assert book.get("J18.3").parent == "J18"
    assert "I10.1" not in book and "J18.33" not in book
    with pytest.raises(BookError, match="official release"):
        book.get("J18.4")


def test_labels_are_checked(tmp_path: Path) -> None:
    (tmp_path / "opcs4_a.tsv").write_text("J18.3\tGallbladder removed\nJ18.4 no tab\n")
    with pytest.raises(KnowledgeError, match=r"opcs4_a\.tsv:2"):
        opcs4.read_labels(tmp_path)


def test_validity_by_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opcs4, "read_labels", lambda: {"A98.1": "New", "A98.2": "Gone", "A98.3": "Always"})
    monkeypatch.setattr(tables, "read_validity", lambda: {"A98.1": ("4.10", ""), "A98.2": ("", "4.9")})
    monkeypatch.setattr(opcs4, "cached", lambda name, sources, build: build())
    newer, older = opcs4.built_in("4.10"), opcs4.built_in("4.9")
    assert [c in newer for c in ("A98.1", "A98.2", "A98.3")] == [True, False, True]
    assert [c in older for c in ("A98.1", "A98.2", "A98.3")] == [False, True, True]
    assert older.valid_on("A98.2", dt.date(2023, 3, 31)) and not older.valid_on("A98.2", dt.date(2023, 4, 1))


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (tables.read_fifth_characters, "scheme site\n  0  many\nuse spine required M40\n"),
        (tables.read_fifth_characters, "whatever\n"),
        (tables.read_places, "use W00-W19\nhome 0\n"),
        (tables.read_delta, "rename A00 B00\n"),
        (tables.read_limits, "both C61\n"),
        (tables.read_pairs, "asterisk F00\ndagger G30 > F03\n"),
        (tables.read_validity, "A01.1 4.10\n"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, reader: object, text: str) -> None:
    path = tmp_path / "table.txt"
    path.write_text("; a comment\n" + text)
    with pytest.raises(KnowledgeError, match=r"table\.txt:\d"):
        reader(path)  # type: ignore[operator]
