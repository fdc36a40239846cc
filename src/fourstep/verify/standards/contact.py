"""Chapters XXI and XXII: observation, what was not carried out, care and placement, screening, Covid-19."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular
from fourstep.verify.standards.tabular import due_to

#: The chapter of what was suspected -> the observation that found none of it.
_OBSERVED = (
    ("A15", "Z03.0"),
    ("A16", "Z03.0"),
    ("C", "Z03.1"),
    ("D0", "Z03.1"),
    ("F", "Z03.2"),
    ("G", "Z03.3"),
    ("I21", "Z03.4"),
    ("I20", "Z03.5"),
    ("I", "Z03.5"),
    ("T", "Z03.6"),
    ("S", "Z04.3"),
)


@standard(
    "FS.XXI.03", "XXI",
    "A disease suspected and not found in a patient without symptoms is recorded as observation (Z03); symptoms "
    "stand in its place.",
    reference="DGCS.2",
    examples=(
        ("Admitted with a suspected myocardial infarction, ruled out. No symptoms. PMH: hypertension", "Z03.4 I10.X"),
        ("Diagnosis: pleuritic chest pain. Pulmonary embolism excluded.", "R07.1"),
        ("Diagnosis: abdominal pain, suspected appendicitis", "R10.4"),
    ),
)  # fmt: skip
def observed(case: Case, tables: Tables) -> None:
    if case.interventions or any(not _background(c, tables) for c in case.conditions) or case.having("Z0", "Z1"):
        return
    suspected = [
        c
        for c in case.ruled_out
        if c.kind == "problem"
        and c.codes[0][0] not in "RZ"
        and c.whether is Whether.RULED_OUT
        and c.role
        in ("diagnosis", "presenting", "indication", "impression", "course", "problem_list", "other", "conclusion")
    ]
    if suspected:
        first = suspected[0]
        code = next((to for prefix, to in _OBSERVED if first.codes[0].startswith(prefix)), "Z03.8")
        case.conditions.insert(0, Condition([code], [first], standards=["FS.XXI.03"]))


def _background(condition: Condition, tables: Tables) -> bool:
    listed = all(c.role in ("past_history", "medication") for c in condition.candidates)
    return condition.is_any("Z", "F17") or (condition.code in tables.lifelong and listed)


@standard(
    "FS.XXI.04", "XXI",
    "A procedure that was not carried out is Z53 behind the disease it was for: by a contraindication Z53.0, by "
    "the patient's decision "
    "Z53.2, for other reasons Z53.8. A patient who leaves against advice is Z53.2.",
    examples=(
        ("Diagnosis: inguinal hernia. Operation cancelled, no theatre time.", "K40.9 Z53.8"),
        ("Diagnosis: inguinal hernia. Operation cancelled because of a chest infection.", "K40.9 J22.X Z53.0"),
        ("Diagnosis: inguinal hernia. Patient declined surgery.", "K40.9 Z53.2"),
        ("Diagnosis: pneumonia. Self discharged against medical advice.", "J18.9 Z53.2"),
    ),
)  # fmt: skip
def not_carried_out(case: Case, tables: Tables) -> None:
    _said_by_their_cue(case, "Z53", "FS.XXI.04")
    _unfit(case)
    known = case.having("Z53")
    better = [c for c in known if not c.is_any("Z53.9")]
    if better:
        case.drop([c for c in known if c.is_any("Z53.9")], "the reason is recorded", "FS.XXI.04")


def _unfit(case: Case) -> None:
    """Cancelled "because of" a condition that is recorded: the contraindication."""
    if case.having("Z53"):
        return
    for candidate in case.record.candidates:
        if not candidate.codes or candidate.codes[0] != "Z53.9" or candidate.role not in _stated(case):
            continue
        if any(due_to(case, candidate, x) for c in case.conditions if c.code[0] not in "VWXYZ" for x in c.candidates):
            case.conditions.append(Condition(["Z53.0"], [candidate], standards=["FS.XXI.04"]))
            return


@standard(
    "FS.XXI.06", "XXI",
    "A patient kept in hospital only until there is a place elsewhere is recorded with Z75.1.",
    examples=(
        ("Diagnosis: pneumonia. Medically fit. Awaiting nursing home placement.", "J18.9 Z75.1"),
        ("Diagnosis: pneumonia. Discharged to her nursing home.", "J18.9"),
    ),
)  # fmt: skip
def awaiting_place(case: Case, tables: Tables) -> None:
    _said_by_their_cue(case, "Z75.1", "FS.XXI.06")


#: Where a record states how things are, rather than tells how they went.
_STATED = (
    "diagnosis",
    "secondary_diagnosis",
    "complication",
    "problem_list",
    "impression",
    "conclusion",
    "indication",
    "presenting",
)


def _stated(case: Case) -> tuple[str, ...]:
    """A stay in which nothing was done, and that was no emergency, tells why in its account."""
    return _STATED if "emergency" in case.guards or case.interventions else (*_STATED, "course")


def _said_by_their_cue(case: Case, prefix: str, identifier: str) -> None:
    """Record what is said by the very words that otherwise deny or postpone: "cancelled", "declined", "awaiting"."""
    roles = _stated(case)
    found: list[Candidate] = [
        c for c in case.record.candidates
        if c.codes and c.codes[0].startswith(prefix) and c.codes[0] != "Z53.9"
        and c.who is Who.PATIENT and c.when is not When.HISTORICAL
        and c.role in roles and c.statement.cue and _within(case, c)
    ]  # fmt: skip
    for candidate in sorted(found, key=lambda c: -c.size)[:1]:
        if not case.having(candidate.codes[0]):
            case.conditions.append(Condition([candidate.codes[0]], [candidate], standards=[identifier]))


def _within(case: Case, candidate: Candidate) -> bool:
    """Whether the cue of the statement is among the words that the entry itself explains."""
    quote = " ".join(e.text.lower() for e in case.record.evidence(candidate))
    return candidate.statement.cue.lower() in quote


@standard(
    "FS.XXI.05", "XXI",
    "Where a stay is for screening, the family history that it is for is recorded behind it; elsewhere the site "
    "decides.",
    patient="day case",
    examples=(
        ("Screening colonoscopy, family history of bowel cancer. No abnormality found.", "Z12.1 Z80.0"),
        ("Diagnosis: pneumonia. Family history: mother had breast cancer.", "J18.9"),
    ),
)  # fmt: skip
def screened_for_family(case: Case, tables: Tables) -> None:
    if not case.having("Z12", "Z13", "Z40") or any(c.code[0] in "CD" for c in case.conditions):
        return
    told = [
        c
        for c in case.record.candidates
        if c.kind == "family" and c.codes and c.codes[0].startswith("Z80") and c.whether <= Whether.PROBABLE
    ]
    for candidate in told[:1]:
        if not case.having("Z80"):
            case.conditions.append(Condition([candidate.codes[0]], [candidate], standards=["FS.XXI.05"]))


@standard(
    "FS.XXI.07", "XXI",
    "A screening that finds disease is coded to the disease; Z12 and Z13 are for one that finds nothing.",
    reference="DGCS.1",
    patient="day case",
    examples=(
        ("Screening colonoscopy. Diagnosis: tubular adenoma of sigmoid colon", "D12.5"),
        ("Screening colonoscopy. No abnormality found.", "Z12.1"),
    ),
)  # fmt: skip
def found_by_screening(case: Case, tables: Tables) -> None:
    if any(c.code[0] in "CD" or c.is_any("K62.1", "K63.5", "K31.7", "N84") for c in case.conditions):
        case.drop(case.having("Z12", "Z13"), "the disease found is recorded", "FS.XXI.07")


@standard(
    "FS.XXI.02", "XXI",
    "A joint, valve or pacemaker that has failed or become infected is recorded as the complication, not also as "
    "a status.",
    examples=(
        ("Diagnosis: dislocated total hip replacement", "T84.0 Y83.1"),
        ("Diagnosis: pneumonia. Pacemaker in situ. PMH: total hip replacement", "J18.9 Z95.0 Z96.6"),
    ),
)  # fmt: skip
def failed_device(case: Case, tables: Tables) -> None:
    other = _on_the_other_side(case)
    tabular.apply(case, tables, "FS.XXI.02")
    if other and not case.having("Z96.6"):
        case.conditions.append(Condition(["Z96.6"], other, standards=["FS.XXI.02"]))


_SIDES = frozenset(("left", "right"))


def _on_the_other_side(case: Case) -> list[Candidate]:
    """What tells of a replaced joint of one side in a stay for that of the other: "right THR 2017" beside a failed left one."""
    failed = {w for c in case.having("T84") for x in c.candidates for w in x.line.words.text} & _SIDES
    told = [c for status in case.having("Z96.6") for c in status.candidates]
    return [c for c in told if len(failed) == 1 and (named := _SIDES.intersection(c.line.words.text)) and not named & failed]


@standard(
    "FS.XXI.09", "XXI",
    "Palliative care (Z51.5) is recorded where the specialist team took part, behind the disease; Z51.8 is not "
    "recorded beside it.",
    reference="DCS.XXI.9",
    examples=(
        ("Diagnosis: pneumonia. DNACPR in place.", "J18.9"),
        ("Diagnosis: lung cancer. Seen by the specialist palliative care team.", "C34.9 Z51.5"),
        ("Diagnosis: lung cancer. For a palliative approach.", "C34.9"),
    ),
)  # fmt: skip
def palliative(case: Case, tables: Tables) -> None:
    if case.having("Z51.5"):
        case.drop(case.having("Z51.8"), "palliative care is recorded", "FS.XXI.09")


_CLINICAL = frozenset(("clinically", "clinical"))
_NEGATIVE = frozenset(("negative",))


@standard(
    "FS.XXII.01", "XXII",
    "Covid-19 has one status: confirmed U07.1, diagnosed clinically with a negative or no test U07.2, past "
    "U07.3, or what it left U07.4; "
    "confirmed, it takes no organism code.",
    examples=(
        ("Diagnosis: cough. COVID-19 test negative.", "R05.X"),
        ("Diagnosis: COVID-19 pneumonia, PCR positive", "U07.1 J12.8"),
        ("Diagnosis: COVID-19, clinically diagnosed, swab negative", "U07.2"),
        ("Diagnosis: cellulitis left leg. PMH: previous COVID-19 infection", "L03.1 U07.3"),
        ("Diagnosis: fatigue due to long COVID", "R53.X U07.4"),
    ),
)  # fmt: skip
def covid(case: Case, tables: Tables) -> None:
    for condition in case.having("U07.1"):
        words = {
            w for c in condition.candidates for line in case.record.sentence(c)
            for w in case.record.tokens[line.statement.document].text[line.statement.first : line.statement.last]
        }  # fmt: skip
        if words & _CLINICAL and words & _NEGATIVE:
            condition.codes[0] = "U07.2"
            condition.standards.append("FS.XXII.01")
    tabular.apply(case, tables, "FS.XXII.01")
