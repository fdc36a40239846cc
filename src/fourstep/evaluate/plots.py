"""Plots of an audit as vector drawings: the same drawing goes into the PDF and, as SVG, onto a page.

Colours are told apart in grey and by the colour-blind; what a plot shows stands in a table beside it.
"""

from __future__ import annotations

from typing import Any

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from fourstep.evaluate.result import AuditResult, Figure, figures
from fourstep.evaluate.thresholds import AREAS

INK, GREY, FAINT = HexColor("#212b32"), HexColor("#5d6b75"), HexColor("#d8dde0")
PEOPLE, ENGINE, OTHER = HexColor("#005eb8"), HexColor("#b35900"), HexColor("#9fb9cf")
WIDTH = 480.0
_LEFT, _RIGHT, _ROW = 120.0, 24.0, 44.0
_FONT = "Helvetica"


def _text(x: float, y: float, words: str, *, size: float = 8.5, anchor: str = "start", colour: Any = INK) -> String:
    return String(x, y, words, fontName=_FONT, fontSize=size, textAnchor=anchor, fillColor=colour)


def four_figures(result: AuditResult) -> Drawing:
    """The four figures with their 95 % intervals against the thresholds; the engine's below the people's."""
    people, engine = figures(result.marks), figures(result.engine) if result.engine else {}
    height = len(AREAS) * _ROW + 62
    low = _lowest([*people.values(), *engine.values()], result)
    drawing = Drawing(WIDTH, height)
    span = WIDTH - _LEFT - _RIGHT

    def at(per_cent: float) -> float:
        return _LEFT + span * (per_cent - low) / (100 - low)

    bottom = 34.0
    top = bottom + len(AREAS) * _ROW
    for tick in range(int(low), 101, 10):
        drawing.add(Line(at(tick), bottom, at(tick), top, strokeColor=FAINT, strokeWidth=0.5))
        drawing.add(_text(at(tick), bottom - 11, str(tick), anchor="middle", colour=GREY))
    drawing.add(_text(_LEFT + span / 2, bottom - 24, "per cent correct, with 95 % interval", anchor="middle", colour=GREY))
    for n, (area, title) in enumerate(AREAS.items()):
        middle = top - (n + 0.5) * _ROW
        drawing.add(_text(_LEFT - 10, middle - 3, title, size=9.5, anchor="end"))
        for place, level in enumerate(result.levels):
            x = at(level.least[area])
            dash = [3, 2] if place else None
            drawing.add(Line(x, middle - 17, x, middle + 17, strokeColor=INK, strokeWidth=1, strokeDashArray=dash))
        _point(drawing, at, people[area], middle + (7 if engine else 0), PEOPLE, filled=True)
        if engine:
            _point(drawing, at, engine[area], middle - 8, ENGINE, filled=False)
    _legend(drawing, result, top + 12, bool(engine))
    return drawing


def _lowest(found: list[Figure], result: AuditResult) -> float:
    """Where the axis begins: a round ten below all intervals and thresholds."""
    ends = [f.interval[0] for f in found if f.total] + [least for v in result.levels for least in v.least.values()]
    return max(min(int(min(ends, default=50) // 10) * 10, 90), 0)


def _point(drawing: Drawing, at: Any, figure: Figure, y: float, colour: Any, *, filled: bool) -> None:
    if figure.per_cent is None:
        drawing.add(_text(at(100), y - 3, "nothing counted", size=7.5, anchor="end", colour=GREY))
        return
    low, high = figure.interval
    drawing.add(Line(at(low), y, at(high), y, strokeColor=colour, strokeWidth=1.6))
    for end in (low, high):
        drawing.add(Line(at(end), y - 3, at(end), y + 3, strokeColor=colour, strokeWidth=1.6))
    fill = colour if filled else white
    drawing.add(Circle(at(figure.per_cent), y, 3.6, fillColor=fill, strokeColor=colour, strokeWidth=1.4))


def _legend(drawing: Drawing, result: AuditResult, y: float, engine: bool) -> None:
    x = _LEFT
    drawing.add(Circle(x, y + 3, 3.6, fillColor=PEOPLE, strokeColor=PEOPLE))
    drawing.add(_text(x + 8, y, "people"))
    x += 55
    if engine:
        drawing.add(Circle(x, y + 3, 3.6, fillColor=white, strokeColor=ENGINE, strokeWidth=1.4))
        drawing.add(_text(x + 8, y, "engine"))
        x += 55
    for place, level in enumerate(result.levels):
        dash = [3, 2] if place else None
        drawing.add(Line(x, y - 2, x, y + 9, strokeColor=INK, strokeWidth=1, strokeDashArray=dash))
        words = f"least for {level.name}"
        drawing.add(_text(x + 6, y, words))
        x += 24 + stringWidth(words, _FONT, 8.5)


def error_keys(result: AuditResult, *, limit: int = 14) -> Drawing:
    """How often each error key was given: the coder's part dark, what the coder did not cause light."""
    rows = result.key_counts()[:limit]
    row_height, label = 17.0, 255.0
    drawing = Drawing(WIDTH, max(len(rows), 1) * row_height + 26)
    if not rows:
        drawing.add(_text(label, 8, "no difference stands", colour=GREY))
        return drawing
    most = max(coder + other for *_, coder, other in rows)
    scale = (WIDTH - label - 40) / most
    top = len(rows) * row_height
    for n, (_, national, meaning, coder, other) in enumerate(rows):
        y = top - (n + 1) * row_height + 4
        drawing.add(_text(label - 8, y + 2, f"{_short(meaning)}  {national}", size=8, anchor="end"))
        drawing.add(Rect(label, y, coder * scale, 10, fillColor=PEOPLE, strokeColor=None))
        drawing.add(Rect(label + coder * scale, y, other * scale, 10, fillColor=OTHER, strokeColor=None))
        drawing.add(_text(label + (coder + other) * scale + 5, y + 2, str(coder + other), size=8))
    for x, colour, words in ((label, PEOPLE, "coder"), (label + 60, OTHER, "non-coder")):
        drawing.add(Rect(x, top + 12, 8, 8, fillColor=colour, strokeColor=None))
        drawing.add(_text(x + 12, top + 12.5, words))
    return drawing


def _short(meaning: str, length: int = 56) -> str:
    return meaning if len(meaning) <= length else meaning[: length - 1].rstrip() + "…"


def svg(drawing: Drawing) -> str:
    """A drawing as SVG text."""
    return str(renderSVG.drawToString(drawing))
