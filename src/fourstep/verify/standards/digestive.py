"""Chapters XI and XII: gallstones, gastritis, varices, haemorrhoids, hernias, pressure ulcers."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Line
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


#: Hernias that are taken for each other until the groin is opened.
_OF_THE_GROIN = Ranges("K40 K41 K45")
_SEEN = PROCEDURAL | {"discharge_summary", "histology"}


@standard(
    "FS.XI.05", "XI",
    "A hernia of the groin is the one that the operator found, not the one it was taken for before.",
    reference="DGCS.1",
    verified=False,
    examples=(
        ("Diagnosis: strangulated femoral hernia", "K41.3"),
        ("Diagnosis: inguinal hernia with gangrene. Obturator hernia.", "K40.4 K45.8"),
    ),
)  # fmt: skip
def hernia_found(case: Case, tables: Tables) -> None:
    hernias = [c for c in case.conditions if c.code in _OF_THE_GROIN]
    found = [c for c in hernias if _seen(case, c)]
    if not found or not any(d.type in PROCEDURAL for d in case.episode.documents):
        return
    for hernia in hernias:
        if hernia not in found and all(hernia.code[:3] != f.code[:3] for f in found):
            case.drop([hernia], f"found to be {found[0].code}", "FS.XI.05")


def _seen(case: Case, hernia: Condition) -> bool:
    """Whether the operation note, the pathologist or the final summary names it."""
    return any(case.record.document(c).type in _SEEN for c in hernia.candidates)


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
    for condition in case.having("L89.9"):
        worst = max((_stage(word) for line in _skin_chart(case) for word in line.words.text), default=0)
        if worst:
            condition.codes[0] = f"L89.{worst - 1}"
            condition.standards.append("FS.XII.03")


#: What a note of the skin is headed with: its rows give place and stage without the words "pressure ulcer".
_CHART = frozenset(("tvn", "viability", "waterlow", "purpose-t", "ulcers", "ulcer", "pressure"))
_HEAD = 12  # words in which such a note says what it is


def _skin_chart(case: Case) -> list[Line]:
    """What is asserted in the notes of the skin."""
    charts = {i for i, tokens in enumerate(case.record.tokens) if not _CHART.isdisjoint(tokens.text[:_HEAD])}
    return [
        line for line in case.record.lines
        if line.statement.document in charts and line.statement.whether <= Whether.PROBABLE
    ]  # fmt: skip


def _stage(word: str) -> int:
    """The stage that a word of the record gives, 1 to 4; 0 where it gives none."""
    scale, _, figure = word.partition("_")
    return int(figure) if scale in ("category", "grade", "stage") and figure in ("1", "2", "3", "4") else 0
