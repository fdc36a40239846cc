"""Procedures that lack what the classification needs: the side, the date, and what entries of the index ask."""

from __future__ import annotations

import re

from fourstep.ask.found import Found, Hit
from fourstep.ask.wording import FINAL, Proposal, best, context, document_name, phrase, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import QueryOption
from fourstep.locate.candidates import PROCEDURAL

_SIDED = Ranges("C W37-W48 W74 W82-W90 W93-W95 A65 T20-T21 M01-M27 B27-B31 T85 L29 L59 L63 D15")
#: What is given or worn on the ward for days: its day is in the charts.
_ON_THE_WARD = Ranges("X33-X36 X40 X52 S12 E85-E97 Y Z U")
_SIDE_WORDS = frozenset("left right l r lt rt both bilateral bilat bilaterally od os ou le re".split())

#: Chapters of what is done in a theatre.
_OPERATIVE = frozenset("ABCDEFGHJKLMNPQSTVW")
#: Catheters, tubes, sutures out, scans: no operation of the note.
_BEDSIDE = Ranges("M47 G47 G57 L99 L91 R36-R43 Q55 S43 A55 A84 E85-E98 T48")
_BEYOND = 30  # characters behind an operation's words in which its site may stand
_PLAIN_WORDS = frozenset(
    "left right and the was were with for not done then from this that but has had via per day mesh repair repaired normal "
    "resected anterior posterior medical chronic "
    "lap laparoscopic open closed removed removal procedure operation patient into both side sides small large also".split()
)
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
    asked = [(c, "") for c in case.uncertain if c.asks]
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


def not_in_note(case: Case, found: Found) -> list[Proposal]:
    """An operation that the summary says was done, on what the operation note says was left as it was."""
    notes = {n for n, d in enumerate(case.episode.documents) if d.type in PROCEDURAL}
    hits = [h for p in found.tables.undone for h in found.hits.get(p, ()) if h.document in notes]
    if not hits:
        return []
    for candidate in found.told:
        if candidate.kind != "procedure" or candidate.codes[0][0] not in _OPERATIVE or candidate.codes[0] in _BEDSIDE:
            continue
        if candidate.statement.document in notes or case.record.document(candidate).type not in FINAL:
            continue
        if candidate.role in ("past_history", "followup", "plan"):
            continue
        text = case.record.document(candidate).text
        named = _names(text[candidate.start : candidate.end + _BEYOND].split("\n")[0])
        hit = next((h for h in hits if named & _names(found.quote(h).text)), None)
        if hit is not None:
            return [
                propose(
                    57,
                    f"Operation, whether performed: {phrase(case, candidate)}",
                    "The discharge summary says that it was done; the operation note says of it that something was not. "
                    "What was performed?",
                    [context(case, candidate), found.quote(hit)],
                    codes=tuple(c for i in case.interventions for c in i.codes[:1] if c[:3] == candidate.codes[0][:3]),
                    options=(QueryOption("As the summary says", candidate.codes), QueryOption("As the operation note says")),
                )
            ]
    return []


def _names(text: str) -> set[str]:
    """The words of a text that may name an organ, a level or a method: no sides, no small words."""
    return {w for w in re.findall(r"[a-z]\d/\d|[a-z]{3,}", text.lower()) if w not in _PLAIN_WORDS}
