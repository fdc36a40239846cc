"""Chapters III, VII and VIII: sickle-cell disease, cataract, deafness."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
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


_BROKEN = Ranges("S02 S12 S22 S32 S42 S52 S62 S72 S82 S92 M80 M84.4 T81.0")
_BLOODY = Ranges("W19-W24 W37-W48 W58 W93-W95 Q07 L16-L21 H04-H11 H33 M02 M61")
_LONG_LOST = frozenset("chronic iron deficiency heavy menorrhagia menstrual gi occult".split())


@standard(
    "FS.III.02", "III",
    "Anaemia of blood loss beside a fracture or a large operation of the stay is the acute one, where nothing calls it "
    "chronic or for want of iron.",
    verified=False,
    examples=(
        ("Diagnosis: fracture of femoral shaft, fell at home. Blood loss anaemia, 2 units.", "S72.30 W19.0 D62.X"),
        ("Diagnosis: chronic blood loss anaemia", "D50.0"),
    ),
)  # fmt: skip
def anaemia_of_blood_loss(case: Case, tables: Tables) -> None:
    lost = [
        c for c in case.having("D50.0")
        if all(_LONG_LOST.isdisjoint(case.record.sentence_words(k)) for k in c.candidates)
    ]  # fmt: skip
    if not lost or not (any(c.code in _BROKEN for c in case.conditions) or any(i.code in _BLOODY for i in case.interventions)):
        return
    if case.having("D62"):
        case.drop(lost, "the acute one is recorded", "FS.III.02")
    for condition in lost:
        condition.codes = ["D62.X"]
        condition.standards.append("FS.III.02")


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
