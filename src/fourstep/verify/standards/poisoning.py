"""Chapters XIX and XX: poisoning with the intent of it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from fourstep.analyse.statements import When, Whether, Who
from fourstep.assign.agents import Agent
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Evidence, Query
from fourstep.locate.candidates import Candidate, Line
from fourstep.locate.index import Entry
from fourstep.verify.registry import standard
from fourstep.verify.standards.injury import with_place

_DRUGS = Ranges("T36-T50")
_OVERDOSE = frozenset("overdose overdosed poisoning".split())
_SELF_HARM = frozenset("intentional intentionally deliberate deliberately suicide suicidal suicid impulsive impulsively".split())
#: Words that only together tell of self-harm: "to end her life".
_TO_DIE = (
    {"self", "harm"}, {"end", "life"}, {"want", "die"}, {"wanted", "die"},
    {"kill", "self"}, {"kill", "herself"}, {"kill", "himself"},
)
_PURPOSE = _SELF_HARM.union(*_TO_DIE)
_TAKEN = frozenset("took taken ingested swallowed take ingest swallow".split())
#: Acetylcysteine, antidotes and chelating agents, naloxone and its like.
_ANTIDOTES = frozenset(("T48.4", "T50.6", "T50.7"))
_EATEN = frozenset(("ingestion",))
_SWALLOWED = _OVERDOSE | _EATEN
_ACCIDENT = frozenset("accidental accidentally inadvertent inadvertently mistake unintentional unintentionally faulty".split())
_OPEN = frozenset(("undetermined",))
_ON_PURPOSE_OR_NOT = _ACCIDENT | _SELF_HARM


def _taken_to_die(case: Case, line: Line) -> bool:
    """Whether a sentence says that something was taken and why: "took 32 paracetamol, suicidal intent"."""
    beside = case.record.by_sentence.get((line.statement.document, line.statement.sentence), ())
    words = {w for other in beside if other.statement.whether <= Whether.PROBABLE for w in other.words.text}
    return not _TAKEN.isdisjoint(words) and _meant(words)


def _meant(words: AbstractSet[str]) -> bool:
    """Whether words tell that harm was meant."""
    return not _SELF_HARM.isdisjoint(words) or any(both <= words for both in _TO_DIE)


def _eaten(line: Line) -> bool:
    """Whether a drug was swallowed by accident or to come to harm: "accidental amlodipine ingestion"."""
    words = line.words.text
    return not _EATEN.isdisjoint(words) and not _ON_PURPOSE_OR_NOT.isdisjoint(words)


def _agents_near(case: Case, line: Line) -> list[Agent]:
    key = (line.statement.document, line.statement.sentence)
    out: list[Agent] = []
    for other in case.record.by_sentence.get(key, ()):
        if other.statement.whether <= Whether.PROBABLE:
            out += [a for _, a in case.agents.within(other.words.text) if a not in out]
    # what it is treated with is no poison: "paracetamol overdose, treated with acetylcysteine"
    return [a for a in out if a.poisoning not in _ANTIDOTES] or out


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
    said = case.record.by_word().keys()
    to_die = not _TAKEN.isdisjoint(said) and _meant(_PURPOSE.intersection(said))
    if not to_die and _SWALLOWED.isdisjoint(said):
        return
    found: dict[str, tuple[Agent, list[Line]]] = {}
    for line in case.record.lines if to_die else case.record.naming(_SWALLOWED):
        s = line.statement
        if (
            s.whether > Whether.PROBABLE
            or s.who is not Who.PATIENT
            or s.when is not When.CURRENT
            or s.section.role in ("past_history", "advice", "medication")
        ):
            continue
        if _OVERDOSE.isdisjoint(line.words.text) and not _eaten(line) and not (to_die and _taken_to_die(case, line)):
            continue
        for agent in _agents_near(case, line):
            found.setdefault(agent.poisoning, (agent, []))[1].append(line)
    if len(found) > 1:
        found.pop("T50.9", None)  # the tablets are those of the drug that is named
    if not found:
        return
    words = {
        w
        for line in case.record.lines
        if line.statement.whether <= Whether.PROBABLE and line.statement.section.role != "past_history"
        for w in line.words.text
    }
    intent = (
        "undetermined"
        if words & _OPEN and "intent" in words
        else "self_harm"
        if _meant(words)
        else "accidental"
        if words & _ACCIDENT
        else ""
    )
    causes: dict[str, Condition] = {}
    drug = next((lines for agent, lines in found.values() if not agent.poisoning.startswith("T51")), None)
    for agent, lines in sorted(found.values(), key=lambda item: item[0].poisoning.startswith("T51")):
        candidates = [_candidate_of(case, line) for line in lines]
        told: list[Evidence] = []
        if drug is not None and agent.poisoning.startswith("T51"):
            # it stands behind the drugs: placed by their words, proved by its own
            told = [q for c in candidates for q in case.record.evidence(c)[:1]]
            candidates = [_candidate_of(case, line) for line in drug]
        poison = Condition([agent.poisoning], candidates, standards=["FS.XIX.02"], extra_evidence=told)
        case.conditions.append(poison)
        if intent:
            candidate = candidates[0]
            cause = {"self_harm": agent.self_harm, "accidental": agent.accidental, "undetermined": agent.undetermined}[
                intent
            ]
            code = with_place(case, cause, candidate)
            causes.setdefault(code, Condition([code], [candidate], standards=["FS.XIX.02"])).follows = poison
    case.conditions += list(causes.values())
    if intent == "self_harm" and words & (_ACCIDENT | {"accident"}):
        case.queries.append(
            Query(
                "Intent of the overdose", "One note calls it an accident and another tells of self-harm. Which was it?",
                codes=tuple(c for c in causes),
            )
        )  # fmt: skip
    if not intent:
        case.queries.append(
            Query(
                "Intent of the overdose",
                "Whether it was accidental, self-harm or undetermined is not stated.",
                blocking=True,
                codes=tuple(found),
            )
        )


@standard(
    "FS.XX.05", "XX",
    "A cut with a sharp object in a stay for deliberate self-poisoning is deliberate (X78), unless the record calls it an "
    "accident.",
    verified=False,
    examples=(
        (
            "Diagnosis: intentional overdose of paracetamol at home. Laceration of left wrist, kitchen knife.",
            "T39.1 X60.0 S61.9 X78.0",
        ),
        ("Diagnosis: laceration of left wrist, kitchen knife at home", "S61.9 W26.0"),
    ),
)  # fmt: skip
def cut_as_well(case: Case, tables: Tables) -> None:
    if not case.having("X60", "X61", "X62", "X63", "X64", "X65"):
        return
    for cut in case.having("W25", "W26"):
        if not any(_ACCIDENT.intersection(case.record.sentence_words(c)) for c in cut.candidates):
            cut.codes = [f"X78.{cut.code[4:]}"]
            cut.standards.append("FS.XX.05")


def _candidate_of(case: Case, line: Line) -> Candidate:
    """A candidate that quotes a whole line: for codes that a standard adds from its words."""
    s = line.statement
    # its place is that of the next thing named, also where the line names nothing else
    known = (c.order for c in case.record.candidates if c.statement.document == s.document and c.end >= s.start)
    order = min(known, default=len(case.record.candidates))
    entry = _whole_line_entry()
    return Candidate(line, entry, entry, (), 0, s.start, s.end, 0, 2, [], order)


def _whole_line_entry() -> Entry:
    return Entry("words of the record", "cause", "standard", [], trail="words of the record")


@standard(
    "FS.XIX.06", "XIX",
    "Alcohol taken with a drug in an overdose is a poisoning (T51) with the intent of the overdose, not intoxication.",
    examples=(
        ("Diagnosis: deliberate overdose of paracetamol and alcohol at home", "T39.1 X60.0 T51.0 X65.0"),
        ("Diagnosis: deliberate paracetamol overdose at home. Alcohol intoxication.", "T39.1 X60.0 T51.0 X65.0"),
        ("Diagnosis: alcohol intoxication", "F10.0"),
    ),
)  # fmt: skip
def alcohol_with_drugs(case: Case, tables: Tables) -> None:
    drugs = [c for c in case.conditions if c.code in _DRUGS and "FS.XIX.02" in c.standards]
    drunk = case.having("F10.0")
    if not drugs or not drunk:
        return
    if not case.having("T51"):
        agent = next((a for _, a in case.agents.within(["alcohol"])), None)
        intents = {c.code[:3] for c in case.conditions if c.follows is not None and c.follows.code in _DRUGS}
        cause = agent and next((code for code, of in _intents(agent) if intents & of), "")
        if agent is None or not cause:
            return
        # it stands behind the drugs: placed by their words, proved by its own
        told = case.record.evidence(drunk[0].first)
        poison = Condition([agent.poisoning], list(drugs[0].candidates), standards=["FS.XIX.06"], extra_evidence=told)
        code = with_place(case, cause, drugs[0].first)
        case.conditions += [
            poison,
            Condition([code], list(drugs[0].candidates), standards=["FS.XIX.06"], follows=poison),
        ]
    case.drop(drunk, "recorded as poisoning", "FS.XIX.06")


def _intents(agent: Agent) -> list[tuple[str, set[str]]]:
    """The external causes of an agent, each with the categories of other agents that share its intent."""
    return [
        (agent.accidental, {f"X{n}" for n in range(40, 50)}),
        (agent.self_harm, {f"X{n}" for n in range(60, 70)}),
        (agent.undetermined, {f"Y{n}" for n in range(10, 20)}),
    ]
