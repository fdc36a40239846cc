"""A short form lends no part of its meaning over "and": the lungs of "COPD and hypertension" are not those of the pressure."""

from __future__ import annotations

from dataclasses import replace

from fourstep.locate.candidates import Line
from fourstep.locate.lookup import Lookup
from fourstep.locate.matcher import Hit


def keep_whole(line: Line, lookup: Lookup, guards: frozenset[str], joints: int) -> None:
    """Read the words behind "and" again by themselves, where an entry took them together with a part of a short form.

    `joints` has a bit for each word that a conjunction stands before.
    """
    _unlent(line, lookup, guards)
    if not joints:
        return
    for hit in line.hits:
        if hit.entry.kind == "problem" and (at := _borrowed(hit, line, joints)):
            found = [h for h in lookup.find(line.words.text[at:], ("problem",), guards) if h.mask << at & hit.mask]
            if found:
                line.hits = [h for h in line.hits if h is not hit] + [_moved(h, at) for h in found]


def _unlent(line: Line, lookup: Lookup, guards: frozenset[str]) -> None:
    """Read conditions again without the short form of an examination of which they took a part: "CT KUB: 6 mm stone"."""
    first = line.words.wording.first
    done = [h.mask for h in line.hits if h.entry.kind == "procedure" and h.codes[0][0] == "U"]
    lent, forms = 0, []
    for token in {t for t in first if first.count(t) > 1} if done else ():
        whole = sum(1 << i for i, t in enumerate(first) if t == token)
        if any(whole & ~mask == 0 for mask in done):
            lent |= whole
            forms.append(whole)
    borrowed = [
        h for h in line.hits if h.entry.kind == "problem" and h.mask & ~lent and any(h.mask & f and f & ~h.mask for f in forms)
    ]  # "abnormal CXR" takes the whole of it
    if borrowed:
        text = ["" if lent >> i & 1 else word for i, word in enumerate(line.words.text)]
        kept = [h for h in line.hits if h not in borrowed]
        masks = {k.mask for k in kept}
        line.hits = kept + [h for h in lookup.find(text, ("problem",), guards) if h.mask not in masks]


def _borrowed(hit: Hit, line: Line, joints: int) -> int:
    """The first word behind the joint, where an entry's other words are before it and a part of a short form; else 0."""
    first = line.words.wording.first
    for at in range(1, len(first)):
        if not joints >> at & 1 or not hit.mask >> at:
            continue
        before = hit.mask & (1 << at) - 1
        forms = {first[i] for i in range(at) if before >> i & 1}
        whole = sum(1 << i for i in range(at) if first[i] in forms)
        if before and whole & ~before and any(h.root is not hit.root and whole & ~h.mask == 0 for h in line.hits):
            return at
    return 0


def _moved(hit: Hit, by: int) -> Hit:
    return replace(hit, lead=hit.lead << by, mask=hit.mask << by, explained=hit.explained << by, far=hit.far << by)
