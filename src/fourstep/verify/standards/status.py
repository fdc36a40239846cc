"""Chapter XXI: status codes."""

from __future__ import annotations

from collections.abc import Iterable

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard

#: What there are two of: a replaced hip beside today's knee, a lens in the left eye beside today's right.
_PAIRED = ("Z96.6", "Z96.1", "Z90.1", "Z89")
_STENT = frozenset("stent 1 2 3 4".split())
_JOINTS = frozenset("hip knee shoulder elbow ankle wrist".split())
_SIDES = frozenset(("left", "right"))


def _named(candidates: Iterable[Candidate], words: frozenset[str]) -> frozenset[str]:
    return words.intersection(word for c in candidates for word in c.line.words.text)


def _on_another(condition: Condition, case: Case) -> bool:
    """Whether the status stands in the history of another joint, or of the other side, than what was operated on."""
    if not condition.is_any(*_PAIRED):
        return False
    if condition.code != "Z96.1" and any(c.kind != "history" for c in condition.candidates):
        return False
    operated = [c for i in case.interventions for c in i.candidates]
    for words in (_JOINTS, _SIDES):
        then, now = _named(condition.candidates, words), _named(operated, words)
        if then and now and not then & now:
            return True
    return False


@standard(
    "FS.XXI.01", "XXI",
    "What an operation of this episode leaves behind (an implant, a stoma, a missing organ) is no status of this "
    "episode.",
    examples=(
        ("Diagnosis: pneumonia. PMH: PEG in situ, registered blind, wheelchair user", "J18.9 H54.0 Z93.1 Z99.3"),
        ("Diagnosis: parastomal hernia, colostomy in situ", "K43.5 Z93.3"),
        ("Diagnosis: pneumonia. PMH: total hip replacement", "J18.9 Z96.6"),
        ("Diagnosis: pneumonia. PMH: left below knee amputation, renal transplant", "J18.9 Z94.0 Z89.5"),
    ),
)  # fmt: skip
def status_of_this_episode(case: Case, tables: Tables) -> None:
    done = [i.code for i in case.interventions]
    for operations, statuses in tables.status_of:
        if any(code in operations for code in done):
            there = [c for c in case.conditions if c.code in statuses and not _on_another(c, case)]
            case.drop(there, "done in this episode", "FS.XXI.01")


#: Kidney failure that stays.
_LASTING_FAILURE = Ranges("N18 N19 N25 I12-I13 T86.1 Z94.0")


@standard(
    "FS.XXI.11", "XXI",
    "Dialysis for acute kidney failure alone is a treatment of this stay; dependence on dialysis (Z99.2) is for failure "
    "that stays.",
    verified=False,
    examples=(
        ("Diagnosis: acute kidney injury, dialysis dependent for a week, recovering", "N17.9"),
        ("Diagnosis: pneumonia. PMH: end stage renal failure on haemodialysis", "J18.9 N18.5 Z99.2"),
    ),
)  # fmt: skip
def dialysed_for_a_while(case: Case, tables: Tables) -> None:
    if case.having("N17") and not any(code in _LASTING_FAILURE for c in case.conditions for code in c.codes):
        case.drop(case.having("Z99.2"), "the kidney failure is acute", "FS.XXI.11")


#: Low molecular weight heparin by its names, and what it goes on for.
_HEPARINS = frozenset("enoxaparin dalteparin tinzaparin clexane fragmin innohep lmwh".split())
_DOSED = frozenset("therapeutic treatment lifelong indefinite long".split())
_CLOTS = frozenset("pe dvt vte embolism embolus thrombosis clot clots antiphospholipid".split())


@standard(
    "FS.XXI.10", "XXI",
    "Heparin under the skin that goes on is an anticoagulant status where its sentence says that it is for a clot; what "
    "only prevents one is none.",
    verified=False,
    examples=(
        ("Diagnosis: pneumonia. Tinzaparin continues for previous PE.", "J18.9 Z86.7 Z92.1"),
        ("Diagnosis: pneumonia. Dalteparin continues for 28 days.", "J18.9"),
    ),
)  # fmt: skip
def heparin_for_a_clot(case: Case, tables: Tables) -> None:
    for condition in case.having("Z92.1"):
        words = [
            {w for line in case.record.sentence(c) for w in case.record.surface(line)} | set(c.line.words.text)
            for c in condition.candidates
        ]
        # "on warfarin, stopped for the procedure, with clexane": warfarin is what is taken
        named = any(not _HEPARINS.isdisjoint(c.own_words()) for c in condition.candidates)
        if named and all(said & _HEPARINS and not said & (_DOSED | _CLOTS) for said in words):
            case.drop([condition], "prevents a clot", "FS.XXI.10")


#: What tells that a stent without another word is one of the heart.
_HEART = Ranges("I20-I25 Z95.1")


@standard(
    "FS.XXI.12", "XXI",
    "A stent of the past that nothing but its own word describes is one of the heart only beside coronary disease.",
    verified=False,
    examples=(
        ("Diagnosis: pneumonia. PMH: IHD - stents 2017", "J18.9 I25.9 Z95.5"),
        ("Diagnosis: pneumonia. PMH: stented 2019", "J18.9"),
    ),
)  # fmt: skip
def stent_of_the_heart(case: Case, tables: Tables) -> None:
    bare = [c for c in case.having("Z95.5") if all(k.own_words() <= _STENT for k in c.candidates)]
    if bare and not any(c.code in _HEART for c in case.conditions):
        case.drop(bare, "not said what kind", "FS.XXI.12")
