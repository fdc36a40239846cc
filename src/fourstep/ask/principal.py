"""Where the record leaves the primary diagnosis open."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.ask.wording import FINAL, Proposal, best, context, phrase, propose
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Evidence, QueryOption

_ASKED = "Which condition was mainly treated or investigated in this stay?"
#: Documents whose writer decides what the main condition was.
_DECIDING = ("ward_round", "consultant_note", *FINAL)
_CLOSE = 4.0  # how near two conditions weigh
#: Regions of the body by the categories of their injuries.
_REGIONS = ("S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9")
_GRAVE = Ranges("S06 S12 S14 S22.4 S22.5 S25-S27 S32 S35-S37 S72 S82 S42 S28 S38")
_ACUTE = Ranges("A B C D E1 G H I J K L M N O S T")
_BEDSIDE = Ranges("E85-E98 M47 X29-X52 X58 U L91 A55 G47 S42 S57 Y Z A84 X X9")
_WELL = frozenset(("well", "healthy", "normal"))


def principal(case: Case, tables: Tables, primary: Condition | None) -> list[Proposal]:
    """At most one question about what the main condition was."""
    if primary is None:
        if not case.conditions:
            return []
        return [
            propose(
                90, "Primary diagnosis", f"The record names no main condition. {_ASKED}", [], blocking=True
            )
        ]
    for rule in (_symptom, _injuries, _doubted, _operated, _rival, _well_baby):
        found = rule(case, tables, primary)
        if found is not None:
            return [found]
    return []


def _options(case: Case, *conditions: Condition) -> tuple[QueryOption, ...]:
    named = [QueryOption(phrase(case, best(case, c)), tuple(c.codes)) for c in conditions if c.candidates]
    return (*named, QueryOption("Another condition, please state"))


def _symptom(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    if primary.code[0] != "R" or not primary.candidates or primary.code in tables.kept:
        return None
    doubts = [
        u
        for u in case.uncertain
        if u.role in ("diagnosis", "impression") and u.codes and u.codes[0][0] != "R"
    ]
    return propose(
        70 if doubts else 30,
        f"Cause of {phrase(case, best(case, primary))}",
        "The main condition is recorded as a symptom. Was a cause found?",
        [context(case, best(case, primary))],
        blocking=bool(doubts),
        codes=(primary.code,),
        options=(
            *(QueryOption(phrase(case, u), u.codes) for u in doubts[:3]),
            QueryOption("Another cause, please state"),
            QueryOption("No cause found", (primary.code,)),
        ),
    )


def _injuries(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    """Several grave injuries of several regions: the consultant says which weighs most."""
    if primary.code[0] != "S":
        return None
    grave = [c for c in case.conditions if c.code in _GRAVE and c.candidates]
    if len({c.code[:2] for c in grave if c.code.startswith(_REGIONS)}) < 3:
        return None
    return propose(
        72,
        "Primary diagnosis: main injury",
        f"Several grave injuries are recorded. {_ASKED}",
        [context(case, best(case, c)) for c in grave[:3]],
        blocking=True,
        codes=tuple(c.code for c in grave[:4]),
        options=_options(case, *grave[:4]),
    )


def _doubted(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    """What stands first is presumed, queried or contradicted elsewhere in the record."""
    category = primary.code[:3]
    firm = {c.statement.document for c in primary.candidates if c.whether is Whether.PRESENT}
    doubts = [
        c
        for c in case.record.candidates
        if c.codes
        and c.codes[0][:3] == category
        and c.kind == "problem"
        and c.statement.document not in firm
        and Whether.PROBABLE <= c.whether <= Whether.POSSIBLE
        and c.role != "indication"
        and case.record.document(c).type in _DECIDING
    ]
    if len({(c.statement.document, c.statement.sentence) for c in doubts}) < 2:
        return None
    others = [
        c
        for c in case.conditions
        if c is not primary and c.weight > primary.weight - 25 and c.candidates and c.code[0] not in "ZRWXYV"
    ]
    return propose(
        71,
        f"Primary diagnosis: {phrase(case, best(case, primary))}",
        f"It stands first in one document, and another only presumes it. {_ASKED}",
        [context(case, best(case, primary)), context(case, doubts[-1])],
        blocking=True,
        codes=tuple(primary.codes),
        options=_options(case, primary, *others[:2]),
    )


def _operated(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    """The operation of the stay was for another condition than the one that stands first."""
    if primary.code[0] in "OPZ":
        return None
    done = [i for i in case.interventions if i.code not in _BEDSIDE]
    if not done or any(tables.relates(i.code, c) for i in done for c in primary.codes):
        return None
    treated = [
        c
        for c in case.conditions
        if c is not primary
        and c.candidates
        and c.code in _ACUTE
        and any(tables.relates(i.code, c.code) for i in done)
        and any(x.role == "diagnosis" and case.record.document(x).type in FINAL for x in c.candidates)
    ]
    if not treated or any(
        tables.relates(i.code, c)
        for i in done
        for x in case.conditions
        for c in x.codes
        if c[:3] in tables.asterisk
    ):
        return None
    return propose(
        72,
        f"Primary diagnosis: {phrase(case, best(case, primary))} or {phrase(case, best(case, treated[0]))}",
        f"One condition stands first, and the operation was for another. {_ASKED}",
        [context(case, best(case, primary)), context(case, best(case, treated[0]))],
        blocking=True,
        codes=(primary.code, treated[0].code),
        options=_options(case, primary, treated[0]),
    )


def _rival(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    """Two conditions weigh the same, and different documents put them first."""
    own = {c.statement.document for c in primary.candidates}
    for rival in case.conditions:
        if (
            rival is primary
            or not rival.candidates
            or rival.code[0] in "RZVWXYU"
            or rival.follows is not None
        ):
            continue
        if rival.code[:3] == primary.code[:3] or rival.code[:3] in ("T31", "T32"):
            continue
        if (
            rival.code in tables.never_primary
            or rival.code[0] == primary.code[0] == "O"
            or rival.weight < primary.weight - _CLOSE
        ):
            continue
        if _headed(case, rival) != _headed(case, primary):
            continue
        if any(
            c.start == x.start and c.statement is x.statement
            for c in rival.candidates
            for x in primary.candidates
        ):
            continue
        if own & {c.statement.document for c in rival.candidates} and rival.weight < primary.weight:
            continue
        return propose(
            45,
            f"Primary diagnosis: {phrase(case, best(case, primary))} or {phrase(case, best(case, rival))}",
            f"Two conditions have the same weight in the record. {_ASKED}",
            [context(case, best(case, primary)), context(case, best(case, rival))],
            blocking=_headed(case, rival),
            codes=(primary.code, rival.code),
            options=_options(case, primary, rival),
        )
    return None


def _headed(case: Case, condition: Condition) -> bool:
    """Whether a final document lists a condition among its diagnoses."""
    return any(c.role == "diagnosis" and case.record.document(c).type in FINAL for c in condition.candidates)


def _well_baby(case: Case, tables: Tables, primary: Condition) -> Proposal | None:
    """A baby called well in whom conditions are recorded."""
    if "newborn" not in case.guards and "infant" not in case.guards:
        return None
    ill = next((c for c in case.conditions if c.code[0] in "PQ" and c.candidates), None)
    if ill is None:
        return None
    for number, document in enumerate(case.episode.documents):
        tokens = case.record.tokens[number]
        at = next(
            (i for i, w in enumerate(tokens.text) if w in _WELL and "baby" in tokens.text[i + 1 : i + 3]), -1
        )
        if at >= 0:
            last = at + tokens.text[at + 1 : at + 3].index("baby") + 1
            start, end = tokens.start[at], tokens.end[last]
            return propose(
                44,
                "Diagnosis on the discharge summary",
                "The baby is called well, and a condition is recorded. Is it a diagnosis of this stay?",
                [
                    Evidence(document.name, start, end, document.text[start:end]),
                    context(case, best(case, ill)),
                ],
                codes=(ill.code,),
                options=_options(case, ill),
            )
    return None
