"""Step 3 for procedures: what was done, in this episode, once each, with date, approach, site and side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Intervention
from fourstep.assign.sites import Slots, side_of
from fourstep.assign.tables import Tables, facts
from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.locate.matcher import Hit

#: Where documents say different things of one operation, the operative text outranks the summary.
_RANK = {"operation_note": 6, "delivery_record": 6, "discharge_summary": 4, "consultant_note": 4, "ward_round": 3,
         "ed_note": 2, "anaesthetic_record": 2, "clinic_letter": 1, "test_result": 1, "histology": 1}  # fmt: skip
_TITLE_ROLES = ("procedure", "diagnosis", "delivery")


@dataclass(frozen=True, slots=True)
class Families:
    """Operations said in different ways, and operations that include others."""

    one: list[Ranges]
    hides: list[tuple[Ranges, Ranges]]


def load_families(path: Path) -> Families:
    """knowledge/standards/procedure_families.txt. Raises KnowledgeError naming file and line."""
    one: list[Ranges] = []
    hides: list[tuple[Ranges, Ranges]] = []
    for place, fact in facts(path):
        left, word, right = fact.partition(" hides ")
        if word:
            hides.append((Ranges(left), Ranges(right)))
        elif fact.endswith(" one"):
            one.append(Ranges(fact.removesuffix(" one")))
        else:
            raise KnowledgeError("expected 'codes one' or 'codes hides codes'", place)
    return Families(one, hides)


def rank(case: Case, candidate: Candidate) -> int:
    return _RANK.get(case.record.document(candidate).type, 2)


def titled(candidate: Candidate) -> bool:
    """Whether the candidate stands where a note says what was done, not how."""
    return candidate.role in _TITLE_ROLES


def _date(case: Case, candidate: Candidate) -> dt.date | None:
    document = case.record.document(candidate)
    if candidate.statement.date is not None:
        return candidate.statement.date
    return document.date if document.type in PROCEDURAL else None


def _why_not(case: Case, candidate: Candidate, tables: Tables) -> str:
    if candidate.who is not Who.PATIENT:
        return "said of someone else"
    if candidate.whether > Whether.PROBABLE:
        return {Whether.ABSENT: "not done", Whether.RULED_OUT: "not done", Whether.PLANNED: "planned"}.get(
            candidate.whether, "not certain to have been done"
        )
    if candidate.when is When.HISTORICAL:
        return "done before this episode"
    if candidate.when is When.FUTURE:
        return "planned"
    date, start, end = _date(case, candidate), case.episode.admission_date, case.episode.discharge_date
    if date and start and date < start - dt.timedelta(days=1):
        return "done before this episode"
    if date and end and date > end:
        return "planned"
    if candidate.entry.silent or candidate.entry.asks:
        return "silent"
    verdict = tables.verdict(case.record.document(candidate).type, candidate.role, "procedure")
    return "" if verdict == "y" else "not the record of a procedure"


def gather_interventions(case: Case, tables: Tables, families: Families) -> None:
    """Fill case.interventions: one for each operation, from the document that documents it best."""
    found: dict[str, list[Candidate]] = {}
    for candidate in case.record.candidates:
        if candidate.kind != "procedure":
            continue
        reason = _why_not(case, candidate, tables)
        if reason:
            if reason != "silent":
                case.leave_out([candidate], reason)
            continue
        found.setdefault(candidate.codes[0], []).append(candidate)
    done: list[Intervention] = []
    for candidates in found.values():
        best = max(candidates, key=lambda c: (rank(case, c), len(c.codes), c.size, titled(c), -c.order))
        rest = [c for c in candidates if c is not best]
        date = _date(case, best) or next((d for c in rest if (d := _date(case, c))), None)
        done.append(Intervention(list(best.codes), [best, *rest], date=date, slots=best.entry.slots))
    case.interventions = sorted(done, key=lambda i: i.order)
    _one_of_each_family(case, families)


def _strength(case: Case, thing: Intervention) -> tuple[int, bool, int, int, int]:
    best = thing.first
    return (rank(case, best), titled(best), thing.code[4:5] not in "89", best.size, -best.order)


def _one_of_each_family(case: Case, families: Families) -> None:
    for family in families.one:
        members = [i for i in case.interventions if i.code in family]
        if len(members) < 2:
            continue
        top = max(rank(case, m.first) for m in members)
        lesser = [m for m in members if rank(case, m.first) < top]
        equal = [m for m in members if rank(case, m.first) == top]
        best = max(equal, key=lambda m: _strength(case, m))
        # the same note may record two operations of one family (two sides, two polyps): titles of their own keep both
        keep = [m for m in equal if m is best or (titled(m.first) and titled(best.first) and m.code[4:5] not in "89")]
        _remove(case, [*lesser, *[m for m in equal if not any(m is k for k in keep)]], "the same operation, documented better elsewhere")
        for other in lesser:
            best.candidates += other.candidates
    for larger, smaller in families.hides:
        if any(i.code in larger for i in case.interventions):
            _remove(case, [i for i in case.interventions if i.code in smaller and i.code not in larger], "part of a larger procedure")


def _remove(case: Case, things: Iterable[Intervention], reason: str) -> None:
    for thing in list(things):
        case.interventions = [i for i in case.interventions if i is not thing]
        case.leave_out(thing.candidates[:1], reason, "FS.OPCS.02", thing.code)


def fill_slots(case: Case, slots: Slots) -> None:
    """Add site and side to each intervention from the words nearest to it."""
    for thing in case.interventions:
        names = thing.slots if thing.slots is not None else _due(thing, slots)
        if not names:
            continue
        rings = _rings(case, thing)
        for name in names:
            if name == "side":
                code = next((s for ring in rings if (s := side_of(ring))), "")
                if code:
                    thing.codes.append(code)
                continue
            for number, ring in enumerate(rings):
                sites = slots.sites(name, ring, case.guards)
                if sites:
                    thing.codes += [c for c in _pick(name, sites, own=number == 0) if c not in thing.codes]
                    break


def _due(thing: Intervention, slots: Slots) -> tuple[str, ...]:
    names: list[str] = []
    for code in thing.codes:
        if code[0] not in "YZ":
            names += [n for n in slots.due(code) if n not in names]
    return tuple(n for n in names if n != "side") + (("side",) if "side" in names else ())


#: In a look through the gut the furthest site counts; elsewhere every site named with the procedure does.
_FURTHEST = {"ugi": "Z27", "bowel": "Z28"}


#: Procedures of the skin are often one technique at several sites.
_SEVERAL = ("skin", "skin_region")


def _pick(name: str, sites: list[Hit], *, own: bool) -> tuple[str, ...]:
    """The site codes to record: the furthest reached in a look through the gut, else the site that most words name."""
    if name in _FURTHEST:
        return max((h.codes for h in sites), key=lambda codes: _reach(name, codes[0]))
    if name in _SEVERAL and own:
        return tuple(dict.fromkeys(c for h in sites for c in h.codes))
    return max(sites, key=lambda h: (h.codes[0][4:5] != "9", h.size)).codes


_BOWEL_ORDER = ("Z29.1", "Z28.6", "Z28.5", "O30.2", "Z28.4", "O30.1", "Z28.3", "Z28.2", "Z28.1", "Z27.6")


def _reach(name: str, code: str) -> tuple[int, str]:
    """How far from the mouth (upper) or from the anus (colonoscopy) a site is."""
    if name == "bowel":
        return (_BOWEL_ORDER.index(code) if code in _BOWEL_ORDER else -1, code)
    return (0, code)


def _rings(case: Case, thing: Intervention) -> list[list[str]]:
    """Words around an intervention, the nearest first: its statements, their sentences, titles of its note, the note."""
    rings = [[w for c in thing.candidates for w in c.line.words.text]]
    keys = {(c.statement.document, c.statement.sentence) for c in thing.candidates}
    rings.append(
        [w for line in case.record.lines if (line.statement.document, line.statement.sentence) in keys for w in line.words.text]
    )
    own = {c.statement.document for c in thing.candidates if case.record.document(c).type in PROCEDURAL}
    stated = [
        line for line in case.record.lines
        if line.statement.document in own and line.statement.whether <= Whether.LIKELY and line.statement.when is not When.HISTORICAL
    ]  # fmt: skip
    rings.append([w for line in stated if line.statement.section.role in _TITLE_ROLES for w in line.words.text])
    rings.append([w for line in stated if line.statement.section.role == "indication" for w in line.words.text])
    rings.append([w for line in stated[:3] for w in line.words.text])
    rings.append([w for line in stated for w in line.words.text])
    diagnoses = [
        line for line in case.record.lines if line.statement.section.role in ("diagnosis", "procedure") and line.statement.whether <= Whether.LIKELY
    ]
    rings.append([w for line in diagnoses for w in line.words.text])
    return rings
