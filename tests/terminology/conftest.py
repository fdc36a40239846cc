"""Every test has a data directory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fourstep.books import library


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path / "home"))
    library.forget_books()
    yield tmp_path / "home"
    library.forget_books()
