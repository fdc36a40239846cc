"""Chapter XIX: complications of care, with the kind of procedure that they came of."""

from __future__ import annotations

import re

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard
from fourstep.verify.standards.injury import INJURY, causes
from fourstep.verify.standards.tabular import due_to

_CARE = Ranges("T80-T88")
#: What lines and catheters in vessels do: putting one in is no surgical operation.
_OF_LINES = Ranges("T80.2 T82.5 T82.7 T82.8")
_LINES = frozenset("picc hickman line portacath permcath tesio cvc cannula catheter".split())


@standard(
    "FS.XIX.07", "XIX",
    "A complication of care (T80-T88) that the clinician names is followed by the procedure that caused it (Y83, Y84).",
    reference="DCS.XIX.7",
    examples=(
        ("Diagnosis: infected right total knee replacement", "T84.5 Y83.1"),
        ("Diagnosis: postoperative haemorrhage after tonsillectomy", "T81.0 Y83.6"),
        ("Diagnosis: PICC line infection", "T82.7 Y84.8"),
        ("Diagnosis: blocked urinary catheter", "T83.0 Y84.6"),
        ("Diagnosis: perforation of colon during colonoscopy", "T81.2 Y60.4"),
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
    """The procedure that the sentence of a complication names, else the operation of this episode, else ""."""
    sentences = {(c.statement.document, c.statement.sentence) for c in condition.candidates}
    near = [
        c for c in causes(case, tables)
        if c.codes[0].startswith(("Y6", "Y83", "Y84")) and (c.statement.document, c.statement.sentence) in sentences
    ]  # fmt: skip
    if near:
        best = max(near, key=lambda c: (c.size, not c.codes[0].startswith(_OTHER)))
        return best.codes[0], best
    named = _procedure_behind(case, tables, condition, _AFTER)
    if named is not None:
        return named
    if condition.code in _OF_LINES and any(
        _LINES.intersection(case.record.sentence_words(c)) for c in condition.candidates
    ):
        return "Y84.8", condition.first
    if condition.code.startswith(("T80", "T81")):
        return _operation_of(case, tables, condition)
    return "", condition.first


def _operation_of(case: Case, tables: Tables, condition: Condition) -> tuple[str, Candidate]:
    """The kind of what was done in this episode, a surgical operation first; "" where nothing was."""
    told = _kinds_done(case, tables)
    return next((t for t in told if t[0].startswith("Y83")), told[0]) if told else ("", condition.first)


def _kinds_done(case: Case, tables: Tables) -> list[tuple[str, Candidate]]:
    """The procedures of this episode by their kind, as external causes, and where each is told."""
    return [(to, i.first) for i in case.interventions if (to := tables.care_cause.of(i.code) or "")]


#: Kinds of procedure that say little: "laparoscopic cholecystectomy" removes an organ, and is no other operation.
_OTHER = ("Y83.8", "Y83.9", "Y84.8", "Y84.9")


def _procedure_behind(
    case: Case, tables: Tables, condition: Condition, words: frozenset[str]
) -> tuple[str, Candidate] | None:
    """The kind of procedure that a sentence joins a condition to ("bleeding after tonsillectomy"), and where."""
    found: list[tuple[str, Candidate]] = []
    for effect in condition.candidates:
        for cause in case.record.found_in(effect.statement.document, effect.statement.sentence):
            if cause.kind in ("procedure", "cause") and cause.codes and due_to(case, effect, cause, words):
                own = cause.codes[0] if cause.codes[0].startswith(("Y83", "Y84")) else ""
                to = own or tables.care_cause.of(cause.codes[0]) or ""
                if to:
                    found.append((to, cause))
    return next((f for f in found if not f[0].startswith(_OTHER)), found[0] if found else None)


_OPEN_WOUND = Ranges("S01 S11 S21 S31 S41 S51 S61 S71 S81 S91 T01 T14.1")
#: Words of a wound that nobody made in theatre.
_WOUNDED = frozenset(
    "laceration lacerated stab gunshot bite open traumatic penetrating puncture cut contaminated deep sutured".split()
)
#: Words of a sentence that say a bruise or haematoma came of a procedure.
_AFTER_CARE = frozenset(
    "postoperative post procedure puncture closure access wound graft site cannula sheath operation "
    "theatre evacuated evacuation returned drain drains".split()
)


_EMPTIED = frozenset("evacuated evacuation drained aspirated expressed".split())
_GRAFTED = frozenset("graft flap take ssg".split())


@standard(
    "FS.XIX.08", "XIX",
    "A haematoma is an injury only after an injury: with no such event it is a complication of the procedure "
    "that its words name, or nothing.",
    examples=(
        ("Diagnosis: bruised knee, fell at home", "S80.0 W19.0"),
        ("Diagnosis: postoperative haematoma of the wound", "T81.0"),
    ),
)  # fmt: skip
def haematoma_after_procedure(case: Case, tables: Tables) -> None:
    bruises = [
        c for c in case.conditions
        if c.first.kind == "problem" and ((c.code[0] == "S" and c.code[2] == "0") or _of_operation(c))
    ]  # fmt: skip
    if not bruises:
        return
    if len(bruises) < sum(c.code in INJURY for c in case.conditions):
        for bruise in bruises if case.interventions else ():
            words = {w for c in bruise.candidates for w in re.findall(r"[a-z]+", case.record.line_of(c).lower())}
            if words & _EMPTIED and words & _GRAFTED:  # below the graft of a burn, not of the injury
                bruise.codes = ["T81.0"]
                bruise.standards.append("FS.XIX.08")
        return
    if any(c.codes[0].startswith(("V", "W", "X", "Y0")) for c in causes(case, tables)):
        return
    for condition in bruises:
        if _procedure_behind(case, tables, condition, _AFTER) is not None:
            condition.codes = ["T81.0"]
            condition.standards.append("FS.XIX.08")
        elif case.interventions:
            _judge_bruise(case, condition)


def _of_operation(condition: Condition) -> bool:
    """Whether the record only calls it a wound: "neck wound flat" is that of the operation where nobody was hurt."""
    return condition.code in _OPEN_WOUND and all(
        "wound" in c.own_words() and _WOUNDED.isdisjoint(c.line.words.text) for c in condition.candidates
    )


def _judge_bruise(case: Case, condition: Condition) -> None:
    """A bruise beside operations: of the procedure that its words name, or of nothing that this episode treats."""
    if condition.code in _OPEN_WOUND:
        case.drop([condition], "the wound of the operation", "FS.XIX.08")
        return
    words = {w for c in condition.candidates for w in case.record.sentence_words(c)}
    if words & _AFTER_CARE or any(c.role in ("complication", "postop") for c in condition.candidates):
        condition.codes = ["T81.0"]
        condition.standards.append("FS.XIX.08")
    else:
        case.drop([condition], "no injury in this episode", "FS.XIX.08")


_POSTPROCEDURAL = Ranges("E89 G97 H59 H95 I97 J95 K91 M96 N99")
#: Of these, what comes within days of a procedure, not years after one.
_OF_THIS_STAY = Ranges("G97 I97.0-I97.1 I97.8 J95.0-J95.3 J95.8 K91.8")
_AFTER = frozenset(("after", "following", "post", "complicating"))
_CALLED = frozenset(("complication", "complicating"))


@standard(
    "FS.XIX.09", "XIX",
    "A condition that the record calls a complication of a procedure, or that is postprocedural by name, is "
    "recorded itself, followed by "
    "the kind of procedure.",
    reference="DCS.XIX.7",
    examples=(
        ("Diagnosis: lymphoedema following mastectomy", "I97.2 Y83.6"),
        ("Diagnosis: pulmonary embolism complicating hysterectomy", "I26.9 Y83.6"),
        ("Diagnosis: pneumonia. PMH: hip replacement", "J18.9 Z96.6"),
        ("Diagnosis: iatrogenic pneumothorax. Procedure: dual chamber pacemaker.", "J95.8 Y83.1"),
    ),
)  # fmt: skip
def postprocedural(case: Case, tables: Tables) -> None:
    _air_let_in(case, tables)
    for condition in list(case.conditions):
        if condition.code[0] in "RSTUVWXYZ" or condition.first.kind != "problem" or len(condition.codes) > 1:
            continue
        if any(c.follows is condition and c.code[0] == "Y" for c in case.conditions):
            continue
        words = _AFTER if condition.code in _POSTPROCEDURAL else _CALLED
        cause, candidate = _procedure_behind(case, tables, condition, words) or ("", condition.first)
        if not cause and condition.code in _OF_THIS_STAY:
            cause, candidate = _operation_of(case, tables, condition)
        if cause:
            case.conditions.append(Condition([cause], [candidate], standards=["FS.XIX.09"], follows=condition))


#: Behind these a pneumothorax came of what was put in or taken.
_DONE = frozenset("implant implantation insertion procedure biopsy line puncture aspiration pacemaker device wire".split())
_THEREAFTER = _AFTER | {"post-procedure", "postprocedure", "since", "from", "complicated", "by"}


def _air_let_in(case: Case, tables: Tables) -> None:
    """A pneumothorax that is said to be iatrogenic, or to have come after a procedure of this episode, is J95.8."""
    came_of = next(iter(_kinds_done(case, tables)), None)
    for condition in case.having("J93.8", "J93.9", "J95.8"):
        if condition.code == "J95.8" and not any("pneumothorax" in c.line.words.text for c in condition.candidates):
            continue
        words = {w for c in condition.candidates for line in case.record.sentence(c) for w in case.record.surface(line)}
        if "iatrogenic" not in words and (words.isdisjoint(_DONE) or words.isdisjoint(_THEREAFTER) or came_of is None):
            continue
        condition.codes[0] = "J95.8"
        condition.standards.append("FS.XIX.09")
        if came_of is not None:
            case.conditions.append(Condition([came_of[0]], [came_of[1]], standards=["FS.XIX.09"], follows=condition))


@standard(
    "FS.XIX.10", "XIX",
    "An infected wound of an injury is the wound with its organism; T81.4 is for the wound of an operation.",
    examples=(
        ("Diagnosis: open wound of scalp infected with Staph aureus, fell at home", "S01.0 W19.0 B95.6"),
        ("Diagnosis: postoperative wound infection after appendicectomy", "T81.4 Y83.6"),
    ),
)  # fmt: skip
def infected_wound(case: Case, tables: Tables) -> None:
    wounds = [c for c in case.conditions if c.code in _OPEN_WOUND]
    lines = {id(c.line) for wound in wounds for c in wound.candidates}
    for infection in case.having("T81.4"):
        if all(id(c.line) in lines for c in infection.candidates) and not case.interventions:
            case.drop([infection], "the wound of an injury", "FS.XIX.10")
