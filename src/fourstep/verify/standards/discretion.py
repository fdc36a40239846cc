"""What national practice leaves to the site: one line each in the policy table."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Condition, Intervention
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL
from fourstep.verify.registry import standard

#: policy name -> the codes it decides on
_DECIDES = {
    "ex_smoker": Ranges("Z86.4"),
    "living_alone": Ranges("Z60.2"),
    "anticoagulant": Ranges("Z92.1"),
    "long_term_drugs": Ranges("Z92.2"),
    "frailty": Ranges("R54"),
    "obesity": Ranges("E66"),
    "past_surgery": Ranges("Z90 Z98"),
    "past_diseases": Ranges("Z86.0-Z86.3 Z86.5-Z86.6 Z87.0-Z87.6 Z87.8"),
    "therapies": Ranges("Z29 Z31 Z45-Z46 Z48 Z50 Z71"),
    "aids": Ranges("Z96.0 Z97.2-Z97.4"),
    "relationships": Ranges("Z56.1-Z56.7 Z57-Z58 Z61-Z65"),
}
#: policy name -> procedures that are recorded only where a note of their own reports them
_BEDSIDE = {
    "imaging": Ranges("U01-U24 U35-U37 R36-R43 A84 E92-E98"),
    "transfusion": Ranges("X33.1-X33.3 X33.7-X33.9 X34"),
    "minor_procedures": Ranges(
        "G47 M47 X29 X30 X37-X39 X44 X48-X49 X50.3 X59-X62 X90 L71.4 L91.4 L91.9 L94-L95 S40 S54-S56 S57.2-S57.9 U25-U33 U40-U54 "
        "X28 X35-X36 E85.4 E87-E91 "
        "W92.4 T46.8 Q10.3"
    ),
}

#: A new generator for a pacemaker or defibrillator: Z45.0 is what it is done for.
_RENEWAL = Ranges("K59.4 K59.7 K60.3 K61.3 K73")
#: Treats retention of urine.
_CATHETERISED = Ranges("M47.9")
#: Medicines that take hours to run in, and blood that is let.
_INFUSED = Ranges("X28-X29 X35.2-X35.3 X36.2")
#: Care at the bedside that is an operation when an operation note describes it.
_TREATMENT = Ranges("S55-S57")


@standard(
    "FS.POL.01", "general",
    "What practice leaves to discretion follows the site's policy table; the default is the cautious one. "
    "What a record tells alone is recorded.",
    examples=(
        ("Diagnosis: tonsillitis. PMH: learning disability", "J03.9 F81.9"),
        ("Diagnosis: pneumonia. Family history: mother had breast cancer", "J18.9"),
        ("Diagnosis: pneumonia. Lives alone. On apixaban for AF", "J18.9 I48.9 Z92.1 Z60.2"),
        ("Diagnosis: pneumonia. PMH: appendicectomy 1978", "J18.9"),
        ("Previous splenectomy", "Z90.8"),
        ("Family history of breast cancer", "Z80.3"),
    ),
)  # fmt: skip
def discretionary(case: Case, tables: Tables) -> None:
    renewed = any(i.code in _RENEWAL for i in case.interventions)
    leaves = [decided for name, decided in _DECIDES.items() if case.policy.get(name) == "leave"]
    left = [
        c for c in case.conditions if any(c.code in codes for codes in leaves) and not (renewed and c.code == "Z45.0")
    ]  # fmt: skip
    if case.interventions and left and len(left) == len(case.conditions):
        left = [c for c in left if c.code not in _DECIDES["therapies"]]  # what the stay was for: a stent to be removed
    elif len(left) == len(case.conditions) and not case.interventions and not case.uncertain and not case.ruled_out:
        if not left:
            _family_alone(case)
        return  # the record tells of nothing else: this is what it is about
    case.drop(left, "discretionary", "FS.POL.01")


def _family_alone(case: Case) -> None:
    """Record the family history of a record that tells of nothing else."""
    told = [c for c in case.record.candidates if c.kind == "family" and not c.silent and c.whether <= Whether.PROBABLE]
    for candidate in told:
        if not case.having(candidate.codes[0]):
            case.conditions.append(Condition([candidate.codes[0]], [candidate], standards=["FS.POL.01"]))
    if told:
        case.not_coded = [n for n in case.not_coded if n.reason != "family history"]


@standard(
    "FS.POL.02", "OPCS-4",
    "Imaging, transfusion and bedside procedures of an admission follow the site's policy; one that a note of "
    "its own reports is recorded, a catheter that treated retention of urine, and the infusion that a day case came for.",
    examples=(
        ("Diagnosis: acute urinary retention, catheterised 14Ch", "M47.9"),
    ),
)  # fmt: skip
def discretionary_procedures(case: Case, tables: Tables) -> None:
    for name, codes in _BEDSIDE.items():
        if case.policy.get(name) == "code":
            continue
        for thing in list(case.interventions):
            if thing.code in codes and not (_own_note(case, thing) or _of_retention(case, thing) or _came_for(case, thing)):
                case.interventions = [i for i in case.interventions if i is not thing]
                case.leave_out(thing.candidates[:1], "discretionary", "FS.POL.02", thing.code)


def _came_for(case: Case, thing: Intervention) -> bool:
    """Whether an infusion is all that a day case came for."""
    return "daycase" in case.guards and thing.code in _INFUSED and all(
        other is thing or any(other.code in codes for codes in _BEDSIDE.values()) for other in case.interventions
    )


def _of_retention(case: Case, thing: Intervention) -> bool:
    """Whether a catheter treated retention of urine, rather than going with an operation or with care."""
    return thing.code in _CATHETERISED and case.has("R33")


def _own_note(case: Case, thing: Intervention) -> bool:
    """Whether a procedural document names it where it says what was done; treatment of wounds and burns anywhere."""
    return any(
        case.record.document(c).type in PROCEDURAL and (c.role in ("procedure", "delivery") or thing.code in _TREATMENT)
        for c in thing.candidates
    )
