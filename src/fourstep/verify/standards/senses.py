"""Chapters III, VII and VIII: sickle-cell disease, cataract, deafness."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.III.01", "III",
    "Sickle-cell disease is one code: the trait is not recorded beside the disease, nor disease without crisis "
    "beside a crisis.",
    examples=(
        ("Diagnosis: sickle cell crisis. PMH: sickle cell disease", "D57.0"),
        ("Diagnosis: iron deficiency anaemia. PMH: sickle cell trait", "D50.9 D57.3"),
    ),
)  # fmt: skip
def sickle_cells(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.III.01")


@standard(
    "FS.VII.01", "VII",
    "Cataract is coded at the kind that the record names; an unspecified one (H26.9) is not recorded beside it.",
    reference="DCS.VII.1",
    examples=(
        ("Diagnosis: cataract", "H26.9"),
        ("Diagnosis: cataract. Age related nuclear cataract.", "H25.1"),
        ("Diagnosis: diabetic cataract. PMH: T2DM", "E11.3 H28.0"),
    ),
)  # fmt: skip
def cataract(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.VII.01")


@standard(
    "FS.VIII.01", "VIII",
    "Unspecified hearing loss is not recorded beside deafness of a known kind.",
    examples=(
        ("Diagnosis: sensorineural deafness. Hearing loss.", "H90.5"),
        ("Diagnosis: hearing loss", "H91.9"),
    ),
)  # fmt: skip
def deafness(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.VIII.01")
