"""Chapter XX: harmful effects of drugs given correctly."""

from __future__ import annotations

import re

from fourstep.analyse.statements import Whether
from fourstep.analyse.words import tokenise
from fourstep.assign.agents import Agent
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate
from fourstep.verify.registry import standard

_FIRM = frozenset("due secondary cause caused induced related triggered precipitated attributed reaction".split())
#: Before "induced", words that name no drug: it stands behind, "drug-induced hypotension (furosemide)".
_NO_DRUG = frozenset("drug drugs medication medicine iatrogenic".split())
#: What a sentence of its own begins with that blames a drug for the condition before it.
_BLAMED = frozenset("triggered precipitated secondary due cause caused attributed culprit precipitant".split())
_LOOSE = frozenset("after with from post".split())
#: Between two conditions: the second is an item of its own.
_NEXT_ITEM = frozenset(";,.")
_REACH = 12  # tokens from an effect to "due to": "delirium on nights 2 to 4 (4AT 8) felt due to oxycodone"
_FIRM_OR_LOOSE = _FIRM | _LOOSE
#: Before "with": the drug behind it is what the effect is treated with.
_TREATED = frozenset(
    "settled treated managed controlled relieved covered improved eased resolved helped responded better corrected".split()
)
#: Before a drug: it was not taken.
_WITHOUT = frozenset(
    "stopping stopped omitting omitted missed missing withholding withheld stop non-compliance noncompliance "
    "non-adherence nonadherence compliance adherence concordance non-concordance ran withdrawal without not lack running".split()
)


@standard(
    "FS.XX.03", "XX",
    "A harmful effect of a drug given correctly is recorded as the effect followed by Y40-Y59, when the record "
    "links the two.",
    examples=(
        ("Diagnosis: hypoglycaemia due to gliclazide. PMH: T2DM", "E16.0 Y42.3 E11.9"),
        ("Diagnosis: diabetes due to steroids", "E13.9 Y42.0"),
        ("Diagnosis: steroid induced osteoporosis", "M81.49 Y42.0"),
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
            linked = _linked_agents(case, candidate, loose=loose) or _told_behind(case, candidate)
            # "penicillin rash, settled with prednisolone": of two drugs the one it is not treated with
            blamed = [a for a in linked if not _given_for(tables, a, condition.code)]
            agent = next((a for a in blamed if a.name not in tables.adverse.classes), blamed[0] if blamed else None)
            if agent is not None and case.having(agent.poisoning):
                continue  # taken in overdose: the poisoning says it
            if agent is not None:
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


def _linked_agents(case: Case, candidate: Candidate, *, loose: bool) -> list[Agent]:
    """The drugs that the sentence names as the cause: "<effect> due to <drug>", "<drug>-induced <effect>".

    Typical effects of drugs (`loose`) need no more than "after" or "with", or the drug's name beside them.
    """
    document = candidate.statement.document
    text = case.record.tokens[document].text
    lines = case.record.sentence(candidate)
    first, last = lines[0].statement.first, lines[-1].statement.last
    effect = candidate.line.words.first[candidate.first]
    end = candidate.line.words.first[candidate.mask.bit_length() - 1]  # of "steroid induced osteoporosis" the effect
    # "low sodium from indapamide": the drug directly behind its effect
    among = _FIRM_OR_LOOSE if loose else _FIRM
    cues = [
        i for i in range(first, last)
        if (text[i] in among or (i == end + 1 and text[i] == "from")) and not (text[i] == "with" and text[i - 1] in _TREATED)
    ]  # fmt: skip
    if not cues and not loose:
        return []
    linked: list[Agent] = []
    others: list[Candidate] | None = None
    for line in lines:
        if line.statement.whether > Whether.PROBABLE or line.statement.section.role == "allergy":
            continue
        for position, agent in case.agents.within(line.words.text):
            at = line.words.first[position]
            if agent.adverse in ("", "-"):
                continue  # "drug rash": no drug is named
            if not _WITHOUT.isdisjoint(text[max(first, at - 5) : at]):
                continue  # "heart failure due to stopping diuretics": the want of it
            # of "co-amoxiclav induced hepatitis" the last part of the name
            tail = at + 2 * agent.name.count("-") if text[at + 1 : at + 2] == ["-"] else at
            if others is None:
                others = _others_of_sentence(case, candidate)
            if any(_between(other, cues, at) for other in others):
                continue
            own = [cue for cue in cues if not any(_ends_before(other, text, end, cue) for other in others)]
            apart = ";" in text[min(at, effect) : max(at, effect)]  # "settled with naloxone; constipation treated"
            beside = loose and abs(at - effect) <= 2 and len(line.words.text) <= 4 and not apart
            named = any(text[cue] == "induced" and effect <= cue < end and _links("induced", cue, tail, end) for cue in cues)
            behind = 0 < at - effect <= 4 and any(
                text[cue] == "induced" and 0 < effect - cue <= 4 and _unnamed(text, cue) for cue in cues
            )
            near = end + 1 in cues and text[end + 1] == "from" and 0 < at - end <= 7  # "from anti-TB drugs (rifampicin)"
            if beside or named or behind or near or any(_links(text[cue], cue, tail if cue > at else at, effect) for cue in own):
                linked.append(agent)
    return linked


def _told_behind(case: Case, candidate: Candidate) -> list[Agent]:
    """The drugs that the next sentence blames, before it names a condition: "Pemphigoid. Probably triggered by a gliptin"."""
    here = candidate.statement
    place = (here.document, here.sentence + 1)
    lines = case.record.by_sentence.get(place, [])
    if not lines or _others_of_sentence(case, candidate):
        return []
    text = case.record.tokens[here.document].text
    first = lines[0].statement.first
    if _BLAMED.isdisjoint(text[first : first + 4]):
        return []
    others = [c.line.words.first[c.first] for c in case.record.found_in(*place) if c.kind == "problem"]
    return [
        agent for line in lines if line.statement.whether <= Whether.PROBABLE
        for at, agent in case.agents.within(line.words.text)
        if agent.adverse not in ("", "-") and not any(other < line.words.first[at] for other in others)
    ]  # fmt: skip


def _others_of_sentence(case: Case, candidate: Candidate) -> list[Candidate]:
    """The other problems that the sentence of a candidate names."""
    here = candidate.statement
    return [
        c for c in case.record.found_in(here.document, here.sentence)
        if c.kind == "problem" and c.codes[:1] != candidate.codes[:1]
    ]  # fmt: skip


def _between(other: Candidate, cues: list[int], drug: int) -> bool:
    """Whether another condition stands between a cue and the drug: "dysphagia due to reflux, on omeprazole"."""
    at = other.line.words.first[other.first]
    return any(cue < at < drug for cue in cues)


def _ends_before(other: Candidate, text: list[str], end: int, cue: int) -> bool:
    """Whether the list has gone on to another condition before the cue: "asthma; low sodium due to sertraline"."""
    at = other.line.words.first[other.first]
    return end < at < cue and not _NEXT_ITEM.isdisjoint(text[end + 1 : at])


def _unnamed(text: list[str], cue: int) -> bool:
    """Whether what stands before "induced" is no name of a drug."""
    return not _NO_DRUG.isdisjoint(text[max(cue - 2, 0) : cue])


def _links(cue: str, place: int, drug: int, effect: int) -> bool:
    """Whether a cue at a token joins a drug and an effect at theirs."""
    if cue == "related":  # "chemo related mucositis"; "mucositis, chemo related"
        return 0 < place - drug <= 2 and (0 < effect - place <= 4 or 0 < drug - effect <= 8)
    if cue == "induced":
        # "furosemide-induced hypotension"; "hypotension, furosemide induced"
        return 0 < place - drug <= 2 and (0 < effect - place <= 4 or 0 < drug - effect <= 8)
    if cue == "reaction" and 0 < place - drug <= 2 and 0 < effect - place <= 6:
        return True  # "acetylcysteine reaction - urticaria"
    if cue in _LOOSE:
        # "itch with morphine"; "after the second dose of amoxicillin wheals"
        return 0 < drug - place <= 4 and (0 < place - effect <= 3 or 0 < effect - drug <= 6)
    if cue == "caused" and 0 < place - drug <= 14 and 0 < effect - place <= 4:
        return True  # "oxybutynin, started in March, was felt to have caused the retention"
    return 0 < drug - place <= 6 and 0 <= place - effect <= _REACH


_BY_NAME = Ranges("T88.7 L27.0 L27.1 G44.4 E16.0 I95.2 G25.1 M10.2")
#: The same, where the record may say elsewhere which drug it was: "drug induced hepatitis ... this was put down to isoniazid".
_MAY_BE_BLAMED = Ranges("T88.7 T80.8 K71 L27.0 L27.1 G44.4 E16.0 I95.2 G25.1 M10.2 K85.3 D59.2 G62.0 N14.1")
_PUT_DOWN = re.compile(
    r"\b(?:this|which|it|these|that)\s+(?:(?:was|were|is|are|has|been|felt|thought|to|be|probably|likely|most)\s+){1,5}"
    r"(?:put down to|attributed to|blamed on|ascribed to|due to|secondary to|caused by)\s+([^.;\n]{3,60})",
    re.IGNORECASE,
)
_INFUSIONS = Ranges("X28-X29 X35 X72 X92 X96")
_DRUG_EFFECTS = Ranges("Y40-Y57")
_UNKNOWN = frozenset(("unspecified", "unknown"))


@standard(
    "FS.XX.04", "XX",
    "A code that is an effect of a drug by name is followed by the drug (Y40-Y59); a drug that the record calls "
    "unknown is Y57.9, and one "
    "that it leaves out is queried.",
    examples=(
        ("Diagnosis: adverse reaction to unknown drug", "T88.7 Y57.9"),
        ("Diagnosis: adverse drug reaction to codeine", "T88.7 Y45.0"),
        ("Diagnosis: drug rash", "L27.0"),
        ("Diagnosis: drug induced hepatitis. This was put down to isoniazid.", "K71.9 Y41.1"),
    ),
)  # fmt: skip
def drug_not_named(case: Case, tables: Tables) -> None:
    for condition in list(case.conditions):
        if condition.code not in _MAY_BE_BLAMED or len(condition.codes) > 1 or condition.first.kind != "problem":
            continue
        if any(c.follows is not None and c.follows.code == condition.code and c.code[0] == "Y" for c in case.conditions):
            continue
        blamed = _put_down_to(case) or _infused(case, condition)
        if len(blamed) == 1:
            case.conditions.append(Condition([blamed.pop()], [condition.first], standards=["FS.XX.04"], follows=condition))
            continue
        if condition.code not in _BY_NAME:
            continue
        words = {w for c in condition.candidates for w in case.record.sentence_words(c)}
        if words & _UNKNOWN:
            case.conditions.append(Condition(["Y57.9"], list(condition.candidates), standards=["FS.XX.04"], follows=condition))
        else:
            if condition.code == "T88.7" and any(c.code in _DRUG_EFFECTS and c.follows is not condition for c in case.conditions):
                case.drop([condition], "the effect is recorded with its drug", "FS.XX.04")
                continue
            about = f"Drug behind {case.icd10.title(condition.code).lower()}"
            case.queries.append(
                Query(
                    about,
                    "The record names an effect of a drug, and not the drug.",
                    tuple(case.record.evidence(condition.first)[:1]),
                    codes=(condition.code,),
                )
            )


def _put_down_to(case: Case) -> set[str]:
    """The drugs, as external causes, that a sentence of the record blames for what it told before."""
    found: set[str] = set()
    for document in case.episode.documents:
        for match in _PUT_DOWN.finditer(document.text):
            found |= {a.adverse for _, a in case.agents.within(tokenise(match[1]).text) if a.adverse not in ("", "-")}
    return found


def _infused(case: Case, condition: Condition) -> set[str]:
    """The drug, as external cause, whose infusion a day case came for, where it is the infusion that was not borne."""
    if not any("infusion" in c.line.words.text for c in condition.candidates):
        return set()
    return {
        a.adverse for i in case.interventions if i.code in _INFUSIONS for c in i.candidates
        for _, a in case.agents.within(c.line.words.text) if a.adverse not in ("", "-")
    }  # fmt: skip
