"""Ask: what the record leaves open, as questions for the clinician: one thing each, not leading, with quotes.

Each module of this room looks for one kind of gap and proposes questions with a rank. The best five are
asked, those first without whose answer the record should not be submitted.
"""

from __future__ import annotations

from fourstep.ask.allergies import allergies
from fourstep.ask.conflicts import alternatives, complications, denied, modes, only_on_tissue, sides, undone
from fourstep.ask.found import Found, standing
from fourstep.ask.loading import ask_tables
from fourstep.ask.operations import index_asks, not_in_note, other_side, sideless, undated
from fourstep.ask.principal import principal
from fourstep.ask.results import results
from fourstep.ask.treatment import treatments
from fourstep.ask.uncertain import uncertain
from fourstep.ask.values import values
from fourstep.ask.wanting import wanting
from fourstep.ask.wording import Proposal
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.episode import Query

_MOST = 5
_RAISED = 55  # the rank of what the standards raised


def ask(case: Case, tables: Tables, primary: Condition | None) -> list[Query]:
    """The questions of an episode, blocking ones first, at most five, those of the standards among them."""
    asked = ask_tables()
    told = standing(case)
    found = Found(case, asked, told)
    proposals = [Proposal(_RAISED + 15 * q.blocking, q) for q in case.queries]
    proposals += principal(case, tables, primary)
    proposals += uncertain(case, primary)
    proposals += alternatives(case, found, primary)
    proposals += sides(case, found) or other_side(case, found)
    proposals += modes(case, found) or undone(case) or not_in_note(case, found)
    proposals += complications(case, primary)
    proposals += denied(case, primary)
    proposals += only_on_tissue(case, primary)
    proposals += results(case, found, primary)
    proposals += wanting(case, found, primary)
    proposals += values(case, found)
    proposals += treatments(case, found)
    proposals += allergies(case, found)
    proposals += index_asks(case, primary)
    proposals += sideless(case)
    proposals += undated(case)
    return chosen(proposals)


def chosen(proposals: list[Proposal]) -> list[Query]:
    """The best five: blocking before advisory, then by rank; of those about the same thing, the first."""
    ordered = sorted(proposals, key=lambda p: (not p.query.blocking, -p.rank))
    out: list[Query] = []
    seen: set[str] = set()
    for proposal in ordered:
        about = proposal.query.about.lower().partition(":")[0]
        if about not in seen:
            seen.add(about)
            out.append(proposal.query)
    return out[:_MOST]
