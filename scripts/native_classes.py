"""Write out what the classes of a module get at run time, so that mypyc can compile it (used by scripts/compiler.py).

`@dataclass` makes constructor, comparison and hash as Python text when a module is imported: a compiled module would call
them as slowly as ever, and they are what most objects of an episode cost. Pickles find no state in a compiled class. So the
copy of the sources that is compiled has these methods spelled out; the sources themselves stay as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_PYTHONS = ("Protocol", "Enum", "IntEnum", "StrEnum", "NamedTuple", "ABC")
_EMPTY = {"list": "[]", "dict": "{}", "set": "set()"}


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str
    default: str = ""  # an expression, evaluated once
    factory: str = ""  # an expression, evaluated for each object
    given: bool = True  # whether the constructor takes it
    compared: bool = True


def _field(line: ast.AnnAssign) -> _Field:
    assert isinstance(line.target, ast.Name)
    name, kind, value = line.target.id, ast.unparse(line.annotation), line.value
    if value is None:
        return _Field(name, kind)
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "field"):
        return _Field(name, kind, default=ast.unparse(value))
    options = {str(k.arg): k.value for k in value.keywords}
    factory = ""
    if made := options.get("default_factory"):
        called = ast.unparse(made.body) if isinstance(made, ast.Lambda) else f"{ast.unparse(made)}()"
        factory = _EMPTY.get(ast.unparse(made), called)
    given, compared = (ast.unparse(options[o]) != "False" if o in options else True for o in ("init", "compare"))
    return _Field(name, kind, ast.unparse(options["default"]) if "default" in options else "", factory, given, compared)


def _options(made: ast.ClassDef) -> dict[str, bool] | None:
    """The options of a dataclass; None where the class is none."""
    for mark in made.decorator_list:
        if isinstance(mark, ast.Name) and mark.id == "dataclass":
            return {}
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "dataclass":
            return {str(k.arg): ast.unparse(k.value) == "True" for k in mark.keywords}
    return None


def _init(fields: list[_Field], *, finish: bool) -> Iterator[str]:
    optional = {f.name: f" = {f.default}" if f.default else " | None = None" if f.factory else "" for f in fields}
    taken = [f"{f.name}: {f.type}{optional[f.name]}" for f in fields if f.given]
    yield f"    def __init__(self, {', '.join(taken)}) -> None:"
    for f in fields:
        if f.given:
            yield f"        self.{f.name} = {f.name}" if not f.factory else (
                f"        self.{f.name} = {f.factory} if {f.name} is None else {f.name}"
            )
        elif f.factory or f.default:
            yield f"        self.{f.name} = {f.factory or f.default}"
    if finish:
        yield "        self.__post_init__()"


def _comparison(name: str, fields: list[_Field], *, hashed: bool) -> Iterator[str]:
    compared = [f.name for f in fields if f.compared]
    yield "    def __eq__(self, other: object) -> bool:"
    yield f"        return isinstance(other, {name}) and (self is other or ("
    yield "            " + " and ".join(f"self.{n} == other.{n}" for n in compared)
    yield "        ))"
    if hashed:
        yield "    def __hash__(self) -> int:"
        yield f"        return hash(({', '.join(f'self.{n}' for n in compared)},))"


def _state(names: list[str]) -> Iterator[str]:
    """What a pickle keeps; an attribute that an object does not have is passed over."""
    yield "    def __getstate__(self) -> object:"
    yield f"        return ({', '.join(f'self.{n}' for n in names)},)"
    yield "    def __setstate__(self, state: Any) -> None:"
    yield from (f"        self.{n} = state[{i}]" for i, n in enumerate(names))


def _made_again(name: str, fields: list[_Field]) -> Iterator[str]:
    """For a pickle: what makes an object of values that never change is its constructor, plain or compiled."""
    yield "    def __reduce__(self) -> Any:"
    yield f"        return {name}, ({', '.join(f'self.{f.name}' for f in fields)},)"


def _attributes(made: ast.ClassDef) -> list[str]:
    """What an instance of a plain class holds: whatever its methods assign to `self`."""
    found: dict[str, None] = {}
    for node in ast.walk(made):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                found[target.attr] = None
    return list(found)


def spelled_out(source: str) -> str:
    """The source of a module with the methods of its classes spelled out, line for line the same before each of them."""
    lines = source.split("\n")
    known: dict[str, list[_Field]] = {}
    finished: set[str] = set()  # dataclasses whose constructor ends in a method of their own
    added: list[tuple[int, list[str]]] = []
    for made in ast.parse(source).body:
        if not isinstance(made, ast.ClassDef):
            continue
        bases = [ast.unparse(b) for b in made.bases]
        own = {n.name for n in made.body if isinstance(n, ast.FunctionDef)}
        options = _options(made)
        methods: list[str] = []
        if options is not None:
            if any(b not in known for b in bases):
                raise ValueError(f"a dataclass with a base of another module: {made.name}")
            fields = [f for b in bases for f in known[b]] + [_field(n) for n in made.body if isinstance(n, ast.AnnAssign)]
            known[made.name] = fields
            if "__post_init__" in own or finished.intersection(bases):
                finished.add(made.name)
            methods += _init(fields, finish=made.name in finished)
            methods += _comparison(made.name, fields, hashed=options.get("frozen", False))
            names = [f.name for f in fields]
            for mark in made.decorator_list:
                lines[mark.lineno - 1 : mark.end_lineno] = ["@dataclass(init=False, eq=False)"] + [""] * (
                    (mark.end_lineno or mark.lineno) - mark.lineno
                )
        elif bases:
            continue
        else:
            names = _attributes(made)
        if names and not own & {"__reduce__", "__getstate__"} and not any(b in _PYTHONS for b in bases):
            frozen = options is not None and options.get("frozen") and all(f.given for f in known[made.name])
            methods += _made_again(made.name, known[made.name]) if frozen else _state(names)
        added.append((made.end_lineno or made.lineno, methods))
    for at, methods in reversed(added):
        lines[at:at] = methods
    if added:
        # behind the imports of the future, which must be first
        future = next(i for i, line in enumerate(lines) if line.startswith("from __future__"))
        lines[future] += "; from typing import Any"
    return "\n".join(lines)
