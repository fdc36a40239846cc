"""The same records give the same output in every run, down to the order of the evidence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fourstep.locate.matcher import Scene

HERE = Path(__file__).parent
FOLDERS = (HERE.parent / "examples", HERE / "records" / "set-3")


def coded_with(seed: str, output: Path) -> bytes:
    """What a process of its own writes, with its own order of sets."""
    program = "from fourstep.cli import main; main()"
    options = ["--format", "jsonl", "--output", str(output)]
    command = [sys.executable, "-c", program, "code", *map(str, FOLDERS), *options]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
    return output.read_bytes()


def test_two_runs_write_the_same(tmp_path: Path) -> None:
    first = coded_with("1", tmp_path / "one.jsonl")
    assert first
    assert coded_with("2", tmp_path / "two.jsonl") == first


def test_the_words_near_a_statement_are_tried_in_one_order() -> None:
    assert list(Scene(["graft"], frozenset(), {"chest", "arm", "leg"}).nearby) == ["arm", "chest", "leg"]
