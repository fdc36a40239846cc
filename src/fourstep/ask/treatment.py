"""Treatment without a diagnosis: a drug of narrow use is taken, and nothing that it is for is recorded."""

from __future__ import annotations

from fourstep.ask.found import BEFORE, Found, Hit
from fourstep.ask.wanting import settled
from fourstep.ask.wording import Proposal, propose
from fourstep.assign.case import Case

#: Words before a drug on its line that say that it is not taken, or no longer.
_NOT_TAKEN = frozenset(
    "stop stopped stopping discontinued ceased no not avoid avoided never previously "
    "allergy allergic allergies intolerant instead off declined consider".split()
)
#: The same, after it.
_NOT_GIVEN = frozenset(("stopped", "not", "declined", "contraindicated", "withdrawn", "error"))
_BACK = 8  # tokens looked back


def _taken(case: Case, found: Found, hit: Hit) -> bool:
    if case.episode.documents[hit.document].type in BEFORE or not found.said(hit, history=True):
        return False
    text = case.record.tokens[hit.document].text
    for i in range(hit.first - 1, max(-1, hit.first - 1 - _BACK), -1):
        if text[i] in "\n.;":
            break
        if text[i] in _NOT_TAKEN:
            return False
    after = text[hit.last + 1 : hit.last + 4]
    return after[:2] != ["-", "no"] and not _NOT_GIVEN.intersection(after)


def treatments(case: Case, found: Found) -> list[Proposal]:
    """One question for each class of drugs that is taken without a reason."""
    out: list[Proposal] = []
    maternal = "newborn" in case.guards  # the mother's drugs stand in the record of the newborn
    for treatment in found.tables.treatments:
        hit = next(
            (h for d in treatment.drugs for h in found.hits.get(d, ()) if _taken(case, found, h)), None
        )
        if hit is None or maternal or settled(found, treatment.explained):
            continue
        tokens = case.record.tokens[hit.document]
        document = case.episode.documents[hit.document]
        name = document.text[tokens.start[hit.first] : tokens.end[hit.last]]
        drug = f"{name[0].upper()}{name[1:]}"
        out.append(
            propose(
                treatment.rank,
                f"{drug}: what it is for",
                f"{drug} is taken or given, and the record names no condition for it. What is it for?",
                [found.quote(hit)],
                options=treatment.options,
            )
        )
    return out
