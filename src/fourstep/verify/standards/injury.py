"""Chapters XIX and XX: injuries with their external cause and place, poisoning, adverse effects, complications of care."""

from __future__ import annotations

from collections.abc import Collection

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.agents import Agent
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate, Line
from fourstep.locate.index import Entry
from fourstep.verify.registry import standard
from fourstep.verify.standards import tabular
from fourstep.verify.standards.tabular import due_to

_INJURY = Ranges("S00-T35 T66-T79")
_CARE = Ranges("T80-T88")
_DRUGS = Ranges("T36-T50")
_OVERDOSE = frozenset("overdose overdosed poisoning".split())
_SELF_HARM = frozenset("intentional intentionally deliberate deliberately suicide suicidal suicid".split())
_ACCIDENT = frozenset("accidental accidentally inadvertent inadvertently mistake unintentional unintentionally".split())
_OPEN = frozenset(("undetermined",))
_FIRM = frozenset("due secondary caused induced attributed reaction".split())
_LOOSE = frozenset("after with from".split())


def _words_of_sentence(case: Case, candidate: Candidate) -> list[str]:
    return [w for line in case.record.sentence(candidate) for w in line.words.text]


def place_of(case: Case, candidate: Candidate) -> str:
    """The place-of-occurrence character: the sentence of the cause, its neighbours, then how it happened in the other notes."""
    lines = case.record.lines
    at = next(i for i, line in enumerate(lines) if line is candidate.line)
    document = candidate.statement.document
    around = [w for line in lines[max(0, at - 4) : at + 5] if line.statement.document == document for w in line.words.text]
    told = [
        w for line in lines
        if line.statement.section.role in ("mechanism", "presenting", "history_presenting") and line.statement.whether <= Whether.LIKELY
        for w in line.words.text
    ]  # fmt: skip
    retold = [
        w for c in case.record.candidates if c.kind == "cause" and c.whether <= Whether.PROBABLE for w in _words_of_sentence(case, c)
    ]
    return case.places.choose(_words_of_sentence(case, candidate), around, told, retold)


def _causes(case: Case, tables: Tables) -> list[Candidate]:
    out = []
    for c in case.record.candidates:
        # "alleged assault" names the cause as far as a hospital can
        alleged = c.whether is Whether.POSSIBLE and c.statement.cue.startswith("alleg")
        if c.kind != "cause" or (c.whether > Whether.PROBABLE and not alleged) or c.who is not Who.PATIENT or c.when is When.HISTORICAL:
            continue
        if c.entry.silent or c.role in ("past_history", "followup", "advice", "plan", "family", "social"):
            continue
        if tables.verdict(case.record.document(c).type, c.role, "cause") != "n":
            out.append(c)
    return out


def _with_place(case: Case, code: str, candidate: Candidate) -> str:
    return code[:-1] + place_of(case, candidate) if code.endswith(".-") else code


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
    ),
)  # fmt: skip
def external_cause(case: Case, tables: Tables) -> None:
    injuries = [c for c in case.conditions if c.code in _INJURY and c.first.kind == "problem"]
    if not injuries:
        return
    causes = [c for c in _causes(case, tables) if not c.codes[0].startswith(("Y4", "Y5", "Y6", "Y7", "Y8", "Y95"))]
    if not causes:
        case.queries.append(
            Query(
                f"External cause of {case.icd10.title(injuries[0].code).lower()}",
                "An injury is recorded, and the record does not say how and where it happened.",
                tuple(case.record.evidence(injuries[0].first)[:1]),
                codes=(injuries[0].code,),
            )
        )
        return
    best = max(causes, key=lambda c: (not c.codes[0].startswith(("W19", "X59")), c.size, AUTHORITY.get(case.record.document(c).type, 3), -c.order))
    code = _with_place(case, best.codes[0], best)
    case.conditions.append(Condition([code], [best], standards=["FS.XX.01"], follows=injuries[-1]))


def _agents_near(case: Case, line: Line) -> list[Agent]:
    key = (line.statement.document, line.statement.sentence)
    out: list[Agent] = []
    for other in case.record.lines:
        s = other.statement
        if (s.document, s.sentence) == key and s.whether <= Whether.PROBABLE:
            out += [a for _, a in case.agents.within(other.words.text) if a not in out]
    return out


@standard(
    "FS.XIX.02", "XIX",
    "Poisoning (overdose, wrong drug, wrong person) is recorded as T36-T65 with the external cause of its intent; "
    "an intent that is not stated is queried, not assumed.",
    examples=(
        ("Diagnosis: intentional paracetamol overdose at home", "T39.1 X60.0"),
        ("Diagnosis: accidental overdose of paracetamol at home", "T39.1 X40.0"),
        ("Diagnosis: paracetamol overdose, intent undetermined, at home", "T39.1 Y10.0"),
        ("Diagnosis: paracetamol overdose", "T39.1"),
    ),
)  # fmt: skip
def poisoning(case: Case, tables: Tables) -> None:
    found: dict[str, tuple[Agent, list[Line]]] = {}
    for line in case.record.lines:
        s = line.statement
        if s.whether > Whether.PROBABLE or s.who is not Who.PATIENT or s.when is not When.CURRENT or s.section.role in ("past_history", "advice", "medication"):
            continue
        if not _OVERDOSE.intersection(line.words.text):
            continue
        for agent in _agents_near(case, line):
            found.setdefault(agent.poisoning, (agent, []))[1].append(line)
    if not found:
        return
    words = {w for line in case.record.lines if line.statement.whether <= Whether.PROBABLE and line.statement.section.role != "past_history" for w in line.words.text}
    intent = (
        "undetermined" if words & _OPEN and "intent" in words else "self_harm" if words & _SELF_HARM or {"self", "harm"} <= words
        else "accidental" if words & _ACCIDENT else ""
    )  # fmt: skip
    causes: dict[str, Condition] = {}
    for agent, lines in found.values():
        candidates = [_candidate_of(case, line) for line in lines]
        poison = Condition([agent.poisoning], candidates, standards=["FS.XIX.02"])
        case.conditions.append(poison)
        if intent:
            candidate = candidates[0]
            told = {"self_harm": agent.self_harm, "accidental": agent.accidental, "undetermined": agent.undetermined}[intent]
            code = _with_place(case, told, candidate)
            causes.setdefault(code, Condition([code], [candidate], standards=["FS.XIX.02"])).follows = poison
    case.conditions += list(causes.values())
    if not intent:
        case.queries.append(
            Query("Intent of the overdose", "Whether it was accidental, self-harm or undetermined is not stated.", blocking=True,
                  codes=tuple(found))
        )  # fmt: skip


def _candidate_of(case: Case, line: Line) -> Candidate:
    """A candidate that quotes a whole line: for codes that a standard adds from its words."""
    known = next((c for c in case.record.candidates if c.line is line), None)
    s = line.statement
    entry = _whole_line_entry()
    return Candidate(line, entry, entry, (), 0, s.start, s.end, 0, 2, [], known.order if known else len(case.record.candidates))


def _whole_line_entry() -> Entry:
    return Entry("words of the record", "cause", "standard", [], trail="words of the record")


@standard(
    "FS.XX.03", "XX",
    "A harmful effect of a drug given correctly is recorded as the effect followed by Y40-Y59, when the record links the two.",
    examples=(
        ("Diagnosis: acute kidney injury due to ramipril", "N17.9 Y52.4"),
        ("Diagnosis: drug rash due to penicillin", "L27.0 Y40.0"),
        ("Diagnosis: headache due to nifedipine", "G44.4 Y52.1"),
        ("Diagnosis: hypotension due to ramipril", "I95.2 Y52.4"),
    ),
)  # fmt: skip
def adverse_effect(case: Case, tables: Tables) -> None:
    for condition in list(case.conditions):
        if condition.first.kind != "problem" or (condition.code[0] in "STVWXYZ" and condition.code[:3] not in ("T78", "T88")):
            continue
        loose = condition.code in tables.adverse.loose
        for candidate in condition.candidates:
            agent = _linked_agent(case, candidate, loose=loose, classes=tables.adverse.classes)
            if agent is not None and case.having(agent.poisoning):
                continue  # taken in overdose: the poisoning says it
            if agent is not None and not _given_for(tables, agent, condition.code):
                named = next((to for code, to in tables.adverse.names.items() if condition.code.startswith(code)), "")
                if named:
                    condition.codes[0] = named
                    condition.standards.append("FS.XX.03")
                if not any(c.code == agent.adverse for c in case.conditions):
                    case.conditions.append(Condition([agent.adverse], [candidate], standards=["FS.XX.03"], follows=condition))
                break


def _given_for(tables: Tables, agent: Agent, effect: str) -> bool:
    """Whether the drug is what the effect is treated with."""
    return any(agent.adverse.startswith(adverse) and effect in effects for adverse, effects in tables.adverse.treats)


def _linked_agent(case: Case, candidate: Candidate, *, loose: bool, classes: Collection[str]) -> Agent | None:
    """The drug that the sentence names as the cause: "<effect> due to <drug>", "<drug>-induced <effect>".

    Typical effects of drugs (`loose`) need no more than "after" or "with", or the drug's name beside them.
    """
    document = candidate.statement.document
    text = case.record.tokens[document].text
    lines = case.record.sentence(candidate)
    first = min(line.statement.first for line in lines)
    last = max(line.statement.last for line in lines)
    cues = [i for i in range(first, last) if text[i] in _FIRM or (loose and text[i] in _LOOSE)]
    if not cues and not loose:
        return None
    effect = candidate.line.words.first[candidate.first]
    linked: list[Agent] = []
    others: list[Candidate] | None = None
    for line in lines:
        if line.statement.whether > Whether.PROBABLE or line.statement.section.role == "allergy":
            continue
        for position, agent in case.agents.within(line.words.text):
            at = line.words.first[position]
            if agent.adverse in ("", "-"):
                continue  # "drug rash": no drug is named
            if others is None:
                others = _others_of_sentence(case, candidate)
            if any(_between(other, cues, at) for other in others):
                continue
            beside = loose and abs(at - effect) <= 2 and len(line.words.text) <= 4
            if beside or any(_links(text[cue], cue, at, effect) for cue in cues):
                linked.append(agent)
    return next((a for a in linked if a.name not in classes), linked[0] if linked else None)


def _others_of_sentence(case: Case, candidate: Candidate) -> list[Candidate]:
    """The other problems that the sentence of a candidate names."""
    here = candidate.statement
    return [
        c for c in case.record.candidates
        if c.statement.sentence == here.sentence and c.statement.document == here.document
        and c.kind == "problem" and c.codes[:1] != candidate.codes[:1]
    ]  # fmt: skip


def _between(other: Candidate, cues: list[int], drug: int) -> bool:
    """Whether another condition stands between a cue and the drug: "dysphagia due to reflux, on omeprazole"."""
    at = other.line.words.first[other.first]
    return any(cue < at < drug for cue in cues)


def _links(cue: str, place: int, drug: int, effect: int) -> bool:
    """Whether a cue at a token joins a drug and an effect at theirs."""
    if cue == "induced":
        # "furosemide-induced hypotension"; "drug-induced hypotension (furosemide)"
        return 0 < effect - place <= 4 and (0 < place - drug <= 2 or 0 < drug - effect <= 4)
    if cue in _LOOSE:
        # "itch with morphine"; "after the second dose of amoxicillin wheals"
        return 0 < drug - place <= 4 and (0 < place - effect <= 3 or 0 < effect - drug <= 6)
    return 0 < drug - place <= 6 and 0 <= place - effect <= 8


@standard(
    "FS.XIX.07", "XIX",
    "A complication of care (T80-T88) that the clinician names is followed by the procedure that caused it (Y83, Y84).",
    reference="DCS.XIX.7",
    examples=(
        ("Diagnosis: infected right total knee replacement", "T84.5 Y83.1"),
        ("Diagnosis: postoperative haemorrhage after tonsillectomy", "T81.0 Y83.6"),
        ("Diagnosis: posterior capsule rupture during cataract surgery. Senile cataract.", "H25.9 T81.2 Y60.0"),
    ),
)  # fmt: skip
def complication_of_care(case: Case, tables: Tables) -> None:
    for condition in list(case.conditions):
        if condition.code not in _CARE or (len(condition.codes) > 1 and condition.codes[1][0] == "Y"):
            continue
        if any(c.follows is condition and c.code[0] == "Y" for c in case.conditions):
            continue
        cause, candidate = _care_cause(case, tables, condition)
        if cause:
            case.conditions.append(Condition([cause], [candidate], standards=["FS.XIX.07"], follows=condition))


def _care_cause(case: Case, tables: Tables, condition: Condition) -> tuple[str, Candidate]:
    """The procedure that the sentence of a complication names, else the operation of this episode; "" where neither is there."""
    sentences = {(c.statement.document, c.statement.sentence) for c in condition.candidates}
    near = [
        c for c in _causes(case, tables)
        if c.codes[0].startswith(("Y6", "Y83", "Y84")) and (c.statement.document, c.statement.sentence) in sentences
    ]  # fmt: skip
    if near:
        best = max(near, key=lambda c: c.size)
        return best.codes[0], best
    named = _procedure_behind(case, tables, condition, _AFTER)
    if named is not None:
        return named
    if condition.code.startswith(("T80", "T81")):
        for thing in case.interventions:
            to = next((code for codes, code in tables.care_cause if thing.code in codes), "")
            if to:
                return to, thing.first
    return "", condition.first


#: Words of a sentence that say a bruise or haematoma came of a procedure.
_AFTER_CARE = frozenset("postoperative post procedure puncture closure access wound graft site cannula sheath operation".split())


@standard(
    "FS.XIX.08", "XIX",
    "A haematoma is an injury only after an injury: with no such event it is a complication of the procedure that its words name, or nothing.",
    examples=(
        ("Diagnosis: bruised knee, fell at home", "S80.0 W19.0"),
        ("Diagnosis: postoperative haematoma of the wound", "T81.0"),
    ),
)  # fmt: skip
def haematoma_after_procedure(case: Case, tables: Tables) -> None:
    bruises = [c for c in case.conditions if c.code[0] == "S" and c.code[2] == "0" and c.first.kind == "problem"]
    if not bruises or len(bruises) < sum(c.code in _INJURY for c in case.conditions):
        return
    if any(c.codes[0].startswith(("V", "W", "X", "Y0")) for c in _causes(case, tables)) or not case.interventions:
        return
    for condition in bruises:
        words = {w for c in condition.candidates for w in _words_of_sentence(case, c)}
        if words & _AFTER_CARE:
            condition.codes = ["T81.0"]
            condition.standards.append("FS.XIX.08")
        else:
            case.drop([condition], "no injury in this episode", "FS.XIX.08")


@standard(
    "FS.XIX.01", "XIX",
    "Injuries and poisonings of the past are not coded as injuries of this episode; head injury precedes skull fracture.",
    reference="DCS.XIX.1",
    examples=(
        ("Diagnosis: skull vault fracture and traumatic subarachnoid haemorrhage. Fell down stairs at home.", "S06.60 S02.00 W10.0"),
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
_TRAUMATIC = {"I62.0": "S06.5", "I60.9": "S06.6", "I61.9": "S06.3", "I62.1": "S06.4", "I62.9": "S06.8", "J93.9": "S27.0", "J94.2": "S27.2"}


@standard(
    "FS.XIX.03", "XIX",
    "Bleeding in the head or chest of a patient who is injured in this event is the injury, not the disease.",
    examples=(
        ("Diagnosis: acute subdural haematoma, scalp laceration. Fell down stairs at home.", "S06.50 S01.0 W10.0"),
        ("Diagnosis: chronic subdural haematoma", "I62.0"),
    ),
)  # fmt: skip
def traumatic_bleeding(case: Case, tables: Tables) -> None:
    if not any(c.code in _INJURY for c in case.conditions):
        return
    if not any(c.codes[0].startswith(("V", "W", "X", "Y0")) for c in _causes(case, tables)):
        return
    for condition in case.conditions:
        if condition.code in _TRAUMATIC and condition.first.kind == "problem":
            condition.codes[0] = _TRAUMATIC[condition.code]
            condition.standards.append("FS.XIX.03")


@standard(
    "FS.XIX.04", "XIX",
    "A burn is one code for each site at its deepest degree; burns of several regions (T29) are not used where the sites are known, and "
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
    "Each injury is recorded by site and kind; codes for several regions (T00-T07) only where the record gives no detail.",
    examples=(
        ("Diagnosis: multiple injuries. Fractured left femur shaft, laceration of scalp. Fell from ladder at home.", "S72.30 S01.0 W11.0"),
        ("Diagnosis: bilateral fractures of the calcaneum. Fell from ladder at home.", "S92.00 W11.0"),
    ),
)  # fmt: skip
def several_injuries(case: Case, tables: Tables) -> None:
    tabular.apply(case, tables, "FS.XIX.05")


_POSTPROCEDURAL = Ranges("E89 G97 H59 H95 I97 J95 K91 M96 N99")
_AFTER = frozenset(("after", "following", "post", "complicating"))
_CALLED = frozenset(("complication", "complicating"))


@standard(
    "FS.XIX.09", "XIX",
    "A condition that the record calls a complication of a procedure, or that is postprocedural by name, is recorded itself, followed by "
    "the kind of procedure.",
    reference="DCS.XIX.7",
    examples=(
        ("Diagnosis: lymphoedema following mastectomy", "I97.2 Y83.6"),
        ("Diagnosis: pulmonary embolism complicating hysterectomy", "I26.9 Y83.6"),
        ("Diagnosis: pneumonia. PMH: hip replacement", "J18.9 Z96.6"),
    ),
)  # fmt: skip
def postprocedural(case: Case, tables: Tables) -> None:
    for condition in list(case.conditions):
        if condition.code[0] in "RSTUVWXYZ" or condition.first.kind != "problem" or len(condition.codes) > 1:
            continue
        if any(c.follows is condition and c.code[0] == "Y" for c in case.conditions):
            continue
        words = _AFTER if condition.code in _POSTPROCEDURAL else _CALLED
        cause, candidate = _procedure_behind(case, tables, condition, words) or ("", condition.first)
        if cause:
            case.conditions.append(Condition([cause], [candidate], standards=["FS.XIX.09"], follows=condition))


def _procedure_behind(
    case: Case, tables: Tables, condition: Condition, words: frozenset[str]
) -> tuple[str, Candidate] | None:
    """The kind of procedure that a sentence joins a condition to ("bleeding after tonsillectomy"), and where it says so."""
    for effect in condition.candidates:
        for cause in case.record.candidates:
            if cause.kind in ("procedure", "cause") and cause.codes and due_to(case, effect, cause, words):
                own = cause.codes[0] if cause.codes[0].startswith(("Y83", "Y84")) else ""
                to = own or next((to for codes, to in tables.care_cause if cause.codes[0] in codes), "")
                if to:
                    return to, cause
    return None


@standard(
    "FS.XIX.06", "XIX",
    "Alcohol taken with a drug in an overdose is a poisoning (T51) with the intent of the overdose, not intoxication.",
    examples=(
        ("Diagnosis: deliberate overdose of paracetamol and alcohol at home", "T39.1 X60.0 T51.0 X65.0"),
        ("Diagnosis: alcohol intoxication", "F10.0"),
    ),
)  # fmt: skip
def alcohol_with_drugs(case: Case, tables: Tables) -> None:
    if any(c.code in _DRUGS for c in case.conditions) and case.having("T51"):
        case.drop(case.having("F10.0"), "recorded as poisoning", "FS.XIX.06")
