"""The audit report as PDF, in the order of published audit reports: summary, findings, method, appendices."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from fourstep.evaluate.plots import error_keys, four_figures
from fourstep.evaluate.result import AuditResult, Figure, figures, interval, per_cent, verdict
from fourstep.evaluate.thresholds import AREAS

_HEAD, _BAND = HexColor("#005eb8"), HexColor("#f0f4f5")
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=13, spaceAfter=5)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=10, spaceAfter=0)
_RIGHT = ParagraphStyle("right", parent=_SMALL, alignment=2)
_TOP = ParagraphStyle("top", parent=_SMALL, fontName="Helvetica-Bold", textColor=white)
_TOP_RIGHT = ParagraphStyle("top-right", parent=_TOP, alignment=2)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Helvetica-Bold", fontSize=20, leading=24, spaceAfter=6)
_SECTION = ParagraphStyle("section", parent=_BODY, fontName="Helvetica-Bold", fontSize=13, leading=17, spaceBefore=12)
_METHOD = (
    "The primary diagnosis and the primary procedure are right when they are the auditor's in every character. Secondary "
    "codes are compared without regard to order. The total of a class is the recorded codes and those the auditor added; "
    "per cent correct is (total - differences) / total. A code changed by the auditor is one difference; so is one omitted or "
    "not relevant. The right primary in another place is one difference, counted once. Episodes without a procedure in "
    "either coding leave the class of primary procedures.",
    "Intervals are 95 % score intervals (Wilson 1927). They take codes as independent of each other; those of one episode "
    "are not quite, so true intervals of secondary codes are somewhat wider. A figure whose interval holds the threshold does "
    "not tell surely on which side of it the department stands.",
)
Row = Sequence[object]


def report_pdf(result: AuditResult) -> bytes:
    """The whole report as the bytes of a PDF (A4). No patient is named in it; episodes are, by their number."""
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=result.title, author="Fourstep", invariant=1,
    )  # fmt: skip
    page.build(
        [*_summary(result), *_engine(result), *_keys(result), *_groups(result), *_agreement(result), *_method(result),
         *_worksheet(result)],
        onFirstPage=_foot(result), onLaterPages=_foot(result),
    )  # fmt: skip
    return out.getvalue()


def day(result: AuditResult) -> str:
    """The day of the report as it is written: 1 April 2026."""
    return f"{result.day.day} {result.day:%B %Y}"


def _foot(result: AuditResult) -> Any:
    def draw(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(20 * mm + 6, 10 * mm, f"{result.title}, {day(result)}")
        canvas.drawRightString(A4[0] - 20 * mm - 6, 10 * mm, str(page.page))

    return draw


def _paragraph(words: object, style: ParagraphStyle = _SMALL) -> Paragraph:
    return Paragraph(escape(str(words)), style)


def _table(head: Sequence[str], rows: Sequence[Row], widths: Sequence[float], numbers: Sequence[int] = ()) -> Table:
    """A table whose head comes again on every page; `numbers` are the columns set to the right."""
    cells = [[_paragraph(h, _TOP_RIGHT if i in numbers else _TOP) for i, h in enumerate(head)]]
    cells += [[_paragraph(c, _RIGHT if i in numbers else _SMALL) for i, c in enumerate(r)] for r in rows]
    style = TableStyle(
        [
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, _BAND]),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return Table(cells, colWidths=[w * mm for w in widths], repeatRows=1, style=style, hAlign="LEFT")


def _summary(result: AuditResult) -> list[Any]:
    found, coder = figures(result.marks), figures(result.marks, coder_only=True)
    rows = [
        (
            title, found[area].total, found[area].right, per_cent(found[area]), interval(found[area]), per_cent(coder[area]),
            *(_against(found[area], v.least[area]) for v in result.levels),
        )
        for area, title in AREAS.items()
    ]  # fmt: skip
    heads = ("Class", "Counted", "Right", "% right", "95 % interval", "% without non-coder")
    widths = [36, 17, 14, 16, 28, 21, *([38 / max(len(result.levels), 1)] * len(result.levels))]
    audited = f"{len(result.marks)} episodes were audited" + (
        f"; {len(result.excluded)} of the sample could not be." if result.excluded else "."
    )
    withdrawn = f" Withdrawn after discussion: {result.withdrawn}." if result.withdrawn else ""
    return [
        _paragraph(result.title, _TITLE),
        _paragraph(f"{audited} {len(result.differences)} differences stand.{withdrawn}", _BODY),
        _paragraph(f"{verdict(result)} Thresholds are those in force on {day(result)}.", _BODY),
        Spacer(1, 4),
        _table((*heads, *(f"Level {v.name}" for v in result.levels)), rows, widths, (1, 2, 3, 5)),
        Spacer(1, 12),
        four_figures(result),
        *_excluded(result),
    ]


def _against(figure: Figure, least: float) -> str:
    if figure.per_cent is None:
        return f"{least:g}: -"
    return f"{least:g}: {'yes' if figure.per_cent >= least else 'no'}"


def _excluded(result: AuditResult) -> list[Any]:
    if not result.excluded:
        return []
    rows = [(r.episode_id, r.specialty, r.excluded) for r in result.excluded]
    return [KeepTogether([_paragraph("Not audited", _SECTION), _table(("Episode", "Specialty", "Why"), rows, (40, 30, 100))])]


def _engine(result: AuditResult) -> list[Any]:
    if not result.engine:
        return []
    people, engine = figures(result.marks), figures(result.engine)
    rows = []
    for area, title in AREAS.items():
        both = result.beside(area)
        rows.append(
            (title, per_cent(people[area]), per_cent(engine[area]), interval(engine[area]), *both.values()),
        )
    heads = ("Class", "People %", "Engine %", "Engine 95 %", "Both right", "People only", "Engine only", "Neither")
    words = (
        "The engine's proposals for the same episodes against the same auditor, before any person saw them. The last four "
        "columns count episodes without a difference in the class."
    )
    table = _table(heads, rows, (36, 18, 18, 28, 18, 18, 18, 16), (1, 2, 4, 5, 6, 7))
    return [KeepTogether([_paragraph("Engine beside people", _SECTION), _paragraph(words, _BODY), table])]


def _keys(result: AuditResult) -> list[Any]:
    rows = [(n, k, m, c, o) for k, n, m, c, o in result.key_counts()]
    if not rows:
        return []
    return [
        KeepTogether([_paragraph("Errors by key", _SECTION), error_keys(result)]),
        Spacer(1, 6),
        _table(("National key", "Our key", "Meaning", "Coder", "Non-coder"), rows, (24, 26, 80, 18, 22), (3, 4)),
    ]


def _groups(result: AuditResult) -> list[Any]:
    out: list[Any] = []
    for title, found in (("By specialty", result.by(lambda r: r.specialty)), ("By coder", result.by(lambda r: r.coder))):
        if list(found) == ["not stated"]:
            continue
        rows = [(name, *(_counted(f[a]) for a in AREAS)) for name, f in found.items()]
        heads = (title.removeprefix("By ").capitalize(), *AREAS.values())
        words = "Per cent right (right of counted). Groups are small: they show where to look, and rank nobody."
        table = _table(heads, rows, (38, 33, 33, 33, 33), (1, 2, 3, 4))
        out.append(KeepTogether([_paragraph(title, _SECTION), _paragraph(words, _BODY), table]))
    return out


def _counted(figure: Figure) -> str:
    return "-" if figure.per_cent is None else f"{figure.per_cent:.1f} ({figure.right} of {figure.total})"


def _agreement(result: AuditResult) -> list[Any]:
    if not result.agreement:
        return []
    rows = []
    for area, k in result.agreement.items():
        value = "-" if k.value is None else f"{k.value:.2f}"
        span = "{:.2f} to {:.2f}".format(*k.interval) if k.interval else k.note
        rows.append((AREAS[area], k.pairs, k.agreed, value, span))
    heads = ("Class", "Codes judged by both", "Agreed", "Kappa", "95 % interval")
    words = "Two auditors, each blind to the other: was a recorded code right or wrong? Cohen's kappa is agreement beyond chance."
    return [
        KeepTogether(
            [
                _paragraph("Agreement of two auditors", _SECTION),
                _paragraph(words, _BODY),
                _table(heads, rows, (40, 34, 20, 18, 58), (1, 2, 3)),
            ]
        )
    ]


def _method(result: AuditResult) -> list[Any]:
    return [KeepTogether([_paragraph("Method", _SECTION), *(_paragraph(words, _BODY) for words in _METHOD)])]


def dotted(code: str) -> str:
    """A code with its dot as it is printed, "-" for none."""
    bare = code.replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare or "-"


def _worksheet(result: AuditResult) -> list[Any]:
    rows = [
        (d.episode_id, AREAS[d.area], dotted(d.recorded), dotted(d.audited), d.national, d.cause, d.reason, d.response)
        for d in result.differences
    ]
    if not rows:
        return []
    heads = ("Episode", "Class", "Recorded", "Audited", "Key", "Cause", "Reason", "Coder")
    return [
        PageBreak(),
        _paragraph("Appendix: worksheet of differences", _SECTION),
        _table(heads, rows, (21, 20, 19, 16, 13, 20, 36, 25)),
    ]
