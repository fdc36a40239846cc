"""Conditions that the record leaves in doubt at the end, and that nothing recorded or ruled out settles."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.ask.found import BEFORE
from fourstep.ask.wording import FINAL, Proposal, context, document_name, phrase, propose
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import QueryOption
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: What is no disease of its own: symptoms, findings, circumstances.
_LIGHT = Ranges("R Z V W X Y")
#: Sections whose doubts are those of a request or of advice.
_NOT_SAID = frozenset(
    "plan followup advice consent indication family request investigation social header".split()
)
_TAKEN_BACK = ("not meet", "list error", "no significant growth", "was negative")
_REPORTS = frozenset(("test_result", "radiology", "imaging_report"))


def uncertain(case: Case, primary: Condition | None) -> list[Proposal]:
    """One question for each condition in doubt, the final documents' first."""
    out: list[Proposal] = []
    settled = {code[:3] for c in case.conditions for code in c.codes} | {c.codes[0][:3] for c in case.ruled_out if c.codes}
    for candidate in sorted(
        case.uncertain, key=lambda c: (-AUTHORITY.get(case.record.document(c).type, 3), c.order)
    ):
        category = candidate.codes[0][:3] if candidate.codes else ""
        if (
            candidate.kind not in ("problem", "allergy")
            or candidate.silent
            or category in settled
            or candidate.asks
        ):
            continue
        if candidate.who is not Who.PATIENT or _answered(case, candidate):
            continue
        rank = _rank(case, candidate, primary)
        if rank <= 0:
            continue
        settled.add(category)
        out.append(_question(case, candidate, primary, rank))
    return out


def _answered(case: Case, candidate: Candidate) -> bool:
    """Whether the words after it on its line take the doubt back."""
    s = candidate.statement
    text = case.record.document(candidate).text[s.end : s.end + 80].split("\n")[0].lower()
    return any(words in text for words in _TAKEN_BACK)


def _rank(case: Case, candidate: Candidate, primary: Condition | None) -> int:
    """How much the doubt weighs; 0 where it needs no question."""
    kind = case.record.document(candidate).type
    if kind in BEFORE or kind in _REPORTS or candidate.role in _NOT_SAID:
        return 0
    if candidate.when is When.HISTORICAL or candidate.role == "past_history":
        return 28 if kind in FINAL and candidate.when is not When.HISTORICAL else 0
    light = candidate.codes[0] in _LIGHT and candidate.codes[0][0] != "T"
    if candidate.role in ("diagnosis", "impression") and kind in FINAL:
        return 40 if light else 64
    if kind in FINAL:
        return 0 if light else 43
    if kind == "histology":
        return 54
    if candidate.whether is Whether.LIKELY or kind in PROCEDURAL:
        return 0 if light else 39
    if candidate.role in ("diagnosis", "impression") and kind in (
        "ward_round",
        "nursing_note",
        "nurse_discharge",
    ):
        return 0 if light else 32
    return 0 if light or not _unsettled(case) else 24


def _unsettled(case: Case) -> bool:
    """Whether the record holds no final document that could have settled it."""
    return not any(d.type in FINAL for d in case.episode.documents)


def _question(case: Case, candidate: Candidate, primary: Condition | None, rank: int) -> Proposal:
    said = phrase(case, candidate)
    cue = candidate.statement.cue or "in doubt"
    headline = candidate.role in ("diagnosis", "impression") and case.record.document(candidate).type in FINAL
    code = candidate.codes[0]
    kin = (
        primary is not None and primary.code[0] == code[0] and abs(_number(primary.code) - _number(code)) < 10
    )
    blocking = (headline and primary is None) or (kin and rank >= 50)
    evidence = [context(case, candidate)]
    source = document_name(case, candidate.statement.document)
    why = f"The {source} leaves this in doubt (“{cue}”), and nothing later settles it."
    if kin and primary is not None:
        symptom = _complaint(case)
        if symptom is not None:
            evidence.append(context(case, symptom))
            return propose(
                max(rank, 60),
                f"Cause of {phrase(case, symptom)}: {said}",
                f"{why} What was the cause of the symptoms?",
                evidence,
                blocking=blocking,
                codes=(primary.code, *_codes(candidate)),
                options=_answers(candidate, said),
            )
    return propose(
        rank + 10 * blocking,
        said,
        f"{why} Was it diagnosed, or excluded?",
        evidence,
        blocking=blocking,
        codes=_codes(candidate),
        options=_answers(candidate, said),
    )


def _number(code: str) -> int:
    return int(code[1:3]) if code[1:3].isdigit() else 0


def _codes(candidate: Candidate) -> tuple[str, ...]:
    return tuple(c for c in candidate.codes if c not in ("?", "-"))


def _answers(candidate: Candidate, said: str) -> tuple[QueryOption, ...]:
    return (
        QueryOption(f"Diagnosed or treated as such: {said}", _codes(candidate)),
        QueryOption("Excluded"),
        QueryOption("Still in doubt at discharge"),
    )


def _complaint(case: Case) -> Candidate | None:
    """The symptom that the patient came for."""
    return next(
        (
            c
            for c in case.record.candidates
            if c.kind == "problem"
            and c.codes
            and c.codes[0][0] == "R"
            and c.whether <= Whether.PROBABLE
            and c.role in ("indication", "presenting", "complaint", "history_presenting")
        ),
        None,
    )
