"""All measures of a set of coded episodes, whole or by month, specialty or consultant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fourstep.errors import UsageError
from fourstep.evaluate.audit import score_interval
from fourstep.evaluate.rows import Row
from fourstep.measures import coding, outcomes
from fourstep.measures.catalogue import Measure, catalogue
from fourstep.measures.coding import Part
from fourstep.measures.spells import spells

#: What figures can be grouped by. A spell counts where and when its last episode ended.
GROUPS = ("month", "specialty", "consultant", "coder")
WHOLE = "all"
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure. `value` is None where it cannot be told, and `note` says why."""

    measure: Measure
    group: str
    value: float | None
    amount: float
    of: int
    interval: tuple[float, float] | None = None  # per cent only: 95 %, Wilson
    note: str = ""


def measure(rows: list[Row], *, by: str = "", groups: Mapping[str, str] | None = None) -> list[Value]:
    """Every measure of the catalogue over these episodes, for the whole or for each month, specialty, consultant, coder.

    `groups` is a site's table of SHMI diagnosis groups (`outcomes.read_groups`). A measure whose columns the data do not
    have is a Value without a value that names them. Raises UsageError for another `by`.
    """
    if by and by not in GROUPS:
        raise UsageError(f"figures are grouped by one of {', '.join(GROUPS)}, not by {by}")
    found = parts(rows, groups)
    out: list[Value] = []
    for name, one in catalogue().items():
        if name not in found:
            out.append(Value(one, WHOLE, None, 0, 0, note=absent(name, rows, groups)))
            continue
        sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for row, amount, of in found[name]:
            cell = sums[getattr(row, by) or NOT_STATED if by else WHOLE]
            cell[0] += amount
            cell[1] += of
        if not sums:
            out.append(Value(one, WHOLE, None, 0, 0, note="no episode of the file is of the kind that is counted"))
        out += [_value(one, group, amount, int(of), rows) for group, (amount, of) in sorted(sums.items())]
    return out


def parts(rows: list[Row], groups: Mapping[str, str] | None = None) -> dict[str, Iterable[Part]]:
    """Of each measure that the rows can tell: the episode, how much it counts, out of how much. `absent` says why not."""
    stays = spells(rows)
    out: dict[str, Iterable[Part]] = {
        "episodes": ((r, 1, 1) for r in rows),
        "depth": coding.depth(rows),
        "comorbid": coding.comorbid(rows),
        "symptom_primary": coding.symptom_primary(rows),
        "unspecified_primary": coding.unspecified_primary(rows),
        "unspecified": coding.unspecified_codes(rows),
        "charlson": coding.charlson_score(rows),
        "recaptured": coding.recaptured(stays),
        "frailty": outcomes.frailty_mean(stays),
        "frailty_high": outcomes.frailty_high(stays),
        "readmission": outcomes.readmission(stays),
    }
    if groups is not None:
        out["shmi_group"] = outcomes.in_shmi_group(stays, groups)
    return {name: parts for name, parts in out.items() if not absent(name, rows, groups)}


#: The columns without which a measure says nothing.
_NEEDS: dict[str, tuple[str, ...]] = {
    "recaptured": ("patient_id", "admitted"),
    "frailty": ("age", "admission_method"),
    "frailty_high": ("age", "admission_method"),
    "readmission": ("patient_id", "admitted", "discharged", "admission_method"),
}
_CALLED = {"admitted": "admission_date", "discharged": "discharge_date", "age": "age_years"}


def absent(name: str, rows: list[Row], groups: Mapping[str, str] | None) -> str:
    """Why a measure cannot be told, or ""."""
    if name == "shmi_group" and groups is None:
        return "no table of SHMI diagnosis groups was given"
    lacking = [_CALLED.get(c, c) for c in _NEEDS.get(name, ()) if all(getattr(r, c) in ("", None) for r in rows)]
    return f"needs {', '.join(lacking)}" if lacking else ""


def _value(one: Measure, group: str, amount: float, of: int, rows: list[Row]) -> Value:
    note = ""
    if one.name.startswith("frailty") and not any(r.patient_id for r in rows):
        note = "no patient_id: earlier spells are not seen"
    if one.unit == "count":
        return Value(one, group, amount, amount, of, note=note)
    if not of:
        return Value(one, group, None, amount, of, note=note)
    if one.unit == "mean":
        return Value(one, group, amount / of, amount, of, note=note)
    return Value(one, group, 100 * amount / of, amount, of, score_interval(int(amount), of), note)
