"""Chapters XI and XII: gallstones, gastritis, varices, haemorrhoids, pressure ulcers."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.XI.01", "XI",
    "Gallstones and inflammation of the gallbladder or bile duct are one code of K80, never K80.2 with K81.",
    examples=(
        ("Diagnosis: gallstones, acute cholecystitis", "K80.0"),
        ("Diagnosis: gallstones, chronic cholecystitis", "K80.1"),
    ),
)  # fmt: skip
def gallstones(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XI.01")


@standard(
    "FS.XI.02", "XI",
    "Gastritis and duodenitis together are K29.9.",
    examples=(("Diagnosis: gastritis and duodenitis", "K29.9"), ("Diagnosis: gastritis", "K29.7")),
)  # fmt: skip
def gastroduodenitis(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XI.02")


@standard(
    "FS.XI.03", "XI",
    "Oesophageal varices in disease of the liver are an asterisk code behind it.",
    examples=(
        ("Diagnosis: alcoholic cirrhosis with bleeding oesophageal varices", "K70.3 I98.3"),
        ("Diagnosis: alcoholic cirrhosis with oesophageal varices", "K70.3 I98.2"),
    ),
)  # fmt: skip
def varices(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XI.03")


@standard(
    "FS.XI.04", "XI",
    "Haemorrhoids have one grade in an episode, the highest.",
    examples=(
        ("Diagnosis: third degree haemorrhoids and first degree haemorrhoids", "K64.2"),
        ("Diagnosis: haemorrhoids, grade 2", "K64.1"),
    ),
)  # fmt: skip
def haemorrhoids(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XI.04")


@standard(
    "FS.XII.03", "XII",
    "Pressure ulcers are one code of L89 an episode, the worst stage.",
    reference="DCS.XII.3",
    examples=(
        ("Diagnosis: pressure ulcers, grade 2 heel and grade 3 sacrum", "L89.2"),
        ("Diagnosis: category 4 pressure ulcer of the sacrum", "L89.3"),
    ),
)  # fmt: skip
def pressure_ulcers(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XII.03")
