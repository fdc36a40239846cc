"""Chapters XIX and XX: injuries with their external cause and the place of occurrence."""

from __future__ import annotations

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular

#: What takes an external cause of chapter XX.
INJURY = Ranges("S00-T35 T59.8 T63 T66-T79")
#: Assault by known means.
_BY_MEANS = ("X85", "X86", "X87", "X88", "X89", "X9", "Y00", "Y01", "Y02", "Y03", "Y04", "Y05", "Y06", "Y07", "Y08")


def place_of(case: Case, candidate: Candidate) -> str:
    """The place-of-occurrence character: the sentence of the cause, its neighbours, then the other notes."""
    lines = case.record.lines
    at = next(i for i, line in enumerate(lines) if line is candidate.line)
    document = candidate.statement.document
    around = [w for line in lines[max(0, at - 4) : at + 5] if line.statement.document == document for w in line.words.text]
    told = [
        w
        for line in lines
        if line.statement.section.role in ("mechanism", "presenting", "history_presenting")
        and line.statement.whether <= Whether.LIKELY
        for w in line.words.text
    ]
    retold = [
        w
        for c in case.record.candidates
        if c.kind == "cause" and c.whether <= Whether.PROBABLE
        for w in case.record.sentence_words(c)
    ]
    return case.places.choose(case.record.sentence_words(candidate), around, told, retold)


def causes(case: Case, tables: Tables) -> list[Candidate]:
    """How it happened, as the record says it of this patient and this event."""
    out = []
    for c in case.record.candidates:
        # "alleged assault" names the cause as far as a hospital can
        alleged = c.whether is Whether.POSSIBLE and c.statement.cue.startswith("alleg")
        if (
            c.kind != "cause"
            or (c.whether > Whether.PROBABLE and not alleged)
            or c.who is not Who.PATIENT
            or c.when is When.HISTORICAL
        ):
            continue
        if c.silent or c.role in ("past_history", "followup", "advice", "plan", "family", "social"):
            continue
        if tables.verdict(case.record.document(c).type, c.role, "cause") != "n":
            out.append(c)
    return out


def with_place(case: Case, code: str, candidate: Candidate) -> str:
    """An external cause with its place of occurrence."""
    return code[:-1] + place_of(case, candidate) if code.endswith(".-") else code


_FALL = Ranges("W00-W19")
#: Words of someone who goes down: what is struck then is struck in falling.
_WENT_DOWN = frozenset("fall fell collapse collapsed syncope faint fainted floor down seizure fit".split())


def _in_falling(case: Case, best: Candidate, events: list[Candidate]) -> str:
    """The cause that the best words name; of a fall, where what was struck or twisted was struck or twisted in falling."""
    code = best.codes[0]
    if not code.startswith(("W22", "X50")):
        return code
    falls = [c.codes[0] for c in events if c.codes[0] in _FALL]
    if code.startswith("X50"):
        return min(falls, key=lambda fall: fall.startswith("W19"), default=code)
    if falls:
        return next((fall for fall in falls if not fall.startswith("W19")), "W18.-")
    return code if _WENT_DOWN.isdisjoint(case.record.sentence_words(best)) else "W18.-"


#: Effects of cold, heat, pressure and the like.
_OF_SURROUNDINGS = Ranges("T66-T71 T73 T75")


@standard(
    "FS.XX.01", "XX",
    "An injury is followed by its external cause with the place of occurrence; injuries of one event share one cause. "
    "No cause is invented where none is stated: it is queried.",
    reference="DCS.XX",
    examples=(
        ("Diagnosis: fractured neck of left femur, tripped over rug at home", "S72.00 W01.0"),
        ("Diagnosis: left Colles fracture, slipped on ice in the street", "S52.50 W00.4"),
        ("Diagnosis: open fracture of the tibial shaft, pedestrian hit by car", "S82.21 V03.1"),
        ("Diagnosis: fractured neck of femur, fell in care home", "S72.00 W19.1"),
        ("Diagnosis: fractured nose. Assaulted, punched in the face in a pub.", "S02.20 Y04.5"),
        ("Diagnosis: fractured mandible. Punched by two men in the street, fell to the kerb.", "S02.60 Y04.4"),
        ("Diagnosis: scalp laceration. Fell at home, hit head on the sink.", "S01.0 W18.0"),
        ("Diagnosis: dislocated shoulder", "S43.0"),
    ),
)  # fmt: skip
def external_cause(case: Case, tables: Tables) -> None:
    injuries = [c for c in case.conditions if c.code in INJURY and c.first.kind == "problem"]
    if not injuries:
        return
    events = [c for c in causes(case, tables) if not c.codes[0].startswith(("Y4", "Y5", "Y6", "Y7", "Y8", "Y95"))]
    known = [c for c in events if c.codes[0].startswith(_BY_MEANS)]
    if known:  # "assaulted, punched in the face": how says more than that
        events = [c for c in events if not c.codes[0].startswith("Y09")]
    if all(c.code in _OF_SURROUNDINGS for c in injuries):  # a fall does not make anybody cold
        events = [c for c in events if not c.codes[0].startswith(("W0", "W1"))]
    if not events:
        case.queries.append(
            Query(
                f"External cause of {case.icd10.title(injuries[0].code).lower()}",
                "An injury is recorded, and the record does not say how and where it happened.",
                tuple(case.record.evidence(injuries[0].first)[:1]),
                codes=(injuries[0].code,),
            )
        )
        return
    best = max(
        events,
        key=lambda c: (
            not c.codes[0].startswith(("W19", "X59", "X08", "X09")),
            c.codes[0].startswith(_BY_MEANS),  # who is punched and falls was assaulted
            c.size,
            AUTHORITY.get(case.record.document(c).type, 3),
            -c.order,
        ),
    )
    code = with_place(case, _in_falling(case, best, events), best)
    case.conditions.append(Condition([code], [best], standards=["FS.XX.01"], follows=injuries[-1]))


@standard(
    "FS.XIX.01", "XIX",
    "Injuries and poisonings of the past are not coded as injuries of this episode; head injury precedes skull "
    "fracture.",
    reference="DCS.XIX.1",
    examples=(
        (
            "Diagnosis: skull vault fracture and traumatic subarachnoid haemorrhage. Fell down stairs at home.",
            "S06.60 S02.00 W10.0",
        ),
        ("Diagnosis: pneumonia. PMH: fractured tibia 2010", "J18.9"),
    ),
)  # fmt: skip
def head_injury_first(case: Case, tables: Tables) -> None:
    brain, skull = case.having("S06"), case.having("S02.0", "S02.1")
    if brain and skull and case.conditions.index(skull[0]) < case.conditions.index(brain[0]):
        case.conditions.remove(brain[0])
        case.conditions.insert(case.conditions.index(skull[0]), brain[0])
        brain[0].standards.append("FS.XIX.01")


#: Bleeding in the head: without injury, and after one.
_TRAUMATIC = {
    "I62.0": "S06.5",
    "I60.9": "S06.6",
    "I61.9": "S06.3",
    "I62.1": "S06.4",
    "I62.9": "S06.8",
    "J93.9": "S27.0",
    "J94.2": "S27.2",
}


@standard(
    "FS.XIX.03", "XIX",
    "Bleeding in the head or chest of a patient who is injured in this event is the injury, not the disease.",
    examples=(
        ("Diagnosis: acute subdural haematoma, scalp laceration. Fell down stairs at home.", "S06.50 S01.0 W10.0"),
        ("Diagnosis: chronic subdural haematoma", "I62.0"),
    ),
)  # fmt: skip
def traumatic_bleeding(case: Case, tables: Tables) -> None:
    if not any(c.code in INJURY for c in case.conditions):
        return
    if not any(c.codes[0].startswith(("V", "W", "X", "Y0")) for c in causes(case, tables)):
        return
    for condition in case.conditions:
        if condition.code in _TRAUMATIC and condition.first.kind == "problem" and not _of_care(case, condition):
            condition.codes[0] = _TRAUMATIC[condition.code]
            condition.standards.append("FS.XIX.03")


#: What air in the chest may have come of, when no injury has let it in.
_CARE = frozenset("implant implantation procedure iatrogenic biopsy insertion pacemaker line aspiration".split())


def _of_care(case: Case, condition: Condition) -> bool:
    """Whether a pneumothorax is said to have come of a procedure."""
    return condition.code[0] == "J" and any(not _CARE.isdisjoint(case.record.sentence_words(c)) for c in condition.candidates)


@standard(
    "FS.XIX.04", "XIX",
    "A burn is one code for each site at its deepest degree; burns of several regions (T29) are not used where "
    "the sites are known, and "
    "the extent may follow.",
    examples=(
        ("Diagnosis: superficial and partial thickness burns of the hand, hot oil at home", "T23.2 X10.0"),
        ("Diagnosis: partial thickness burn of hand, 2% TBSA, hot water at home", "T23.2 T31.0 X11.0"),
    ),
)  # fmt: skip
def burns(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIX.04")


@standard(
    "FS.XIX.05", "XIX",
    "Each injury is recorded by site and kind; codes for several regions (T00-T07) only where the record gives "
    "no detail.",
    examples=(
        (
            "Diagnosis: multiple injuries. Fractured left femur shaft, laceration of scalp. Fell from ladder at "
            "home.",
            "S72.30 S01.0 W11.0",
        ),
        ("Diagnosis: bilateral fractures of the calcaneum. Fell from ladder at home.", "S92.00 W11.0"),
    ),
)  # fmt: skip
def several_injuries(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIX.05")


#: Operations that set a fracture.
_SET = Ranges("W19-W26")


@standard(
    "FS.XIX.11", "XIX",
    "A fracture that is named by its region only is of the bone that its operation set.",
    verified=False,
    examples=(
        ("Diagnosis: wrist fracture. Procedure: ORIF distal radius, volar plate 02/03/2025", "S52.50"),
        ("Diagnosis: elbow fracture. Procedure: tension band wiring of olecranon 02/03/2025", "S52.00"),
        ("Diagnosis: wrist fracture", "S62.80"),
    ),
)  # fmt: skip
def bone_of_the_operation(case: Case, tables: Tables) -> None:
    set_bones = [code for i in case.interventions if i.code in _SET for code in i.codes if code[0] == "Z"]
    if not set_bones:
        return
    for regions, bones, fracture in tables.broken_bones:
        vague = [c for c in case.conditions if c.code[:5] in regions]
        if len(vague) == 1 and not case.has(fracture) and any(bone in bones for bone in set_bones):
            vague[0].codes[0] = fracture
            vague[0].standards.append("FS.XIX.11")
