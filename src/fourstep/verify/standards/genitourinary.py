"""Chapter XIV: acute and chronic failure of the kidney, stones with obstruction."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.XIV.01", "XIV",
    "Acute kidney injury precedes chronic disease, which has one stage, the highest; stages of the acute one "
    "have no code; "
    "unspecified failure (N19) is not recorded beside them.",
    examples=(
        ("Diagnosis: end stage renal failure, on haemodialysis", "N18.5 Z99.2"),
        ("Diagnosis: AKI stage 2 on CKD stage 4", "N17.9 N18.4"),
        ("Diagnosis: pneumonia. PMH: CKD 3a, CKD stage 4", "J18.9 N18.4"),
        ("Diagnosis: acute kidney injury. Renal failure.", "N17.9"),
    ),
)  # fmt: skip
def kidney_failure(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIV.01")
    acute, chronic = case.having("N17"), case.having("N18")
    if acute and chronic and acute[0].follows is None and chronic[0].follows is None:
        places = [i for i, c in enumerate(case.conditions) if c is acute[0] or c is chronic[0]]
        case.conditions[places[0]], case.conditions[places[1]] = acute[0], chronic[0]


@standard(
    "FS.XIV.02", "XIV",
    "Stones of kidney and ureter are N20.2, a stone with hydronephrosis N13.2, and an obstructed infected kidney "
    "N13.6; the parts are "
    "not recorded beside them.",
    examples=(
        ("Diagnosis: renal and ureteric calculi", "N20.2"),
        ("Diagnosis: ureteric stone with hydronephrosis", "N13.2"),
        ("Diagnosis: infected obstructed kidney due to ureteric stone", "N13.6"),
    ),
)  # fmt: skip
def stones(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIV.02")
    for stone in case.having("N20.0", "N20.1", "N20.2", "N20.9"):
        swollen = [
            c for c in case.supporting
            if c.codes[0] in ("N13.2", "N13.3") and c.kind == "problem" and c.whether <= Whether.PROBABLE
        ]  # fmt: skip
        if swollen:  # a scan or the operator saw the hydronephrosis above the stone that the team names
            stone.codes = ["N13.2"]
            stone.candidates += swollen
            stone.standards.append("FS.XIV.02")


@standard(
    "FS.XIV.03", "XIV",
    "What an enlarged prostate does to the bladder neck belongs to it; retention is recorded beside it.",
    examples=(
        ("Diagnosis: BPH with acute urinary retention", "N40.X R33.X"),
        ("Diagnosis: benign prostatic hyperplasia", "N40.X"),
    ),
)  # fmt: skip
def prostate(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIV.03")
