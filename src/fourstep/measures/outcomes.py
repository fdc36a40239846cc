"""Measures of outcome over spells: frailty, SHMI diagnosis groups, emergency readmissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from fourstep.evaluate.facts import facts
from fourstep.measures.codes import among, expand, longest
from fourstep.measures.coding import LOOK_BACK, Part
from fourstep.measures.scores import frailty, frailty_band
from fourstep.measures.spells import Spell, by_patient

#: Ages from which the frailty score was fitted.
OLD = 75
READMITTED = dt.timedelta(days=29)  # 0 to 29 days, both counted
_REGULAR = ("3", "4")
_MATERNITY = ("31", "32", "82", "83")
_LEFT_OUT = frozenset(expand("C00-C97 D37-D48 Z51.1 O00-O99"))


def frailty_scores(found: list[Spell]) -> Iterator[tuple[Spell, float]]:
    """The score of each emergency spell at 75 or more, with the patient's emergency spells of two years before."""
    earlier = by_patient(found)
    for spell in found:
        if not spell.first.emergency or spell.first.age is None or spell.first.age < OLD or not spell.diagnoses:
            continue
        codes = list(spell.diagnoses)
        day = spell.admitted
        for other in earlier.get(spell.first.patient_id, ()) if day else ():
            before = other.admitted
            if other is not spell and other.first.emergency and before and day and before < day <= before + LOOK_BACK:
                codes += other.diagnoses
        yield spell, frailty(codes)


def frailty_mean(found: list[Spell]) -> Iterator[Part]:
    """The score itself."""
    for spell, score in frailty_scores(found):
        yield spell.last, score, 1


def frailty_high(found: list[Spell]) -> Iterator[Part]:
    """Spells of the highest of the three bands."""
    for spell, score in frailty_scores(found):
        yield spell.last, frailty_band(score) == "high", 1


def read_groups(path: Path) -> dict[str, str]:
    """A site's table of SHMI diagnosis groups: codes or ranges, number of the group, its name, separated by tabs.

    Returns prefix of a code -> "number name". Raises KnowledgeError naming the line that is wrong.
    """
    out: dict[str, str] = {}
    for place, (codes, number, name) in facts(path, 3):
        for prefix in expand(codes, place):
            out[prefix] = f"{number} {name}"
    return out


def shmi_group(spell: Spell, groups: Mapping[str, str]) -> str | None:
    """The group in which a spell would fall: by the primary diagnosis of its first episode, or of its second where the
    first is a symptom (SHMI specification); None where the table has none or the spell has no diagnosis.
    """
    primaries = [e.diagnoses[0] for e in spell.episodes if e.diagnoses]
    if not primaries:
        return None
    second = primaries[0].startswith("R") and len(primaries) > 1
    return longest(primaries[1] if second else primaries[0], groups)


def in_shmi_group(found: list[Spell], groups: Mapping[str, str]) -> Iterator[Part]:
    """Spells in any group; day cases and regular attenders are no part of the SHMI."""
    for spell in found:
        if spell.first.patient_class not in ("2", *_REGULAR) and spell.diagnoses:
            yield spell.last, shmi_group(spell, groups) is not None, 1


def readmission(found: list[Spell]) -> Iterator[Part]:
    """Spells discharged alive, and whether an emergency admission follows in 0 to 29 days."""
    days = [d for s in found for d in (s.admitted, s.discharged) if d]
    end = max(days, default=dt.date.min)
    for own in by_patient(found).values():
        counted = [s for s in own if not _left_out(s)]
        for n, spell in enumerate(counted):
            left = spell.discharged
            if left is None or spell.died or left + READMITTED > end:
                continue
            following = next((s for s in counted[n + 1 :] if s.admitted and s.admitted >= left), None)
            back = (
                following is not None
                and following.first.emergency
                and following.admitted is not None
                and following.admitted <= left + READMITTED
            )
            yield spell.last, back, 1


def _left_out(spell: Spell) -> bool:
    first = spell.first
    return (
        first.patient_class in (*_REGULAR, "5")
        or first.admission_method in _MATERNITY
        or among(spell.diagnoses, _LEFT_OUT)
    )
