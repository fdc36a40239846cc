"""The documentation is true: code in it runs, commands in it exist, output in it is what comes out today."""

from __future__ import annotations

import io
import os
import re
import textwrap
from pathlib import Path

import pytest
from rich.console import Console

from fourstep.cli import app
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.output.record import show_record
from fourstep.read import read_episodes

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
WALK = ROOT / "docs" / "four-steps.md"
_RECORD = re.compile(r"(?<=```text\n).*?(?=```\n)", re.DOTALL)


def commands() -> set[str]:
    """Every command, those of groups with the group's name before it."""
    names = {str(c.name or getattr(c.callback, "__name__", "")) for c in app.registered_commands}
    for group in app.registered_groups:
        inner = group.typer_instance.registered_commands if group.typer_instance else []
        names |= {str(group.name), *(f"{group.name} {c.name}" for c in inner)}
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_of_the_page_exist(page: Path) -> None:
    known = commands()
    text = page.read_text(encoding="utf-8")
    for words in re.findall(r"(?:^ {4}|`|/)fourstep ([a-z-]+(?: [a-z|]+)?)", text, re.MULTILINE):
        first, _, second = words.partition(" ")
        assert first in known or any(f"{first} {one}" in known for one in second.split("|")), words


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_test_that_the_hazard_log_names_is_there() -> None:
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "safety" / "hazard-log.md").read_text(encoding="utf-8"))
    there = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert [name for name in named if f"def {name}(" not in there] == []


def test_the_python_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("From Python:\n", 1)[1].split("\n## ", 1)[0]
    monkeypatch.chdir(ROOT)
    exec(compile(textwrap.dedent(block), "README.md", "exec"), {})
    assert "hip-fracture" in capsys.readouterr().out


def test_the_python_for_record_systems_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "epr.md").read_text(encoding="utf-8")
    block = text.split("(Python)\n", 1)[1].split("\nOne `Coder`", 1)[0]
    exec(compile(textwrap.dedent(block), "epr.md", "exec"), {})
    assert "J18.9" in capsys.readouterr().out


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(
        encoding="utf-8"
    )
    assert [name for name in commands() if name.split()[0] not in text] == []


def test_the_record_of_the_walk_is_what_comes_out(coder: Coder) -> None:
    (episode,) = read_episodes(ROOT / "examples" / "colonoscopy-polyp")
    assert isinstance(episode, Episode)
    out = io.StringIO()
    show_record(coder.code(episode), Console(file=out, width=100, highlight=False))
    record = "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip() + "\n"
    page = WALK.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        WALK.write_text(_RECORD.sub(lambda _: record, page, count=1), encoding="utf-8")
        return
    found = _RECORD.search(page)
    assert found is not None
    assert found[0] == record, "run: UPDATE_DOCS=1 python -m pytest tests/test_docs.py"
