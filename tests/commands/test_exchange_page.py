"""The commands of docs/exchange.md run, in the order of the page, and do what it says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import Run
from fourstep.exchange import grouper_input
from grouper_runs import Said
from grouper_runs import run as grouper_run

ROOT = Path(__file__).parent.parent.parent
COMMANDS = re.findall(r"^ {4}fourstep (.+)$", (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what the page names: the message and three of the examples."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    for name in ("cataract", "carpal-tunnel-private", "gallstones"):
        shutil.copytree(ROOT / "examples" / name, tmp_path / "examples" / name)
    return tmp_path


def stand_in(folder: Path) -> None:
    """What is not ours to run: the grouper, and the site's prices."""
    table = grouper_input.read((folder / "apc.csv").read_text(encoding="ascii"), "apc")
    grouper_run(table, [Said("BZ34A") for _ in table], folder)
    (folder / "prices.csv").write_text("hrg,day case,elective,non-elective\nBZ34A,800,900,1000\n", encoding="utf-8")


def evidence(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The quotes of every Provenance, as name and value."""
    found = [
        {part["url"]: next(v for k, v in part.items() if k.startswith("value")) for part in extension["extension"]}
        for entry in bundle["entry"]
        for source in entry["resource"].get("entity", [])
        for extension in source["extension"]
    ]
    assert found
    return found


def test_the_page_runs(run: Run, checkout: Path) -> None:
    assert len(COMMANDS) == 12
    for command in COMMANDS:
        if command.startswith("grouper import"):
            stand_in(checkout)
        if "earlier.jsonl" in command:
            (checkout / "earlier.jsonl").write_bytes((checkout / "grouped.jsonl").read_bytes())
        ran = run(*shlex.split(command))
        assert ran.status == 0, (command, ran.err)
    text = run("read", "tests/read/fixtures/itk3_stu3_discharge.xml").out
    bundle = json.loads((checkout / "hip.json").read_text(encoding="utf-8"))
    assert all(text[q["start"] : q["end"]] == q["text"] for q in evidence(bundle) if "path" not in q)
    assert evidence(bundle)[0]["text"] == "Fractured neck of left femur"
