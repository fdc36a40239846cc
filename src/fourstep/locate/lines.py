"""The statements of a record as lines of canonical words, and what each line may look for in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.analyse.words import Lexicon, Tokens
from fourstep.episode import Episode
from fourstep.locate.candidates import PROCEDURAL, Line

#: Sections whose words were not done, or not in this patient's procedure.
_NOT_DONE = frozenset("plan followup advice consent procedure_planned postop family allergy past_history".split())
#: Where "anaphylaxis to nuts" is what brought the patient, not what to avoid.
_OF_NOW = (
    "diagnosis",
    "secondary_diagnosis",
    "complication",
    "impression",
    "presenting",
    "history_presenting",
    "course",
)
_REACTED, _ALLERGIC = (
    frozenset(("anaphylaxis", "anaphylactic", "anaphylaxi")),
    frozenset(("allergic", "allergy", "allergies")),
)
_CURRENT_KINDS = ("problem", "circumstance", "drug", "cause", "organism", "procedure")
_PAST_KINDS = ("history", "problem", "circumstance", "drug", "cause", "organism", "procedure")
_AND = frozenset(("and", "&", "+", "plus", "with"))


def lines_of(statements: Iterable[Statement], tokens: Sequence[Tokens], lexicon: Lexicon, specialty: str) -> list[Line]:
    """Every statement with its canonical words; the words of its sentence decide between the senses of a term."""
    lines: list[Line] = []
    sentence_key: tuple[int, int] | None = None
    around: list[str] = []
    listed = list(statements)
    for i, statement in enumerate(listed):
        key = (statement.document, statement.sentence)
        if key != sentence_key:
            sentence_key = key
            last = i
            while last + 1 < len(listed) and (listed[last + 1].document, listed[last + 1].sentence) == key:
                last += 1
            around = tokens[statement.document].text[statement.first : listed[last].last]
        words = lexicon.words(
            tokens[statement.document], statement.first, statement.last, around, statement.section.role, specialty
        )
        lines.append(Line(statement, words))
    return lines


def sentences_of(lines: list[Line]) -> Iterator[list[Line]]:
    """Runs of lines that share a sentence."""
    run: list[Line] = []
    for line in lines:
        if run and (run[-1].statement.document, run[-1].statement.sentence) != (
            line.statement.document,
            line.statement.sentence,
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def joints_of(line: Line, tokens: Tokens) -> int:
    """A bit for each word of the line that "and" or its like stands before."""
    first, last = line.words.first, line.words.last
    return sum(
        1 << i
        for i in range(1, len(first))
        if first[i] - last[i - 1] > 1 and not _AND.isdisjoint(tokens.text[last[i - 1] + 1 : first[i]])
    )


def kinds_for(statement: Statement, text: Sequence[str]) -> tuple[str, ...]:
    """Which kinds of entries can explain a statement of this assertion and these canonical words."""
    reacted = not _REACTED.isdisjoint(text) and _ALLERGIC.isdisjoint(text)
    if reacted and statement.allergy and statement.section.role in _OF_NOW:
        return _CURRENT_KINDS
    if statement.allergy or statement.section.role == "allergy":
        return ("allergy", "circumstance") if statement.allergy else ("allergy", "circumstance", "drug")
    if statement.who is Who.FAMILY or statement.section.role == "family":
        return ("family",)
    if statement.when is When.HISTORICAL or statement.section.role == "past_history":
        return _PAST_KINDS
    return _CURRENT_KINDS


def _done(s: Statement) -> bool:
    """Whether a statement asserts something of now."""
    return s.whether <= Whether.LIKELY and s.section.role not in _NOT_DONE and s.when is not When.HISTORICAL


def far_words(episode: Episode, lines: list[Line]) -> dict[int, dict[str, tuple[int, int]]]:
    """For each procedural document, its words that are asserted as done, with the tokens they stand for."""
    reported = {line.statement.document for line in lines if line.statement.section.role == "procedure"}
    out: dict[int, dict[str, tuple[int, int]]] = {
        i: {} for i, d in enumerate(episode.documents)
        if d.type in PROCEDURAL or (d.type == "test_result" and i in reported)
    }  # fmt: skip
    for line in lines:
        found = out.get(line.statement.document)
        if found is None or not _done(line.statement):
            continue
        words = line.words
        for i, word in enumerate(words.text):
            if word not in found:
                found[word] = (words.first[i], words.last[i])
    return out


#: A note of the emergency department tells of the wound before the tests, and of its closure after them.
_SENTENCES_BACK = 6


def words_before(episode: Episode, sentences: list[list[Line]]) -> dict[tuple[int, int], dict[str, tuple[int, int]]]:
    """For each sentence of an emergency note, the words that the sentences before it assert, with their tokens."""
    out: dict[tuple[int, int], dict[str, tuple[int, int]]] = {}
    for at, sentence in enumerate(sentences):
        s = sentence[0].statement
        if episode.documents[s.document].type != "ed_note":
            continue
        found: dict[str, tuple[int, int]] = {}
        for before in sentences[max(0, at - _SENTENCES_BACK) : at]:
            for line in before:
                if line.statement.document != s.document or not _done(line.statement):
                    continue
                for i, word in enumerate(line.words.text):
                    found[word] = (line.words.first[i], line.words.last[i])
        out[s.document, s.sentence] = found
    return out
