"""Chapter XVI: gestation and birth weight of the newborn, which the standards let a coder use as figures."""

from __future__ import annotations

import re

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.episode import Evidence
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

_WEIGHT = re.compile(r"(?<![\d.])(?:(\d{3,4})\s?g(?:rams?|ms?)?\b|([0-5]\.\d{1,3})\s?kg\b)", re.IGNORECASE)
_GESTATION = re.compile(
    r"(?<![\d.])(2[2-9]|3\d|4[0-2])\s?(?:\+\s?[0-6]|[- ]?/\s?7)?\s?(?:/40\b|(?:completed )?w(?:ee)?ks?\b)"
    r"|(?<![\d.])(2[2-9]|3\d|4[0-2])\+[0-6]\b",
    re.IGNORECASE,
)
#: What the mother's diabetes was, where it is not denied.
_GESTATIONAL = re.compile(r"(?<!not )(?<!no )\b(?:gestational diabet\w*|GDM)\b(?! (?:excluded|neg))", re.IGNORECASE)
_BIRTH = re.compile(r"birth|born|bwt|\bbw\b|delivered|gestation|preterm|prem", re.IGNORECASE)


@standard(
    "FS.XVI.02", "XVI",
    "In the record of a newborn, birth weight below 2500 g and gestation below 37 weeks are both recorded when "
    "stated, weight first.",
    reference="DCS.XVI.2",
    patient="newborn",
    examples=(
        ("Diagnosis: respiratory distress syndrome. Born at 27 weeks, birth weight 980 g.", "P22.0 Z38.0 P07.0 P07.2"),
        ("Diagnosis: transient tachypnoea of the newborn. Born at 38 weeks, birth weight 3.2 kg.", "P22.1 Z38.0"),
    ),
)  # fmt: skip
def birth_weight_and_gestation(case: Case, tables: Tables) -> None:
    if not case.guards & {"newborn", "birth"}:
        return
    for pattern, code_of in ((_WEIGHT, _weight_code), (_GESTATION, _gestation_code)):
        for number, document in enumerate(case.episode.documents):
            match = next((m for m in pattern.finditer(document.text) if _of_birth(document.text, m)), None)
            if match is None:
                continue
            code = code_of(match)
            if code in ("P07.2", "P07.3"):
                case.drop([c for c in case.having("P07.2", "P07.3") if c.code != code], "the weeks are stated", "FS.XVI.02")
            if code and not any(c.code[:5] == code for c in case.conditions):
                source = next((c for c in case.record.candidates if c.statement.document == number), None)
                if source is not None:
                    quote = Evidence(document.name, match.start(), match.end(), match.group())
                    case.conditions.append(Condition([code], [source], standards=["FS.XVI.02"], extra_evidence=[quote]))
            break


def _of_birth(text: str, match: re.Match[str]) -> bool:
    """Whether the figure stands where the record tells of the birth."""
    return bool(_BIRTH.search(text[max(0, match.start() - 60) : match.end() + 30]))


def _weight_code(match: re.Match[str]) -> str:
    grams = int(match[1]) if match[1] else round(float(match[2]) * 1000)
    return "P07.0" if 300 <= grams < 1000 else "P07.1" if 1000 <= grams < 2500 else ""


def _gestation_code(match: re.Match[str]) -> str:
    weeks = int(match[1] or match[2])
    return "P07.2" if weeks < 28 else "P07.3" if weeks < 37 else ""


@standard(
    "FS.XVI.03", "XVI",
    "Jaundice and anaemia of a preterm baby are those of prematurity.",
    patient="newborn",
    examples=(
        ("Diagnosis: jaundice. Born at 34 weeks, birth weight 2100 g.", "P59.0 Z38.0 P07.1 P07.3"),
        ("Diagnosis: neonatal jaundice. Born at 39 weeks.", "P59.9 Z38.0"),
    ),
)  # fmt: skip
def of_prematurity(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XVI.03")


@standard(
    "FS.XVI.04", "XVI",
    "What affected the mother (P00-P04) is recorded only for a baby with a condition that it caused, never first "
    "and not for a well baby.",
    patient="newborn",
    examples=(
        ("Diagnosis: well baby. Born after prolonged rupture of membranes.", "Z38.0"),
        ("Diagnosis: neonatal sepsis due to E. coli", "P36.4 Z38.0"),
    ),
)  # fmt: skip
def maternal_factors(case: Case, tables: Tables) -> None:
    factors = case.having("P00", "P01", "P02", "P03", "P04")
    if factors and not any(c.code[0] not in "ZVWXYU" and not any(c is f for f in factors) for c in case.conditions):
        case.drop(factors, "the baby is well", "FS.XVI.04")


@standard(
    "FS.XVI.05", "XVI",
    "A baby recorded as that of a mother with diabetes carries it (P70.0, P70.1), not a family history.",
    patient="newborn",
    examples=(
        ("Diagnosis: infant of a mother with gestational diabetes", "P70.0 Z38.0"),
        ("Diagnosis: infant of diabetic mother", "P70.1 Z38.0"),
        ("Diagnosis: infant of diabetic mother. Mother had GDM on metformin.", "P70.0 Z38.0"),
    ),
)  # fmt: skip
def of_diabetic_mother(case: Case, tables: Tables) -> None:
    if not case.guards & {"newborn", "birth"}:
        return
    gestational = any(_GESTATIONAL.search(document.text) for document in case.episode.documents)
    for condition in case.having("P70.1") if gestational else ():
        condition.codes[0] = "P70.0"  # "infant of a diabetic mother", and elsewhere what kind of diabetes it was
        condition.standards.append("FS.XVI.05")
    if case.having("P70"):
        return
    for candidate in case.record.candidates:
        if (
            candidate.kind == "family"
            and candidate.role == "diagnosis"
            and candidate.codes[0] == "Z83.3"
            and "mother" in candidate.line.words.text
        ):
            code = "P70.0" if gestational else "P70.1"
            case.conditions.append(Condition([code], [candidate], standards=["FS.XVI.05"]))
            return
