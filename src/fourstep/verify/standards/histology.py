"""Histology of what was removed: it names what was only seen, and it decides over what was thought before it."""

from __future__ import annotations

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards.tabular import merge

#: Polyps named by their look, and what histology makes of them.
_POLYP = ("K63.5", "K62.1", "K31.7")
_SORT = frozenset(("hyperplastic", "metaplastic"))
_POLYP_NAMED = ("D12", "D13", "C18", "C19", "C20", "K62.1", "K63.5")


def _at_endoscopy(condition: Condition, case: Case) -> bool:
    return all(case.record.document(c).type in PROCEDURAL for c in condition.candidates)


@standard(
    "FS.II.02", "II",
    "A polyp seen at endoscopy is named by its histology; the plain polyp is not recorded beside it.",
    examples=(
        ("Diagnosis: tubular adenoma of the caecum", "D12.0"),
        ("Diagnosis: sigmoid polyp", "K63.5"),
    ),
)  # fmt: skip
def polyp_by_histology(case: Case, tables: Tables) -> None:
    named = [c for c in case.having(*_POLYP_NAMED) if not _at_endoscopy(c, case)]
    if not named:
        return
    adenoma = next(iter(case.having("D12")), None)
    for condition in case.having(*_POLYP):
        if any(_SORT.intersection(c.line.words.text) for c in condition.candidates):
            continue  # a sort of its own, seen beside the adenoma
        if adenoma is not None and condition.code == "K63.5" and condition is not adenoma:
            merge(adenoma, condition, "FS.II.02")
            case.conditions = [c for c in case.conditions if c is not condition]
        elif _at_endoscopy(condition, case):
            merge(named[0], condition, "FS.II.02")
            case.conditions = [c for c in case.conditions if c is not condition]


#: In situ neoplasms and the invasive ones of the same site.
_IN_SITU = {
    "D03": "C43",
    "D04": "C44",
    "D05": "C50",
    "D06": "C53",
    "D07.1": "C51",
    "D07.4": "C60",
    "D07.5": "C61",
    "D09.0": "C67",
}


def _reported(candidate: Candidate, case: Case) -> bool:
    return case.record.document(candidate).type == "histology"


def _firm(condition: Condition, case: Case) -> bool:
    return any(c.role in ("diagnosis", "secondary_diagnosis") or _reported(c, case) for c in condition.candidates)


@standard(
    "FS.II.03", "II",
    "What histology denies was not there, and a cancer that only earlier notes named gives way to the neoplasm "
    "in situ that "
    "histology found at the same site.",
    examples=(
        ("Diagnosis: basal cell carcinoma of left cheek", "C44.3"),
        ("Diagnosis: malignant melanoma of the back", "C43.5"),
        ("Diagnosis: ductal carcinoma in situ of left breast", "D05.1"),
        ("Diagnosis: CIN 3", "D06.9"),
    ),
)  # fmt: skip
def histology_decides(case: Case, tables: Tables) -> None:
    denied = {d.codes[0] for d in case.ruled_out if d.kind == "problem" and _reported(d, case)}
    in_situ = [c.code for c in case.having("D0") if any(_reported(x, case) for x in c.candidates)]
    invasive = tuple(sites for code, sites in _IN_SITU.items() if any(c.startswith(code) for c in in_situ))
    case.drop([c for c in case.conditions if not _firm(c, case) and c.code in denied], "histology denies it", "FS.II.03")
    case.drop([c for c in case.having(*invasive) if not _firm(c, case)], "in situ by histology", "FS.II.03")
