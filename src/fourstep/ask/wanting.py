"""Signs, details and links: words without a diagnosis, codes without a detail, conditions without a link."""

from __future__ import annotations

from collections.abc import Iterable

from fourstep.ask.found import Found
from fourstep.ask.tables import When as Conditions
from fourstep.ask.wording import Proposal, best, context, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import Evidence, QueryOption

_CAUSES = frozenset("due secondary 2ary sec caused because from".split())
_REACH = 50  # characters within which a cause follows what it caused


def applies(case: Case, found: Found, when: Conditions, *, denied: bool = True) -> bool:
    """Whether the patient and the codes are those that a line asks of; its words are looked at apart."""
    if not when.given <= case.guards or when.not_given & case.guards:
        return False
    if when.operations is not None and not any(
        c in when.operations for i in case.interventions for c in i.codes[:1]
    ):
        return False
    return when.without is None or not settled(found, when.without, denied=denied)


def fitted(options: tuple[QueryOption, ...], given: Iterable[str]) -> tuple[QueryOption, ...]:
    """The answers with the type of diabetes that the record gives: E1?.3 is E10.3 where E10 stands in it."""
    kind = next((c[:3] for c in given if c[:2] == "E1" and c[2:3] in "01234"), "E11")
    return tuple(QueryOption(o.text, tuple(c.replace("E1?", kind) for c in o.codes)) for o in options)


def settled(found: Found, codes: Ranges, *, denied: bool = True) -> bool:
    """Whether one of the codes is given, or was ruled out; or was denied, where that counts."""
    if any(c in codes for c in found.given):
        return True
    return any(c in codes for c in (found.denied if denied else found.ruled_out))


def _holder(found: Found, codes: Ranges) -> Condition | None:
    return next((condition for code, condition in found.given.items() if code in codes), None)


def _caused(case: Case, thing: Condition) -> bool:
    """Whether the record says after the words of a condition what it came from."""
    for candidate in thing.candidates:
        after = case.record.document(candidate).text[candidate.end : candidate.end + _REACH].split("\n")[0].lower()
        if _CAUSES.intersection(after.split(". ")[0].replace("(", " ").split()):
            return True
    return False


def wanting(case: Case, found: Found, primary: Condition | None) -> list[Proposal]:
    """The questions of the tables' lines that apply."""
    out: list[Proposal] = []
    raised = found.tables.raised(found.hits, found.given, (i.code for i in case.interventions), found.noted)
    for ask in raised:
        when = ask.when
        evidence: list[Evidence] = []
        if when.words:
            hit = found.of(when.words, history=when.history, outside=when.outside)
            if hit is None:
                continue
            evidence.append(found.quote(hit))
        if any(p in found.hits for p in when.never):
            continue
        if when.also:
            hit = found.of(when.also, history=when.history, outside=when.outside)
            if hit is None:
                continue
            evidence.append(found.quote(hit))
        codes: list[str] = []
        if when.finding is not None:
            noted = next((c for code, c in found.noted.items() if code in when.finding), None)
            if noted is None:
                continue
            evidence.append(context(case, noted))
            codes.append(noted.codes[0])
        main: Condition | None = None
        for wanted in (when.has, when.beside):
            if wanted is not None:
                holder = _holder(found, wanted)
                if holder is None:
                    break
                main = main or holder
                codes.append(next(c for c in holder.codes if c in wanted))
                evidence.append(
                    context(case, best(case, holder)) if holder.candidates else Evidence("", 0, 0, "")
                )
        else:
            if not applies(case, found, when) or (when.uncaused and main is not None and _caused(case, main)):
                continue
            operation = next(
                (i for i in case.interventions if when.operations is not None and i.code in when.operations),
                None,
            )
            if operation is not None and when.has is None and when.finding is None:
                codes.append(operation.code)
                if not when.words:
                    evidence.append(context(case, best(case, operation)))
            blocking = ask.blocks == "b" or (ask.blocks == "p" and main is not None and main is primary)
            out.append(
                propose(
                    ask.rank,
                    ask.about,
                    ask.question,
                    [e for e in evidence if e.document],
                    blocking=blocking,
                    codes=tuple(codes),
                    options=fitted(ask.options, found.given),
                )
            )
    return out
