"""OPCS-4: endoscopy of the gut: the furthest place of a look, each lesion its own site, biopsies beside
treatments.
"""

from __future__ import annotations

import re

from fourstep.assign.case import Case, Intervention
from fourstep.assign.rings import Rings, label_line, stated
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Line
from fourstep.locate.matcher import Hit
from fourstep.verify.registry import standard
from fourstep.verify.standards.procedures import add

#: In a look through the gut one site counts, the furthest; what is treated has the site of its own row.
GUT = ("ugi", "bowel")
#: Words of tissue taken: a urease test is a biopsy of the stomach.
_TAKEN = frozenset(("biopsy", "clo"))
_LOOKS = Ranges("G16.1 G16.9 G19.1 G19.9 G45.1-G45.4 G45.8-G45.9 H22 H25 H28 H68")
#: Looks into the gullet and stomach, and how a note says that the scope never got there.
_SWALLOWED = Ranges("G16.9 G19.9 G45.9")
_NOT_SWALLOWED = re.compile(
    r"fail(?:ed|ure of) (?:oesophageal )?intubation|(?:unable to|could not|cannot) (?:be )?intubate"
    r"|\bnot (?:be )?(?:passed )?(?:past|beyond) (?:the )?(?:mouth|oropharynx|pharynx)",
    re.IGNORECASE,
)
_BOWEL_ORDER = (
    "Z29.2",
    "Z29.1",
    "Z28.6",
    "Z28.5",
    "O30.2",
    "Z28.4",
    "O30.1",
    "Z28.3",
    "Z28.2",
    "Z28.1",
    "Z27.6",
)


def gut_site(case: Case, thing: Intervention, name: str, rings: Rings) -> tuple[str, ...]:
    """A treatment has the site of its lesion's row, each lesion its own; a look the furthest place biopsied
    or reached.
    """

    def named(lines: list[Line]) -> list[Hit]:
        return case.slots.sites(name, [w for line in lines for w in line.words.text], case.guards)

    if thing.code in _LOOKS:
        if thing.code[4:5] == "1":
            biopsied = [x for x in (*rings.own, *rings.note()) if not _TAKEN.isdisjoint(x.words.text)]
            found = [h for x in biopsied for h in named([x]) or _in_row(case, name, x)]
            found = found or named(rings.sentences(biopsied))
            if found:
                return _furthest(name, found)
            if name == "bowel":
                return ()  # random biopsies of the colon take no site
        for lines in (
            rings.own,
            rings.note() if rings.procedural else [],
            rings.sentences(rings.own),
            rings.others,
        ):
            found = named(lines)
            if found:
                return _furthest(name, found)
        return ()
    codes: list[str] = []
    for candidate in thing.candidates:
        if candidate.statement.document != rings.leader:
            continue
        found = named([candidate.line]) or named(rings.sentences([candidate.line]))
        if not found:
            found = next((f for line in (*rings.before(candidate), *rings.above(candidate)) if (f := named([line]))), [])
        codes += [c for c in dict.fromkeys(c for h in found for c in h.codes) if c not in codes]
    if codes:
        return tuple(codes)
    for ring in rings:
        found = named(ring)
        if found:
            return _furthest(name, found)
    return _furthest(name, named(rings.note())) if rings.procedural else ()


def _in_row(case: Case, name: str, line: Line) -> list[Hit]:
    """The nearest place named before a biopsy in its row, whatever is said of it, else that of the row's label:
    "Stomach: erythema. Duodenum: normal, biopsies".
    """
    s = line.statement
    row = case.episode.documents[s.document].text.rfind("\n", 0, s.start)
    before = [
        x for x in case.record.lines if x.statement.document == s.document and row < x.statement.start < s.start
    ]  # fmt: skip
    for x in reversed(before):
        found = case.slots.sites(name, x.words.text, case.guards)
        if found:
            return found
    return case.slots.sites(name, label_line(case, line).words.text, case.guards) if s.label else []


@standard(
    "FS.OPCS.22", "OPCS-4",
    "A gastroscope that did not get past the mouth has looked at nothing: a failed intubation is not recorded.",
    examples=(
        ("Operation: OGD, failed intubation, abandoned.", ""),
        ("Operation: OGD. Scope not passed beyond the mouth.", ""),
        ("Operation: OGD to stomach, abandoned.", "G45.9 Z27.2"),
    ),
    verified=False,
)  # fmt: skip
def failed_intubation(case: Case, tables: Tables) -> None:
    for thing in list(case.interventions):
        if thing.code not in _SWALLOWED:
            continue
        for candidate in thing.candidates:
            s = candidate.statement
            if _NOT_SWALLOWED.search(case.record.document(candidate).text, s.start, s.section.end):
                case.interventions.remove(thing)
                case.leave_out([candidate], "did not pass the mouth", "FS.OPCS.22", thing.code)
                break


@standard(
    "FS.OPCS.11", "OPCS-4",
    "A biopsy of something else, taken while another lesion was treated, is Y20 with its site behind the "
    "treatment, not a second look.",
    reference="PGCS10",
    examples=(
        ("Colonoscopy. Cold snare of caecal polyp. Biopsy of transverse colon.", "H20.1 Z28.2 Y20.9 Z28.4"),
    ),
)  # fmt: skip
def biopsies_beside(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        for biopsy in thing.biopsies[:1]:
            name = next((n for n in case.slots.due(thing.code) if n in GUT), "")
            if not name:
                add(thing, "Y20.3")
                thing.standards.append("FS.OPCS.11")
                continue
            treated = {id(c.line) for c in thing.candidates}
            words = [
                w for line in case.record.lines
                if line.statement.document == biopsy.statement.document and id(line) not in treated
                and stated(line) and not _TAKEN.isdisjoint(line.words.text)
                for w in line.words.text
            ]  # fmt: skip
            found = case.slots.sites(name, words, case.guards)
            site = _furthest(name, found)
            if site and site[0] not in thing.codes:
                thing.codes += ["Y20.9", *site]
                thing.candidates.append(biopsy)
                thing.standards.append("FS.OPCS.11")


def _furthest(name: str, found: list[Hit]) -> tuple[str, ...]:
    return max((h.codes for h in found), key=lambda codes: _reach(name, codes[0]), default=())


def _reach(name: str, code: str) -> tuple[int, str]:
    """How far from the mouth (upper) or from the anus (lower) a site is."""
    if name == "bowel":
        return (_BOWEL_ORDER.index(code) if code in _BOWEL_ORDER else -1, code)
    return (0, code)
