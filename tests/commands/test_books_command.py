"""`fourstep books`: importing, seeing what it would change, choosing, undoing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Run
from fourstep.books import library
from terminology_makers import rf2


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FOURSTEP_CACHE", str(tmp_path / "cache"))
    library.forget_books()
    yield tmp_path / "home"
    library.forget_books()


def _imports(home: Path) -> list[str]:
    return sorted(p.name for p in home.rglob("*") if p.is_file())


def test_from_dry_run_to_undo(run: Run, home: Path, tmp_path: Path) -> None:
    release = rf2(tmp_path)
    seen = run("books", "import", str(release), "--dry-run")
    assert seen.status == 0 and "snomed-20260401 would be imported" in seen.out
    assert _imports(home) == [], "nothing is imported"
    done = run("books", "import", str(release))
    assert done.status == 0 and "snomed-20260401 is imported" in done.out
    assert done.out.replace("is imported", "would be imported").startswith(seen.out), "what was shown is what happened"
    assert "procedures are mapped to OPCS-4.10" in done.out
    assert "of 61 change" in done.out and "To undo: fourstep books remove snomed-20260401" in done.out
    assert _imports(home) == ["snomed-20260401.sqlite"]
    listed = run("books", "list").out
    assert "snomed-20260401" in listed and "yes" in listed
    assert "serves now" in run("books", "use", "snomed-20260401").out
    assert "nothing of its kind is left" in run("books", "remove", "snomed-20260401").out
    assert _imports(home) == ["chosen"]


def test_a_failed_import_changes_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "release.zip").write_bytes(b"PK\x03\x04 and then the line broke")
    ran = run("books", "import", str(tmp_path / "release.zip"))
    assert ran.status == 2 and "half-copied" in ran.err
    assert _imports(home) == []


def test_the_day_decides_between_editions_of_a_book(run: Run) -> None:
    assert run("books", "use", "opcs4-4.11").status == 2
