"""Chapter IV: diabetes has one type, and its complications their pairs."""

from __future__ import annotations

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

_TYPES = ("E10", "E11", "E12", "E13", "E14")


def _only_before(case: Case, condition: Condition) -> bool:
    """Whether its word is the label of what it has not come to: "Diabetes: pre-diabetes, HbA1c 44"."""
    before = {(c.statement.document, c.statement.sentence) for r in case.having("R73.0") for c in r.candidates}
    return all((c.statement.document, c.statement.sentence) in before for c in condition.candidates)


@standard(
    "FS.IV.01", "IV",
    "Diabetes has one type in an episode: what is said without a type takes the type that the record names, and "
    "the plain "
    ".9 gives way to a recorded complication.",
    reference="DCS.IV.1",
    examples=(
        ("Diagnosis: diabetic retinopathy. Past medical history: type 2 diabetes.", "E11.3 H36.0"),
        ("PMH: T2DM, hypertension", "E11.9 I10.X"),
        ("Diagnosis: pneumonia. Type 2 diabetes with multiple complications", "J18.9 E11.7"),
        ("Diagnosis: type 2 diabetes, on insulin", "E11.9"),
        ("Diagnosis: hernia. Diabetes: pre-diabetes, diet.", "K46.9"),
    ),
)  # fmt: skip
def diabetes_type(case: Case, tables: Tables) -> None:
    case.drop([c for c in case.having("E14.9") if _only_before(case, c)], "not diabetes yet", "FS.IV.01")
    diabetes = case.having(*_TYPES)
    if not diabetes:
        return
    typed = [c for c in diabetes if not c.code.startswith("E14")]
    if typed:
        best = max(typed, key=lambda c: (len(c.candidates), -c.order))
        kind = best.code[:3]
        for condition in diabetes:
            if condition.code[:3] != kind:
                condition.codes[0] = kind + condition.code[3:]
                condition.standards.append("FS.IV.01")
    plain = [c for c in diabetes if c.code[4:5] == "9"]
    complicated = [c for c in diabetes if c.code[4:5] != "9"]
    if complicated and plain:
        for condition in plain:
            complicated[0].candidates += condition.candidates
        complicated[0].standards.append("FS.IV.01")
        case.conditions = [c for c in case.conditions if not any(c is p for p in plain)]
    elif len(plain) > 1:
        for condition in plain[1:]:
            plain[0].candidates += condition.candidates
        case.conditions = [c for c in case.conditions if not any(c is p for p in plain[1:])]


@standard(
    "FS.IV.02", "IV",
    "Diabetes in pregnancy is recorded with O24 and not with E10-E14.",
    reference="DCS.XV",
    examples=(
        ("Diagnosis: gestational diabetes at 30 weeks of pregnancy", "O24.4"),
        ("Diagnosis: gestational diabetes. PMH: type 2 diabetes in the family. 30 weeks pregnant.", "O24.4"),
    ),
)  # fmt: skip
def diabetes_in_pregnancy(case: Case, tables: Tables) -> None:
    if case.having("O24"):
        case.drop(case.having(*_TYPES), "recorded with O24", "FS.IV.02")


@standard(
    "FS.IV.03", "IV",
    "A condition is a complication of diabetes only where the record says so: then it is the pair of the "
    "diabetes and the complication; "
    "otherwise diabetes is .9 and the condition itself.",
    reference="DCS.IV.1",
    examples=(
        ("Diagnosis: peripheral neuropathy secondary to type 2 diabetes", "E11.4 G63.2"),
        ("Diagnosis: foot ulcer due to type 2 diabetes", "E11.5 L97.X"),
        ("Diagnosis: foot ulcer. PMH: T2DM", "L97.X E11.9"),
        ("Diagnosis: cataract due to type 2 diabetes", "E11.3 H28.0"),
        ("Diagnosis: CKD stage 4 due to type 2 diabetes", "E11.2 N08.3 N18.4"),
        ("Diagnosis: myocardial infarction. PMH: T2DM", "I21.9 E11.9"),
    ),
)  # fmt: skip
def complications_of_diabetes(case: Case, tables: Tables) -> None:
    tabular.link(case, tables, "FS.IV.03")
    tabular.apply(case, tables, "FS.IV.03")
