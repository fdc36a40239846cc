"""The measures as a table: one line each with definition, source and caveats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fourstep.errors import KnowledgeError
from fourstep.evaluate.facts import facts
from fourstep.knowledge import FOLDER

TABLE = FOLDER / "measures" / "measures.txt"
UNITS = ("count", "mean", "per cent")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as the page, the command line and the dashboards print it."""

    name: str
    title: str
    unit: str  # count, mean, per cent
    definition: str
    source: str
    caveats: str


def catalogue(path: Path = TABLE) -> dict[str, Measure]:
    """All measures by name, in the order of the table. Raises KnowledgeError naming the line that is wrong."""
    out: dict[str, Measure] = {}
    for place, cells in facts(path, 6):
        found = Measure(*cells)
        if found.unit not in UNITS:
            raise KnowledgeError(f"{found.unit} is none of {', '.join(UNITS)}", place)
        out[found.name] = found
    return out


def markdown() -> str:
    """The table as docs/measures.md holds it."""
    lines = ["| measure | unit | definition | source | caveats |", "|---|---|---|---|---|"]
    for m in catalogue().values():
        lines.append(f"| `{m.name}` {m.title} | {m.unit} | {m.definition} | {m.source} | {m.caveats} |")
    return "\n".join(lines) + "\n"
