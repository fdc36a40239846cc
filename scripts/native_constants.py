"""Settle the constants of a module, so that compiled code finds each of them once (used by scripts/compiler.py).

A compiled function looks a name of its module up in a dictionary whenever it comes to it, thousands of times an episode, and a
member of an enumeration twice: first the class, then its attribute. A name that is `Final` is a variable of C. So in the copy of
the sources that is compiled the names in capitals that are given a value once are `Final`, and members of the enumerations that
every statement has are such names too; the sources themselves stay as they are.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

#: Enumerations whose members the engine asks for at every turn.
_ENUMERATIONS = frozenset(("Whether", "When", "Who", "Sex"))
_CONSTANT = re.compile(r"_{0,2}[A-Z][A-Z0-9_]*\Z")

#: Place of an edit: line, first column, last column, and what stands there afterwards.
_Edit = tuple[int, int, int, str]


def settled(source: str) -> str:
    """The source of a module with its constants settled, line for line the same."""
    source = _edited(source, _pairs(ast.parse(source)))
    tree = ast.parse(source)
    edits = _constants(tree) + _members(tree)
    if not edits:
        return source
    return _edited(source, [*edits, (*_behind(tree, future=True), "; from typing import Final")])


def _edited(source: str, edits: list[_Edit]) -> str:
    lines = [line.encode() for line in source.split("\n")]  # columns count bytes
    for line, first, last, text in sorted(edits, reverse=True):
        lines[line - 1] = lines[line - 1][:first] + text.encode() + lines[line - 1][last:]
    return b"\n".join(lines).decode()


def _pairs(tree: ast.Module) -> list[_Edit]:
    """Lines that give several names a value each, as so many assignments: a tuple of names cannot be `Final`."""
    found: list[_Edit] = []
    for node in tree.body:
        if not isinstance(node, ast.Assign) or len(node.targets) > 1 or node.lineno != node.end_lineno:
            continue
        target, value = node.targets[0], node.value
        if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
            continue
        if all(isinstance(t, ast.Name) and _CONSTANT.match(t.id) for t in target.elts):
            several = zip(target.elts, value.elts, strict=True)
            apart = "; ".join(f"{ast.unparse(name)} = {ast.unparse(one)}" for name, one in several)
            found.append((node.lineno, node.col_offset, node.end_col_offset or 0, apart))
    return found


def _constants(tree: ast.Module) -> list[_Edit]:
    """The names in capitals that the module gives a value once, on its first level."""
    bound = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))
    bound.update(name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names)
    found: list[_Edit] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "TypeVar":
                continue
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target = node.target
        else:
            continue
        if not isinstance(target, ast.Name) or bound[target.id] > 1 or not _CONSTANT.match(target.id):
            continue
        if isinstance(node, ast.Assign):
            found.append((target.lineno, target.end_col_offset or 0, target.end_col_offset or 0, ": Final"))
            continue
        kind = node.annotation
        found.append((kind.lineno, kind.col_offset, kind.col_offset, "Final["))
        found.append((kind.end_lineno or 0, kind.end_col_offset or 0, kind.end_col_offset or 0, "]"))
    return found


def _members(tree: ast.Module) -> list[_Edit]:
    """The members of the enumerations, each a constant of the module."""
    imported = {a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names if not a.asname}
    names: dict[str, None] = {}
    found: list[_Edit] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or not node.attr.isupper():
            continue
        if node.value.id in _ENUMERATIONS & imported:
            name = f"_{node.value.id}_{node.attr}"
            names[f"{name}: Final = {node.value.id}.{node.attr}"] = None
            found.append((node.lineno, node.col_offset, node.end_col_offset or 0, name))
    return [*found, (*_behind(tree), "".join(f"; {name}" for name in names))] if names else []


def _behind(tree: ast.Module, *, future: bool = False) -> tuple[int, int, int]:
    """The place behind the last import on the first level, or behind that of the future."""
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    last = imports[0 if future else -1]
    return last.end_lineno or 0, last.end_col_offset or 0, last.end_col_offset or 0
