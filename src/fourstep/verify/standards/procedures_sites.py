"""OPCS-4: where and on which side: site codes (Z, O) and Z94 from the words nearest to the procedure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from fourstep.assign.case import Case, Intervention
from fourstep.assign.procedure_dates import same_time
from fourstep.assign.rings import Rings, label_line, side_from, side_in, stated
from fourstep.assign.sites import LEFT, RIGHT, side_of
from fourstep.assign.tables import Tables
from fourstep.assign.undone import denied
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import Candidate, Line
from fourstep.locate.matcher import Hit
from fourstep.verify.procedure_order import tier
from fourstep.verify.registry import standard
from fourstep.verify.standards.procedures_endoscopy import GUT, gut_site

#: Procedures of the skin are often one technique at several sites.
_SEVERAL = ("skin", "skin_region")
#: Lists whose places are found anywhere in a note, as the note is about nothing else.
_WHOLE_NOTE = ("ugi", "bowel", "level", "vertebra", "spine_region", "nerve_root", "gestation")
_DISC, _NERVES = re.compile(r"[ctl]\d{1,2}/[tls]?\d{1,2}"), frozenset(("branch", "ramus", "root"))
_VERTEBRA = re.compile(r"[ctls]\d{1,2}")
_SPINE = ("level", "vertebra", "spine_region")
_MOST_WORDS = 120  # a ring longer than this is about too many things to give a site
_PLACE_ALONE = 3  # words of an item that only names a place: "left upper arm"
_VESSELS = ("artery", "vein")
#: A vessel that was only punctured on the way.
_ENTRY = frozenset("puncture sheath access angioseal".split())
_FOREARM = ("Z72.1",)
_SHAFT = frozenset("shaft midshaft mid-shaft diaphysis".split())
_RADIUS_ULNA = (("radius", ("Z70.3", "Z70.5", "Z70.9")), ("ulna", ("Z71.2", "Z71.6", "Z71.9")))
#: Lesions treated and tendons repaired: one session may treat several.
_SEVERAL_PLACES = Ranges("S05-S15 T67.1-T67.9")
#: One operation on several tendons: it has the site of each that its sentence names.
_OF_SEVERAL = Ranges("T66.1")
_NUMBERED = re.compile(r"\s*(?:\d{1,2}|[A-Ha-h])[).:]\s")
_EYE = re.compile(r"\b(RE|LE)\b")
#: Skin in the middle of the face: a side counts only where the words of the procedure give it.
_MIDDLE = frozenset(("Z47.5",))
#: Treatment aimed at a place that its own words name: the cancer may stand elsewhere.
_AIMED = Ranges("X65-X68")
_HARVEST = Ranges("Y54-Y69")
_BEHIND_EAR = "Y58.1"


@standard(
    "FS.OPCS.06", "OPCS-4",
    "Site and side come from the words of the procedure itself, then its row, the note's title, the "
    "indication and the "
    "diagnosis; in a look through the gut the furthest place, biopsied or reached, is the site.",
    reference="PGCS10",
    examples=(
        ("Colonoscopy to the caecum. Polyp in the sigmoid removed by cold snare.", "H20.1 Z28.6"),
    ),
)  # fmt: skip
def sites_and_sides(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        names = thing.slots if thing.slots is not None else _due(case, thing)
        if not names:
            continue
        near = tier(thing.code) > 1 or thing.code in _AIMED
        rings = Rings(case, thing, near=near, relates=tables.relates)
        if "skin" in names and any(c in _HARVEST for c in thing.codes[1:]) and _graft(case, thing, rings):
            continue
        for name in names:
            if name == "side" and any(c.startswith("Z94") for c in thing.codes):
                continue  # told with the sites of its lesions
            if (
                name == "side" and not _MIDDLE.isdisjoint(thing.codes)
                and not any(side_in(x.words.text, 0) for x in (*rings.own, *rings.labels))
            ):  # fmt: skip
                continue  # a chin has no side of its own: "R" was said of something else
            if name == "side" and "skin" in names and _row_of_list(case, thing, rings):
                continue  # the row of the lesion gives its side, or there is none
            codes = (side_from(rings) or _of_eye(case, thing),) if name == "side" else _sites(case, thing, name, rings)
            thing.codes += [c for c in codes if c and c not in thing.codes]
        if "side" in names:
            _other_side(case, thing)


_SKIN_OF_HEAD = Ranges("Z47-Z48")


@standard(
    "FS.OPCS.19", "OPCS-4",
    "Operations on the skin of head and neck have codes of their own, whatever line of the note names the place.",
    examples=(
        ("Operation: lesion of left cheek, excised with a margin of 4 mm.", "S06.5 Z47.3 Z94.3"),
        ("Operation: punch biopsy of lesion of scalp.", "S13.1 Z48.1"),
    ),
)  # fmt: skip
def skin_of_head(case: Case, tables: Tables) -> None:
    for thing in list(case.interventions):
        upon = tables.families.head.get(thing.code)
        if not upon or not any(c in _SKIN_OF_HEAD for c in thing.codes):
            continue
        head, elsewhere = _parted(thing.codes[1:])
        if elsewhere and thing.code in _SEVERAL_PLACES:
            other = replace(thing, codes=[thing.code, *elsewhere], standards=[*thing.standards, "FS.OPCS.19"])
            case.interventions.insert(case.interventions.index(thing) + 1, other)
            thing.codes[1:] = head
        thing.codes[0] = upon
        thing.standards.append("FS.OPCS.19")
        for twin in list(case.interventions):  # the letter names it with its place, the note on two lines
            same = same_time(twin.date, thing.date) and twin.codes[1:2] == thing.codes[1:2]
            if same and twin is not thing and twin.code == upon:
                thing.candidates += twin.candidates
                case.interventions.remove(twin)


def _parted(codes: list[str]) -> tuple[list[str], list[str]]:
    """The codes behind an operation on several places: those of head and neck with their sides, and the others."""
    head: list[str] = []
    other: list[str] = []
    into = head
    for code in codes:
        if code[0] in "ZO" and code[:3] != "Z94":
            into = head if code in _SKIN_OF_HEAD else other
        into.append(code)
    return head, other


def _of_eye(case: Case, thing: Intervention) -> str:
    """The side that capitals give in a note on an eye: "RE", "LE"."""
    if thing.code[0] != "C":
        return ""
    found = set(_EYE.findall(case.record.document(thing.first).text))
    return {"RE": RIGHT, "LE": LEFT}[found.pop()] if len(found) == 1 else ""


def _due(case: Case, thing: Intervention) -> tuple[str, ...]:
    names: list[str] = []
    for code in thing.codes:
        if code[0] not in "YZ":
            names += [n for n in case.slots.due(code) if n not in names]
    return tuple(n for n in names if n != "side") + (("side",) if "side" in names else ())


def _other_side(case: Case, thing: Intervention) -> None:
    """Raise a query where a document names the other side of the same operation."""
    side = next((c for c in thing.codes if c in (LEFT, RIGHT)), "")
    if not side:
        return
    for candidate in thing.candidates:
        said = side_in(candidate.line.words.text, candidate.mask)
        if said in (LEFT, RIGHT) and said != side and candidate.statement.document != thing.first.statement.document:
            names = {LEFT: "left", RIGHT: "right"}
            document = case.record.document(candidate)
            words = " ".join(document.text[candidate.start : candidate.end].split())
            case.queries.append(
                Query(
                    f"Laterality of {words}",
                    f"The operative text says {names[side]}, another document {names[said]}. Which was it?",
                    (*case.evidence(thing, 1), *case.record.evidence(candidate)[:1]),
                    False,
                    (thing.code,),
                )
            )
            return


def _graft(case: Case, thing: Intervention, rings: Rings) -> bool:
    """A graft has the site it covers behind it, and the harvest (Y54-Y69) the place it came from; False
    where neither is told.
    """
    covered = donor = None
    for ring in rings:
        for line in ring:
            sites = case.slots.sites("skin", line.words.text, case.guards)
            if not sites:
                continue
            if _of_donor(case, line):
                donor = donor or (line, sites)
            else:
                covered = covered or (line, sites)
        if covered:
            break
    if donor is None:
        lines = [line for line in rings.note() if _of_donor(case, line)]
        found = ((line, case.slots.sites("skin", line.words.text, case.guards)) for line in lines)
        donor = next((pair for pair in found if pair[1]), None)
    if covered is None or donor is None:
        return False
    told = _BEHIND_EAR in thing.codes  # the harvest says its place
    at = next(i for i, c in enumerate(thing.codes) if c in _HARVEST)
    for place, (line, sites) in ((len(thing.codes), donor), (at, covered)):
        if told and line is donor[0]:
            continue
        codes = [*dict.fromkeys(c for h in sites for c in h.codes)]
        side = side_of([w for w in line.words.text if w in ("left", "right", "bilateral")])
        if not side:
            side = _side_beside(case, rings, donor[0]) if line is covered[0] else side_from(rings)
        thing.codes[place:place] = [*codes, *([side] if side else [])]
    return True


def _side_beside(case: Case, rings: Rings, donor: Line) -> str:
    """The nearest side that is not told of the place a graft was taken from."""
    lines = (line for ring in rings.walk(whole=True) for line in ring)
    told = (side_in(x.words.text, 0) for x in lines if x is not donor and not _of_donor(case, x))
    return next((side for side in told if side), "")


def _of_donor(case: Case, line: Line) -> bool:
    """Whether a line tells where a graft was taken from."""
    words = [*line.words.text, *label_line(case, line).words.text]
    return not {"donor", "harvest"}.isdisjoint(words) or "from" in case.record.surface(line)


def _sites(case: Case, thing: Intervention, name: str, rings: Rings) -> tuple[str, ...]:
    if name in GUT:
        return gut_site(case, thing, name, rings)
    if name == "skin" and (row := _row_of_list(case, thing, rings)):
        return row
    if (name in _SEVERAL or name == "muscle_tendon") and thing.code in _SEVERAL_PLACES and len(thing.candidates) > 1:
        told: dict[int, dict[str, None]] = {}
        for c in sorted(thing.candidates, key=lambda c: c.order):
            told.setdefault(c.statement.document, {}).update(dict.fromkeys(_of_lesion(case, c, name, rings)))
        codes = max(told.values(), key=len)  # the document that tells of most lesions, the leading one before others
        if len(codes) > 1:
            return tuple(codes)
    if thing.code in _OF_SEVERAL and name == "muscle_tendon":
        every: list[tuple[str, ...]] = []
        for number in sorted({c.statement.document for c in thing.candidates}):
            lines = rings.sentences([c.line for c in thing.candidates if c.statement.document == number])
            found = case.slots.sites(name, [w for x in lines for w in x.words.text], case.guards)
            every.append(tuple(dict.fromkeys(c for h in found for c in h.codes)))
        if len(told_of := max(every, key=len)) > 1:
            return told_of
    unopened = _unopened(case) if name in _SPINE else None
    vague: tuple[str, ...] = ()
    for number, ring in enumerate(rings):
        vessel = number > 0 and name in _VESSELS
        words = [w for x in ring if not vessel or _ENTRY.isdisjoint(x.words.text) for w in x.words.text]
        if number == 0 and name in ("level", "vertebra"):
            words = _levels(rings.sentences(rings.own)) or _levels(ring)
        if unopened:
            words = [w for w in words if w not in unopened]
        sites = case.slots.sites(name, words, case.guards) if words and len(words) < _MOST_WORDS else []
        if not sites:
            continue
        if number and name in _SEVERAL and len(listed := _list_behind(case, name, rings)) > 1:
            return listed
        picked = _pick(name, sites, own=number == 0)
        if not vague:
            if picked == _FOREARM:
                return _bones_of_forearm(case)
            if not picked[0].endswith(".9"):
                return picked
            vague = picked
        elif picked[0][:3] == vague[0][:3] and not picked[0].endswith(".9"):
            return picked  # the same bone, joint or vessel, said more exactly further off
    if name in _WHOLE_NOTE and rings.procedural:
        sites = case.slots.sites(name, [w for line in rings.note() for w in line.words.text], case.guards)
        if sites:
            return _pick(name, sites, own=False)
    return vague


def _unopened(case: Case) -> set[str]:
    """The discs that the note says were not operated on."""
    return {w for d in denied(case) if not d.unharmed for w in d.words if _DISC.fullmatch(w)}


def _levels(lines: Iterable[Line]) -> list[str]:
    """The words without the nerves that a disc's level was reached by: "L4/5 and L5/S1 (medial branches L3, L4)"."""
    told = [line.words.text for line in lines]
    words = [w for text in told for w in text]
    at = next((i for i, w in enumerate(words) if w in _NERVES), len(words))
    if at == len(words) or not any(_DISC.fullmatch(w) for w in words[:at]):
        return words
    apart = [w for text in told if _NERVES.isdisjoint(text) for w in text]
    kept = apart if any(_DISC.fullmatch(w) for w in apart) else words[:at]
    return [w for w in kept if not _VERTEBRA.fullmatch(w)]


def _row_of_list(case: Case, thing: Intervention, rings: Rings) -> tuple[str, ...]:
    """The site of one lesion of a list in an operation note: that of its row, "2) mid back - ... Shave."; else ()."""
    if thing.code not in _SEVERAL_PLACES or not rings.procedural or len(thing.candidates) > 1:
        return ()
    if not _NUMBERED.match(case.record.document(thing.first).text, case.record.line_start(thing.first)):
        return ()
    return _of_lesion(case, thing.first, "skin", rings)


def _of_lesion(case: Case, candidate: Candidate, name: str, rings: Rings) -> tuple[str, ...]:
    """The site of one of several lesions: its item, its sentence, else the nearest row above that has one."""
    for ring in ([candidate.line], rings.sentences([candidate.line]), *([x] for x in rings.before(candidate))):
        words = [w for x in ring for w in x.words.text]
        sites = case.slots.sites(name, words, case.guards)
        if sites:
            side = side_of([w for w in words if w in ("left", "right", "bilateral")])
            return tuple(dict.fromkeys([*(c for h in sites for c in h.codes), *([side] if side else [])]))
    return ()


def _list_behind(case: Case, name: str, rings: Rings) -> tuple[str, ...]:
    """The sites that follow a procedure as items of their own: "Biobrane application - chest & L arm"."""
    last = max(line.statement.start for line in rings.own)
    codes: dict[str, None] = {}
    for line in sorted(rings.sentences(rings.own), key=lambda x: x.statement.start):
        if line.statement.start <= last:
            continue
        sites = case.slots.sites(name, line.words.text, case.guards)
        if not sites or len(line.words.text) > _PLACE_ALONE or any(h.entry.kind == "procedure" for h in line.hits):
            break
        codes.update(dict.fromkeys(c for h in sites for c in h.codes))
    return tuple(codes)


def _bones_of_forearm(case: Case) -> tuple[str, ...]:
    """The radius and the ulna as the record names them and the part of them; "forearm" where it names
    neither.
    """
    lines = [line.words.text for line in case.record.lines if stated(line)]
    words = {w for text in lines if not {"radius", "ulna", "forearm"}.isdisjoint(text) for w in text}
    part = 0 if not _SHAFT.isdisjoint(words) else 1 if "distal" in words else 2
    bones = [codes[part] for bone, codes in _RADIUS_ULNA if bone in words]
    return tuple(bones) or _FOREARM


def _pick(name: str, sites: list[Hit], *, own: bool) -> tuple[str, ...]:
    """The site that most words name; for the skin every site named with the procedure."""
    if name in _SEVERAL and own:
        return tuple(dict.fromkeys(c for h in sites for c in h.codes))
    return max(sites, key=lambda h: (h.codes[0][4:5] != "9", h.size)).codes
