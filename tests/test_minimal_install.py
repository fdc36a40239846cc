"""The base install is enough: it imports, reads every kind of file and codes the examples.

A process that may import the standard library, the project and what its base dependencies need (by their own
metadata) stands for a fresh machine; `sh scripts/demo` in a clean clone is the same with an installation.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen import canvas

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "fourstep"
NOTE = "Diagnosis: community acquired pneumonia"

_CHILD = """
import importlib.abc, json, sys

forbidden = frozenset(json.loads(sys.argv[1]))
before = set(sys.modules)


class Gate(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in forbidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, Gate())

from pathlib import Path
from fourstep.coder import Coder
from fourstep.errors import ReadError
from fourstep.read import read_episodes
import fourstep.cli, fourstep.output.books, fourstep.output.figures, fourstep.output.lookup
import fourstep.output.run, fourstep.output.spans, fourstep.output.standards

coder = Coder()
for path in map(Path, sys.argv[2:]):
    for episode in read_episodes(path):
        if isinstance(episode, ReadError):
            raise SystemExit(str(episode))
        print(json.dumps([path.name, episode.id, [c.code for c in coder.code(episode).diagnoses]]))
print(json.dumps(["imported", sorted(forbidden & (set(sys.modules) - before)), []]))
"""


def base_requirements() -> list[str]:
    """The names of the packages that pyproject.toml lists for the base install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [_name(line) for line in project["dependencies"]]


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def base_distributions() -> set[str]:
    """The base dependencies with all that they need themselves."""
    todo, seen = base_requirements(), {"fourstep"}
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            needed = distribution(name).requires or []
            todo += [_name(line) for line in needed if "extra ==" not in line and _applies(line)]
    return seen


def _applies(requirement: str) -> bool:
    """Whether a requirement is for this machine: what is not installed here is for another."""
    try:
        distribution(_name(requirement))
    except ModuleNotFoundError:
        return False
    return True


def modules_beyond_the_base() -> list[str]:
    allowed = base_distributions()
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if module not in sys.stdlib_module_names and not {_name(o) for o in owners} & allowed
    )


def imported_names() -> dict[str, Path]:
    """Top-level names of everything the source imports from outside the standard library."""
    names: dict[str, Path] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = [node.module or ""]
            else:
                continue
            names |= {name.split(".")[0]: path for name in found}
    return {n: p for n, p in names.items() if n not in sys.stdlib_module_names and n != "fourstep"}


def extra_requirements() -> list[str]:
    """The names of the packages that the extras for users list (all but dev)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [_name(line) for extra, lines in extras.items() if extra != "dev" for line in lines]


def test_the_source_imports_its_own_dependencies_and_nothing_else() -> None:
    owners = packages_distributions()
    imported = {_name(owner) for name in imported_names() for owner in owners.get(name, [name])}
    assert set(base_requirements()) <= imported
    assert imported <= {*base_requirements(), *extra_requirements()}


def make_files(folder: Path) -> list[Path]:
    """One note in every kind of file."""
    drawing = canvas.Canvas(str(folder / "note.pdf"))
    drawing.drawString(72, 700, NOTE)
    drawing.save()
    document = docx.Document()
    document.add_paragraph(NOTE)
    document.save(str(folder / "note.docx"))
    (folder / "note.rtf").write_text(r"{\rtf1\ansi " + NOTE + r"\par}", encoding="ascii")
    (folder / "note.html").write_text(f"<html><body><p>{NOTE}</p></body></html>", encoding="utf-8")
    (folder / "note.txt").write_text(NOTE, encoding="utf-8")
    record = {"id": "line", "documents": [{"file": "a", "type": "discharge_summary", "text": NOTE}]}
    (folder / "notes.jsonl").write_text(json.dumps(record), encoding="utf-8")
    return sorted(folder.iterdir())


def test_a_base_install_reads_every_kind_of_file_and_codes_the_examples(
    tmp_path: Path, examples: Path
) -> None:
    fixtures = Path(__file__).parent / "read" / "fixtures"
    messages = [fixtures / "itk3_stu3_discharge.xml", fixtures / "ukcore_r4_discharge.json"]
    files = make_files(tmp_path)
    beyond = modules_beyond_the_base()
    assert {"pytest", "hypothesis", "reportlab"} <= set(beyond)
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD, json.dumps(beyond), *map(str, [*files, *messages, examples])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    *coded, last = map(json.loads, ran.stdout.splitlines())
    assert last == ["imported", [], []]
    assert {name: codes for name, _, codes in coded if name.startswith("note")} == {
        f.name: ["J18.9"] for f in files
    }
    assert all(codes for _, _, codes in coded)
    assert {identifier for name, identifier, _ in coded if name == "examples"} == {
        p.parent.name for p in examples.glob("*/episode.json")
    }


@pytest.mark.parametrize("name", ["pytest", "hypothesis", "django", "pyspark", "numpy"])
def test_no_development_tool_or_extra_is_a_base_dependency(name: str) -> None:
    assert name not in base_distributions()


def test_every_base_dependency_is_pinned() -> None:
    pinned = {
        _name(line)
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert base_distributions() - {"fourstep"} <= pinned
