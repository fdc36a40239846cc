"""For all tests: a cache and a data directory of their own, and one coder that serves them all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from command_line import note, run
from fourstep.coder import Coder

__all__ = ["note", "run"]

#: The long run of the properties: `sh scripts/reliability fuzz`.
settings.register_profile("long", max_examples=3_000)

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="session", autouse=True)
def own_directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the user has imported or cached changes no test, and no test changes it."""
    kept = {name: os.environ.get(name) for name in ("FOURSTEP_CACHE", "FOURSTEP_HOME")}
    for name in kept:
        os.environ[name] = str(tmp_path_factory.mktemp(name.lower()))
    yield
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def coder(own_directories: None) -> Coder:
    return Coder()


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of episodes that ship with the project."""
    return EXAMPLES
