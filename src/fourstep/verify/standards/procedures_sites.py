"""OPCS-4: where and on which side: site codes (Z, O) and Z94 from the words nearest to the procedure."""

from __future__ import annotations

from collections.abc import Iterator

from fourstep.analyse.statements import When, Whether
from fourstep.analyse.words import Words
from fourstep.assign.case import Case, Intervention
from fourstep.assign.sites import BOTH, LEFT, RIGHT, side_of
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Query
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line
from fourstep.locate.matcher import Hit
from fourstep.verify.procedure_order import tier
from fourstep.verify.registry import standard
from fourstep.verify.standards.procedures import add

#: In a look through the gut one site counts, the furthest; what is treated has the site of its own row.
_GUT = ("ugi", "bowel")
_LOOKS = Ranges("G16.1 G16.9 G19.1 G19.9 G45.1-G45.4 G45.8-G45.9 H22 H25 H28 H68")
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
#: Procedures of the skin are often one technique at several sites.
_SEVERAL = ("skin", "skin_region")
#: Lists whose places are found anywhere in a note, as the note is about nothing else.
_WHOLE_NOTE = ("ugi", "bowel", "level", "vertebra", "spine_region", "nerve_root", "gestation")
_MOST_WORDS = 120  # a ring longer than this is about too many things to give a site
_HARVEST = Ranges("Y54-Y69")
_ROWS_BACK = 8  # statements before a treatment in which its lesion's row may begin
_VERBS = frozenset(
    "excision removal insertion injection repair biopsy drainage release fixation replacement revision resection closure aspiration "
    "reconstruction exploration operation procedure procedur decompression dilatation stent graft laser endoscopic laparoscopic open".split()
)
_ACCESS = frozenset("access approach puncture sheath entry donor harvest harvested route via from".split())


@standard(
    "FS.OPCS.06", "OPCS-4",
    "Site and side come from the words of the procedure itself, then its row, the note's title, the indication and the "
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
        rings = Rings(case, thing, near=tier(thing.code) > 1)
        if "skin" in names and any(c in _HARVEST for c in thing.codes[1:]) and _graft(case, thing, rings):
            continue
        for name in names:
            codes = (_side(rings),) if name == "side" else _sites(case, thing, name, rings)
            thing.codes += [c for c in codes if c and c not in thing.codes]
        if "side" in names:
            _other_side(case, thing)


def _due(case: Case, thing: Intervention) -> tuple[str, ...]:
    names: list[str] = []
    for code in thing.codes:
        if code[0] not in "YZ":
            names += [n for n in case.slots.due(code) if n not in names]
    return tuple(n for n in names if n != "side") + (("side",) if "side" in names else ())


class Rings:
    """The lines around an intervention, the nearest first, each ring made when it is asked for."""

    def __init__(self, case: Case, thing: Intervention, *, near: bool = False) -> None:
        self.case, self.thing, self.near = case, thing, near  # near: a line or drain has no side but its own
        self.leader = thing.first.statement.document
        self.own = [c.line for c in thing.candidates if c.statement.document == self.leader]
        self.others = [c.line for c in thing.candidates if c.statement.document != self.leader]
        self.procedural = case.record.document(thing.first).type in PROCEDURAL
        self.labels = [_label(case, line) for line in self.own if line.statement.label is not None]

    def __iter__(self) -> Iterator[list[Line]]:
        return self.walk()

    def walk(self, *, whole: bool = False) -> Iterator[list[Line]]:
        """The rings in order; `whole` takes in all of the note before other documents: a note has one side, but many sites."""
        yield self.own
        yield self.labels
        yield self.sentences(self.own)
        if self.near:
            yield self.others
            yield self.sentences(self.others)
            return
        note = self.note() if self.procedural else []
        yield [
            line for line in note if line.statement.section.role in ("procedure", "delivery") and _short(line)
        ]
        yield [line for line in note if line.statement.section.role == "indication"]
        yield note[:6]
        yield [line for line in note if line.statement.section.role == "diagnosis"]
        if whole:
            yield note
        yield self.others
        yield self.sentences(self.others)
        yield self.akin()
        if not self.procedural:
            yield list(self.before(self.thing.first))[:3]
        yield [
            line for line in self.case.record.lines
            if line.statement.section.role in ("diagnosis", "procedure") and _stated(line)
            and not (self.procedural and line.statement.document == self.leader)
        ]  # fmt: skip

    def sentences(self, lines: list[Line]) -> list[Line]:
        keys = {(line.statement.document, line.statement.sentence) for line in lines}
        if not keys:
            return []
        return [
            line
            for line in self.case.record.lines
            if (line.statement.document, line.statement.sentence) in keys and _stated(line)
        ]

    def akin(self) -> list[Line]:
        """Lines anywhere that name what was operated on, as the lead term does: the pseudoaneurysm of its injection."""
        words = {w for p in self.thing.first.root.phrases for w in p.words if len(w) > 4} - _VERBS
        words &= {w for c in self.thing.candidates for w in c.line.words.text} | {
            w for p in self.thing.first.root.phrases[:1] for w in p.words
        }
        if not words:
            return []
        return [
            line for line in self.case.record.lines if not words.isdisjoint(line.words.text) and _stated(line)
        ]

    def note(self) -> list[Line]:
        """What the leading document states."""
        return [
            line
            for line in self.case.record.lines
            if line.statement.document == self.leader and _stated(line)
        ]

    def before(self, candidate: Candidate) -> Iterator[Line]:
        """The statements before a candidate in its section, the nearest first."""
        s = candidate.statement
        note = [
            line
            for line in self.case.record.lines
            if line.statement.document == s.document
            and line.statement.section is s.section
            and line.statement.start < s.start
        ]
        yield from reversed(note[-_ROWS_BACK:])


def _label(case: Case, line: Line) -> Line:
    """The label of a row as a line of its own: "Left ear:"."""
    a, b = line.statement.label or (0, 0)
    label = case.episode.documents[line.statement.document].text[a:b].lower()
    words = [w.strip(":.()-") for w in label.split()]
    return Line(line.statement, Words([_SHORT_SIDES.get(w, w) for w in words]))


_SHORT_SIDES = {
    "r": "right",
    "rt": "right",
    "l": "left",
    "lt": "left",
    "re": "right",
    "le": "left",
    "od": "right",
    "os": "left",
    "both": "bilateral",
}


def _stated(line: Line) -> bool:
    s = line.statement
    return s.whether <= Whether.LIKELY and s.when is not When.HISTORICAL and s.section.role != "past_history"


def _short(line: Line) -> bool:
    section = line.statement.section
    return section.end - section.start <= 400


def _side(rings: Rings) -> str:
    """Z94.- of the nearest ring that names a side without contradicting itself; said once for each side is both."""
    first = rings.thing.first
    said = {
        _side_in(line.words.text, first.mask if line is first.line else 0)
        for line in (*rings.own, *rings.labels)
    } - {""}
    if said:
        return BOTH if BOTH in said or len(said) > 1 else said.pop()
    for ring in rings.walk(whole=True):
        found: list[str] = []
        for line in ring:
            side = _side_in(line.words.text, 0)
            if side and side not in found:
                found.append(side)
        if len(found) == 1:
            return found[0]
    return ""


def _side_in(words: list[str], mask: int) -> str:
    """The side that a statement gives: those of an access or a donor site do not count; of two, the nearer to the procedure."""
    places = [
        (i, w)
        for i, w in enumerate(words)
        if w in ("left", "right", "bilateral") and not _elsewhere(words, i)
    ]
    names = {w for _, w in places}
    if len(names) < 2:
        return side_of(names)
    if "bilateral" in names or not mask:
        return BOTH if "bilateral" in names else side_of(names)
    at = [i for i in range(len(words)) if mask >> i & 1] or [0]
    left, right = ([i for i, w in places if w == side] for side in ("left", "right"))
    if min(abs(a - b) for a in left for b in right) <= 2:
        return BOTH
    nearest = {
        side: min(abs(i - a) for i in found for a in at) for side, found in (("left", left), ("right", right))
    }
    return side_of([min(nearest, key=lambda side: nearest[side])])


def _elsewhere(words: list[str], at: int) -> bool:
    """Whether the side at this place is that of the access or of a donor: "via right femoral access"."""
    return not _ACCESS.isdisjoint(words[at + 1 : at + 4]) or not _ACCESS.isdisjoint(
        words[max(0, at - 1) : at]
    )


def _other_side(case: Case, thing: Intervention) -> None:
    """Raise a query where a document names the other side of the same operation."""
    side = next((c for c in thing.codes if c in (LEFT, RIGHT)), "")
    if not side:
        return
    for candidate in thing.candidates:
        said = _side_in(candidate.line.words.text, candidate.mask)
        if (
            said in (LEFT, RIGHT)
            and said != side
            and candidate.statement.document != thing.first.statement.document
        ):
            names = {LEFT: "left", RIGHT: "right"}
            document = case.record.document(candidate)
            words = " ".join(document.text[candidate.start : candidate.end].split())
            case.queries.append(
                Query(
                    f"Laterality of {words}",
                    f"The operative text says {names[side]}, another document {names[said]}. Which side was it?",
                    (*case.evidence(thing, 1), *case.record.evidence(candidate)[:1]),
                    False,
                    (thing.code,),
                )
            )
            return


def _graft(case: Case, thing: Intervention, rings: Rings) -> bool:
    """A graft has the site it covers behind it, and the harvest (Y54-Y69) the place it came from; False where neither is told."""
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
    at = next(i for i, c in enumerate(thing.codes) if c in _HARVEST)
    for place, (line, sites) in ((len(thing.codes), donor), (at, covered)):
        codes = [*dict.fromkeys(c for h in sites for c in h.codes)]
        side = side_of([w for w in line.words.text if w in ("left", "right", "bilateral")]) or _side(rings)
        thing.codes[place:place] = [*codes, *([side] if side else [])]
    return True


def _of_donor(case: Case, line: Line) -> bool:
    """Whether a line tells where a graft was taken from."""
    return not {"donor", "harvest"}.isdisjoint(line.words.text) or "from" in case.record.surface(line)


def _sites(case: Case, thing: Intervention, name: str, rings: Rings) -> tuple[str, ...]:
    if name in _GUT:
        return _gut_site(case, thing, name, rings)
    vague: tuple[str, ...] = ()
    for number, ring in enumerate(rings):
        words = [w for line in ring for w in line.words.text]
        if number == 0 and name in ("level", "vertebra"):
            words = [w for line in rings.sentences(rings.own) for w in line.words.text] or words
        sites = case.slots.sites(name, words, case.guards) if words and len(words) < _MOST_WORDS else []
        if not sites:
            continue
        picked = _pick(name, sites, own=number == 0)
        if not vague:
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


def _pick(name: str, sites: list[Hit], *, own: bool) -> tuple[str, ...]:
    """The site that most words name; for the skin every site named with the procedure."""
    if name in _SEVERAL and own:
        return tuple(dict.fromkeys(c for h in sites for c in h.codes))
    return max(sites, key=lambda h: (h.codes[0][4:5] != "9", h.size)).codes


def _gut_site(case: Case, thing: Intervention, name: str, rings: Rings) -> tuple[str, ...]:
    """A treatment has the site of its lesion's row, each lesion its own; a look the furthest place biopsied or reached."""

    def named(lines: list[Line]) -> list[Hit]:
        return case.slots.sites(name, [w for line in lines for w in line.words.text], case.guards)

    if thing.code in _LOOKS:
        if thing.code[4:5] == "1":
            biopsied = [line for line in (*rings.own, *rings.note()) if "biopsy" in line.words.text]
            found = named([*biopsied, *rings.sentences(biopsied)])
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
            found = next((f for line in rings.before(candidate) if (f := named([line]))), [])
        codes += [c for c in dict.fromkeys(c for h in found for c in h.codes) if c not in codes]
    if codes:
        return tuple(codes)
    for ring in rings:
        found = named(ring)
        if found:
            return _furthest(name, found)
    return _furthest(name, named(rings.note())) if rings.procedural else ()


@standard(
    "FS.OPCS.11", "OPCS-4",
    "A biopsy of something else, taken while another lesion was treated, is Y20 with its site behind the treatment, not a second look.",
    reference="PGCS10",
    examples=(
        ("Colonoscopy. Cold snare of caecal polyp. Biopsy of transverse colon.", "H20.1 Z28.2 Y20.9 Z28.4"),
    ),
)  # fmt: skip
def biopsies_beside(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        for biopsy in thing.biopsies[:1]:
            name = next((n for n in case.slots.due(thing.code) if n in _GUT), "")
            if not name:
                add(thing, "Y20.3")
                thing.standards.append("FS.OPCS.11")
                continue
            treated = {id(c.line) for c in thing.candidates}
            words = [
                w for line in case.record.lines
                if line.statement.document == biopsy.statement.document and id(line) not in treated
                and _stated(line) and "biopsy" in line.words.text
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
