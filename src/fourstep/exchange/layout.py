"""Flat layouts of fixed columns, read from knowledge/exchange: text into fields, fields into text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fourstep.errors import KnowledgeError
from fourstep.knowledge import EXCHANGE

_LINE = re.compile(r"(?P<kind>\d\d)(?P<gap> +)(?P<start>\d+) +(?P<length>\d+)  (?P<name>[a-z_]+)(?: \* (?P<times>\d+))?$")
_INSIDE = 7  # so many blanks after the line's number make a field of the group above

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a line: where it begins (from 0) and how long it is; a group stands `times` in a row."""

    name: str
    start: int
    length: int
    times: int = 1
    inside: tuple[Field, ...] = ()

    @property
    def end(self) -> int:
        return self.start + self.length * self.times


@dataclass(slots=True)
class Layout:
    """The fields of every kind of line, by the line's number."""

    kinds: dict[str, list[Field]] = field(default_factory=dict)

    def groups(self, kind: str) -> Field | None:
        """The repeated group of a kind of line, where it has one."""
        return next((f for f in self.kinds[kind] if f.times > 1), None)

    def write(self, kind: str, values: Mapping[str, str], groups: Sequence[Mapping[str, str]] = ()) -> str:
        """One line of text. Raises ValueError, naming the field, where a value is too long for it or no ASCII."""
        fields = self.kinds[kind]
        line = [" "] * max(f.end for f in fields)
        for f in fields:
            if f.times == 1:
                _put(line, f, values.get(f.name, ""), 0)
        repeated = self.groups(kind)
        if groups and (repeated is None or len(groups) > repeated.times):
            raise ValueError(f"{len(groups)} groups in a line {kind}")
        for number, group in enumerate(groups):
            assert repeated is not None
            for f in repeated.inside:
                _put(line, f, group.get(f.name, ""), repeated.start + number * repeated.length)
        return "".join(line)

    def read(self, text: str) -> tuple[str, Fields, list[Fields]]:
        """The kind of a line, its fields, and its groups that are not blank. Raises ValueError for an unknown kind."""
        kind = text[:2]
        if kind not in self.kinds:
            raise ValueError("a line of a kind that is not known")
        single = {f.name: text[f.start : f.end].strip() for f in self.kinds[kind] if f.times == 1}
        repeated = self.groups(kind)
        groups: list[Fields] = []
        for number in range(repeated.times if repeated else 0):
            assert repeated is not None
            base = repeated.start + number * repeated.length
            group = {f.name: text[base + f.start : base + f.end].strip() for f in repeated.inside}
            if any(group.values()):
                groups.append(group)
        return kind, single, groups


def _put(line: list[str], f: Field, value: str, base: int) -> None:
    if len(value) > f.length:
        raise ValueError(f"{f.name} is longer than its {f.length} columns")
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"{f.name} holds a character that the file cannot carry")
    line[base + f.start : base + f.start + len(value)] = value


@cache
def layout(name: str) -> Layout:
    """The layout of knowledge/exchange/<name>.txt. Raises KnowledgeError, naming file and line, where it breaks its form."""
    path = EXCHANGE / f"{name}.txt"
    out = Layout()
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if text.strip() and not text.startswith(";"):
            _add(out, text.rstrip(), path, number)
    return out


def _add(out: Layout, text: str, path: Path, number: int) -> None:
    match = _LINE.match(text)
    if match is None:
        raise KnowledgeError("no line of a layout", f"{path}:{number}")
    fields = out.kinds.setdefault(match["kind"], [])
    new = Field(match["name"], int(match["start"]) - 1, int(match["length"]), int(match["times"] or 1))
    inside = len(match["gap"]) + len(match["start"]) >= _INSIDE + 1
    above = fields[-1] if fields else None
    if inside:
        if above is None or above.times == 1 or new.end > above.length:
            raise KnowledgeError("a field of a group that does not hold it", f"{path}:{number}")
        fields[-1] = Field(above.name, above.start, above.length, above.times, (*above.inside, new))
    elif any(new.start < f.end and f.start < new.end for f in fields):
        raise KnowledgeError("a field in the columns of another", f"{path}:{number}")
    else:
        fields.append(new)
