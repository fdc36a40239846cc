"""OPCS-4: the same operation on both sides that is of another kind on each, and on one of two organs whose fellow is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from fourstep.assign.case import Case, Intervention
from fourstep.assign.rings import label_line, stated
from fourstep.assign.sites import BOTH, LEFT, RIGHT
from fourstep.assign.tables import Tables
from fourstep.assign.undone import Notes
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL
from fourstep.verify.registry import standard

_SIDES = {"left": LEFT, "right": RIGHT}
_SIDE_NAMES = {"l": "left", "r": "right"}
_FIXED_HIP = {"cemented": "W37.1", "uncemented": "W38.1", "hybrid": "W94.1"}
_FIXED_KNEE = {"cemented": "W40.1", "uncemented": "W41.1"}
#: Operations on joints by what each word makes of them.
_JOINTS = (
    (Ranges("W37.1 W38.1 W39.1 W93.1-W95.1"), _FIXED_HIP),
    (Ranges("W40.1 W41.1 W42.1"), _FIXED_KNEE),
)
#: Hernias by their first and their recurrent repair, of the same kind.
_HERNIAS = (("T20", "T21"), ("T22", "T23"))
_AGAIN = frozenset(("recurrent", "recurrence"))
#: An operation on a tube or ovary, and the same on the only one left.
_ONE_OF_TWO = {"Q23.1": "Q23.2", "Q23.3": "Q23.4", "Q23.5": "Q23.6"}
_GONE = re.compile(
    r"\b(?P<side>left|right|other|contralateral|L|R)\s+(?:fallopian\s+)?(?:tube|ovary|adnexa)\s+"
    r"(?:was |is |noted |already |surgically |to be |previously |both )*(?:absent|removed|missing)\b"
    r"|\b(?:remaining|solitary|only remaining|single)\s+(?:fallopian\s+|left\s+|right\s+)?(?:tube|ovary)\b",
    re.IGNORECASE,
)


@standard(
    "FS.OPCS.16", "OPCS-4",
    "An operation on both sides that is of another kind on each is two operations, each with its side.",
    verified=False,
    examples=(
        (
            "Operation: TAPP repair of bilateral inguinal hernia with mesh. Right side: recurrence. Left side: indirect sac.",
            "T21.2 Y75.2 Z94.2 T20.2 Y75.2 Z94.3",
        ),
        ("Operation: bilateral total hip replacement, right cemented, left uncemented.", "W37.1 Z94.2 W38.1 Z94.3"),
    ),
)  # fmt: skip
def two_kinds(case: Case, tables: Tables) -> None:
    for thing in [i for i in case.interventions if BOTH in i.codes]:
        apart = _joints(case, thing) or _hernias(case, thing)
        if not apart:
            continue
        parts = [
            replace(
                thing,
                codes=[code, *(side if c == BOTH else c for c in thing.codes[1:])],
                candidates=list(thing.candidates),
                standards=[*thing.standards, "FS.OPCS.16"],
            )
            for side, code in apart.items()
        ]
        at = next(n for n, i in enumerate(case.interventions) if i is thing)
        case.interventions[at : at + 1] = parts


def _joints(case: Case, thing: Intervention) -> dict[str, str]:
    """The code of each side where the words of the operation fix the two in different ways."""
    for codes, ways in _JOINTS:
        if thing.code not in codes:
            continue
        for words in _told(case, {(c.statement.document, c.statement.sentence) for c in thing.candidates}):
            said = _by_side(words, ways.keys())
            if len(said) == 2 and len(set(said.values())) == 2:
                return {side: ways[word] for side, word in said.items()}
    return {}


def _hernias(case: Case, thing: Intervention) -> dict[str, str]:
    """The code of each side, the recurrent one first, where the record tells of a recurrence on one of them only."""
    pair = next((p for p in _HERNIAS if thing.code[:3] in p), None)
    if pair is None:
        return {}
    again = {side for words in _told(case, case.record.by_sentence) for side in _by_side(words, _AGAIN)}
    if len(again) != 1:
        return {}
    side, other = again.pop(), {LEFT: RIGHT, RIGHT: LEFT}
    return {side: pair[1] + thing.code[3:], other[side]: pair[0] + thing.code[3:]}


def _told(case: Case, sentences: Iterable[tuple[int, int]]) -> Iterable[list[str]]:
    """The words that sentences state of this episode, each behind the label of its row."""
    for key in sentences:
        lines = [line for line in case.record.by_sentence.get(key, ()) if stated(line)]
        if lines:
            label = label_line(case, lines[0]).words.text if lines[0].statement.label is not None else []
            yield [*label, *(w for line in lines for w in line.words.text)]


def _by_side(words: list[str], wanted: Iterable[str]) -> dict[str, str]:
    """For each side the first of the wanted words said of it: "right cemented, left uncemented", "cemented right and ..."."""
    wanted = frozenset(wanted)
    out: dict[str, str] = {}
    side = pending = ""
    for word in words:
        if word in _SIDES:
            side = _SIDES[word]
            if pending and side not in out:
                out[side] = pending
                pending = ""
        elif word in wanted:
            if side and side not in out:
                out[side] = word
            else:
                pending = word
    return out


def _fellow_gone(thing: Intervention, text: str) -> bool:
    """Whether a note says that the other one is gone: "R tube removed" of a right salpingectomy is the operation itself."""
    own = {side for word, side in _SIDES.items() if side in thing.codes}
    return any(_SIDES.get(_SIDE_NAMES.get(said, said)) not in own for said in
               ((found["side"] or "").lower() for found in _GONE.finditer(text)))  # fmt: skip


@standard(
    "FS.OPCS.17", "OPCS-4",
    "Removal of a tube or ovary whose fellow is gone is that of the remaining one.",
    verified=False,
    examples=(
        ("Operation: laparoscopic right salpingectomy. Findings: ruptured ectopic, left tube absent.", "Q23.4 Y75.2 Z94.2"),
    ),
)  # fmt: skip
def remaining_one(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        if thing.code in _ONE_OF_TWO and _fellow_gone(thing, case.record.document(thing.first).text):
            thing.codes[0] = _ONE_OF_TWO[thing.code]
            thing.standards.append("FS.OPCS.17")


@standard(
    "FS.OPCS.23", "OPCS-4",
    "An operation on both sides that has a code of its own for both is recorded with that code, without a side.",
    verified=False,
    examples=(
        ("Operation: right medial rectus recession 5 mm. Left medial rectus recession 5 mm.", "C31.2"),
    ),
)  # fmt: skip
def both_in_one(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        if BOTH in thing.codes and thing.code in tables.families.both:
            thing.codes = [tables.families.both[thing.code], *(c for c in thing.codes[1:] if c != BOTH)]
            thing.standards.append("FS.OPCS.23")


@standard(
    "FS.OPCS.18", "OPCS-4",
    "What only a summary names is not recorded where the note of the operation says that it was not done, or lists it as "
    "booked and not among what was done.",
    verified=False,
)  # fmt: skip
def not_done_by_the_note(case: Case, tables: Tables) -> None:
    told = [i for i in case.interventions if not any(case.record.document(c).type in PROCEDURAL for c in i.candidates)]
    if not told:
        return
    notes = Notes(case)
    for thing in told:
        against = notes.against(thing)
        if against is not None:
            case.undone.append((thing.first, against))
            case.interventions = [i for i in case.interventions if i is not thing]
            case.leave_out(thing.candidates[:1], "not done, by the operation note", "FS.OPCS.18", thing.code)
