"""What bench/calibrate.py shows: the figures at the prompt, and docs/confidence.md with its plot."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

BySet = list[tuple[str, int, float, float, float]]

_HEADS = ("set held out", "codes", "right, %", "auto, %", "of the auto right, %")
_PAGE = """# How well the confidence holds

    python bench/calibrate.py bench/first_sight.jsonl --write

wrote this page, its plot and the weights that the engine uses (`knowledge/standards/confidence.txt`). The rows are codes as the
engine gave them on records that it had not seen: sets 8 to 12 of [the test records](../tests/records/README.md), each before
anything that it showed was mended. Every figure is of codes whose set took no part in the fit.

A code is `auto` from the lowest confidence from which upwards one may be 95 % sure that at least 95 of 100 are right, and only
where no question to the clinician names it. The margin is for the next set: with a threshold at which just 95 of 100 were right,
93 or fewer were on the hardest sets that it was not fitted on.

{figures}

{sets}

In the second table the threshold too is that of the other sets alone: what somebody would have been promised before that set was
seen. A set has two to four hundred codes, of which a quarter is auto: two wrong ones more or less move its last figure by two.

![What was said and what was so](confidence.svg)

Each circle is a tenth of the codes by confidence; on the line, as many were right as was said. Right of the dotted line codes are
`auto`.

An episode is touchless where every code is `auto`, all of them together are right with a probability of at least 0.9, no question
is open and nothing stands against submission. Whoever reads notes as hard as those of these sets looks at every one. A site's
own weights ([learning.md](learning.md)) are fitted on its own records, and are what may change that.
"""


def _cells(by_set: BySet) -> list[list[str]]:
    return [[n, f"{codes:,}", f"{100 * r:.1f}", f"{100 * a:.1f}", f"{100 * x:.1f}"] for n, codes, r, a, x in by_set]


def table(figures: dict[str, str], by_set: BySet) -> None:
    """Both tables at the prompt."""
    first = Table("figure, on codes held out", "", show_edge=False)
    for name, value in figures.items():
        first.add_row(name, value)
    second = Table(*_HEADS, show_edge=False)
    for row in _cells(by_set):
        second.add_row(*row)
    Console().print(first, "", second)


def write_page(path: Path, figures: dict[str, str], by_set: BySet) -> None:
    """The page of the docs."""
    first = ["| on codes held out | |", "|---|---|", *(f"| {name} | {value} |" for name, value in figures.items())]
    second = [f"| {' | '.join(_HEADS)} |", "|---|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in _cells(by_set))]
    path.write_text(_PAGE.format(figures="\n".join(first), sets="\n".join(second)), encoding="utf-8")


def plot(said: list[tuple[float, bool]], auto: float) -> str:
    """A reliability diagram: tenths of the codes by confidence, said against so."""
    ordered = sorted(said)
    size, edge, low = 320, 45, 0.4
    scale = size / (1 - low)

    def x(p: float) -> str:
        return f"{edge + (max(p, low) - low) * scale:.1f}"

    def y(p: float) -> str:
        return f"{10 + (1 - max(p, low)) * scale:.1f}"

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + edge + 20} {size + 55}"',
        ' font-family="sans-serif" font-size="11">',
        "<title>Confidence said, and share of codes that were right</title>",
        f'<path d="M{x(low)} {y(low)}L{x(1)} {y(1)}" stroke="#768692" fill="none"/>',
        f'<path d="M{x(low)} {y(1)}V{y(low)}H{x(1)}" stroke="#212b32" fill="none"/>',
        f'<path d="M{x(auto)} {y(1)}V{y(low)}" stroke="#212b32" stroke-dasharray="2 3" fill="none"/>',
    ]
    for tick in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        out.append(f'<text x="{x(tick)}" y="{size + 27}" text-anchor="middle">{tick:.1f}</text>')
        out.append(f'<text x="{edge - 6}" y="{float(y(tick)) + 4:.1f}" text-anchor="end">{tick:.1f}</text>')
    tenth = len(ordered) / 10
    for i in range(10):
        part = ordered[round(i * tenth) : round((i + 1) * tenth)]
        mean, so = sum(p for p, _ in part) / len(part), sum(r for _, r in part) / len(part)
        out.append(f'<circle cx="{x(mean)}" cy="{y(so)}" r="5" fill="#005eb8" fill-opacity="0.7"/>')
    out.append(f'<text x="{edge + size / 2:.0f}" y="{size + 46}" text-anchor="middle">confidence said</text>')
    turned = f'transform="rotate(-90 12 {size / 2:.0f})"'
    out.append(f'<text x="12" y="{size / 2:.0f}" text-anchor="middle" {turned}>share right</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
