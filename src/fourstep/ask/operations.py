"""Procedures that lack what the classification needs: the side, and what entries of the index ask."""

from __future__ import annotations

from fourstep.ask.wording import Proposal, best, context, phrase, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import QueryOption
from fourstep.locate.candidates import PROCEDURAL

_SIDED = Ranges("C W37-W48 W74 W82-W90 W93-W95 A65 T20-T21 M01-M27 B27-B31 T85 L29 L59 L63 D15")
_SIDE_WORDS = frozenset("left right l r lt rt both bilateral bilat bilaterally od os ou le re".split())


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
