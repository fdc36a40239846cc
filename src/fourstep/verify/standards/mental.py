"""Chapters V and VI: dementia and delirium, affective illness, alcohol, smoking, epilepsy."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.V.07", "V",
    "One smoking status an episode: a current smoker is F17.1, an ex-smoker Z86.4, and a statement that the "
    "patient has stopped "
    "decides over its own figures.",
    reference="DCS.V.7",
    examples=(
        ("Diagnosis: asthma. Social: ex smoker 20/day, stopped 2009", "J45.9 Z86.4"),
        ("Diagnosis: asthma. Social: smokes 20 a day", "J45.9 F17.1"),
        ("Diagnosis: asthma. Social: nicotine dependence", "J45.9 F17.2"),
    ),
)  # fmt: skip
def smoking(case: Case, tables: Tables) -> None:
    stopped = case.having("Z86.4")
    if not stopped:
        return
    ended = {id(c.line) for condition in stopped for c in condition.candidates}
    for condition in case.having("F17"):
        if all(id(c.line) in ended for c in condition.candidates):
            case.drop([condition], "has stopped smoking", "FS.V.07")


@standard(
    "FS.V.01", "V",
    "Dementia is one code or pair, the kind that the record names; with Parkinson's or Alzheimer's disease it is "
    "their pair.",
    examples=(
        ("Diagnosis: Alzheimer's disease. Dementia.", "G30.9 F00.9"),
        ("Diagnosis: Parkinson's disease with dementia", "G20.X F02.3"),
        ("Diagnosis: Lewy body dementia", "G31.8 F02.8"),
        ("Diagnosis: vascular dementia", "F01.9"),
    ),
)  # fmt: skip
def dementia(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.V.01")


@standard(
    "FS.V.02", "V",
    "Psychosis in an affective illness, and the present episode of a bipolar illness, are said by one code.",
    examples=(
        ("Diagnosis: severe depressive episode. Psychosis.", "F32.3"),
        ("Diagnosis: bipolar affective disorder. Severe depression.", "F31.4"),
    ),
)  # fmt: skip
def affective(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.V.02")


@standard(
    "FS.V.03", "V",
    "Delirium of a patient with dementia is F05.1; a dementia of a known kind is recorded behind it, an "
    "unspecified one is not.",
    reference="DCS.V.3",
    examples=(
        ("Diagnosis: delirium on background of dementia", "F05.1"),
        ("Diagnosis: delirium. PMH: vascular dementia", "F05.1 F01.9"),
        ("Diagnosis: delirium", "F05.9"),
    ),
)  # fmt: skip
def delirium(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.V.03")


@standard(
    "FS.V.04", "V",
    "Alcohol is recorded at what is said of it: dependence over harmful use, withdrawal with or without delirium "
    "as such; units drunk "
    "are no diagnosis.",
    examples=(
        ("Diagnosis: alcohol excess. Alcohol dependence.", "F10.2"),
        ("Diagnosis: delirium tremens", "F10.4"),
        ("Diagnosis: alcohol withdrawal", "F10.3"),
        ("Diagnosis: asthma. Social: drinks 20 units a week", "J45.9"),
    ),
)  # fmt: skip
def alcohol(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.V.04")


@standard(
    "FS.VI.01", "VI",
    "A seizure of a patient with epilepsy is the epilepsy; R56.8 is recorded only without it.",
    examples=(("Diagnosis: seizure in known epileptic", "G40.9"), ("Diagnosis: first seizure", "R56.8")),
)  # fmt: skip
def seizures(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.VI.01")


@standard(
    "FS.V.05", "V",
    "Use of a named substance is coded to that substance; several substances (F19) only where none is named.",
    examples=(
        ("Diagnosis: polysubstance misuse", "F19.1"),
        ("Diagnosis: heroin dependence. Polysubstance misuse.", "F11.2"),
    ),
)  # fmt: skip
def substances(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.V.05")
