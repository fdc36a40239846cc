"""The order in which codes are recorded: primary first, what follows a condition behind it, statuses last."""

from __future__ import annotations

from fourstep.assign.case import Condition
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


def _rank(c: Condition, primary: Condition | None, tables: Tables) -> tuple[bool, bool, int, float, int]:
    """The primary condition first, behind an injury the other injuries, then the bands in their order."""
    injured = primary is not None and _injury(primary.code)
    band, weight = tables.sequence.of(c.code), 0.0
    if band is None:
        band, weight = tables.unlisted, -c.weight
    return (c is not primary, not (injured and _injury(c.code)), band, weight, c.order)


def _adopt(conditions: list[Condition]) -> None:
    """A cause or organism whose condition was merged away follows another that it explains; without one it goes."""
    injuries = [c for c in conditions if c.code[0] in "ST" and c.follows is None]
    for condition in list(conditions):
        if condition.follows is None or any(c is condition.follows for c in conditions):
            continue
        if condition.code[0] in "VWXY" and injuries:
            condition.follows = injuries[-1]
        else:
            conditions[:] = [c for c in conditions if c is not condition]


def _injury(code: str) -> bool:
    """Whether a code is an injury or burn by site (S00-T35), not a poisoning, an effect or a complication."""
    return code[0] == "S" or "T00" <= code[:3] <= "T35"


def _place(condition: Condition, conditions: list[Condition], out: list[Condition]) -> None:
    """Put a condition into the order, and behind it those that follow it."""
    out.append(condition)
    for follower in conditions:
        if follower.follows is condition and not any(o is follower for o in out):
            _place(follower, conditions, out)


@standard(
    "FS.GEN.16", "general",
    "Behind the primary diagnosis come, when it is an injury, the other injuries of the event; then acute conditions, then "
    "comorbidities by what they weigh, then Z codes; what follows a condition (organism, external cause, asterisk partner, "
    "sequelae) stands directly behind it.",
    examples=(
        (
            "PMH: hypertension, penicillin allergy. Diagnosis: pneumonia. Acute kidney injury.",
            "J18.9 N17.9 I10.X Z88.0",
        ),
        ("PMH: T2DM. Diagnosis: Staph aureus cellulitis of leg. Lives alone.", "L03.1 B95.6 E11.9 Z60.2"),
        (
            "Diagnosis: fracture of shaft of femur, fall from a ladder at home. Acute kidney injury. Fractured rib.",
            "S72.30 S22.30 W11.0 N17.9",
        ),
        (
            "PMH: gout, T2DM. Diagnosis: pneumonia. Ex-smoker, lives alone, on warfarin.",
            "J18.9 E11.9 M10.99 Z92.1 Z60.2 Z86.4",
        ),
    ),
)  # fmt: skip
def sequence_diagnoses(conditions: list[Condition], primary: Condition | None, tables: Tables) -> list[Condition]:
    """Conditions in national order: the primary, then band by band; followers behind their leader."""
    _adopt(conditions)
    leaders = sorted((c for c in conditions if c.follows is None), key=lambda c: _rank(c, primary, tables))
    out: list[Condition] = []
    injuries = [c for c in leaders if c.code[0] in "ST"]
    for leader in leaders:
        _place(leader, conditions, out)
    # one event's cause stands behind the last of its injuries
    if injuries:
        last = max(out.index(c) for c in injuries)
        for cause in [c for c in out if c.follows in injuries and "FS.XX.01" in c.standards]:
            out.remove(cause)
            last = max(out.index(c) for c in injuries)
            out.insert(last + 1, cause)
    return out
