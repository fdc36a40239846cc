"""What the compiled copy of a module gets settled: names in capitals that have one value, members of enumerations."""

from __future__ import annotations

import importlib.util
from enum import IntEnum
from pathlib import Path
from types import ModuleType

SCRIPTS = Path(__file__).parent.parent / "scripts"


def _settled(source: str) -> str:
    spec = importlib.util.spec_from_file_location("native_constants", SCRIPTS / "native_constants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    settled: str = module.settled(source)
    return settled


def test_constants_are_final_and_what_changes_or_names_a_type_is_not() -> None:
    source = (
        "from __future__ import annotations\nA = 1\n_B: dict[str, int] = {}\nC, D = 1, 'é'\nI, J = range(2)\n"
        "E = 1\nE = 2\nT = TypeVar('T')\n"
        "Kind = int\nF = 0\ndef f():\n    global F\n    F = 1\nif A:\n    G = 1\n"
    )
    changed = [b for a, b in zip(source.split("\n"), _settled(source).split("\n"), strict=True) if a != b]
    assert changed == [
        "from __future__ import annotations; from typing import Final", "A: Final = 1", "_B: Final[dict[str, int]] = {}",
        "C: Final = 1; D: Final = 'é'",
    ]  # fmt: skip


def test_members_of_enumerations_are_constants_of_the_module_wherever_they_stand() -> None:
    source = (
        "from __future__ import annotations\nfrom stored import (\n    Whether,\n)  # é\n\n"
        "def f(w):\n    return 'é', w is Whether.PRESENT or Whether['ABSENT'], Whether.PRESENT\n"
    )
    stored = ModuleType("stored")
    stored.Whether = IntEnum("Whether", ["PRESENT", "ABSENT"])  # type: ignore[attr-defined]
    names: dict[str, object] = {}
    text = _settled(source)
    assert "Whether.PRESENT" not in text.replace("= Whether.PRESENT", "")
    assert len(text.split("\n")) == len(source.split("\n"))
    exec(text.replace("from stored import (\n    Whether,\n)", "pass"), {"Whether": stored.Whether}, names)  # type: ignore[attr-defined]
    assert "_Whether_PRESENT" in names
    assert _settled("from __future__ import annotations\nx = Whether.PRESENT\n") == (
        "from __future__ import annotations\nx = Whether.PRESENT\n"
    )
