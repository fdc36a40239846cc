"""The standards of the registry, as a table in the terminal and as the page docs/standards.md."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

import fourstep.verify  # noqa: F401 (importing the package registers every standard)
from fourstep.verify.registry import STANDARDS, Standard

_HEAD = """# The standards

Every rule that changes codes, as it stands in the registry (`src/fourstep/verify/standards`). A coded
episode names the rules that acted on each code by these identifiers, which stay the same from version to
version. The reference is the national standard, where our sources state it; *to be verified* marks a rule
that no accredited coder has confirmed yet. The worked examples run as tests.

This page is written by `fourstep standards --markdown`.
"""


def chapters() -> dict[str, list[Standard]]:
    """The standards by chapter: general ones, the chapters of ICD-10, then OPCS-4."""
    out: dict[str, list[Standard]] = {}
    for one in sorted(STANDARDS.values(), key=lambda s: (_place(s.chapter), s.id)):
        out.setdefault(one.chapter, []).append(one)
    return out


def markdown_page() -> str:
    """The page docs/standards.md."""
    parts = [_HEAD]
    for chapter, standards in chapters().items():
        title = {"general": "General", "OPCS-4": "OPCS-4"}.get(chapter, f"Chapter {chapter}")
        parts.append(f"\n## {title}\n")
        parts += [_entry(one) for one in standards]
    return "".join(parts)


def show(*, markdown: bool) -> None:
    """Print the standards."""
    if markdown:
        sys.stdout.write(markdown_page())
        return
    table = Table(show_edge=False)
    for name in ("standard", "reference", "what it does"):
        table.add_column(name, overflow="fold", no_wrap=name == "standard")
    for standards in chapters().values():
        for one in standards:
            table.add_row(one.id, one.reference, Text(one.sentence))
    Console(highlight=False).print(table)


def _entry(one: Standard) -> str:
    marks = ", ".join(m for m in (one.reference, "" if one.verified else "*to be verified*") if m)
    lines = [f"\n### {one.id}{f' ({marks})' if marks else ''}\n\n{one.sentence}\n"]
    if one.examples:
        lines.append("\n| record | codes |\n|---|---|\n")
        lines += [f"| {text} | {codes} |\n" for text, codes in one.examples]
    return "".join(lines)


def _place(chapter: str) -> int:
    """Where a chapter stands: general ones first, then the numerals in order, OPCS-4 last."""
    values = {"I": 1, "V": 5, "X": 10}
    if not all(c in values for c in chapter):
        return 0 if chapter == "general" else 99
    figures = [values[c] for c in chapter]
    return sum(-a if a < b else a for a, b in zip(figures, [*figures[1:], 0], strict=True))
