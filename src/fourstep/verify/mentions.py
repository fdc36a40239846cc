"""What one mention of a condition is worth for the choice of the primary diagnosis, by the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.stay import ACCOUNT, BACKGROUND, Stay, headed, noted

_FINAL = ("discharge_summary", "consultant_note", "delivery_record")
_ACCOUNTS = PROCEDURAL.union(_FINAL)
_BEFORE = 48  # characters in which words before a condition speak of it


@dataclass(slots=True)
class Mention:
    """The weight of a mention, why, and whether it is the first condition under its heading."""

    weight: float
    reason: str
    first: bool


def weigh(case: Case, tables: Tables, stay: Stay, candidate: Candidate, *, lifelong: bool) -> Mention:
    """What a mention is worth."""
    document, role = case.record.document(candidate), candidate.role
    kind = document.type.replace("_", " ")
    heads, key = stay.heads, (candidate.statement.document, role)
    place = candidate.order - heads.get(key, candidate.order)
    first = place == 0
    listed = (candidate.statement.document, "diagnosis") in heads
    if candidate.statement.document in stay.only_lasting:
        if role == "diagnosis":
            return Mention(30 - min(place, 10), "listed behind what was treated", False)
        listed = False
    final = document.type in _FINAL
    if role == "diagnosis" and final:
        # an opinion given on the way stands behind the summary of the stay
        opinion = document.type == "consultant_note" and stay.summary
        return Mention((90 if opinion else 120) - min(3 * place, 60), f"diagnosis of the {kind}", first)
    if role in ("problem_list", "impression") and not listed and final and not stay.pregnant:
        return Mention(110 - min(3 * place, 60), f"first of the problems of the {kind}", first)
    if role == "complication" and final and stay.of_birth:
        return Mention(60 - min(8 * place, 40), "what the birth came with", first)
    if role == "indication" and final:
        return Mention(72 - min(3 * place, 30), "what the treatment was for", first)
    if role == "diagnosis" and document.type in PROCEDURAL:
        return Mention(78 - min(place, 20), "diagnosis of the operation note", first)
    if role == "indication" and document.type in PROCEDURAL:
        return Mention((70 if document.type == "operation_note" else 64) - min(place, 20), "what the procedure was for", first)
    if role == "diagnosis":
        return Mention(50 - min(place, 20), f"diagnosis of the {kind}", first)
    if document.type == "histology":
        return Mention(62 - min(place, 20), "histology of what was removed", first)
    if document.type == "test_result":
        return Mention(12, "report", False)
    if role in ("impression", "conclusion", "problem_list"):
        return Mention(48 - min(place, 20), f"impression of the {kind}", first)
    if document.type == "discharge_summary" and role not in BACKGROUND and not headed(candidate, heads):
        told = _told(case, tables, stay, candidate, place, lifelong=lifelong)
        if told is not None:
            return told
    if role == "neonatal" and final:
        return Mention(60 - min(place, 20), f"account of the newborn in the {kind}", first)
    account = role in ACCOUNT and document.type == "discharge_summary" and not stay.newborn
    if account and noted(document.text, candidate, heads, lifelong=lifelong):
        return Mention(72 - min(2 * place, 32), f"named in the {kind}", first)
    if role == "course" and final and not listed:
        return Mention(46 - min(place / 2, 18), f"named first in the {kind}" if first else f"account of the {kind}", first)
    if role in ACCOUNT and document.type in _ACCOUNTS:
        return Mention(40 - min(place / 4, 12), f"account of the {kind}", False)
    if role in BACKGROUND:
        return Mention(2, "history", False)
    return Mention(15 - min(place, 10), kind, False)


def _told(case: Case, tables: Tables, stay: Stay, candidate: Candidate, place: int, *, lifelong: bool) -> Mention | None:
    """What the words beside it say in a summary without headings; None where they say nothing."""
    document, codes, beside = case.record.document(candidate), tables.principal.codes, tables.principal.beside
    before = document.text[max(0, candidate.start - _BEFORE) : candidate.start]
    if not lifelong and beside.concluded.search(before):
        return Mention(92 - min(place, 10), "what the discharge summary comes to", True)
    after = document.text[candidate.end : candidate.end + 2 * _BEFORE]
    if lifelong and beside.known.search(before) and not beside.worse.search(after):
        return Mention(56 if place == 0 else 24, "known before", False)
    code = candidate.codes[0] if candidate.codes else ""
    if code in codes.cancer and stay.emergency and beside.treated.search(f"{before} {after[:_BEFORE]}"):
        return Mention(44 - min(place, 10), "treated elsewhere", False)
    imaged = code and candidate.role in ("investigation", "findings", "conclusion") and candidate.kind == "problem"
    if imaged and not stay.newborn and not (lifelong and code not in codes.imaged):
        return Mention(62 - min(2 * place, 20), "found in the discharge summary", False)
    return None
