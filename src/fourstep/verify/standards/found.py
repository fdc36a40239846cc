"""What the operator found, where no document of the episode names a diagnosis."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.gather import apart
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate
from fourstep.verify.registry import standard

_BACKGROUND = ("past_history", "social", "medication", "discharge_medication", "family", "allergy", "history_presenting")
#: What is done at the bedside, looked at or given: no finding is its reason.
_NO_OPERATION = Ranges("E85-E98 G47 L91 L99 M47 S57 U X28-X62 X70-X90 Y Z")
#: Nerves, vessels, muscles and tendons that a wound went down to.
_CUT_THROUGH = Ranges("S44-S46 S54-S56 S64-S66 S74-S76 S84-S86 S94-S96")
#: What the operator meets on the way and does not treat.
_MET = Ranges("R Z K66.0 N73.6 L90.5")


def _findings(case: Case) -> list[Candidate]:
    """Conditions that the operation notes describe as found and that nothing else of the record supports."""
    return [
        c for c in case.supporting
        if c.kind == "problem" and c.who is Who.PATIENT and c.when is When.CURRENT and c.whether <= Whether.PROBABLE
        and case.record.document(c).type in PROCEDURAL and not c.asks and c.codes[0] not in _MET
        and c.role not in _BACKGROUND
    ]  # fmt: skip


def _diagnosed(case: Case, tables: Tables) -> bool:
    """Whether some document names a disease or a complaint outside the past history."""
    return any(
        c.code[0] not in "ZVWXYU" and c.code not in tables.symptoms
        and any(x.kind == "problem" and x.role not in _BACKGROUND for x in c.candidates)
        for c in case.conditions
    )  # fmt: skip


@standard(
    "FS.GEN.18", "general",
    "Where no document names the disease that an operation or endoscopy was for, what its operator found, and "
    "treated, is the diagnosis.",
    reference="DGCS.1",
    verified=False,
    examples=(
        ("Diagnosis: cellulitis of leg. PMH: asthma", "L03.1 J45.9"),
        ("Diagnosis: senile cataract. PMH: hypertension", "H25.9 I10.X"),
    ),
)  # fmt: skip
def found_by_operator(case: Case, tables: Tables) -> None:
    findings = _findings(case)
    if not findings:
        return
    operations = [i.code for i in case.interventions if i.code not in _NO_OPERATION]
    treated = [c for c in findings if any(tables.relates(code, c.codes[0]) for code in operations)]
    known = any(tables.relates(code, c.code) for code in operations for c in case.conditions)
    if _diagnosed(case, tables):
        chosen = [] if known else treated
        if any(c.codes[0] in _CUT_THROUGH for c in treated):  # all that the wound went down to
            chosen = [c for c in findings if c in chosen or c.codes[0] in _CUT_THROUGH]
    else:
        chosen = findings if not operations or not treated else treated
        if any(c.codes[0] in _ENDOSCOPIC for c in treated):
            chosen = findings
    for candidate in chosen:
        for codes in apart(candidate.codes, tables):
            same = next((c for c in case.conditions if c.codes == list(codes)), None)
            if same is None:
                same = Condition(list(codes), [], standards=["FS.GEN.18"])
                case.conditions.append(same)
            same.candidates.append(candidate)
    case.supporting = [c for c in case.supporting if not any(c is x for x in chosen)]


#: Ulcers that an endoscope sees, by where they are.
_ULCERS = (Ranges("K25"), Ranges("K26"), Ranges("K28"))


@standard(
    "FS.GEN.20", "general",
    "Where the report of an endoscopy names the one place of an ulcer and the summary another, the ulcer is where the "
    "endoscopist saw it.",
    verified=False,
    examples=(
        ("Diagnosis: bleeding duodenal ulcer", "K26.4"),
        ("Diagnosis: gastric ulcer. Duodenal ulcer.", "K25.9 K26.9"),
    ),
)  # fmt: skip
def place_of_ulcer(case: Case, tables: Tables) -> None:
    ulcers = [c for c in case.conditions if any(c.code in place for place in _ULCERS) and c.first.kind == "problem"]
    seen = [c for c in ulcers if any(case.record.document(x).type in PROCEDURAL for x in c.candidates)]
    if len({c.code[:3] for c in seen}) != 1:
        return
    for other in ulcers:
        if other.code[:3] != seen[0].code[:3]:
            seen[0].vaguer += other.candidates
            case.drop([other], f"the endoscopist saw {seen[0].code}", "FS.GEN.20")


#: What endoscopes find: polyps, pouches, inflamed linings.
_ENDOSCOPIC = Ranges("D12 D13 K20-K31 K50-K64 N20-N22 N30 N32 N84 C15-C20 C67")
