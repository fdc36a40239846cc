"""Histology of what was removed: it names what was only seen, and it decides over what was thought before it."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line
from fourstep.verify.registry import standard
from fourstep.verify.standards.tabular import merge

#: Polyps named by their look, and what histology makes of them.
_POLYP = ("K63.5", "K62.1", "K31.7")
_SORT = frozenset(("hyperplastic", "metaplastic"))
#: Cancers of a place, which an operation may take out.
_PRIMARY = Ranges("C00-C76")
_BARE_DENIAL = 4  # words of "no evidence of malignancy"
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


#: Words of an item that tells of tissue under the microscope.
_TISSUE = frozenset("histology histo frozen histopathology pathology".split())
_NODES = frozenset(("node", "nodes", "margin", "margins", "residual"))


def _said_with(case: Case, line: Line) -> set[str]:
    """The words of the sentence of a line."""
    s = line.statement
    return {w for x in case.record.by_sentence.get((s.document, s.sentence), ()) for w in case.record.surface(x)}


def _of_tissue(case: Case, line: Line) -> bool:
    """Whether a line stands in a report on tissue, or under such a heading, or in a sentence about it."""
    s = line.statement
    if case.episode.documents[s.document].type == "histology" or s.section.role == "histology":
        return True
    return not _TISSUE.isdisjoint(_said_with(case, line))


def _benign(case: Case, tables: Tables) -> None:
    """A cancer for which the tissue was taken out, and in which histology found none, was not there."""
    denied = [
        line for line in case.record.lines
        if line.statement.whether >= Whether.ABSENT and "carcinoma" in line.words.text and len(line.words.text) <= _BARE_DENIAL
        and _of_tissue(case, line) and _NODES.isdisjoint(_said_with(case, line))
    ]  # fmt: skip
    if not denied:
        return
    operations = [i.code for i in case.interventions]
    found = {c.codes[0][:3] for c in case.record.candidates if c.codes and c.codes[0][0] == "C" and _says_so(case, c)}
    for cancer in [c for c in case.conditions if c.code in _PRIMARY]:
        if found or not any(tables.relates(code, cancer.code) for code in operations):
            continue
        name = max(case.record.evidence(cancer.first), key=lambda e: e.end - e.start)
        case.drop([cancer], "histology denies it", "FS.II.03")
        others = (c for c in case.conditions if c.code[0] not in "RZVWXYU")
        named = next((c for c in others if any(_told(x, case) for x in c.candidates)), None)
        if named is not None:  # what histology found instead is what was operated on
            named.vaguer += cancer.candidates
        case.queries.append(
            Query(
                f"{name.text}: confirmed or not", "The record names it, and histology found none. Which diagnosis applies?",
                (name, case.record.quote(denied[0])), codes=(cancer.code,),
            )
        )  # fmt: skip


def _told(candidate: Candidate, case: Case) -> bool:
    """Whether a report on tissue names it, or a line about one."""
    return candidate.kind == "problem" and _of_tissue(case, candidate.line)


def _says_so(case: Case, candidate: Candidate) -> bool:
    return candidate.whether <= Whether.PROBABLE and candidate.when is not When.HISTORICAL and _of_tissue(case, candidate.line)


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
    _benign(case, tables)
    denied = {d.codes[0] for d in case.ruled_out if d.kind == "problem" and _reported(d, case)}
    in_situ = [c.code for c in case.having("D0") if any(_reported(x, case) for x in c.candidates)]
    invasive = tuple(sites for code, sites in _IN_SITU.items() if any(c.startswith(code) for c in in_situ))
    case.drop([c for c in case.conditions if not _firm(c, case) and c.code in denied], "histology denies it", "FS.II.03")
    case.drop([c for c in case.having(*invasive) if not _firm(c, case)], "in situ by histology", "FS.II.03")
