"""Counting: every finished coding is read once, and every measure added up by month, specialty, consultant and coder."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from fourstep.evaluate.marks import icd10_chapter
from fourstep.evaluate.result import figure
from fourstep.evaluate.rows import Row
from fourstep.evaluate.thresholds import AREAS
from fourstep.measures.activity import KINDS
from fourstep.measures.catalogue import catalogue as library
from fourstep.measures.figures import absent, parts
from fourstep.workbench.audits.models import Audit
from fourstep.workbench.audits.standing import items_of, result_of
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.dashboards.catalogue import BY_CONSULTANT, OF_CODERS
from fourstep.workbench.episodes.calendar import Calendar
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.queries.models import Query
from fourstep.workbench.sending.models import Group

_CLASSES = {"ordinary": "1", "day case": "2", "regular day": "3", "regular night": "4", "maternity": "5"}
#: So many codes of a kind are kept of each specialty.
_COMMON = 20
_FIELDS = (
    "id", "admission_date", "discharge_date", "admission_method", "patient_class", "specialty", "consultant", "age_years",
    "administrative", "coded_by_id", "coded_at", "touchless",
)  # fmt: skip
#: name, key, month, specialty, consultant, coder
Place = tuple[str, str, str, str, str, int | None]


@dataclass(slots=True)
class Counted:
    """Sums of the department and of coders, how many codings there were, and what could not be told."""

    department: dict[Place, list[float]]
    coders: dict[Place, list[float]]
    episodes: int
    absent: dict[str, str]
    names: dict[int, str]


class _Sums:
    """Adds up."""

    def __init__(self) -> None:
        self.department: dict[Place, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.coders: dict[Place, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, row: Row, name: str, amount: float, of: float) -> None:
        """Add to the department's cell of an episode, and to its coder's where coders are shown the measure."""
        self._put(self.department, (name, "", row.month, row.specialty, row.consultant, None), amount, of)
        if row.coder and name in OF_CODERS:
            self._put(self.coders, (name, "", row.month, "", "", int(row.coder)), amount, of)

    def add_key(self, row: Row, name: str, key: str, amount: float, of: float, *, month: bool, consultant: bool) -> None:
        """Add to a cell of a key, which keeps only some of what tells episodes apart: there are many keys."""
        place = (name, key, row.month if month else "", row.specialty, row.consultant if consultant else "", None)
        self._put(self.department, place, amount, of)

    def _put(self, sums: dict[Place, list[float]], place: Place, amount: float, of: float) -> None:
        cell = sums[place]
        cell[0] += amount
        cell[1] += of


def count(groups: dict[str, str] | None) -> Counted:
    """Count everything. `groups` is the site's table of SHMI diagnosis groups."""
    sums = _Sums()
    facts = list(_facts())
    rows = [row for row, _ in facts]
    for name, found in parts(rows, groups).items():
        for row, amount, of in found:
            sums.add(row, name, amount, of)
    _timeliness(sums, facts)
    _common(sums, rows)
    _proposals(sums, {int(r.episode_id): r for r in rows})
    _queries(sums)
    _accuracy(sums)
    lacking = {name: why for name in library() if (why := absent(name, rows, groups))}
    return Counted(sums.department, sums.coders, len(rows), lacking, {p.id: str(p) for p in Person.objects.all()})


def _facts() -> Iterator[tuple[Row, dict[str, Any]]]:
    """Finished codings as the library takes them, and the fields that it does not know."""
    hrgs = dict(Group.objects.values_list("episode_id", "hrg"))
    codes: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    finished = Episode.objects.filter(training=False, state__in=(State.CODED, State.EXPORTED)).order_by()
    lines = CodeLine.objects.filter(episode__training=False, episode__state__in=(State.CODED, State.EXPORTED))
    lines = lines.exclude(standing=Standing.REMOVED).order_by("episode_id", "position", "id")
    for episode, book, code in lines.values_list("episode_id", "book", "code").iterator(chunk_size=5000):
        codes[episode][book == Book.OPCS4].append(code)
    one: dict[str, Any]
    for one in finished.values(*_FIELDS).iterator(chunk_size=2000):
        known: dict[str, Any] = one["administrative"]
        diagnoses, procedures = codes.pop(one["id"], ([], []))
        yield (
            Row(
                str(one["id"]), tuple(diagnoses), tuple(procedures),
                spell_id=known.get("spell_id", ""), patient_id=known.get("nhs_number") or known.get("local_patient_id", ""),
                order=known.get("episode_number"), admitted=one["admission_date"], discharged=one["discharge_date"],
                started=_day(known, "episode_start"), ended=_day(known, "episode_end"),
                admission_method=known.get("admission_method") or one["admission_method"],
                discharge_method=known.get("discharge_method", ""),
                patient_class=known.get("patient_classification") or _CLASSES.get(one["patient_class"].lower(), ""),
                specialty=one["specialty"], consultant=one["consultant"], coder=str(one["coded_by_id"] or ""),
                hrg=hrgs.get(one["id"], ""), age=one["age_years"],
            ),
            one,
        )  # fmt: skip


def first_codes(kind: str, chosen: dict[str, str]) -> list[Row]:
    """The finished codings of a specialty, a consultant or both as they now are, each with what counts of a kind alone.

    For what no cell tells apart: few enough to be read when they are asked for.
    """
    wanted = {f"episode__{name}": value for name, value in chosen.items() if value}
    finished = {"episode__training": False, "episode__state__in": (State.CODED, State.EXPORTED)}
    fields = ("episode_id", "episode__discharge_date", "episode__administrative")
    found: Iterable[tuple[Any, ...]]
    if kind == "hrgs":
        found = Group.objects.filter(**wanted, **finished).values_list("hrg", *fields)
    else:  # of each book the first code that stands is at 0
        book = Book.ICD10 if kind == "diagnoses" else Book.OPCS4
        lines = CodeLine.objects.filter(book=book, position=0, **wanted, **finished).exclude(standing=Standing.REMOVED)
        found = lines.order_by().values_list("code", *fields)
    out = []
    for code, number, left, known in found:
        row = Row(str(number), discharged=left, ended=_day(known, "episode_end"))
        match kind:
            case "diagnoses":
                out.append(replace(row, diagnoses=(code,)))
            case "procedures":
                out.append(replace(row, procedures=(code,)))
            case _:
                out.append(replace(row, hrg=code))
    return out


def _day(known: dict[str, Any], name: str) -> dt.date | None:
    return dt.date.fromisoformat(known[name]) if known.get(name) else None


def _timeliness(sums: _Sums, facts: list[tuple[Row, dict[str, Any]]]) -> None:
    calendar = Calendar()
    deadlines: dict[dt.date, dt.date | None] = {}
    for row, one in facts:
        sums.add(row, "touchless", one["touchless"], 1)
        left, done = one["discharge_date"], timezone.localdate(one["coded_at"]) if one["coded_at"] else None
        if left is None or done is None:
            continue
        sums.add(row, "days", (done - left).days, 1)
        if left not in deadlines:
            line = calendar.deadline(left)
            deadlines[left] = line.coded_by if line else None
        if (due := deadlines[left]) is not None:
            sums.add(row, "on_time", done <= due, 1)


def _common(sums: _Sums, rows: list[Row]) -> None:
    """The commonest codes of each specialty and of all, by month and, under a name of their own, by consultant.

    The total of the kind stands under the key "".
    """
    for kind, code_of in KINDS.items():
        by: dict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            if code := code_of(row):
                by[""][code] += 1
                by[row.specialty][code] += 1
        kept = {code for counts in by.values() for code, _ in counts.most_common(_COMMON)}
        for row in rows:
            if code := code_of(row):
                sums.add(row, kind, 1, 1)
                if code in kept:
                    sums.add_key(row, kind, code, 1, 1, month=True, consultant=False)
                    sums.add_key(row, kind + BY_CONSULTANT, code, 1, 1, month=False, consultant=True)


def _proposals(sums: _Sums, rows: dict[int, Row]) -> None:
    """What people made of the engine's codes, whole and by chapter."""
    lines = CodeLine.objects.exclude(proposed_code="").filter(episode__training=False).order_by()
    names = {Standing.ACCEPTED: "accepted", Standing.CHANGED: "changed", Standing.REMOVED: "rejected"}
    for episode, book, code, standing in lines.values_list("episode_id", "book", "proposed_code", "standing").iterator():
        row = rows.get(episode)
        if row is None or standing not in names:
            continue
        chapter = icd10_chapter(code) if book == Book.ICD10 else f"OPCS-4 {code[:1]}"
        for value, name in names.items():
            sums.add(row, name, standing == value, 1)
            sums.add_key(row, name, chapter, standing == value, 1, month=False, consultant=False)


def _queries(sums: _Sums) -> None:
    rows = Query.objects.filter(episode__training=False, sent_at__isnull=False).order_by()
    for sent, answered, specialty, consultant in rows.values_list(
        "sent_at", "answered_at", "episode__specialty", "episode__consultant"
    ):
        if sent is None:
            continue
        row = Row("", specialty=specialty, consultant=consultant, discharged=timezone.localdate(sent))
        sums.add(row, "queries", 1, 1)
        if answered:
            days = (answered - sent) / dt.timedelta(days=1)
            sums.add(replace(row, discharged=timezone.localdate(answered)), "turnaround", days, 1)


def _accuracy(sums: _Sums) -> None:
    """The classes of every audit's settled episodes, by month of discharge."""
    for audit in Audit.objects.all():
        items = items_of(audit)
        by_key = {i.key: i for i in items}
        left = dict(Episode.objects.filter(audit_items__audit=audit).values_list("key", "discharge_date"))
        for marked in result_of(audit, items, []).marks:
            item = by_key[marked.row.episode_id]
            row = Row(
                "", specialty=item.specialty, consultant=item.consultant, coder=str(item.coder_id or ""),
                discharged=left.get(item.key) or audit.last_day,
            )  # fmt: skip
            for area in AREAS:
                found = figure([marked], area)
                if found.total:
                    sums.add(row, f"right_{area}", found.right, found.total)
