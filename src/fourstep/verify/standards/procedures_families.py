"""OPCS-4: one operation one code. Vaguer words, steps of a larger operation, and what another procedure
includes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fourstep.assign.case import Case, Intervention
from fourstep.assign.procedure_dates import same_time
from fourstep.assign.procedure_rank import rank, titled
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.registry import standard

#: Biopsies, and the treatments through the scope beside which they are recorded as Y20.
_BIOPSY = Ranges("G45.1 G16.1 G19.1 H22.1 H25.1 H28.1 T11.1 T14.1")
_TREATS_BESIDE = Ranges("G43 G44 H20 H21 H23 H24 H26 H27 T10")
_HARVEST = Ranges("Y54-Y69")
_BEDSIDE = Ranges(
    "U X29-X39 X44 X48-X52 X59-X62 X84 X90 E42.3 E85 E87-E98 G47 M47 L71.4 L91 L94-L95 L99 X40-X41 X58 "
    "X65-X73 X83 Y"
)


@standard(
    "FS.OPCS.02", "OPCS-4",
    "A procedure that another of the same event includes, or that is a step of it, is not recorded beside "
    "it.",
    reference="PGCS2",
    examples=(
        ("Operation: laparoscopic appendicectomy. Adhesions divided, washout of the pelvis.", "H01.2 Y75.2"),
    ),
)  # fmt: skip
def included(case: Case, tables: Tables) -> None:
    parts = _parts(case, tables)
    for number, (larger, smaller) in enumerate(tables.families.hides):
        if number not in parts:
            continue
        owners = [i for i in case.interventions if any(c in larger for c in i.codes if c[0] not in "YZ")]
        if owners:
            for part in (i for i in case.interventions if i.code in _BIOPSY and i.code in smaller):
                owner = next((o for o in owners if same_time(o.date, part.date) and o.code in _TREATS_BESIDE), None)
                if owner is not None:
                    owner.biopsies += part.candidates
            _harvest(owners, [i for i in case.interventions if i.code in smaller])
            parts |= _parts(case, tables)
            _remove(
                case,
                [
                    i for i in case.interventions
                    if i.code in smaller and i.code not in larger
                    and any(o.code != i.code and same_time(o.date, i.date) for o in owners)
                ],
                "part of a larger procedure", "FS.OPCS.02",
            )  # fmt: skip
    steps = [
        i for i in case.interventions if i.code in tables.families.step and not _named(case, i) and not _on_arrival(case, i)
    ]
    others = case.interventions
    _remove(
        case,
        [s for s in steps if any(_larger(o, tables) and same_time(o.date, s.date) for o in others)],
        "step of a larger procedure", "FS.OPCS.02",
    )  # fmt: skip


def _parts(case: Case, tables: Tables) -> frozenset[int]:
    """Numbers of the lines of `hides` that a recorded procedure may be hidden by."""
    return frozenset().union(*[tables.families.hidden(i.codes[0]) for i in case.interventions])


def _harvest(owners: list[Intervention], parts: list[Intervention]) -> None:
    """The part may say more exactly where a graft was taken from (Y54-Y69) than the operation does."""
    exact = next((c for p in parts for c in p.codes if c in _HARVEST and c[4:5] not in "89"), "")
    for owner in owners:
        at = next((n for n, c in enumerate(owner.codes) if c in _HARVEST and c[4:5] in "89"), None)
        if exact and at is not None:
            owner.codes[at] = exact


def _larger(thing: Intervention, tables: Tables) -> bool:
    return thing.code not in tables.families.step and thing.code not in _BEDSIDE


def _on_arrival(case: Case, thing: Intervention) -> bool:
    """Whether a note of the emergency department tells of it: what is sutured there is no step of a later operation."""
    return any(case.record.document(c).type == "ed_note" for c in thing.candidates)


def _named(case: Case, thing: Intervention) -> bool:
    """Whether the first sentence of a note's title, one that is nothing but its name, or a summary's list of procedures
    names it.
    """
    return any(
        titled(case, c)
        and (
            case.record.document(c).type not in PROCEDURAL
            or ". " not in case.record.document(c).text[c.statement.section.start : c.start]
            or (c.role == "procedure" and _alone(case, c))
        )
        for c in thing.candidates
    )


def _alone(case: Case, candidate: Candidate) -> bool:
    """Whether its sentence is nothing but its name: "Relaparotomy for obstruction. Washout."."""
    return len(case.record.sentence(candidate)) == 1 and candidate.own_words().issuperset(candidate.line.words.text)


@standard(
    "FS.OPCS.05", "OPCS-4",
    "One operation said in different words is recorded once: the operative text before the summary, the "
    "title before the "
    "narrative, the specific before the vague; two events of different dates are two, and "
    "so are two kinds of it on two sides.",
    examples=(
        (
            "Operation: open mesh repair of right inguinal hernia and left recurrent inguinal hernia.",
            "T20.2 Z94.2 T21.2 Z94.3",
        ),
    ),
)  # fmt: skip
def one_operation(case: Case, tables: Tables) -> None:
    if len(case.interventions) < 2:
        return
    for several, families in ((False, tables.families.one), (True, tables.families.each)):
        for family in families:
            members = [i for i in case.interventions if i.codes[0] in family]
            if len(members) > 1:
                for event in _events(members):
                    _best_of(case, event, several=several)


@standard(
    "FS.OPCS.13", "OPCS-4",
    "Two operations that one code says together are recorded with that code.",
    examples=(
        ("Operation: anterior repair and posterior repair.", "P23.1"),
    ),
)  # fmt: skip
def joined(case: Case, tables: Tables) -> None:
    for first, second, together in tables.families.joins:
        one = next((i for i in case.interventions if i.code == first), None)
        other = next((i for i in case.interventions if i.code == second and one and same_time(i.date, one.date)), None)
        if one is None or other is None:
            continue
        one.codes = [together, *one.codes[1:]]
        one.candidates += other.candidates
        one.standards.append("FS.OPCS.13")
        case.interventions = [i for i in case.interventions if i is not other]


@standard(
    "FS.OPCS.12", "OPCS-4",
    "The same treatment of the same place is recorded once: a lesion told in the findings and again in the "
    "conclusion is one.",
    examples=(
        ("Colonoscopy. Cold snare of sigmoid polyp. Conclusion: sigmoid polyp, snared.", "H20.1 Z28.6"),
    ),
)  # fmt: skip
def same_place(case: Case, tables: Tables) -> None:
    for family in tables.families.each:
        members = [i for i in case.interventions if i.code in family]
        for thing in sorted(members, key=lambda i: len(i.codes)):
            others = [m for m in members if m is not thing and m.code == thing.code and same_time(m.date, thing.date)]
            known = {c for m in others for c in m.codes}
            if others and set(thing.codes) <= known:
                members = [m for m in members if m is not thing]
                _remove(case, [thing], "the same lesion, told twice", "FS.OPCS.12")


_SIDE_WORDS = frozenset(("left", "right"))
_SIDES = {"Z94.1": {"Z94.2", "Z94.3"}, "Z94.2": {"Z94.2"}, "Z94.3": {"Z94.3"}}


@standard(
    "FS.OPCS.10", "OPCS-4",
    "What an operation includes is not recorded for the side on which it was done; for the other side it is.",
    examples=(
        (
            "Left ear: myringotomy and grommet inserted. Right ear: myringotomy, dry.",
            "D15.1 Z94.3 D15.3 Z94.2",
        ),
    ),
)  # fmt: skip
def included_on_its_side(case: Case, tables: Tables) -> None:
    for larger, smaller in tables.families.covers:
        for part in [i for i in case.interventions if i.code in smaller]:
            owners = [i for i in case.interventions if i.code in larger and same_time(i.date, part.date)]
            done = {s for o in owners for c in o.codes for s in _SIDES.get(c, ())}
            side = next((c for c in part.codes if c in _SIDES), "")
            left = _SIDES.get(side, set()) - done
            if not owners or (side and left == _SIDES[side]):
                continue
            if left:
                part.codes[part.codes.index(side)] = left.pop()
                part.standards.append("FS.OPCS.10")
            else:
                _remove(case, [part], "part of a larger procedure on the same side", "FS.OPCS.10")


def _events(members: list[Intervention]) -> Iterable[list[Intervention]]:
    """Members by date; an undated one belongs to the first."""
    events: list[tuple[dt.date | None, list[Intervention]]] = []
    for member in sorted(members, key=lambda m: m.date or dt.date.max):
        home = next((e for e in events if same_time(e[0], member.date)), None)
        if home is None:
            events.append((member.date, [member]))
        else:
            home[1].append(member)
    return [e for _, e in events]


def _strength(case: Case, thing: Intervention) -> tuple[int, bool, int, int, int]:
    best = thing.first
    return (rank(case, best), titled(case, best), thing.code[4:5] not in "89", best.size, -best.order)


def _same_words(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates are two readings of the same words, or one only a detail of the other ("...,
    uncemented").
    """
    if _other_sides(one, other):
        return False
    if one.line is other.line and one.mask & other.mask:
        return True
    return one.root is other.root and not _named_itself(one)


def _other_sides(one: Candidate, other: Candidate) -> bool:
    """Whether each names a side of its own: "right inguinal hernia and left recurrent inguinal hernia"."""
    mine, its = (_SIDE_WORDS & set(c.line.words.text) for c in (one, other))
    return len(mine) == len(its) == 1 and mine != its


def _named_itself(candidate: Candidate) -> bool:
    """Whether the words of its lead term stand in its own item, rather than in the one before."""
    words = candidate.line.words.text
    return any(p.words and all(w in words for w in p.words) for p in candidate.root.phrases)


def _best_of(case: Case, members: list[Intervention], *, several: bool) -> None:
    if len(members) < 2:
        return
    top = max(rank(case, m.first) for m in members)
    lesser = [m for m in members if rank(case, m.first) < top]
    equal = [m for m in members if rank(case, m.first) == top]
    best = max(equal, key=lambda m: _strength(case, m))
    if best.code[4:5] in "89" and any(m.code[4:5] not in "89" for m in lesser):
        # the note names the operation only in general: the summary's particular words stand
        precise = max((m for m in lesser if m.code[4:5] not in "89"), key=lambda m: _strength(case, m))
        if precise.code[:3] == best.code[:3]:
            lesser = [m for m in members if m is not precise]
            equal, best = [precise], precise
    # the same note may record two operations of one family (two sides, two polyps): titles of their own keep
    # both
    keep = [
        m
        for m in equal
        if m is best
        or (
            m.code[4:5] not in "89"
            and not _same_words(m.first, best.first)
            and (several or _other_sides(m.first, best.first) or (titled(case, m.first) and titled(case, best.first)))
        )
    ]
    _remove(
        case, [*lesser, *[m for m in equal if not any(m is k for k in keep)]],
        "the same operation, documented better elsewhere", "FS.OPCS.05",
    )  # fmt: skip
    for other in lesser:
        _keep_the_rest(case, best, other)
        best.candidates += other.candidates
        best.biopsies += other.biopsies
        best.date = best.date or other.date
    if lesser:
        best.standards.append("FS.OPCS.05")


def _keep_the_rest(case: Case, best: Intervention, other: Intervention) -> None:
    """A name for two operations in one ("adenotonsillectomy") that gives way for one of them still says the
    other.
    """
    for code in other.codes[1:]:
        if code[0] not in "YZ" and code[:2] != other.code[:2] and not any(i.code == code for i in case.interventions):
            case.interventions.append(
                Intervention([code], list(other.candidates), date=best.date or other.date, slots=other.slots)
            )


def _remove(case: Case, things: Iterable[Intervention], reason: str, rule: str) -> None:
    for thing in list(things):
        case.interventions = [i for i in case.interventions if i is not thing]
        case.leave_out(thing.candidates[:1], reason, rule, thing.code)
