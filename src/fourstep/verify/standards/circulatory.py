"""Chapter IX: hypertension with heart and kidney disease, heart failure."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


@standard(
    "FS.IX.01", "IX",
    "Hypertension is combined with heart or kidney disease (I11-I13) only where the record links them; a combined code takes the "
    "place of plain hypertension.",
    reference="DCS.IX.1",
    examples=(("Diagnosis: hypertensive heart failure. PMH: hypertension", "I11.0"), ("PMH: hypertension, CKD 3", "I10.X N18.3")),
)  # fmt: skip
def hypertension(case: Case, tables: Tables) -> None:
    linked = case.having("I11", "I12", "I13")
    if linked:
        plain = case.having("I10")
        for condition in plain:
            linked[0].candidates += condition.candidates
        case.conditions = [c for c in case.conditions if not any(c is p for p in plain)]
        linked[0].standards.append("FS.IX.01")
        if case.having("I11.0"):
            case.drop(case.having("I50.9"), "held by I11.0", "FS.IX.01")


@standard(
    "FS.IX.02", "IX",
    "Pulmonary oedema with heart disease is left ventricular failure, not J81.X.",
    reference="DCS.IX.10",
    examples=(("Diagnosis: acute pulmonary oedema due to heart failure", "I50.1"),),
)  # fmt: skip
def pulmonary_oedema(case: Case, tables: Tables) -> None:
    oedema, failure = case.having("J81"), case.having("I50.9")
    if oedema and case.having("I50"):
        for condition in failure:
            condition.codes = ["I50.1"]
            condition.standards.append("FS.IX.02")
        case.drop(oedema, "held by I50", "FS.IX.02")


@standard(
    "FS.IX.03", "IX",
    "A cardiac arrest after which the circulation returned is I46.0.",
    examples=(("Diagnosis: cardiac arrest, ROSC after 10 minutes", "I46.0"),),
)  # fmt: skip
def resuscitated(case: Case, tables: Tables) -> None:
    arrests = case.having("I46.9", "I46.1")
    if not arrests:
        return
    words = {w for line in case.record.lines if line.statement.whether <= Whether.PROBABLE for w in line.words.text}
    if "rosc" in words or {"return", "spontaneous", "circulation"} <= words or case.having("I46.0"):
        for condition in arrests:
            condition.codes[0] = "I46.0"
            condition.standards.append("FS.IX.03")
