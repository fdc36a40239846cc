"""How standards that are lines of a table act: one code of several, what combines, what gives way, cause and effect."""

from __future__ import annotations

from itertools import pairwise

from fourstep.analyse.statements import Whether
from fourstep.assign.case import AUTHORITY, Case, Condition
from fourstep.assign.tables import Combination, OneCode, Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Candidate

_DUE = frozenset("due secondary caused attributed complicating result resulting because".split())


def authority(case: Case, condition: Condition) -> int:
    """The highest authority of the documents that name a condition."""
    return max((AUTHORITY.get(case.record.document(c).type, 3) for c in condition.candidates), default=0)


def size(condition: Condition) -> int:
    """The most words that an entry behind a condition uses."""
    return max((c.size for c in condition.candidates), default=0)


def merge(kept: Condition, other: Condition, rule: str) -> None:
    """What was said of the other is evidence for the kept one."""
    kept.candidates += [c for c in other.candidates if c not in kept.candidates]
    kept.standards.append(rule)


def unspecified(code: str) -> bool:
    """Whether a code says no more than its category."""
    return code[4:5] == "9" or (code[:2] == "T2" and code[2:3] in "012345" and code[4:5] == "0")


def apply(case: Case, tables: Tables, identifier: str) -> None:
    """All lines of the tables that belong to a standard."""
    if identifier not in _tabled(case, tables):
        return
    one_of(case, tables, identifier)
    combine(case, tables, identifier)
    give_way(case, tables, identifier)


def _tabled(case: Case, tables: Tables) -> frozenset[str]:
    """The standards whose tables have a line for a code that leads a condition; found anew where those codes have changed."""
    codes, found = case.led(), case.tabled
    if found is None:
        found = case.tabled = frozenset([standard for code in codes for standard in tables.standards_of(code)])
    return found


def one_of(case: Case, tables: Tables, identifier: str) -> None:
    """Leave one code of each category that an episode can carry once."""
    if not tables.has_one_code(identifier):
        return
    groups: dict[int, list[Condition]] = {}
    one_of_code = tables.numbers.one_of
    for condition in case.conditions:
        if condition.candidates[0].kind == "problem":
            for number in one_of_code[condition.codes[0]]:
                if tables.one_code[number].standard == identifier:
                    groups.setdefault(number, []).append(condition)
    for number, found in sorted(groups.items()):
        if len(found) < 2:
            continue
        best = _choose(case, tables.one_code[number], found)
        for other in found:
            if other is not best:
                merge(best, other, identifier)
        case.conditions = [c for c in case.conditions if c is best or not any(c is f for f in found)]


def _choose(case: Case, rule: OneCode, found: list[Condition]) -> Condition:
    if rule.rule == "highest":
        return max(found, key=lambda c: (c.code[4:5] != "9", c.code))
    if rule.rule == "latest":
        return max(found, key=lambda c: max(x.order for x in c.candidates))
    if rule.rule == "order":
        places = {code: i for i, code in enumerate(rule.order)}
        return min(found, key=lambda c: (places.get(c.code[:5], len(places)), -size(c)))
    return max(
        found,
        key=lambda c: (not unspecified(c.code), authority(case, c), size(c), len(c.candidates), -c.order),
    )


def combine(case: Case, tables: Tables, identifier: str) -> None:
    """Record two conditions with the code, or the fixed group, that says both."""
    if identifier not in _tabled(case, tables):
        return
    rows = tables.combinations_of(identifier)
    categories = {c.codes[0][:3] for c in case.conditions}
    for combination in rows:
        if combination.first[:3] in categories and combination.second[:3] in categories and _combine(case, combination):
            categories = {c.codes[0][:3] for c in case.conditions}


def _combine(case: Case, combination: Combination) -> bool:
    first = next((c for c in case.conditions if c.codes[0].startswith(combination.first)), None)
    if first is None:
        return False
    second = next((c for c in case.conditions if c is not first and c.code.startswith(combination.second)), None)
    if second is None:
        return False
    if len(first.codes) == 1 or first.code != combination.result[0]:
        first.codes = list(combination.result)
    else:  # a dagger with another manifestation already
        first.codes += [c for c in combination.result if c not in first.codes]
    first.standards.append(combination.standard)
    if not combination.keep:
        merge(first, second, combination.standard)
        for follower in case.conditions:
            if follower.follows is second:
                follower.follows = first
        case.conditions = [c for c in case.conditions if c is not second]
    twins = [c for c in case.conditions if c is not first and c.codes == first.codes]
    for twin in twins:
        merge(first, twin, combination.standard)
    case.conditions = [c for c in case.conditions if not any(c is t for t in twins)]
    return True


#: A tumour or a lump before its nature is known.
_TUMOUR = Ranges("D37-D48 N63 R22 R91")


def give_way(case: Case, tables: Tables, identifier: str) -> None:
    """Drop what belongs to a recorded condition: its symptoms, its vaguer name, what its title excludes."""
    if not tables.hides_of(identifier):
        return
    hidden_by, hiding = tables.hidden_by(identifier), tables.hiding(identifier)
    for condition in list(case.conditions):
        hidden = hidden_by[condition.codes[0]]
        if not hidden:
            continue
        owners = [
            c for c in case.conditions
            if c is not condition and any(not hidden.isdisjoint(hiding[code]) for code in c.codes) and not incidental(case, c)
        ]  # fmt: skip
        if not owners or _of_a_drug_alone(case, condition, owners):
            continue
        # a comorbidity from the history list does not explain a symptom that the team names as its diagnosis
        symptom = condition.code in tables.symptoms
        named = symptom and any(c.role in ("diagnosis", "conclusion") for c in condition.candidates)
        if symptom and all(_known_before(c) for c in owners) and _told_now(condition):
            continue
        if not named or any(named_as_problem(c) and c.code not in tables.lifelong for c in owners):
            kin = condition.code[:2] == owners[0].code[:2] and condition.code not in tables.symptoms
            if kin or (condition.code in _TUMOUR and owners[0].code[0] == "C"):
                owners[0].vaguer += condition.candidates
            case.drop([condition], f"integral to {owners[0].code}", identifier)


def caused_by_drug(case: Case, condition: Condition) -> bool:
    """Whether an adverse effect explains the condition: then it is one in its own right."""
    return bool(_drugs_behind(case, condition))


def _drugs_behind(case: Case, condition: Condition) -> list[Condition]:
    return [c for c in case.conditions if c.follows is condition and c.code[:2] in ("Y4", "Y5")]


def _of_a_drug_alone(case: Case, condition: Condition, owners: list[Condition]) -> bool:
    """Whether a drug explains the condition and none of its owners.

    Of "bleed - gastric ulcer secondary to naproxen" the drug made the ulcer.
    """
    drugs = _drugs_behind(case, condition)
    said = {(c.statement.document, c.statement.sentence) for drug in drugs for c in drug.candidates}
    both = [o for o in owners if any((c.statement.document, c.statement.sentence) in said for c in o.candidates)]
    for drug in drugs if both else ():
        drug.follows = both[0]
    return bool(drugs) and not both


_INCIDENTAL = frozenset(("incidental", "incidentally"))


def incidental(case: Case, condition: Condition) -> bool:
    """Whether the record calls it incidental wherever it names it: that explains nothing and was not treated."""
    return all(not _INCIDENTAL.isdisjoint(case.record.sentence_words(c)) for c in condition.candidates)


def _known_before(condition: Condition) -> bool:
    """Whether only a history names it: the epilepsy of an old list explains no syncope of which the team found no cause."""
    return all(c.role in ("past_history", "social", "medication", "discharge_medication") for c in condition.candidates)


def _told_now(condition: Condition) -> bool:
    """Whether a symptom is what a record tells of now, not a row of an old list or an examination."""
    told = ("presenting", "history_presenting", "course", "impression", "problem_list")
    return any(c.role in told for c in condition.candidates)


def named_as_problem(condition: Condition) -> bool:
    """Whether a clinician lists the condition, or what it turned out to be, among what the patient has."""
    return any(
        c.kind == "problem"
        and c.role
        in ("diagnosis", "impression", "problem_list", "conclusion", "complication", "course", "secondary_diagnosis")
        for c in (*condition.candidates, *condition.vaguer)
    )


def due_to(case: Case, effect: Candidate, cause: Candidate, words: frozenset[str] = _DUE) -> bool:
    """Whether a sentence says that one condition came of another: "effect due to cause", and nothing else between."""
    here, there = effect.statement, cause.statement
    if (here.document, here.sentence) != (there.document, there.sentence) or cause.whether > Whether.PROBABLE:
        return False
    text = case.record.tokens[here.document].text
    start, end = effect.line.words.first[effect.first], cause.line.words.first[cause.first]
    return start < end and end - start <= 14 and bool(words.intersection(text[start:end]))


def link(case: Case, tables: Tables, identifier: str) -> None:
    """Record what the record says a recorded condition caused with the codes of the link."""
    if identifier not in _tabled(case, tables):
        return
    possible = _effects(case, tables)
    for number, rule in enumerate(tables.links):
        if number not in possible or rule.standard != identifier:
            continue
        for effect in [c for c in case.conditions if c.code in rule.effect and c.first.kind == "problem"]:
            cause = next(
                (
                    c for c in case.conditions
                    if c is not effect and c.code in rule.cause
                    and (
                        any(due_to(case, e, x) or _says_both(e, x) for e in effect.candidates for x in c.candidates)
                        or any(_all_of_it(case, e) or _in_brackets(case, e) for e in effect.candidates if c.code in _DIABETES)
                    )
                ),
                None,
            )  # fmt: skip
            if cause is None:
                continue
            kept = effect.codes
            codes = [code.replace("*", cause.code[:3]) for code in rule.result if code != "="]
            if cause.code == codes[0] != effect.code:
                effect.follows = cause
                continue
            effect.codes = codes
            possible = _effects(case, tables) | possible
            effect.standards.append(identifier)
            if codes[0][:3] in tables.asterisk and cause.follows is None:
                effect.follows = cause
            if "=" in rule.result:
                place = case.conditions.index(effect) + 1
                case.conditions.insert(
                    place, Condition(kept, list(effect.candidates), standards=[identifier], follows=effect)
                )


def _effects(case: Case, tables: Tables) -> frozenset[int]:
    """Numbers of the links whose effect is among the recorded conditions."""
    return frozenset().union(*[tables.effects(c.codes[0]) for c in case.conditions])


_DIABETES = Ranges("E10-E14")
_ALL = frozenset(("all", "both", "each"))


def _all_of_it(case: Case, effect: Candidate) -> bool:
    """Whether the sentence says behind a list that all of it is diabetic: "retinopathy, CKD 4 (all diabetic)"."""
    lines = case.record.sentence(effect)
    text = case.record.tokens[effect.statement.document].text[lines[0].statement.first : lines[-1].statement.last]
    return any(a in _ALL and b == "diabetic" for a, b in pairwise(text))


def _in_brackets(case: Case, effect: Candidate) -> bool:
    """Whether the adjective alone stands behind it and closes a bracket: "CLTI (PAD, diabetic)", "neuropathy (diabetic)"."""
    tokens = case.record.tokens[effect.statement.document]
    words = effect.line.words
    at = words.last[effect.mask.bit_length() - 1] + 1 if effect.mask else len(tokens.text)
    behind = tokens.text[at : at + 3]
    return behind in ([",", "diabetic", ")"], ["(", "diabetic", ")"])


def _says_both(effect: Candidate, cause: Candidate) -> bool:
    """Whether the index has found cause and effect in one phrase: "kidney disease due to diabetes"."""
    return effect.line is cause.line and bool(effect.mask & cause.mask) and len(cause.codes) > 1
