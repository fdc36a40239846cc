"""What a summary names and the operation note says was meant and not done: "subtotal gastrectomy", "RESECTION ABANDONED"."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line

#: Reasons for which a note's mention of an operation is none of its being done.
MEANT = frozenset(("planned", "not done", "not certain to have been done"))
_GIVEN_UP = frozenset("abandoned deferred".split())
_TOO_FAR = frozenset("unresectable irresectable inoperable".split())
_NOT = frozenset("not no without never".split())
_REMOVAL = frozenset("resection excision whipple".split())
#: Words that say nothing of which operation was meant.
_ANY = frozenset(
    "left right bilateral open laparoscopic robotic partial total repair operation procedure removal excision with for".split()
)


def undone(case: Case, candidates: list[Candidate], meant: list[Candidate]) -> Candidate | None:
    """The mention of an operation note that takes an operation back which only other documents name; else None."""
    if any(case.record.document(c).type in PROCEDURAL for c in candidates):
        return None
    for mention in meant:
        if any(_akin(mention, c) for c in candidates) and any(
            _denies(case, line, mention) for line in case.record.by_document.get(mention.statement.document, ())
        ):
            return mention
    return None


def _akin(mention: Candidate, candidate: Candidate) -> bool:
    return mention.root.place == candidate.root.place or mention.codes[0][:3] == candidate.codes[0][:3]


def _denies(case: Case, line: Line, mention: Candidate) -> bool:
    """Whether a line says that what was meant did not come about: "orbital floor not for exploration"."""
    said, words = case.record.surface(line), mention.line.words.text
    removal = any(w.endswith("ectomy") or w in _REMOVAL for w in words)
    not_resectable = not _TOO_FAR.isdisjoint(said) or ("resectable" in said and not _NOT.isdisjoint(said))
    given_up = not _GIVEN_UP.isdisjoint(said)
    if removal and (not_resectable or (given_up and not _REMOVAL.isdisjoint(line.words.text))):
        return True
    if not given_up and line.statement.whether is not Whether.ABSENT and _NOT.isdisjoint(said):
        return False
    return line is not mention.line and not mention.own_words().difference(_ANY).isdisjoint(line.words.text)
