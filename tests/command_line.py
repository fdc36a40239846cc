"""Running the command line in tests, and what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fourstep import cli

#: A word that stands in records of the tests and must stand in no error.
SECRET = "Featherstonehaugh"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines that say what is wrong."""
        return [line for line in self.err.splitlines() if line.startswith("fourstep: ")]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Ran:
        monkeypatch.setattr("sys.argv", ["fourstep", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            raise SystemExit(0)
        code = ended.value.code
        printed = capsys.readouterr()
        return Ran(code if isinstance(code, int) else 0 if code is None else 1, printed.out, printed.err)

    return command


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A note that codes."""
    path = tmp_path / "note.txt"
    path.write_text("Diagnosis: community acquired pneumonia\nPMH: T2DM, hypertension\n", encoding="utf-8")
    return path


def codes(coded: str | dict[str, Any]) -> list[str]:
    """The diagnoses of one coded episode, given as JSON or read already."""
    episode = json.loads(coded) if isinstance(coded, str) else coded
    return [c["code"] for c in episode["diagnoses"]]
