"""The compiled modules of the engine, where `scripts/compile` has made some: used only for the sources they were made of.

A checkout may hold `build/compiled`: extension modules of the busiest modules, and `built.json` with their names, the Python they
were made for and a digest of the engine's sources. Whatever disagrees, the sources run as if nothing had been compiled.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

_PACKAGE = Path(__file__).parent
FOLDER = _PACKAGE.parent.parent / "build" / "compiled"
_RECORD = "built.json"
#: The packages with compiled modules; before one of them is asked for, no digest is made.
_PACKAGES = frozenset(("analyse", "locate", "assign", "verify", "ask", "books", "coder", "quotes"))
#: What the compiled modules rest on: an edit of any other module changes nothing in them.
_SOURCES = (
    "analyse", "locate", "assign", "verify", "ask", "books", "terminology", "coder.py", "episode.py",
    "quotes.py", "errors.py", "compiled.py",
)  # fmt: skip


def digest() -> str:
    """A digest of the engine's sources and of the Python that runs."""
    total = hashlib.blake2b(f"{sys.implementation.cache_tag} {sys.platform}".encode(), digest_size=20)
    for source in _SOURCES:
        path = _PACKAGE / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            words = file.read_bytes()
            total.update(f"{file.relative_to(_PACKAGE)} {len(words)} ".encode() + words)
    return total.hexdigest()


def record(folder: Path) -> None:
    """Write beside the extension modules of a folder what they were made of; without this they are never used."""
    import json

    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    files = (path.relative_to(folder) for path in folder.rglob(f"*{suffix}"))
    modules = {".".join(file.parts).removesuffix(suffix): str(file) for file in files}
    (folder / _RECORD).write_text(json.dumps({"digest": digest(), "modules": modules}, indent=1) + "\n", encoding="utf-8")


#: The digest of the build that serves this process, once it does.
_serving: list[str] = []


class _Finder(MetaPathFinder):
    """Finds the compiled modules; the digest is made when the first of them is asked for."""

    def __init__(self) -> None:
        self.modules: dict[str, str] | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if self.modules is None:
            if not fullname.startswith("fourstep.") or fullname.split(".")[1] not in _PACKAGES:
                return None
            self.modules = _agreed()
        file = self.modules.get(fullname)
        return importlib.util.spec_from_file_location(fullname, FOLDER / file) if file else None


def _agreed() -> dict[str, str]:
    """The compiled modules by name, with their files; none unless they were made of these very sources."""
    import json  # only where something has been compiled

    try:
        built = json.loads((FOLDER / _RECORD).read_text(encoding="utf-8"))
        if built["digest"] != digest():
            return {}
        modules = {str(name): str(file) for name, file in built["modules"].items()}
        _serving.append(str(built["digest"]))
        return modules
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def install() -> None:
    """Let the compiled modules be found before the sources, where there are some; FOURSTEP_COMPILED=0 goes without."""
    if os.environ.get("FOURSTEP_COMPILED") != "0" and (FOLDER / _RECORD).is_file():
        sys.meta_path.insert(0, _Finder())


def build() -> str:
    """The digest of the build that the engine of this process runs; empty where it runs as plain Python."""
    from fourstep.analyse import words

    return "" if str(words.__file__).endswith(".py") else _serving[0]


def in_use() -> bool:
    """Whether the engine of this process runs compiled."""
    return build() != ""
