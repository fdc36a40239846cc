"""The edits on a coding as people made it: what the coder's own rules ensure must here be checked.

Rules V... are those of the working brief, as in `edits`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fourstep.assign.tables import Tables
from fourstep.books import Book, Icd10, Opcs4, books_on
from fourstep.books.tables import Ranges
from fourstep.engine import Engine, load_engine
from fourstep.episode import Code, Episode, Message
from fourstep.verify.edits import check

_LEVELS = ("error", "warning", "note")
_INJURY = Ranges("S00-T35 T66-T79")
_POISONING = Ranges("T36-T65")
_CAUSE = "VWXY"
_SIDE = "Z94"

Say = Callable[..., None]


@dataclass(slots=True)
class _Coding:
    """An episode with the books in force for it."""

    episode: Episode
    icd10: Icd10
    opcs4: Opcs4


def check_coding(
    episode: Episode, diagnoses: Sequence[Code], procedures: Sequence[Code], engine: Engine | None = None
) -> list[Message]:
    """Validation messages of a coding, errors first: the primary diagnosis and the main procedure stand first in it.

    The record is not read: the edits look at the codes, their order and dates, and at the patient's age and sex.
    """
    engine = engine or load_engine()
    icd10, opcs4, messages = books_on(episode.discharge_date)
    coding = _Coding(episode, icd10, opcs4)
    out = [*messages, *check(coding, engine.tables, list(diagnoses), list(procedures))]

    def say(level: str, rule: str, text: str, *about: str) -> None:
        out.append(Message(level, rule, text, about))

    names = [d.code for d in diagnoses]
    for book, codes in ((icd10, names), (opcs4, [p.code for p in procedures])):
        for code in dict.fromkeys(codes):
            _usable(book, code, episode, say)
    _daggers(icd10, names, say)
    _causes(names, say)
    _beside(engine.tables, names, say)
    groups = list(_operations(procedures))
    for i, group in enumerate(groups):
        _operation(engine, group, groups[i + 1 :], say)
    _twice(groups, say)
    return sorted(out, key=lambda m: _LEVELS.index(m.level))


def _usable(book: Book, code: str, episode: Episode, say: Say) -> None:
    """A code that is there may still be a category, short of a character, or out of use."""
    rubric = book.find(code)
    if rubric is None:
        return  # the edits say that it is not there
    if not rubric.complete:
        say("error", "V003", f"{code} is incomplete: choose one of the codes below it", code)
    elif not rubric.valid_on(episode.discharge_date):
        say("error", "V001", f"{code} was not in use on the day of discharge", code)


def _daggers(book: Icd10, codes: list[str], say: Say) -> None:
    """An asterisk code stands directly behind its dagger code, or behind another asterisk code of it."""
    dagger = ""
    for code in codes:
        rubric = book.find(code)
        if rubric is None or rubric.kind != "asterisk":
            dagger = code
            continue
        if not dagger or book.goes_with(dagger, code) is not False:
            continue  # first place is the edits' matter, and what the table does not know cannot be wrong
        own = next((c for c in codes if book.find(c) and book.goes_with(c, code)), "")
        if own:
            say("error", "V009", f"{code} is an asterisk code: it stands directly behind its dagger code {own}", code, own)
        else:
            say("warning", "V009", f"{code} is an asterisk code, and {dagger} before it is not known as its dagger", code, dagger)


def _causes(codes: list[str], say: Say) -> None:
    """An external cause stands behind what it caused."""
    injuries = [i for i, code in enumerate(codes) if code in _INJURY]
    for i, code in enumerate(codes):
        explained = any(c in _POISONING for c in codes[:i])
        if i and code[0] in _CAUSE and injuries and i < injuries[0] and not explained:
            say("warning", "V012", f"{code} stands before the injury that it explains", code)


def _beside(tables: Tables, codes: list[str], say: Say) -> None:
    """Codes that are recorded once, and codes that another makes superfluous."""
    distinct = list(dict.fromkeys(codes))
    seen: dict[int, str] = {}
    for code in distinct:
        for number in sorted(tables.one_of(code)):
            rule = tables.one_code[number]
            if number in seen:
                other = seen[number]
                say("warning", rule.standard, f"{other} and {code}: an episode usually carries one of these", other, code)
            seen.setdefault(number, code)
    for code in distinct:
        for number in sorted(tables.numbers.hidden[code]):
            other = next((c for c in distinct if c != code and number in tables.numbers.hiding[c]), "")
            if other:
                say("warning", tables.hides_by[number], f"{code} is usually not recorded beside {other}", code, other)
                break


def _operations(procedures: Sequence[Code]) -> Iterator[list[Code]]:
    """Each procedure with the Y and Z codes behind it."""
    group: list[Code] = []
    for code in procedures:
        if code.code[:1] not in ("Y", "Z") and group:
            yield group
            group = []
        group.append(code)
    if group:
        yield group


def _operation(engine: Engine, group: list[Code], later: list[list[Code]], say: Say) -> None:
    body, *behind = group
    if body.code[:1] in ("Y", "Z"):
        return  # the edits say that it may not stand first
    sides = {c.code for c in behind if c.code.startswith(_SIDE)}
    if "side" in engine.slots.due(body.code) and not sides and not _side_later(body, later):
        say("warning", "V041", f"{body.code} is of a paired site and has no side ({_SIDE})", body.code)
    if len(sides) > 1:
        say("warning", "V038", f"{body.code} has more than one side: {', '.join(sorted(sides))}", body.code, *sorted(sides))
    if body.date is None:
        say("warning", "V047", f"{body.code} has no date", body.code)


def _side_later(body: Code, later: list[list[Code]]) -> bool:
    """Whether the side is said once for several procedures of one day, behind the last of them."""
    same_day = itertools.takewhile(lambda group: group[0].date == body.date, later)
    return any(c.code.startswith(_SIDE) for group in same_day for c in group)


def _twice(groups: list[list[Code]], say: Say) -> None:
    """The same procedure at the same site on the same day."""
    seen = set()
    for group in groups:
        told = (group[0].date, tuple(c.code for c in group))
        if told in seen:
            say("warning", "V042", f"{group[0].code} is recorded twice with the same site and date", group[0].code)
        seen.add(told)
