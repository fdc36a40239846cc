"""What the compiled copy of a module gets spelled out does what the dataclass and the pickle of the source do."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
SOURCE = '''"""A module."""
from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(slots=True)
class Thing:
    name: str
    points: list[Point] = field(default_factory=list)
    size: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.size = len(self.points)


@dataclass(slots=True)
class Named(Thing):
    other: Thing | None = None


class Plain:
    def __init__(self, found: dict[str, Thing]) -> None:
        self.found = found
        self.count: int = len(found)
'''


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made(tmp_path: Path) -> ModuleType:
    spelled_out = _module("native_classes", SCRIPTS / "native_classes.py").spelled_out
    path = tmp_path / "spelled_out.py"
    path.write_text(spelled_out(SOURCE))
    return _module("spelled_out", path)


def test_constructors_take_fields_defaults_and_factories(made: ModuleType) -> None:
    thing = made.Named("a", [made.Point(1)])
    assert (thing.name, thing.points[0].sum, thing.size, thing.other) == ("a", 3, 1, None)
    assert made.Thing("a").points is not made.Thing("a").points
    assert made.replace(thing, name="b").name == "b"


def test_objects_are_compared_by_their_fields(made: ModuleType) -> None:
    assert made.Point(1) == made.Point(1, 2)
    assert hash(made.Point(1)) == hash(made.Point(1, 2))
    assert made.Point(1) != made.Point(2)
    assert made.Point(1) != (1, 2)
    with pytest.raises(TypeError):
        hash(made.Thing("a"))


def test_pickles_keep_what_objects_hold(made: ModuleType) -> None:
    again = pickle.loads(pickle.dumps(made.Plain({"a": made.Thing("a", [made.Point(1)])})))
    assert again.count == 1
    assert again.found["a"] == made.Thing("a", [made.Point(1)])


def test_lines_before_the_first_class_stay_where_they_are(made: ModuleType) -> None:
    assert made.__file__ is not None
    written = Path(made.__file__).read_text().splitlines()
    assert written[6] == "@dataclass(init=False, eq=False)"
    assert SOURCE.splitlines()[:1] == written[:1]
