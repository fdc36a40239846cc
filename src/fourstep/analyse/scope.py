"""How far a cue reaches: from the marks on the segments of a sentence to the assertion of each segment."""

from __future__ import annotations

from fourstep.analyse.cues import LIST, MOTHER, PAIR, PHRASE, SENTENCE, WHEN, WHETHER, WHO, Cue, Effect
from fourstep.analyse.segments import AND, CLOSE, COLON, COMMA, DASH, HARD, OPEN, OR, QUERY, SEMI, WIDE, Segment
from fourstep.analyse.statements import Whether, Who

#: Which of two assertions of one segment holds.
_RANK = {
    -1: -1,
    Whether.PRESENT: 0,
    Whether.PROBABLE: 1,
    Whether.LIKELY: 2,
    Whether.POSSIBLE: 3,
    Whether.PLANNED: 4,
    Whether.HYPOTHETICAL: 5,
    Whether.ABSENT: 6,
    Whether.RULED_OUT: 7,
}
_DENIALS = (Whether.ABSENT, Whether.RULED_OUT)
#: A list that a bare "no" denies goes on over a comma only with bare names: these words open something that is there.
_OPENERS = frozenset(
    "small mild moderate severe large minor minimal multiple some few raised normal incidental known previous prev new "
    "likely extensive residual stable persistent bilateral scattered chronic acute mildly moderately lives live on sats "
    "he she they his her we i it this that these there the a an but now then was were is are had patient pt plan imp for "
    "good well obs calves heart hs bp hr rr temp wt gcs alert oriented x2 soft clear slight marked increased decreased "
    "which who so because as where when while also reduced elevated impaired simple single old healed usual non".split()
)
_LONGEST_NAME = 5  # tokens of a bare name in such a list
_SINGULAR = frozenset(("was", "is", "has"))
_ANSWERS = COLON | DASH | WIDE | QUERY
_LONGEST_TEST = 4  # tokens of "CTPA was negative", which rules out what was queried before it


def resolve(segments: list[Segment], words: list[str], newborn: bool) -> None:
    """Set whether, when, who and allergy of the segments of one sentence from the cues marked on them."""
    for k, segment in enumerate(segments):
        if segment.marks:
            for cue, ahead, first, last in segment.marks:
                if ahead:
                    for effect in cue.forward:
                        _forward(segments, k, effect, cue, words, newborn)
                elif cue.backward:
                    for effect in cue.backward:
                        _backward(segments, k, effect, cue, first, last, words)
                elif cue.item:
                    for effect in cue.item:
                        _apply(segment, effect, cue)
                elif cue.value and segment.first == first and segment.last == last and segment.separator & _ANSWERS:
                    for effect in cue.value:
                        _backward(segments, k, effect, cue, first, last, words)
                elif cue.denies:
                    _backward(segments, k, Effect(WHETHER, Whether.ABSENT, "backward", PAIR), cue, first, last, words)
    if len(segments) > 1:
        _answer_queries(segments, words)


def _apply(segment: Segment, effect: Effect, cue: Cue) -> None:
    axis, value = effect.axis, effect.value
    if axis == WHETHER:
        if _RANK[value] > _RANK[segment.whether]:
            segment.whether = value
            if value != Whether.PRESENT:
                segment.cue = cue.name
    elif axis == WHEN:
        if value:
            segment.when = value
            segment.cue = segment.cue or cue.name
    elif axis == WHO:
        segment.who = value
        if value:
            segment.cue = segment.cue or cue.name
    else:
        segment.allergy = True


def _ends(segment: Segment, effect: Effect) -> bool:
    """Whether a segment opens with a cue that ends what reaches it from before."""
    if not segment.marks:
        return False
    cue, ahead, _, _ = segment.marks[0]
    if not ahead:
        return False
    for other in cue.forward:
        if other.axis == effect.axis:
            if effect.axis == WHETHER and effect.value in _DENIALS and segment.separator == 0:
                return other.value == Whether.PRESENT  # "nothing suggestive of", "no suspected"
            return True
        if other.axis == WHETHER and other.value == Whether.PRESENT and effect.axis == WHEN:
            return True
        if other.axis == WHETHER and other.value in _DENIALS and effect.axis == WHEN:
            return segment.separator != 0
    return False


def _forward(segments: list[Segment], k: int, effect: Effect, cue: Cue, words: list[str], newborn: bool) -> None:
    if effect.value == MOTHER and effect.axis == WHO:
        if not newborn:
            return
        effect = Effect(WHO, Who.OTHER, effect.scope, effect.reach)
    _apply(segments[k], effect, cue)
    if effect.scope == "both" and k and segments[k].separator == 0:
        _apply(segments[k - 1], effect, cue)
    reach = effect.reach
    own = segments[k].marks
    empty = own is not None and segments[k].last == own[-1][3]
    closing = -1
    if reach == LIST or (reach == PAIR and effect.axis == WHETHER and effect.value != Whether.PRESENT):
        for j in range(k + 1, len(segments)):
            if segments[j].separator & HARD or _ends(segments[j], effect):
                break
            if segments[j].separator & OR:
                closing = j
    for j in range(k + 1, len(segments)):
        segment = segments[j]
        separator = segment.separator
        if _ends(segment, effect):
            break
        if separator & HARD and reach != SENTENCE and not (empty and j == k + 1 and separator & COLON):
            break
        if separator & (OPEN | CLOSE) and reach < PAIR:
            break
        if separator & COMMA:
            if reach < PAIR or (reach == PAIR and j > closing):
                break
            if reach == LIST and j > closing and (closing >= 0 or not _bare_name(segment, words)):
                break
        elif separator & AND:
            if reach == PHRASE and effect.axis == WHETHER:
                break
            if reach == LIST and j > closing and words[segment.first] in _OPENERS:
                break
        _apply(segment, effect, cue)


def _bare_name(segment: Segment, words: list[str]) -> bool:
    if segment.last - segment.first > _LONGEST_NAME or words[segment.first] in _OPENERS:
        return False
    if segment.marks and not segment.marks[0][1]:
        return False
    return not any("0" <= words[i][0] <= "9" for i in range(segment.first, segment.last))


def _backward(
    segments: list[Segment], k: int, effect: Effect, cue: Cue, first: int, last: int, words: list[str]
) -> None:
    segment = segments[k]
    if first == segment.first and last < segment.last and (not k or segment.separator & COMMA):
        return  # "Booked elsewhere": nothing that it could speak of
    _apply(segment, effect, cue)
    j = k
    if first == segment.first:  # nothing stands before the cue in its own segment: "Murmur - no", "AKI (resolved)"
        if k == 0:
            return
        separator = segment.separator
        if separator & SEMI or (
            separator & COMMA and not (last == segment.last and (effect.axis == WHEN or effect.value == Whether.RULED_OUT))
        ):
            return
        if separator & (AND | OR) and not separator & ~(AND | OR):
            return
        if separator & CLOSE:  # over the bracket to what stands before it
            while j > 0 and not segments[j].separator & OPEN:
                j -= 1
        j -= 1
        if j < 0:
            return
        _apply(segments[j], effect, cue)
    if words[first] in _SINGULAR or (first > segment.first and words[first - 1] in _SINGULAR):
        return
    while j > 0 and segments[j].separator & (AND | OR) and not segments[j].separator & ~(AND | OR):
        marks = segments[j].marks
        if effect.reach == PHRASE or (marks and marks[0][1] and not _doubts(marks[0][0])):
            return
        j -= 1
        marks = segments[j].marks
        if marks and marks[0][1] and marks[0][0].forward[0].value == Whether.PRESENT and marks[0][0].forward[0].axis == WHETHER:
            return
        _apply(segments[j], effect, cue)


def _doubts(cue: Cue) -> bool:
    return any(e.axis == WHETHER and e.value in (Whether.POSSIBLE, Whether.LIKELY, Whether.PROBABLE) for e in cue.forward)


def _answer_queries(segments: list[Segment], words: list[str]) -> None:
    """What was queried and is denied later in the sentence is ruled out: "?PE - CTPA negative", "? TIA (migraine, not TIA)"."""
    for k, segment in enumerate(segments):
        if segment.whether != Whether.POSSIBLE:
            continue
        asked = {w for w in words[segment.first : segment.last] if len(w) > 1}
        for j in range(k + 1, len(segments)):
            answer = segments[j]
            if answer.whether not in _DENIALS:
                continue
            said = words[answer.first : answer.last]
            joined = answer.separator & (DASH | COLON | OPEN | COMMA | QUERY) or j > k + 1
            marks = answer.marks
            backwards = (
                marks is not None and not marks[-1][1] and len(said) <= _LONGEST_TEST
                and (len(marks) == 1 or len(said) > sum(m[3] - m[2] for m in marks))
            )
            if (j == k + 1 and joined and backwards) or (joined and len(asked.intersection(said)) > 0 and _same(asked, said)):
                segment.whether = Whether.RULED_OUT
                segment.cue = answer.cue
                break


def _same(asked: set[str], said: list[str]) -> bool:
    return any(w in asked and w.isalpha() and w not in _OPENERS and len(w) > 1 for w in said[1:])


