"""How an audit stands: which coding of an item counts, what was recoded since, the site's keys and levels."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from fourstep.evaluate.agreement import agreement
from fourstep.evaluate.audit import plain
from fourstep.evaluate.keys import Key, Keys
from fourstep.evaluate.marks import Difference, Mark, mark
from fourstep.evaluate.result import AuditResult
from fourstep.evaluate.thresholds import Level, levels_of
from fourstep.workbench.audits.models import Audit, AuditCoding, ErrorKey, Finding, Item, Threshold
from fourstep.workbench.coding.models import Book, CodeLine, Standing

Part = AuditCoding.Part


def site_keys() -> Keys:
    """The shipped error keys with the site's own lines in their place."""
    keys = Keys()
    for row in ErrorKey.objects.all():
        keys.put(Key(row.name, row.national, row.cause, row.meaning))
    return keys


def site_levels(day: dt.date) -> list[Level]:
    """The levels in force on a day. Raises UsageError where the site has none for it."""
    rows = Threshold.objects.order_by("begins", "id")
    lines = [(f"threshold {t.id}", (t.begins.isoformat(), t.level, t.area, str(t.least))) for t in rows]
    return levels_of(lines, day, "the table of thresholds")


def handed_in(item: Item) -> dict[str, AuditCoding]:
    """The codings of an item that were handed in, by part."""
    return {c.part: c for c in item.codings.all() if c.handed_in_at}


def same(one: AuditCoding, other: AuditCoding) -> bool:
    """Whether two auditors coded alike."""

    def told(c: AuditCoding) -> tuple[object, ...]:
        return bool(c.excluded), list(map(plain, c.diagnoses)), list(map(plain, c.procedures))

    return told(one) == told(other)


def truth(item: Item) -> AuditCoding | None:
    """The coding that the item is measured against; None while auditors are at it or disagree."""
    parts = handed_in(item)
    if Part.AGREED in parts:
        return parts[Part.AGREED]
    first, second = parts.get(Part.FIRST), parts.get(Part.SECOND)
    if not item.audit.second or first is None:
        return first
    return first if second and same(first, second) else None


def stands(item: Item) -> str:
    """Where an item stands, in words."""
    parts, found = handed_in(item), truth(item)
    if found is not None:
        return "not audited" if found.excluded else "audited"
    if Part.FIRST not in parts:
        return "to be audited"
    return "to be adjudicated" if Part.SECOND in parts else "for the second auditor"


def codes_now(episode_ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """The codes of episodes as they stand now."""
    out: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"diagnoses": [], "procedures": []})
    lines = CodeLine.objects.filter(episode__in=list(episode_ids)).exclude(standing=Standing.REMOVED)
    for episode, book, code in lines.order_by("episode_id", "position", "id").values_list("episode_id", "book", "code"):
        out[episode]["diagnoses" if book == Book.ICD10 else "procedures"].append(code)
    return out


def recoded(items: Iterable[Item]) -> set[int]:
    """The items whose episode has other codes now, or is gone. They are measured as they were frozen."""
    items = list(items)
    now = codes_now(i.episode_id for i in items if i.episode_id)
    frozen = {i.id: {"diagnoses": i.diagnoses, "procedures": i.procedures} for i in items}
    return {i.id for i in items if i.episode_id is None or now[i.episode_id] != frozen[i.id]}


def items_of(audit: Audit) -> list[Item]:
    """The sample with codings and findings."""
    return list(audit.items.select_related("audit", "coder").prefetch_related("codings__item", "findings"))


def difference(finding: Finding, key: str, keys: Keys) -> Difference:
    """A finding as the library takes it."""
    said = f"{finding.response}: {finding.response_text}" if finding.response_text else finding.response
    return Difference(
        key, finding.area, finding.recorded, finding.audited, finding.key, keys[finding.key].national, finding.cause,
        finding.reason, said, "withdrawn" if finding.withdrawn else "",
    )  # fmt: skip


def result_of(audit: Audit, items: list[Item], levels: list[Level]) -> AuditResult:
    """The figures over the items that are settled; the arithmetic is the library's."""
    keys = site_keys()
    people: list[Mark] = []
    engine: list[Mark] = []
    excluded = []
    for item in items:
        found = truth(item)
        if found is None:
            continue
        if found.excluded:
            excluded.append(found.row())
            continue
        marked = mark(item.row(), found.row(), keys)
        marked.differences = [difference(f, item.key, keys) for f in item.findings.all()]
        people.append(marked)
        if (proposed := item.engine_row()) is not None:
            engine.append(mark(proposed, found.row(), keys))
    agreed = agreement(*_two(items, keys)) if audit.second else {}
    return AuditResult(people, audit.day, levels, keys, excluded, engine, agreed, title=audit.name)


def _two(items: list[Item], keys: Keys) -> tuple[list[Mark], list[Mark]]:
    """The marks of both auditors on what both coded, each as they were blind to the other."""
    first, second = [], []
    for item in items:
        parts = handed_in(item)
        one, two = parts.get(Part.FIRST), parts.get(Part.SECOND)
        if one and two and not one.excluded and not two.excluded:
            first.append(mark(item.row(), one.row(), keys))
            second.append(mark(item.row(), two.row(), keys))
    return first, second
