"""How far a cue reaches: from the marks on the segments of a sentence to the assertion of each segment."""

from __future__ import annotations

from itertools import pairwise

from fourstep.analyse.cues import (
    ALLERGY,
    CLAUSE,
    LIST,
    MOTHER,
    PAIR,
    PHRASE,
    SENTENCE,
    WHEN,
    WHETHER,
    WHO,
    Cue,
    Effect,
    proofs,
)
from fourstep.analyse.cutting import Segment
from fourstep.analyse.dates import CENTURY
from fourstep.analyse.signs import AND, CLOSE, COLON, COMMA, DASH, HARD, OPEN, OR, QUERY, SEMI, WIDE
from fourstep.analyse.statements import When, Whether, Who
from fourstep.analyse.word_lists import words_of

_PRESENT = int(Whether.PRESENT)  # an enumeration is slow to ask
_RESOLVED = int(When.RESOLVED)
_HISTORICAL = int(When.HISTORICAL)
_POSSIBLE = int(Whether.POSSIBLE)
#: Which of two assertions of one segment holds, by their values; the last is that of -1, which is none.
_RANK = [0, 1, 2, 3, 5, 4, 6, 7, -1]
_DENIALS = (Whether.ABSENT, Whether.RULED_OUT)
#: What is said of a whole sentence and not ended by a doubt or a plan in it.
_KEPT = (Whether.HYPOTHETICAL, *_DENIALS)
_DOUBTS = (Whether.POSSIBLE, Whether.LIKELY, Whether.PROBABLE)
_JOINS = AND | OR
#: What may stand between a question and a bare answer to it.
_ANSWERS = COLON | DASH | WIDE | QUERY
#: A list that a bare "no" denies goes on over a comma with bare names; these words open what is there.
_OPENERS = frozenset(
    "small mild moderate severe large minor minimal multiple some few raised normal incidental known "
    "previous prev new likely extensive residual stable persistent bilateral scattered chronic acute "
    "mildly moderately lives live on sats he she they his her we i it this that these there the a an "
    "but now then was were is are had patient pt plan imp for good well obs calves heart hs bp hr rr "
    "temp wt gcs alert oriented soft clear slight marked increased decreased which who so because as "
    "where when while also reduced elevated impaired simple single old healed usual non trivial faint "
    "tiny subtle partial complete fully untreated orientated chest abdo wound wounds eating mobile "
    "mobilising".split()
)
_LONGEST_NAME = 4  # tokens of a bare name in such a list
_PLACED = frozenset(("on", "with", "at", "to", ">", "<", "=", "%"))  # words of a finding that is there
_PREDICATES = frozenset("is was are were has had remains appears looks showed shows".split())
_BARE = 4  # letters of the shortest participle: "thickened wall", "fluid filled loops"
#: Who says so, before a verdict that speaks of what came: "?LVF, GP says not confirmed".
_HEARSAY = frozenset(
    "\" “ ” ' ‘ ’ gp says said states stated reports reported notes noted note per letter records record "
    "report by family still as yet so it this that he she they cardiology neurology radiology micro "
    "microbiology histology haematology surgeons surgeon surgery practice consultant team clinic state "
    "initially first at originally stating discharge summary notes previously since but later letters hospital".split()
)
_QUOTES = frozenset("\"“”'‘’")
_SPAN = frozenset(
    "years year yrs yr y months month mths mth m weeks days hours hrs h over about many several at least > ~ a few".split()
)
#: First words of an aside about treatment: "depression - stopped sertraline, nil now".
_TREATED = frozenset(
    "stopped finished completed treated took had on off inhaler inhalers tablets course used weaned "
    "discontinued discharged needed required saw seen".split()
)
_LONGEST_ASKED = 3  # tokens of a label that its answer can deny
_LONGEST_DATE = 2
_LONGEST_TEST = 4  # tokens of "CTPA was negative", which rules out what was queried before it
#: Words between what a verdict speaks of and the verdict: "PE has been confidently excluded".
_AUXILIARIES = frozenset(
    "has have had been now since also being was were is are then later subsequently confidently formally definitively "
    "reliably clinically radiologically effectively therefore thus already".split()
)
#: Words that turn what was said into its contrary: "thought to be gout but this was excluded".
_TURNS = frozenset(
    "but however although though albeit yet whereas nevertheless except apart aside other with instead "
    "therefore hence".split()
)
_WAS = frozenset("was were".split())
_YEARS = frozenset("years year yrs yr y 0000".split())
_SINGULAR = frozenset(("was", "is", "has"))  # "PE was excluded" speaks of one thing
#: The whole of an answer after its reasons: "? PVD - ABPI normal, so no".
_BARE_NO = frozenset("so no not nil neg negative therefore thus hence and but".split())
_PLURAL = frozenset(("were", "are", "have", "both", "all"))
_TESTS = frozenset(
    "culture cultures swab swabs blood bloods urine csf sputum stool stools msu csu serology screen screens scan scans "
    "biopsies samples tests cxr ct mri uss ecg ecgs trop trops troponins dopplers".split()
)
_NORMAL = frozenset(("clear", "normal", "nad", "unremarkable", "n", "fine", "ok", "flat"))
_CONFIRMING = frozenset(("confirmed", "proven", "positive", "+ve"))
_SEVERAL = frozenset(("all", "both", "each"))
_LONGEST_LISTED = 3  # words of an item of a list that one plural verb speaks of
_TOGETHER = words_of("tested together")
_MERELY = words_of("merely")
_REACTIONS = words_of("reactions")
_DENIED = Effect(WHETHER, Whether.ABSENT, "backward", PAIR)


def resolve(segments: list[Segment], words: list[str], newborn: bool) -> None:
    """Set whether, when, who and allergy of the segments of one sentence from the cues marked on them."""
    for k, segment in enumerate(segments):
        marks = segment.marks
        if marks is None:
            continue
        for cue, ahead, first, last in marks:
            if ahead:
                for effect in cue.forward:
                    _forward(segments, k, effect, cue, words, newborn)
            elif cue.backward:
                for effect in cue.backward:
                    _backward(segments, k, effect, cue, first, last, words)
            elif cue.item or cue.named:
                for effect in cue.item or cue.named:
                    _apply(segment, effect, cue)
                    if cue.named and effect.reach == LIST:
                        _named_before(segments, k, effect, cue)
            elif cue.value and (segment.first, segment.last) == (first, last) and segment.separator & _ANSWERS:
                for effect in cue.value:
                    _backward(segments, k, effect, cue, first, last, words)
            elif cue.denies:  # "Cocaine - denies", "ankles no"
                _backward(segments, k, _DENIED, cue, first, last, words)
    if len(segments) > 1:
        _answer_queries(segments, words)
        _answer_label(segments, words)
        _take_back_label(segments, words)
        _name_reaction(segments, words)


def _named_before(segments: list[Segment], k: int, effect: Effect, cue: Cue) -> None:
    """Give the names that a list joins to that of a service what is said of it: "flu, COVID and pertussis vaccines"."""
    while k > 0 and segments[k].separator and not segments[k].separator & ~(_JOINS | COMMA):
        k -= 1
        if segments[k].marks or segments[k].last - segments[k].first > _LONGEST_LISTED:
            return
        _apply(segments[k], effect, cue)


def _apply(segment: Segment, effect: Effect, cue: Cue) -> None:
    axis, value = effect.axis, effect.value
    if axis == WHETHER:
        if _RANK[value] > _RANK[segment.whether]:
            segment.whether = value
            if value != _PRESENT:
                segment.cue = cue.name
        return
    if axis == WHEN:
        if not value or (value == _RESOLVED and segment.when == _HISTORICAL):
            return  # what is long past does not belong to this admission because it is also said to have gone
        segment.when = value
    elif axis == WHO:
        segment.who = value
        if not value:
            return
    else:
        segment.allergy = value if segment.allergy >= 0 else -1
        return
    segment.cue = segment.cue or cue.name


def _opening(segment: Segment) -> tuple[Effect, ...]:
    """The effects of the cue that a segment opens with."""
    marks = segment.marks
    return marks[0][0].forward if marks and marks[0][1] else ()


def _ends(segment: Segment, effect: Effect) -> bool:
    """Whether a segment opens with a cue that ends what reaches it from before."""
    for other in _opening(segment):
        if other.axis == effect.axis:
            if effect.reach == SENTENCE and effect.axis == WHETHER and effect.value in _KEPT:
                return other.value == _PRESENT  # "risks: bleeding, need for another operation, death"
            if effect.axis == WHETHER and segment.separator == 0:
                if effect.value in _DENIALS:
                    return other.value not in _DOUBTS  # "nothing suggestive of", "no suspected" go on
                # "it is possible that she has gout" goes on, "possible gout, has pain" does not
                return not (other.scope == "verb" and effect.reach >= CLAUSE and effect.value in _DOUBTS)
            return True
        if effect.axis == WHETHER and other.axis == WHEN and other.value == _HISTORICAL:
            return bool(segment.separator & COMMA) and effect.value in _DENIALS and effect.reach < CLAUSE
        if effect.axis == WHEN and other.axis == WHETHER:
            if other.value == _PRESENT:
                return True
            if other.value in _DENIALS:
                return segment.separator != 0
    return False


def _forward(segments: list[Segment], k: int, effect: Effect, cue: Cue, words: list[str], newborn: bool) -> None:
    """Apply an effect to the segment of its cue and to those after it, as far as it reaches."""
    if effect.axis == WHO and effect.value == MOTHER:
        if not newborn:
            return
        effect = Effect(WHO, Who.OTHER, effect.scope, effect.reach)
    head = segments[k]
    _apply(head, effect, cue)
    if effect.scope == "both" and k and head.separator == 0:
        _apply(segments[k - 1], effect, cue)
    reach = effect.reach
    empty = head.marks is not None and head.last == head.marks[-1][3]
    closing = _closing_or(segments, k, effect) if reach in (PAIR, LIST) else -1
    depth = 0
    for j in range(k + 1, len(segments)):
        segment = segments[j]
        separator = segment.separator
        depth += bool(separator & OPEN) - bool(separator & CLOSE)
        if depth < 0 and separator & COMMA and reach != SENTENCE and not (empty and j == k + 1):
            return  # "COPD (no home oxygen), hypertension"
        if _ends(segment, effect) and not (
            empty and j == k + 1 and not separator and _denied(effect) and words[segment.first] not in _TURNS
        ):
            return  # but "never developed", "not suffering from" deny what the verb would assert
        if separator & HARD and reach != SENTENCE and not (empty and j == k + 1 and separator & COLON):
            return
        if separator & (OPEN | CLOSE) and reach < PAIR:
            return
        if separator & COMMA:
            if reach < PAIR or (reach == PAIR and j > closing):
                return
            if reach == LIST and j > closing and (closing >= 0 or not _bare_name(segments, j, words)):
                return
        elif separator & AND:
            if reach == PHRASE and effect.axis == WHETHER:
                return
            if reach == LIST and j > closing and words[segment.first] in _OPENERS:
                return
        _apply(segment, effect, cue)


def _denied(effect: Effect) -> bool:
    return effect.axis == WHETHER and effect.value in _DENIALS


def _closing_or(segments: list[Segment], k: int, effect: Effect) -> int:
    """The last segment of a list that closes with "or": "no fever, cough or rash"; -1 if it does not."""
    if effect.axis != WHETHER or effect.value == _PRESENT:
        return -1
    closing = -1
    for j in range(k + 1, len(segments)):
        if segments[j].separator & HARD or _ends(segments[j], effect):
            break
        if segments[j].separator & OR:
            closing = j
    return closing


def _bare_name(segments: list[Segment], j: int, words: list[str]) -> bool:
    """Whether segment j is no more than a name, so that a list denied before a comma goes on with it."""
    segment = segments[j]
    if segment.last - segment.first > _LONGEST_NAME or words[segment.first] in _OPENERS or segment.figures:
        return False
    if segment.marks and not segment.marks[0][1]:
        return False
    named = words[segment.first : segment.last]
    if not _PLACED.isdisjoint(named) or any(w.endswith("ed") and len(w) > _BARE for w in named):
        return False
    following = segments[j + 1] if j + 1 < len(segments) else None
    return not (following and following.separator == 0 and words[following.first] in _PREDICATES)


def _backward(
    segments: list[Segment], k: int, effect: Effect, cue: Cue, first: int, last: int, words: list[str]
) -> None:
    """Apply an effect to the segment of its cue (tokens[first:last]) and to those joined to it."""
    segment = segments[k]
    separator = segment.separator
    while last < segment.last and words[last] in _QUOTES:
        last += 1
    whole = last >= segment.last or effect.axis == ALLERGY or (effect.axis == WHEN and _spans(words, last, segment.last))
    confirms = effect.axis == WHETHER and effect.value == _PRESENT and not _CONFIRMING.isdisjoint(cue.name.split())
    if effect.axis == WHEN and effect.value == _RESOLVED and not _YEARS.isdisjoint(_unit(w) for w in words[last : segment.last]):
        effect = Effect(WHEN, _HISTORICAL, effect.scope, effect.reach)  # "migraine, none for 3y"
    if (effect.value == Whether.RULED_OUT or confirms) and k and segments[k - 1].whether in _DOUBTS:
        whole = True  # "suspected appendicitis, excluded at laparoscopy"
    turned = words[segment.first] in _TURNS
    before = words[segment.first + turned : first]
    heard = first > segment.first and _HEARSAY.issuperset(before)
    bare = (
        first == segment.first
        or (heard and ((turned and whole) or separator & (COMMA | DASH | OPEN) != 0))
        or (not separator and not turned and _AUXILIARIES.issuperset(before))
    )
    if bare and not whole and (not k or separator & COMMA):
        return  # "Booked elsewhere": nothing that it could speak of
    _apply(segment, effect, cue)
    j = k
    if bare:  # nothing stands before it in its own segment: "Murmur - no", "AKI (resolved)"
        if not k or separator & SEMI or (separator & _JOINS and not separator & ~_JOINS):
            return
        if separator & COMMA and (not whole or not (confirms or _looks_back(effect))):
            return
        if separator & CLOSE:  # over the bracket to what stands before it
            while j > 0 and not segments[j].separator & OPEN:
                j -= 1
        j -= 1
        if j < 0:
            return
        if confirms and segments[j].whether in _DOUBTS:
            segments[j].whether = _PRESENT  # "?PE - confirmed on CTPA"
        _apply(segments[j], effect, cue)
        if j and segments[j].separator == COMMA and _hearsay(segments[j], words):
            j -= 1  # "sepsis, initially suspected, was excluded"
            _apply(segments[j], effect, cue)
        if effect.value == Whether.RULED_OUT and separator & COMMA and j and _tested(segments[j]) and _labelled(segments):
            j = 0  # "Endocarditis - cultures 3x, TOE neg, excluded": the verdict after the test is that on the label
            _apply(segments[j], effect, cue)
        if heard or effect.axis in (WHEN, ALLERGY):
            while j > 0 and _aside(segments[j], effect, words):  # "Asthma - used inhalers, none now"
                j -= 1
                _apply(segments[j], effect, cue)
    named = segments[j - 1] if j and not segments[j].separator else None
    if named is not None and effect.value in _DENIALS and named.marks and named.marks[0][0].named:
        _apply(named, effect, cue)  # "palliative team referral declined"
        at = j - 1
        while at > 0 and not segments[at].separator & ~COMMA and _serology(segments[at - 1], words):
            at -= 1  # "TB / hep screen neg"
            _apply(segments[at], effect, cue)
    if words[first] in _SINGULAR or (not bare and words[first - 1] in _SINGULAR) or effect.reach == PHRASE:
        return
    joins = _JOINS | CLOSE if words[first] in _PLURAL else _JOINS  # "dehydration (vomiting) and sepsis were excluded"
    while j > 0 and segments[j].separator & _JOINS and not segments[j].separator & ~joins:
        if any(e.axis != WHETHER or e.value not in _DOUBTS for e in _opening(segments[j])):
            return
        j = _listed_before(segments, j)
        if any(e.axis == WHETHER and e.value == _PRESENT for e in _opening(segments[j])) or _affirmed(segments[j]):
            return
        _apply(segments[j], effect, cue)
    if effect.reach == LIST:  # "PFO, tiny PDA - normal for age"
        while j > 0 and segments[j].separator == COMMA and not segments[j].marks and not segments[j - 1].marks:
            j -= 1
            _apply(segments[j], effect, cue)
        return
    if effect.value in _DENIALS and _TOGETHER.issuperset(words[segments[j].first : first]):
        while j > 0 and segments[j].separator & COMMA:
            j = _listed_before(segments, j)  # "HIV, hep B/C, typhoid (cultures), H pylori neg"
            if not _serology(segments[j], words):
                return
            _apply(segments[j], effect, cue)
        return
    several = not _SEVERAL.isdisjoint(words[max(first - 1, 0) : first + 1]) and effect.value in _DENIALS
    if ((words[first] in _PLURAL and j < k) or several) and _TESTS.isdisjoint(words[segments[j].first : first]):
        # "AKI, dehydration and sepsis were excluded", but not "AKI, blood and urine cultures were negative"
        while j > 0 and segments[j].separator & ~(CLOSE | _JOINS) == COMMA and not segments[j - 1].marks:
            j = _listed_before(segments, j)
            if segments[j].last - segments[j].first > _LONGEST_LISTED:
                return
            _apply(segments[j], effect, cue)


def _spans(words: list[str], first: int, last: int) -> bool:
    """Whether tokens[first:last] only say for how long, or since when: "none for 3 years", "none since 2016"."""
    return all(word in _SPAN or word[0].isdecimal() for word in words[first:last])


def _unit(word: str) -> str:
    """The unit of a length of time: "y" of "3y"; a year stands for itself as four noughts."""
    return "0000" if len(word) == 4 and word.isdecimal() else word.lstrip("0123456789")


def _listed_before(segments: list[Segment], j: int) -> int:
    """The item of a list before that of segment j: over the words in brackets behind it."""
    if segments[j].separator & CLOSE:
        while j > 1 and not segments[j - 1].separator & OPEN:
            j -= 1
        j -= 1
    return max(j - 1, 0)


def _serology(segment: Segment, words: list[str]) -> bool:
    """Whether a segment is no more than the name of an infection that blood is tested for."""
    return not segment.marks and _TOGETHER.issuperset(words[segment.first : segment.last])


def _hearsay(segment: Segment, words: list[str]) -> bool:
    """Whether a segment is no more than an earlier verdict: "initially suspected"."""
    marks = segment.marks
    if marks is None or len(marks) > 1 or marks[0][1]:
        return False
    _, _, first, last = marks[0]
    return last == segment.last and _HEARSAY.issuperset(words[segment.first : first])


def _affirmed(segment: Segment) -> bool:
    """Whether a segment has a verdict of its own that it is so: "pneumonia confirmed and PE excluded"."""
    return any(
        not ahead and any(e.axis == WHETHER and e.value == _PRESENT for e in cue.backward)
        for cue, ahead, _, _ in segment.marks or ()
    )


def _looks_back(effect: Effect) -> bool:
    """Whether a verdict alone after a comma speaks of what it follows: "asthma, resolved"."""
    return effect.axis in (WHEN, ALLERGY) or effect.value in (Whether.RULED_OUT, Whether.POSSIBLE)


def _aside(segment: Segment, effect: Effect, words: list[str]) -> bool:
    """Whether a segment only adds to the one before it, which the same verdict then speaks of."""
    if effect.axis == ALLERGY:
        return not segment.separator & (SEMI | COMMA | AND | OR)
    if effect.axis == WHEN and segment.figures and segment.last - segment.first <= _LONGEST_DATE:
        return segment.separator in (DASH, OPEN)  # "depression (2015, resolved)"
    return segment.separator in (DASH, OPEN) and (effect.axis != WHEN or words[segment.first] in _TREATED)


def _answer_queries(segments: list[Segment], words: list[str]) -> None:
    """What is queried and then denied is ruled out: "?PE - CTPA negative", "? TIA (migraine, not TIA)"; what a form asks
    and the patient affirms is there: "Diabetes? Yes, tablets"."""
    for k, segment in enumerate(segments):
        if segment.whether != _POSSIBLE:
            continue
        if _year(segment, words):
            _tell_of_then(segments, k, words)
        asked = {w for w in words[segment.first : segment.last] if len(w) > 1 and w.isalpha()} - _OPENERS
        for j in range(k + 1, len(segments)):
            answer = segments[j]
            said = words[answer.first : answer.last]
            if j == k + 1 and answer.separator & QUERY and said[:1] == ["yes"]:
                segment.whether, segment.cue = _PRESENT, ""
                if not segment.when and any(CENTURY.match(w) for s in segments[j : j + 2] for w in words[s.first : s.last]):
                    segment.when = _HISTORICAL  # "Heart attack? Yes, 2017"
                break
            if j == k + 1 and answer.whether < 0 and answer.separator & (_ANSWERS | OPEN) and _clear(asked, said):
                segment.whether, segment.cue = Whether.RULED_OUT, said[-1]  # "?stroke - MRI clear"
                break
            if answer.whether not in _DENIALS or not (answer.separator & (_ANSWERS | OPEN | COMMA) or j > k + 1):
                continue
            if (
                (j == k + 1 and _tested(answer))
                or not asked.isdisjoint(said[1:])
                or (answer is segments[-1] and _BARE_NO.issuperset(said))
            ):
                segment.whether = Whether.RULED_OUT
                segment.cue = answer.cue
                if _year(segment, words):
                    for other in segments[k + 1 : j]:  # "?TIA 2019 - clinic: migraine aura, not TIA" tells of 2019
                        other.when = other.when or _HISTORICAL
                break


def _tell_of_then(segments: list[Segment], k: int, words: list[str]) -> None:
    """What a doubt of some year turned out to be is of that year: "mini stroke on GP list 2019 - says was Bell's palsy"."""
    for other in segments[k + 1 :]:
        if not _WAS.isdisjoint(words[other.first : other.last]):
            other.when = _HISTORICAL


def _labelled(segments: list[Segment]) -> bool:
    """Whether a sentence begins with a label of which nothing is said in itself: "Delirium: CAM neg"."""
    return not segments[0].marks and segments[1].separator & (COLON | WIDE | DASH) != 0


def _year(segment: Segment, words: list[str]) -> bool:
    """Whether a segment ends in a year."""
    last = words[segment.last - 1]
    return segment.figures and len(last) == 4 and last.isdecimal()


def _answer_label(segments: list[Segment], words: list[str]) -> None:
    """A label is denied by the negative result of the test that decides on it: "Delirium: CAM neg"."""
    head = segments[0]
    if head.whether >= 0 or not _labelled(segments):
        return
    if head.last - head.first > _LONGEST_ASKED:
        return
    tests: set[str] = set()
    for word in words[head.first : head.last]:
        tests |= proofs().get(word, frozenset())
    if not tests:
        return
    for answer in segments[1:]:
        if answer.whether in _DENIALS and not tests.isdisjoint(words[answer.first : answer.last]):
            head.whether, head.cue = Whether.ABSENT, answer.cue
            return


def _name_reaction(segments: list[Segment], words: list[str]) -> None:
    """What an allergy did once belongs to it, and is nothing of now: "pen allergic - rash, swelling"."""
    for before, segment in pairwise(segments):
        if before.allergy <= 0 or segment.marks or not _REACTIONS.issuperset(words[segment.first : segment.last]):
            continue
        listed = segment.separator & (COMMA | _JOINS) and _REACTIONS.issuperset(words[before.first : before.last])
        if listed or segment.separator & (DASH | COLON):
            segment.allergy = 1


def _take_back_label(segments: list[Segment], words: list[str]) -> None:
    """A label that turns out to be less is denied by its own word: "Wound infection: mild redness only, no infection"."""
    head = segments[0]
    if head.whether >= 0 or not _labelled(segments):
        return
    said: set[str] = set()
    for answer in segments[1:]:
        own = words[answer.first : answer.last]
        if answer.whether in _DENIALS and own[1:] == [words[head.last - 1]] and not _MERELY.isdisjoint(said):
            head.whether, head.cue = Whether.RULED_OUT, answer.cue
            return
        said.update(own)


def _clear(asked: set[str], said: list[str]) -> bool:
    """Whether an answer says that the test that decides on what was asked showed nothing."""
    if len(said) > _LONGEST_TEST or _NORMAL.isdisjoint(said):
        return False
    known = proofs()
    return any(not known[word].isdisjoint(said) for word in asked if word in known)


def _tested(answer: Segment) -> bool:
    """Whether a segment is the negative result of a test, or a bare denial."""
    marks, size = answer.marks, answer.last - answer.first
    if marks is None or marks[-1][1] or size > _LONGEST_TEST:
        return False
    return len(marks) == 1 or size > sum(last - first for _, _, first, last in marks)
