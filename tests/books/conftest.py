"""Every test has a data directory of its own; the cache of the built-in books is shared between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from release_layouts import ICD10_HEADER

from fourstep.books import icd10, library, opcs4


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FOURSTEP_CACHE", str(shared_cache))
    library.forget_books()
    yield tmp_path / "home"
    library.forget_books()


@pytest.fixture
def icd() -> icd10.Icd10:
    return icd10.built_in()


@pytest.fixture
def icd10_lines(icd: icd10.Icd10) -> list[str]:
    """The lines of a whole ICD-10 release: codes from the book, titles of our own."""
    lines = [ICD10_HEADER]
    for code in icd.rows:
        if not icd10.is_group(code):
            shown = code.removesuffix(".X")
            alt = code.replace(".", "")
            lines.append("\t".join([shown, alt, "DEFAULT", "3", f"Title of {alt}", *[""] * 7]))
    return lines


@pytest.fixture
def opcs4_lines() -> list[str]:
    """The lines of an OPCS-4 release, titles of our own: every code in use, three more of each chapter."""
    codes = set(opcs4.read_labels()) | {
        f"{c}{n}" for c in opcs4.chapter_rows() for n in ("98", "98.1", "98.9")
    }
    return [f"{code}\tOfficial title of {code}" for code in sorted(codes)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, list[str]], Path]:
    """Write a file of a release as it comes: Windows line ends."""

    def write_lines(name: str, lines: list[str]) -> Path:
        folder = tmp_path / "release"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
        return path

    return write_lines
