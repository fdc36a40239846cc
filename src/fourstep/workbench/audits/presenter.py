"""What the pages of an audit show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fourstep.errors import UsageError
from fourstep.evaluate.result import AuditResult, Figure, figures, interval, per_cent, verdict
from fourstep.evaluate.thresholds import AREAS, Level
from fourstep.workbench.audits.models import Audit, Finding, Item
from fourstep.workbench.audits.standing import Part, handed_in, items_of, recoded, result_of, site_keys, site_levels, stands


@dataclass(frozen=True, slots=True)
class Line:
    """One episode of the sample."""

    item: Item
    stands: str
    auditors: str
    differences: int
    unexplained: int
    challenged: int
    recoded: bool


def sheet(audit: Audit) -> dict[str, Any]:
    """The audit's own page."""
    items = items_of(audit)
    changed = recoded(items)
    lines = []
    for item in items:
        findings = [f for f in item.findings.all() if not f.withdrawn]
        lines.append(
            Line(
                item, stands(item), ", ".join(dict.fromkeys(c.auditor_name for c in item.codings.all())), len(findings),
                sum(not f.reason for f in findings), sum(f.response == "challenged" for f in findings), item.id in changed,
            )
        )  # fmt: skip
    return {
        "audit": audit,
        "lines": lines,
        "counts": sorted(Counter(line.stands for line in lines).items()),
        "recoded": [line.item.key for line in lines if line.recoded],
        "recommendations": audit.recommendations.select_related("owner"),
    }


@dataclass(frozen=True, slots=True)
class Report:
    """The report: the figures, and what is said about them. `refused`: why no threshold can be held against them."""

    audit: Audit
    result: AuditResult
    counts: list[tuple[str, int]]
    recoded: list[str]
    refused: str
    no_proposal: int


def report(audit: Audit) -> Report:
    """The figures of what is settled. Without thresholds for its day they are shown against none, and that is said."""
    items = items_of(audit)
    levels: list[Level] = []
    refused = ""
    try:
        levels = site_levels(audit.day)
    except UsageError as error:
        refused = error.what
    changed = recoded(items)
    return Report(
        audit, result_of(audit, items, levels), sorted(Counter(map(stands, items)).items()),
        [i.key for i in items if i.id in changed], refused, sum(i.engine is None for i in items),
    )  # fmt: skip


def report_page(found: Report) -> dict[str, Any]:
    """The report as a page: the same tables as in the PDF."""
    result = found.result
    people, coder = figures(result.marks), figures(result.marks, coder_only=True)
    engine = figures(result.engine) if result.engine else {}
    return {
        "report": found,
        "audit": found.audit,
        "verdict": verdict(result) if result.levels and result.marks else "",
        "levels": result.levels,
        "figures": [
            (title, people[a].total, people[a].right, per_cent(people[a]), interval(people[a]), per_cent(coder[a]),
             [_against(v, a, people[a].per_cent) for v in result.levels])
            for a, title in AREAS.items()
        ],
        "engine": [
            (title, per_cent(people[a]), per_cent(engine[a]), interval(engine[a]), *result.beside(a).values())
            for a, title in AREAS.items() if engine
        ],
        "keys": result.key_counts(),
        "groups": [
            ("Specialty", _group(result.by(lambda r: r.specialty))),
            ("Coder", _group(result.by(lambda r: r.coder))),
        ],
        "areas": list(AREAS.values()),
        "agreement": [
            (AREAS[a], k.pairs, k.agreed, "-" if k.value is None else f"{k.value:.2f}",
             "{:.2f} to {:.2f}".format(*k.interval) if k.interval else k.note)
            for a, k in result.agreement.items()
        ],
        "excluded": result.excluded,
    }  # fmt: skip


def _group(by: dict[str, dict[str, Figure]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(name, [(per_cent(f[a]), f"{f[a].right} of {f[a].total}") for a in AREAS]) for name, f in by.items()]


def _against(level: Level, area: str, value: float | None) -> str:
    if value is None:
        return f"{level.least[area]:g}: nothing counted"
    return f"{level.least[area]:g}: {'reached' if level.reached(area, value) else 'not reached'}"


def both(item: Item) -> dict[str, Any]:
    """For who adjudicates: what the two auditors coded."""
    parts = handed_in(item)
    return {"two": [parts[p] for p in (Part.FIRST, Part.SECOND)]}


def of_coder(findings: list[Finding]) -> list[tuple[Audit, list[Finding]]]:
    """A coder's differences by audit."""
    out: dict[int, tuple[Audit, list[Finding]]] = {}
    for finding in findings:
        out.setdefault(finding.item.audit_id, (finding.item.audit, []))[1].append(finding)
    return list(out.values())


def meanings() -> dict[str, str]:
    """What each error key means."""
    return {k.name: k.meaning for k in site_keys().all()}
