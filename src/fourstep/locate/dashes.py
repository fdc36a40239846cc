"""Names written over a dash: "Athetosis - congenital", "Plummer - Vinson syndrome", "cerebral tumour - benign".

A dash usually parts two items, and so does the colon of a row: "FDP ring finger: 100% divided". Where the second says
nothing by itself and the index knows both as one name, they are one; over a colon, only where it names an injury.
A question mark behind the name of an operation doubts the disease: "Excision ?BCC of the cheek" was done.
"""

from __future__ import annotations

from dataclasses import replace

from fourstep.analyse.statements import Whether
from fourstep.locate.candidates import Line
from fourstep.locate.lookup import Lookup
from fourstep.locate.matcher import Hit

#: The signs between two items that may be one name: a dash, or the colon behind the label of a row.
DASHES = frozenset(("-", "–", "—", ":"))
_LED = ("problem", "procedure")
_LONGEST = 7  # words of both sides together


def _apart(before: Line, line: Line, text: str) -> bool:
    """Whether the two are anything but short, of one assertion, with a dash or a colon alone between them."""
    a, b = before.statement, line.statement
    return (
        text[a.end : b.start].strip() not in DASHES
        or not (before.words.text and line.words.text)
        or len(before.words.text) + len(line.words.text) > _LONGEST
        or a.allergy  # "penicillin allergy - rash": what it did is no part of its name
        or (a.whether, a.when, a.who, a.allergy) != (b.whether, b.when, b.who, b.allergy)
    )


def join_over_dash(lookup: Lookup, before: Line, line: Line, text: str, guards: frozenset[str]) -> None:
    """Give the first of two lines the entries that need the words of both; those of the second are its evidence too."""
    if _apart(before, line, text):
        return
    if any(h.entry.kind in _LED for h in line.hits):
        return
    most = max((h.mask.bit_count() for h in before.hits if h.entry.kind in _LED), default=0)
    width = len(before.words.text)
    own = (1 << width) - 1
    spanning: list[Hit] = []
    row = text[before.statement.end : line.statement.start].strip() == ":"
    for hit in lookup.find([*before.words.text, *line.words.text], _LED, guards):
        if row and hit.codes[0][0] != "S":
            continue  # "Bladder neck: tight" names a place and what was seen there
        if hit.mask & own and hit.mask >> width and hit.mask.bit_count() > most:
            lent = tuple(w for i, w in enumerate(line.words.text) if hit.mask >> (width + i) & 1)
            spanning.append(replace(hit, lead=hit.lead & own, mask=hit.mask & own, explained=hit.explained & own, inherited=lent))
    if spanning:
        kinds = {h.entry.kind for h in spanning}  # "quinsy - aspirated" is what she had, and what was done
        before.hits = [h for h in before.hits if h.entry.kind not in kinds] + spanning
        before.lent = line


_OPERATES = frozenset("excision biopsy removal curettage shave resection".split())


def join_over_doubt(lookup: Lookup, before: Line, line: Line, text: str, guards: frozenset[str]) -> None:
    """Give a doubted disease the operation that was done for it, said before the question mark."""
    a, b = before.statement, line.statement
    if (
        b.whether is not Whether.POSSIBLE or not before.words.text or before.words.text[-1] not in _OPERATES
        or "?" not in text[a.end : b.start + 1] or text[a.end : b.start + 1].strip(" ?")
    ):  # fmt: skip
        return
    verb = before.words.text[-1]
    hits = [h for h in lookup.find([verb, *line.words.text], ("procedure",), guards) if h.mask & 1 and h.mask >> 1]
    if hits:
        line.hits = line.hits + [
            replace(h, lead=h.lead >> 1, mask=h.mask >> 1, explained=h.explained >> 1, inherited=(*h.inherited, verb))
            for h in hits
        ]
        line.operation = Whether.PRESENT if a.whether is Whether.POSSIBLE else a.whether  # "excision ?BCC and excision ?SCC"
        line.lent = before
