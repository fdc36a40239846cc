"""Step 3 for procedures: what was done, in this episode, once for each time it was done, with its date.

Candidates of all documents that name the same code at the same time are one intervention; the operative text
leads it.
Site, side, approach and what includes what are the standards' work (verify/standards/procedures*.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from fourstep.analyse.statements import When
from fourstep.assign.case import Case, Intervention
from fourstep.assign.done import NO_RECORD, PLANNED, why_not
from fourstep.assign.frame import Frames, operative_documents
from fourstep.assign.procedure_dates import DAY, Dates, same_time, within
from fourstep.assign.procedure_rank import rank, titled
from fourstep.assign.tables import Tables
from fourstep.assign.undone import MEANT
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: Words of an entry that says that it did not succeed.
_FAILED = frozenset("failed failure abandoned unsuccessful attempted declined refused temporary".split())
_ON_ARRIVAL = Ranges("X83.3")  # given within hours of the onset, or not at all
_DURING = re.compile(r"\b(?:in theatre|intra-?op\w*|on (?:the )?table)\b", re.IGNORECASE)
_FROM_BIRTH = Ranges("E85 X84 O15.2-O15.3")  # a baby born here that needs them needs them from birth


def gather_interventions(case: Case, tables: Tables) -> None:
    """Fill case.interventions: one for each code and time, from the document that documents it best."""
    dates, frames = Dates(case), Frames(case)
    found: dict[tuple[str, ...], list[Candidate]] = {}
    asked: list[Candidate] = []
    mentioned: dict[str, list[dt.date]] = {}  # days of what is told where it does not code
    silent = [c for c in case.record.candidates if c.silent and c.kind == "procedure"]
    for candidate in case.record.candidates:
        if candidate.kind != "procedure" or candidate.silent or tables.left_to_policy(candidate.codes[0], case.policy):
            continue
        asks = candidate.asks
        if asks:
            candidate = frames.detailed(candidate)
        reason = why_not(case, candidate, tables, dates)
        if reason:
            if reason in MEANT and case.record.document(candidate).type in PROCEDURAL:
                case.meant.append(candidate)
            day = dates.mentioned(candidate) if reason in (NO_RECORD, PLANNED) else None
            if day is not None and within(case, day):
                mentioned.setdefault(candidate.codes[0], []).append(day)
            if reason != "silent" and not candidate.asks:
                case.leave_out([candidate], reason)
            continue
        if candidate.asks:
            asked.append(candidate)
            continue
        if not asks:
            candidate = frames.detailed(candidate)
        if candidate.codes[0][0] == "Y":
            case.methods.append(candidate)
            continue
        several = any(candidate.codes[0] in family for family in tables.families.each)
        found.setdefault(candidate.codes if several else candidate.codes[:1], []).append(candidate)
    _ask(case, asked, found)
    places = {candidates[0].root.place for candidates in found.values()}
    failed = {
        c.root.place for c in silent if c.root.place in places and not _FAILED.isdisjoint(c.entry.text.split())
    }  # fmt: skip
    for code in list(found) if failed else ():
        if found[code][0].root.place in failed:
            case.leave_out(found.pop(code)[:1], "failed", "", code[0])
    _told_as_past(case, found, dates)
    done: list[Intervention] = []
    for code, candidates in found.items():
        for group in _by_date(case, candidates, dates, once=code[0] in tables.families.once):
            done.append(_intervention(case, group, dates, begun=code[0] in tables.families.once))
    case.interventions = _not_said_within(sorted(done, key=lambda i: i.order))
    for thing in case.interventions:
        if thing.code in mentioned and (thing.date is None or thing.code in tables.families.once):
            thing.date = min([*mentioned[thing.code], *([thing.date] if thing.date else [])])
    _date_by_the_note(case)


def _told_as_past(case: Case, found: dict[tuple[str, ...], list[Candidate]], dates: Dates) -> None:
    """Take out what a history dates to other years and this stay only mentions: "on warfarin (metallic AVR)"."""
    past = {
        c.root.place for c in case.record.candidates
        if c.kind == "procedure" and c.role == "past_history" and c.statement.when is When.HISTORICAL
    }  # fmt: skip
    for code in list(found):
        candidates = found[code]
        if candidates[0].root.place in past and all(
            case.record.document(c).type not in PROCEDURAL and c.role != "procedure" and dates.of(c) is None
            for c in candidates
        ):
            case.leave_out(found.pop(code)[:1], "done before this episode", "", code[0])


def _not_said_within(things: list[Intervention]) -> list[Intervention]:
    """Without those whose code stands among the codes of another of the same time: the ring within the
    phacoemulsification.
    """
    kept = list(things)
    for thing in things:
        if any(o is not thing and thing.code in o.codes[1:] and same_time(o.date, thing.date) for o in kept):
            kept = [k for k in kept if k is not thing]
    return kept


def _date_by_the_note(case: Case) -> None:
    """What a summary lists without a date was done at the one operation of the episode, where there is only
    one.
    """
    if "birth" in case.guards:
        for thing in case.interventions:
            if thing.date is None and thing.code in _FROM_BIRTH:
                thing.date = case.episode.admission_date
    for thing in case.interventions:
        if thing.date is None and thing.code in _ON_ARRIVAL and case.episode.admission_method == "emergency":
            thing.date = case.episode.admission_date
    days = {d for i in operative_documents(case) if (d := case.episode.documents[i].date) and within(case, d)}
    if len(days) != 1:
        return
    for thing in case.interventions:
        if thing.date is None and (thing.code[0] not in "EUX" or any(_in_theatre(case, c) for c in thing.candidates)):
            thing.date = next(iter(days))


def _in_theatre(case: Case, candidate: Candidate) -> bool:
    """Whether its item puts it into the operation: "1 unit RBC given in theatre"."""
    s = candidate.statement
    return _DURING.search(case.record.document(candidate).text, s.start, s.end) is not None


def _ask(case: Case, asked: list[Candidate], found: dict[tuple[str, ...], list[Candidate]]) -> None:
    """Operations named so vaguely that only the clinician can say; pictures and what is coded under the same
    term ask nothing.
    """
    known = {c.root.place for candidates in found.values() for c in candidates}
    told = {(c.statement.document, c.statement.sentence) for candidates in found.values() for c in candidates}
    for candidate in asked:
        case.leave_out([candidate], "to be queried")
        if (
            candidate.role in ("procedure", "delivery")
            and candidate.root.place not in known
            and (candidate.statement.document, candidate.statement.sentence) not in told
            and not candidate.root.place.startswith("procedure/u_")
        ):
            known.add(candidate.root.place)
            case.uncertain.append(candidate)


def _intervention(case: Case, group: list[Candidate], dates: Dates, *, begun: bool) -> Intervention:
    """The intervention that the candidates tell of. What goes on for days (`begun`) has the date of its beginning."""
    best = max(group, key=lambda c: (rank(case, c), len(c.codes), c.size, titled(case, c), -c.order))
    rest = [c for c in group if c is not best]
    date = dates.of(best) or next((d for c in rest if (d := dates.of(c))), None)
    if date is None or begun:
        from_birth = "birth" in case.guards and best.codes[0] in _FROM_BIRTH
        told = [d for c in group if (d := dates.of(c) if date else dates.told(c))] if not from_birth else []
        date = min(told, default=date)
    if date is None:
        date = next((d for c in group if (d := dates.written(c))), None)
    if date is None and case.episode.admission_date == case.episode.discharge_date:
        date = case.episode.admission_date
    return Intervention(list(best.codes), [best, *rest], date=date, slots=best.entry.slots)


def _by_date(case: Case, candidates: list[Candidate], dates: Dates, *, once: bool) -> Iterable[list[Candidate]]:
    """The candidates of one code by the time of the procedure; undated ones belong to the best documented."""
    if once:
        return [candidates]
    dated: dict[dt.date, list[Candidate]] = {}
    undated: list[Candidate] = []
    for c in candidates:
        day = dates.of(c)
        if day is None:
            undated.append(c)
        else:
            dated.setdefault(day, []).append(c)
    if len(dated) < 2:
        return [candidates]
    groups: list[tuple[dt.date, list[Candidate]]] = []
    for day in sorted(dated):
        own = {c.statement.document for c in dated[day]}
        if groups and day - groups[-1][0] <= DAY and own.isdisjoint(c.statement.document for c in groups[-1][1]):
            groups[-1][1].extend(dated[day])
        else:
            groups.append((day, dated[day]))
    best = max(groups, key=lambda g: max(rank(case, c) for c in g[1]))
    best[1].extend(undated)
    return [g for _, g in groups]
