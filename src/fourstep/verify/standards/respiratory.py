"""Chapter X: chronic obstructive disease with infection, pneumonia of a known kind."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular


@standard(
    "FS.X.05", "X",
    "Chronic obstructive disease with an infection of the lower airways is J44.0, pneumonia in addition; an "
    "exacerbation without "
    "infection is J44.1; emphysema stands for both names.",
    reference="DCS.X.5",
    examples=(
        ("Diagnosis: infective exacerbation of COPD", "J44.0"),
        ("Diagnosis: COPD with lower respiratory tract infection", "J44.0"),
        ("Diagnosis: COPD, community acquired pneumonia", "J44.0 J18.9"),
        ("Diagnosis: exacerbation of COPD", "J44.1"),
        ("Diagnosis: COPD, emphysema", "J43.9"),
    ),
)  # fmt: skip
def obstructive(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.X.05")


@standard(
    "FS.X.06", "X",
    "Pneumonia is recorded at its most precise; an abscess of the lung with pneumonia is one code.",
    examples=(
        ("Diagnosis: lobar pneumonia. Pneumonia treated with amoxicillin.", "J18.1"),
        ("Diagnosis: lung abscess with pneumonia", "J85.1"),
    ),
)  # fmt: skip
def pneumonia(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.X.06")


@standard(
    "FS.X.07", "X",
    "Status asthmaticus or acute severe asthma is J46.X alone; an exacerbation is asthma.",
    examples=(
        ("Diagnosis: acute severe asthma. PMH: asthma", "J46.X"),
        ("Diagnosis: exacerbation of asthma", "J45.9"),
    ),
)  # fmt: skip
def severe_asthma(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.X.07")
