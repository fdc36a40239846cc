"""Procedures that lack what the classification needs: the side, the date, and what entries of the index ask."""

from __future__ import annotations

from fourstep.ask.found import Found, Hit
from fourstep.ask.wording import Proposal, best, context, document_name, phrase, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import QueryOption
from fourstep.locate.candidates import PROCEDURAL

_SIDED = Ranges("C W37-W48 W74 W82-W90 W93-W95 A65 T20-T21 M01-M27 B27-B31 T85 L29 L59 L63 D15")
#: What is given or worn on the ward for days: its day is in the charts.
_ON_THE_WARD = Ranges("X33-X36 X40 X52 S12 E85-E97 Y Z U")
_SIDE_WORDS = frozenset("left right l r lt rt both bilateral bilat bilaterally od os ou le re".split())

_SIDES = {w: side for side, words in (("left", "left l lt"), ("right", "right r rt")) for w in words.split()}
#: Organs that are operated on one side, as words of the record.
_ORGANS = frozenset(
    "breast knee hip shoulder eye ear kidney ureter ureteric renal testis testicle ovary groin inguinal hand foot wrist ankle "
    "elbow leg arm forearm femur femoral carotid thumb axilla axillary thigh calf toe finger lung".split()
)
_ONE_SIDE = frozenset(("Z94.2", "Z94.3"))
_AHEAD = 3  # words that may stand between a side and its organ


def sideless(case: Case) -> list[Proposal]:
    """The main operation on a paired organ, in a record that names no side where it tells of operations."""
    if any(c.startswith("Z94") for i in case.interventions for c in i.codes):
        return []
    for intervention in case.interventions:
        if intervention.code not in _SIDED or not intervention.candidates:
            continue
        told = {c.statement.document for c in intervention.candidates}
        told |= {n for n, d in enumerate(case.episode.documents) if d.type in PROCEDURAL}
        if any(_SIDE_WORDS.intersection(case.record.tokens[n].text) for n in told):
            continue
        return [
            propose(
                65,
                f"Side of {phrase(case, best(case, intervention))}",
                "The record does not say on which side it was done. Which side was it?",
                [context(case, best(case, intervention))],
                blocking=True,
                codes=(intervention.code,),
                options=(
                    QueryOption("Left", ("Z94.3",)),
                    QueryOption("Right", ("Z94.2",)),
                    QueryOption("Both", ("Z94.1",)),
                ),
            )
        ]
    return []


def index_asks(case: Case, primary: Condition | None) -> list[Proposal]:
    """What entries of the index say must be asked where the record says no more."""
    out: list[Proposal] = []
    things = [
        (c, t.code)
        for t in (*case.conditions, *case.interventions)
        for c in t.candidates[:1]
        if c.entry.query
    ]
    asked = [(c, "") for c in case.uncertain if c.entry.asks]
    for candidate, code in things + asked:
        question = candidate.entry.query or "What is meant cannot be coded as it is written."
        question = f"{question[0].upper()}{question[1:]}"
        leads = (not code and candidate.role == "diagnosis") or (primary is not None and code == primary.code)
        out.append(
            propose(
                48 + 12 * leads,
                phrase(case, candidate),
                question if question.endswith((".", "?")) else f"{question}?",
                [context(case, candidate)],
                blocking=leads,
                codes=(code,) if code else (),
            )
        )
    return out


def undated(case: Case) -> list[Proposal]:
    """A procedure of the stay whose day is not in the record: it cannot be submitted without one."""
    for intervention in case.interventions:
        if intervention.date is None and intervention.candidates and intervention.code not in _ON_THE_WARD:
            return [
                propose(
                    30,
                    f"Date of {phrase(case, best(case, intervention))}",
                    "A procedure is recorded without its date. On which day was it done in this stay?",
                    [context(case, best(case, intervention))],
                    codes=(intervention.code,),
                    options=(QueryOption("Date, please state"), QueryOption("Not done in this stay")),
                )
            ]
    return []


def other_side(case: Case, found: Found) -> list[Proposal]:
    """A document that has the organ of a one-sided operation on the other side only."""
    intervention = next((i for i in case.interventions if i.candidates and _ONE_SIDE.intersection(i.codes)), None)
    if intervention is None:
        return []
    given = "left" if "Z94.3" in intervention.codes else "right"
    told = {c.statement.document for c in intervention.candidates}
    told |= {n for n, d in enumerate(case.episode.documents) if d.type in PROCEDURAL}
    places = {n: _organs(case, found, n) for n in range(len(case.episode.documents))}
    operated = {organ for n in told for organ, sides in places[n].items() if set(sides) == {given}}
    for number, organs in places.items():
        for organ, sides in organs.items():
            if organ not in operated or given in sides or number in told:
                continue
            hit = next(iter(sides.values()))
            return [
                propose(
                    61,
                    f"Side (laterality) of the operation: {organ}",
                    f"The operation was on the {given}, and the {document_name(case, number)} names the other side. "
                    "Which side is right?",
                    [context(case, best(case, intervention)), found.quote(hit)],
                    blocking=True,
                    codes=(intervention.code,),
                    options=(QueryOption("Left", ("Z94.3",)), QueryOption("Right", ("Z94.2",))),
                )
            ]
    return []


def _organs(case: Case, found: Found, number: int) -> dict[str, dict[str, Hit]]:
    """The organs that a document names with a side, as present and of now, and where."""
    out: dict[str, dict[str, Hit]] = {}
    text = case.record.tokens[number].text
    for i, word in enumerate(text):
        if word not in _ORGANS:
            continue
        for back in range(i - 1, max(-1, i - 2 - _AHEAD), -1):
            side = _SIDES.get(text[back])
            if text[back] in "\n.;,":
                break
            hit = Hit(number, back, i)
            if side:
                line = found.line(number, back)
                if line is not None and line.statement.section.role != "past_history" and found.said(hit, history=True):
                    out.setdefault(word, {}).setdefault(side, hit)
                break
    return out
