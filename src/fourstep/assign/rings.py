"""The words around a procedure, the nearest first: where its site and side are looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fourstep.analyse.statements import When, Whether
from fourstep.analyse.words import Words
from fourstep.assign.case import Case, Intervention
from fourstep.assign.sites import BOTH, ONE_SIDE, side_of
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line

_ROWS_BACK = 8  # statements before a treatment in which its lesion's row may begin
_VERBS = frozenset(
    "excision removal insertion injection repair biopsy drainage release fixation replacement revision "
    "resection closure aspiration reconstruction exploration operation procedure procedur decompression "
    "dilatation stent graft laser endoscopic laparoscopic open".split()
)
#: Parts of the body that come in pairs: another line on the same part may say which.
_PARTS = frozenset(
    "hip knee ankle foot shoulder elbow wrist hand eye ear breast lung kidney ureter groin leg arm testis axilla "
    "femur tibia humerus radius ulna".split()
)
_SIDES = frozenset(("left", "right", "bilateral"))
#: What an emergency note closes was described further up, with its place.
_CLOSURES, _WOUNDS = Ranges("S41-S42"), frozenset(("laceration", "wound"))
_FOUND = frozenset(("findings", "procedure", "operative_detail"))  # sections that go row by row through what was seen
_GRAFTED = frozenset("graft donor harvest".split())
_JOINTS = (["and"], ["+"], ["&"])
#: Done on both sides through one access: the note names one vessel after the other.
_THROUGH_ONE = Ranges("L71.3")
_LEAVING = (["open"], ["alone"], ["intact"], ["situ"], ["behind"])  # words of what was left so
_REACH = 6  # "right common femoral artery puncture"
_ACCESS = frozenset("access approach puncture sheath entry donor harvest harvested route via from".split())


class Rings:
    """The lines around an intervention, the nearest first, each ring made when it is asked for."""

    def __init__(
        self, case: Case, thing: Intervention, *, near: bool = False, relates: Callable[[str, str], bool] | None = None
    ) -> None:
        self.case, self.thing, self.near = case, thing, near  # near: a line or drain has no side but its own
        self.relates = relates  # whether an operation is usually for a disease
        self.leader = thing.first.statement.document
        self.own = [c.line for c in thing.candidates if c.statement.document == self.leader]
        self.others = [c.line for c in thing.candidates if c.statement.document != self.leader]
        self.procedural = case.record.document(thing.first).type in PROCEDURAL
        self.labels = [label_line(case, line) for line in self.own if line.statement.label is not None]

    def __iter__(self) -> Iterator[list[Line]]:
        return self.walk()

    def walk(self, *, whole: bool = False) -> Iterator[list[Line]]:
        """The rings in order; `whole` takes in all of the note before other documents: a note has one side,
        but many sites.
        """
        yield self.own
        yield self.labels
        yield self.sentences(self.own)
        if self.near:
            yield self.others
            yield self.sentences(self.others)
            return
        note = self.note() if self.procedural else []
        yield [line for line in note if line.statement.section.role in ("procedure", "delivery") and _short(line)]
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
            if line.statement.section.role in ("diagnosis", "procedure") and stated(line)
            and not (self.procedural and line.statement.document == self.leader)
        ]  # fmt: skip

    def of_something_else(self, line: Line) -> bool:
        """Whether a line of the note tells of a disease that the operation was not for, or of the place of a graft:
        "L ovarian cyst left alone" beside a hernia, "split skin graft from right thigh" beside the excision.
        """
        if any(line is x for x in self.own) or not self.procedural or line.statement.document != self.leader:
            return False
        if self.thing.code[0] == "S" and len(self.thing.codes) == 2 and not _GRAFTED.isdisjoint(line.words.text):
            return True
        named = [h.codes[0] for h in line.hits if h.entry.kind == "problem" and h.codes[0][0] not in "-?RZVWXY"]
        if self.relates is None or not named or any(self.relates(self.thing.code, code) for code in named):
            return False
        own = {w for x in self.own for w in x.words.text}
        return not any(len(w) > 3 and w in own for w in line.words.text)

    def sentences(self, lines: list[Line]) -> list[Line]:
        keys = {(line.statement.document, line.statement.sentence) for line in lines}
        by_sentence = self.case.record.by_sentence
        return [line for key in sorted(keys) for line in by_sentence.get(key, ()) if stated(line)]

    def akin(self) -> list[Line]:
        """Lines anywhere that name what was operated on, as the lead term does: the pseudoaneurysm of its
        injection.
        """
        words = {w for p in self.thing.first.root.phrases for w in p.words if len(w) > 4} - _VERBS
        words &= {w for c in self.thing.candidates for w in c.line.words.text} | {
            w for p in self.thing.first.root.phrases[:1] for w in p.words
        }
        if not self.procedural:
            words |= {w for c in self.thing.candidates for w in c.line.words.text} & _PARTS
            words |= _WOUNDS if self.thing.code in _CLOSURES else set()
        found = [line for line in self.case.record.naming(words) if stated(line)]
        # "cut left forearm, 3 cm laceration": the place of a wound stands beside it
        return self.sentences(found) if self.thing.code in _CLOSURES and not self.procedural else found

    def note(self) -> list[Line]:
        """What the leading document states."""
        return [line for line in self.case.record.by_document.get(self.leader, ()) if stated(line)]

    def above(self, candidate: Candidate) -> Iterator[Line]:
        """What stands above a candidate whose section begins on its own line, the nearest first: "Therapy" below "STOMACH"."""
        start = candidate.statement.section.start
        if "\n" in self.case.record.document(candidate).text[start : candidate.start]:
            return
        lines = self.case.record.by_document.get(candidate.statement.document, ())
        found = [x for x in lines if x.statement.start < start and x.statement.section.role in _FOUND and stated(x)]
        yield from reversed(found[-_ROWS_BACK:])

    def before(self, candidate: Candidate) -> Iterator[Line]:
        """The statements before a candidate in its section, the nearest first."""
        s = candidate.statement
        note = [
            line
            for line in self.case.record.by_document.get(s.document, ())
            if line.statement.section is s.section
            and line.statement.start < s.start
        ]
        yield from reversed(note[-_ROWS_BACK:])


def label_line(case: Case, line: Line) -> Line:
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


def stated(line: Line) -> bool:
    """Whether a line asserts something of this episode."""
    s = line.statement
    return s.whether <= Whether.LIKELY and s.when is not When.HISTORICAL and s.section.role != "past_history"


def _short(line: Line) -> bool:
    section = line.statement.section
    return section.end - section.start <= 400


def side_from(rings: Rings) -> str:
    """Z94.- of the nearest ring that names a side without contradicting itself; said once for each side is
    both.
    """
    first = rings.thing.first
    said = {
        side_in(line.words.text, first.mask if line is first.line else 0) for line in (*rings.own, *rings.labels)
    } - {""}
    said |= {side_in(line.words.text, 0) for line in _joined(rings)} - {""}
    said = said or {side_in(line.words.text, 0) for line in _lenders(rings)} - {""}
    if said:
        return BOTH if BOTH in said or len(said) > 1 else said.pop()
    note = rings.note() if rings.procedural else []
    field = {side_of(line.words.text) for line in note if rings.case.record.surface(line) in _FIELD}
    if len(field) == 1:
        return field.pop()
    for ring in rings.walk(whole=True):
        found: list[str] = []
        for line in ring:
            side = side_in(line.words.text, 0) if not rings.of_something_else(line) else ""
            if side and side not in found:
                found.append(side)
        if len(found) == 1:
            return found[0]
    if rings.thing.code in _THROUGH_ONE:
        both = {side_in(line.words.text, 0) for line in rings.akin()} - {""}
        if len(both) > 1:
            return BOTH
    return ONE_SIDE if any("unilateral" in line.words.text for line in (*rings.own, *rings.labels)) else ""


#: The whole of a field of a form: "Eye: LEFT"; "1.5 L" gives no side.
_FIELD = (["left"], ["right"])


def _lenders(rings: Rings) -> Iterator[Line]:
    """Items that gave the procedure its last word: "scrotal exploration, left torsion, bilateral fixation"."""
    lines = rings.case.record.by_document.get(rings.leader, ())
    name = rings.case.record.document(rings.thing.first).name
    given = [e for e in rings.thing.first.inherited if e.document == name]
    if given:
        last = max(given, key=lambda e: e.start)
        yield from (line for line in lines if line.statement.start <= last.start < line.statement.end and stated(line))


def _joined(rings: Rings) -> Iterator[Line]:
    """Items that "and" joins to the procedure's own and that name nothing else done: "fixation of left angle + right body"."""
    for own in rings.own:
        lines = rings.case.record.by_sentence.get((own.statement.document, own.statement.sentence), [])
        words = rings.case.record.tokens[own.statement.document].text
        before, known = own.statement, {h.codes for h in own.hits}
        for line in lines[next((i + 1 for i, x in enumerate(lines) if x is own), len(lines)) :]:
            s = line.statement
            if words[before.last : s.first] not in _JOINTS or any(
                h.entry.kind == "procedure" or (h.entry.kind == "problem" and h.codes not in known) for h in line.hits
            ):
                break
            yield line
            before = s


def side_in(words: list[str], mask: int) -> str:
    """The side that a statement gives: those of an access or a donor site do not count; of two, the nearer
    to the procedure.
    """
    if _SIDES.isdisjoint(words):
        return ""
    places = [
        (i, w) for i, w in enumerate(words) if w in _SIDES and not _elsewhere(words, i, mask)
    ]  # fmt: skip
    names = {w for _, w in places}
    if len(names) < 2:
        return side_of(names)
    if "bilateral" in names or not mask:
        return BOTH if "bilateral" in names else side_of(names)
    if "graft" in words[places[0][0] : places[-1][0]]:
        return side_of([places[0][1]])  # "lesion right nose, graft from left neck": the other is the donor's
    at = [i for i in range(len(words)) if mask >> i & 1] or [0]
    left, right = ([i for i, w in places if w == side] for side in ("left", "right"))
    if min(abs(a - b) for a in left for b in right) <= 2:
        return BOTH
    nearest = {side: min(abs(i - a) for i in found for a in at) for side, found in (("left", left), ("right", right))}
    return side_of([min(nearest, key=lambda side: nearest[side])])


def _elsewhere(words: list[str], at: int, mask: int) -> bool:
    """Whether the side at this place is none, "skin left open", or that of the access or of a donor: "via right femoral
    access", not "left orchidectomy via inguinal approach": a side that stands before the words of the procedure (`mask`) is
    its own.
    """
    if words[at] == "left" and at and words[at + 1 : at + 2] in _LEAVING:
        return True
    if mask >> (at + 1) & 1:
        return False
    behind = words[at + 1 : at + _REACH]
    stop = next((i for i, w in enumerate(behind) if w in ("via", "from")), len(behind))
    return not _ACCESS.isdisjoint(behind[:stop]) or not _ACCESS.isdisjoint(words[max(0, at - 1) : at])
