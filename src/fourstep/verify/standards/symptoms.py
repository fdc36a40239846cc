"""Chapter XVIII and codes for want of anything better: falls, unknown causes."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


@standard(
    "FS.XVIII.01", "XVIII",
    "An unknown cause of illness or death (R69, R96, R98, R99) is recorded only where nothing else is.",
    examples=(
        ("Diagnosis: chest pain. Hypertension. Unknown cause of illness.", "R07.4 I10.X"),
        ("Diagnosis: sudden unexplained death", "R96.0"),
    ),
)  # fmt: skip
def nothing_known(case: Case, tables: Tables) -> None:
    unknown = case.having("R69", "R96", "R98", "R99")
    if any(not any(c is u for u in unknown) and c.code[0] not in "VWXYZ" for c in case.conditions):
        case.drop(unknown, "something else is recorded", "FS.XVIII.01")


@standard(
    "FS.XVIII.04", "XVIII",
    "A tendency to fall is R29.6 and takes no external cause; an injury from a fall takes its cause, and R29.6 "
    "stands apart from it.",
    reference="DCS.XVIII.4",
    patient="elderly",
    examples=(
        ("Diagnosis: recurrent falls at home", "R29.6"),
        ("Diagnosis: fractured neck of femur, fell at home. Recurrent falls.", "S72.00 W19.0 R29.6"),
        ("Diagnosis: collapse ?cause", "R55.X"),
    ),
)  # fmt: skip
def falls(case: Case, tables: Tables) -> None:
    if case.having("R29.6") and not any(c.code[0] in "ST" for c in case.conditions):
        case.drop(
            [c for c in case.conditions if c.code[:2] in ("W0", "W1")], "no injury in this episode", "FS.XVIII.04"
        )
