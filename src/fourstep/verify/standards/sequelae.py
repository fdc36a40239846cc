"""Sequelae: what is left of a past disease or injury, with the code that says of what."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard

_SEQUELAE = Ranges("B90-B94 E64 G09 I69 T90-T98")
#: What a stroke of the past was, by its words.
_STROKE = (
    (frozenset(("subarachnoid",)), "I69.0"), (frozenset(("bleed", "haemorrhagic", "intracerebral")), "I69.1"),
    (frozenset(("infarct", "infarction", "ischaemic")), "I69.3"), (frozenset(("stroke", "cerebrovascular")), "I69.4"),
)  # fmt: skip
_STROKES = frozenset(("stroke", "cerebrovascular"))
_LEFT = frozenset(
    "due secondary caused from after following since residual sequela sequelae effect persisting result".split()
)
#: What calls a past disease or injury the cause of something by its own name.
_BY_NAME = frozenset("sequela sequelae effect".split())
_LEAVING = frozenset("residual leaving resultant resulting".split())
_WITHOUT = frozenset("no nil without any minimal never".split())


@standard(
    "FS.GEN.13", "general",
    "What is left of a past disease or injury is recorded first, the sequelae code behind it; a past disease "
    "that left nothing is history.",
    examples=(
        ("Diagnosis: dysphasia due to previous cerebral infarct", "R47.0 I69.3"),
        ("Diagnosis: left hemiplegia from old stroke in 2019", "G81.9 I69.4"),
        ("Diagnosis: paraplegia, late effect of old spinal cord injury", "G82.2 T91.3"),
        ("Diagnosis: cellulitis of leg. PMH: old CVA with residual left hemiplegia", "L03.1 G81.9 I69.4"),
        ("Diagnosis: cellulitis of left leg. PMH: stroke 2015, no residual deficit", "L03.1 Z86.7"),
    ),
)  # fmt: skip
def sequelae(case: Case, tables: Tables) -> None:
    for candidate in list(case.record.candidates):
        if (
            candidate.who is not Who.PATIENT
            or candidate.when is not When.HISTORICAL
            or candidate.whether > Whether.PROBABLE
        ):
            continue
        code = _sequel(candidate, tables)
        left = _what_is_left(case, candidate) if code else None
        if (
            left is None
            or any(c in _SEQUELAE for c in left.codes)
            or any(c.follows is left and c.code == code for c in case.conditions)
        ):
            continue
        case.drop(
            [c for c in case.having("Z86.7", "I69") if all(x.line is candidate.line or _of_stroke(x) for x in c.candidates)],
            "left a deficit",
            "FS.GEN.13",
        )
        same = next((c for c in case.conditions if c.code == code), None)
        if same is None:
            case.conditions.append(Condition([code], [candidate], standards=["FS.GEN.13"], follows=left))
        else:
            same.follows = left
            same.standards.append("FS.GEN.13")

    if case.having("I60", "I61", "I62", "I63", "I64"):
        case.drop(
            [c for c in case.having("I69") if all("post-stroke" in _run(case, x) for x in c.candidates)],
            "the stroke of this stay", "FS.GEN.13",
        )  # fmt: skip
    for condition in case.conditions:
        if condition.code in _SEQUELAE and condition.follows is None:
            condition.follows = next((c for c in case.conditions if _same_sentence(c, condition)), None)


def _run(case: Case, candidate: Candidate) -> str:
    """The words of a candidate as they stand, joined by hyphens."""
    text = case.record.document(candidate).text[candidate.start : candidate.end]
    return "-".join(text.lower().replace("-", " ").split())


def _of_stroke(candidate: Candidate) -> bool:
    """Whether the words of a past event are those of a stroke."""
    return not _STROKES.isdisjoint(candidate.line.words.text)


def _same_sentence(left: Condition, sequel: Condition) -> bool:
    """Whether a condition is said to be what is left, by standing in the sentence of the sequelae."""
    if left.code in _SEQUELAE or left.code[0] in "STVWXYZU" or left.follows is not None:
        return False
    said = {
        (c.statement.document, c.statement.sentence)
        for c in sequel.candidates
        if c.line.statement.section.role == "past_history"
    }
    return any((c.statement.document, c.statement.sentence) in said for c in left.candidates)


def _sequel(candidate: Candidate, tables: Tables) -> str:
    """The sequelae code of a past disease or injury: its own, else that of the disease its words name."""
    codes = [*candidate.codes, *(c for h in candidate.line.hits for c in h.codes if h.mask & candidate.mask)]
    own = next((c for c in codes if c in _SEQUELAE), "")
    told = next((to for c in codes if (to := tables.sequelae.of(c))), "")
    if own or told or "Z86.7" not in codes:
        return own or told
    words = set(candidate.line.words.text)
    return next((to for cues, to in _STROKE if words & cues), "")


def _leaves(between: list[str]) -> bool:
    """Whether words say that something is left, which "without residual deficit" does not."""
    return any(word in _LEAVING and not (i and between[i - 1] in _WITHOUT) for i, word in enumerate(between))


def _what_is_left(case: Case, past: Candidate) -> Condition | None:
    """The recorded condition that the same sentence says is left of it."""
    s = past.statement
    text = case.record.tokens[s.document].text
    end = past.line.words.first[past.first]
    named = not _BY_NAME.isdisjoint(past.own_words())  # "late effect of skull fracture: epilepsy"
    for condition in case.conditions:
        if condition.code[0] in "STVWXYZU" or condition.follows is not None:
            continue
        for c in condition.candidates:
            if (
                (c.statement.document, c.statement.sentence) != (s.document, s.sentence)
                or c.kind != "problem"
                or c.when is When.HISTORICAL
            ):
                continue
            start = c.line.words.first[c.first]
            if named:
                return condition
            if start < end and end - start <= 12 and _LEFT.intersection(text[start:end]):
                return condition
            if end < start and start - end <= 12 and _leaves(text[end : start + 1]):
                return condition  # "CVA 2020, residual left hemiparesis"
    return None
