"""Small plots as SVG without styles or scripts, so that they stand in any page and in print. A table says the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 360, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 10, 22
_INK, _GREY, _FAINT, _LINE = "#212b32", "#4c6272", "#d8dde0", "#005eb8"
_ROW, _LABEL = 20, 150


def round_up(value: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next((step * power for step in (1, 2, 5, 10) if step * power >= value), 10 * power)


def over_time(title: str, months: Sequence[str], values: Sequence[float | None], *, most: float | None = None) -> SafeString:
    """A line over months, from zero; a month without a value breaks it."""
    known = [v for v in values if v is not None]
    top = most or round_up(max(known, default=0))
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    at = [
        (round(_LEFT + wide * (n / max(len(months) - 1, 1)), 1), None if v is None else round(_TOP + high * (1 - v / top), 1))
        for n, v in enumerate(values)
    ]
    grid = [(_TOP, top), (_TOP + high / 2, top / 2), (_TOP + high, 0.0)]
    lines = format_html_join(
        "",
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>'
        '<text x="{}" y="{}" text-anchor="end" font-size="10" fill="{}">{}</text>',
        ((_LEFT, y, WIDTH - _RIGHT, y, _FAINT, _LEFT - 5, y + 3, _GREY, f"{v:g}") for y, v in grid),
    )
    steps = format_html_join(
        "",
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"/>',
        ((x1, y1, x2, y2, _LINE) for (x1, y1), (x2, y2) in itertools.pairwise(at) if y1 is not None and y2 is not None),
    )
    points = format_html_join("", '<circle cx="{}" cy="{}" r="3" fill="{}"/>', ((x, y, _LINE) for x, y in at if y is not None))
    ends = [(at[0][0], "start", months[0]), (at[-1][0], "end", months[-1])][: len(months)]
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" font-size="10" fill="{}">{}</text>',
        ((x, HEIGHT - 6, anchor, _GREY, label) for x, anchor, label in ends),
    )
    return _svg(title, WIDTH, HEIGHT, lines + steps + points + labels)


def bars(title: str, names: Sequence[str], values: Sequence[float | None]) -> SafeString:
    """Bars from the left, in the order given."""
    top = max((v for v in values if v is not None), default=0) or 1.0
    wide = 460 - _LABEL - 60
    rows = []
    for n, (name, value) in enumerate(zip(names, values, strict=True)):
        y = n * _ROW + 4
        short = name if len(name) < 25 else name[:23] + "…"
        shown = "-" if value is None else f"{value:,.1f}".removesuffix(".0")
        length = round(wide * (value or 0) / top, 1)
        rows.append((_LABEL - 8, y + 11, _INK, short, _LABEL, y, length, _LINE, _LABEL + length + 5, y + 11, _INK, shown))
    drawn = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end" font-size="11" fill="{}">{}</text><rect x="{}" y="{}" width="{}" height="14" '
        'fill="{}"/><text x="{}" y="{}" font-size="11" fill="{}">{}</text>',
        rows,
    )
    return _svg(title, 460, max(len(rows), 1) * _ROW + 6, drawn)


def _svg(title: str, width: int, height: int, inside: SafeString) -> SafeString:
    return format_html(
        '<svg class="fd-plot" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>',
        f"{title}; the table beside it says the same", width, height, width, height, inside,
    )  # fmt: skip
