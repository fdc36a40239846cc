"""Tables of facts: tab-separated text, one fact a line, `;` begins a comment. A site may put its own file in place of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fourstep.errors import KnowledgeError


def facts(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    """Place and cells of every line with a fact. Raises KnowledgeError on a wrong number of cells or a missing file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise KnowledgeError("there is no such table", str(path)) from None
    except UnicodeDecodeError:
        raise KnowledgeError("is not UTF-8 text", str(path)) from None
    for number, line in enumerate(lines, 1):
        fact = line.split(" ;; ")[0]
        if not fact.strip() or fact.lstrip().startswith(";"):
            continue
        cells = [c.strip() for c in fact.split("\t")]
        if len(cells) != columns:
            raise KnowledgeError(f"{len(cells)} cells, not {columns} (they are separated by tabs)", f"{path}:{number}")
        yield f"{path}:{number}", cells
