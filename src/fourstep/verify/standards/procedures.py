"""OPCS-4: approach, conversion, image control, access route, and the side once for the procedures of one
event.
"""

from __future__ import annotations

from itertools import pairwise

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Intervention
from fourstep.assign.frame import operative_documents
from fourstep.assign.procedure_dates import same_time
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import Line
from fourstep.verify.registry import standard

_PROBABLE = Whether.PROBABLE  # an enumeration is slow to ask, and this is asked of every line
_KEYHOLE = ("Y74", "Y75", "Y76")
#: Words of approach that a conversion changes; only operations on the trunk are converted to open.
_TRUNK = Ranges("E54-E59 G H J M01-M25 M61 Q07-Q49 T30-T43")
_ON_TABLE = "on table"
_LAPAROSCOPY = "T43.9"
_NOT_BEGUN = frozenset("induction anaesthesia anaesthetic before".split())
_GIVEN_UP = frozenset("abandoned failed spasm unsuccessful unable converted switched".split())
#: Pictures and measurements from within, behind what was treated in the same session.
_LOOKED = Ranges("K51 K63 K65")
_ROUTES = {"Y79.3": frozenset(("femur", "groin")), "Y79.5": frozenset(("radius",))}


def add(thing: Intervention, code: str) -> None:
    """Put a method code (Y) behind the body codes and other methods, before site and side."""
    if code not in thing.codes:
        at = next((i for i, c in enumerate(thing.codes) if c[0] in "ZO" and i), len(thing.codes))
        thing.codes.insert(at, code)


@standard(
    "FS.OPCS.07", "OPCS-4",
    "An operation begun by keyhole and finished open carries Y71.4, and none of its codes a keyhole "
    "approach.",
    examples=(
        ("Operation: laparoscopic cholecystectomy converted to open.", "J18.3 Y71.4"),
    ),
)  # fmt: skip
def converted(case: Case, tables: Tables) -> None:
    turned = [i for i in case.interventions if "Y71.4" in i.codes]
    for thing in case.interventions:
        if not any(c.startswith(_KEYHOLE) for c in thing.codes):
            continue
        if any(t is thing or (same_time(t.date, thing.date) and thing.code in _TRUNK) for t in turned):
            thing.codes = [c for c in thing.codes if not c.startswith(_KEYHOLE)]
            add(thing, "Y71.4")
            thing.standards.append("FS.OPCS.07")


@standard(
    "FS.OPCS.21", "OPCS-4",
    "A keyhole operation on the abdomen that was abandoned is recorded as the look that was had; one abandoned before it began "
    "is not recorded.",
    examples=(
        ("Operation: laparoscopic cholecystectomy abandoned, dense adhesions.", "T43.9"),
        ("Operation: left total knee replacement abandoned after induction of anaesthesia.", ""),
    ),
    verified=False,
)  # fmt: skip
def abandoned(case: Case, tables: Tables) -> None:
    for thing in list(case.interventions):
        lines = [c.line for c in thing.candidates]
        if not all("abandoned" in case.record.surface(line) for line in lines):
            continue
        said = {w for line in lines for w in case.record.surface(line)}
        if not _NOT_BEGUN.isdisjoint(said):
            case.interventions.remove(thing)
            case.leave_out(thing.candidates[:1], "abandoned before it began", "FS.OPCS.21", thing.code)
        elif any(c.startswith("Y75") for c in thing.codes):
            thing.codes, thing.slots = [_LAPAROSCOPY], ()
            thing.standards.append("FS.OPCS.21")


@standard(
    "FS.OPCS.03", "OPCS-4",
    "Image control (Y53) is recorded with a percutaneous procedure when the record says it was guided, "
    "before site and side.",
    examples=(
        ("Operation: ultrasound guided percutaneous liver biopsy.", "J13.2 Y53.2"),
        ("Operation: CT guided lung biopsy left.", "E59.1 Y53.3 Z94.3"),
    ),
)  # fmt: skip
def image_control(case: Case, tables: Tables) -> None:
    guided = tables.guided
    told: list[tuple[Line, str]] | None = None
    for thing in case.interventions:
        screened = thing.code in guided.screened
        if not (screened or thing.code in guided.takes) or any(c.startswith("Y53") for c in thing.codes):
            continue
        if told is None:
            told = [(line, code) for line in _guidance(case) if (code := _control(case, tables, line))]
        near = [code for line, code in told if _concerns(case, thing, line)]
        code = "Y53.4" if screened and near else next((c for c in near if c != _ON_TABLE), "")
        if code:
            add(thing, code)
            thing.standards.append("FS.OPCS.03")


_GUIDANCE = frozenset(
    "guided guidance under real ultrasound duplex fluoroscopy fluoroscopic fluoroscopically fluoro screening dap "
    "angiogram iohexol contrast arm".split()
)


#: What is guided on its own account in the note of an operation: the wire before an excision, the block before a repair.
_GUIDED_APART = frozenset("wire block blocks axillary interscalene femoral adductor tap cannula cannulated line wired".split())


def _guidance(case: Case) -> list[Line]:
    told = {number for number, tokens in enumerate(case.record.tokens) if not _GUIDANCE.isdisjoint(tokens.text)}
    return [
        line for number in sorted(told) for line in case.record.by_document.get(number, ())
        if line.statement.whether <= _PROBABLE and not _GUIDANCE.isdisjoint(case.record.surface(line))
    ]  # fmt: skip


def _control(case: Case, tables: Tables, line: Line) -> str:
    surface = case.record.surface(line)
    return tables.guided.code(surface) or (_ON_TABLE if tables.guided.on_table(surface) else "")


def _concerns(case: Case, thing: Intervention, line: Line) -> bool:
    """Whether a line on guidance is of this procedure: its sentence, its note, or a report's row that names
    it.
    """
    s = line.statement
    if any((c.statement.document, c.statement.sentence) == (s.document, s.sentence) for c in thing.candidates):
        return True
    if s.document in operative_documents(case) and any(c.statement.document == s.document for c in thing.candidates):
        return not any(
            not _GUIDED_APART.isdisjoint(case.record.surface(x)) for x in case.record.by_sentence[s.document, s.sentence]
        )
    return s.label is not None and not {w for p in thing.first.root.phrases for w in p.words}.isdisjoint(
        _label(case, line)
    )


def _label(case: Case, line: Line) -> list[str]:
    a, b = line.statement.label or (0, 0)
    return case.episode.documents[line.statement.document].text[a:b].lower().split()


@standard(
    "FS.OPCS.08", "OPCS-4",
    "The route into an artery or vein (Y79), and image control, are recorded once for the procedures of "
    "one session, with the "
    "main one; a route that was tried and given up is not recorded.",
    verified=False,
    examples=(
        ("Primary PCI: one drug eluting stent to the LAD. Access: right radial.", "K75.1 Y53.4 Y79.5"),
    ),
)  # fmt: skip
def access_route(case: Case, tables: Tables) -> None:
    routed = [i for i in case.interventions if any(c.startswith("Y79") for c in i.codes)]
    for thing in routed:
        for code in [c for c in thing.codes if c in _ROUTES]:
            if _given_up(case, thing, _ROUTES[code]):
                thing.codes.remove(code)
                thing.standards.append("FS.OPCS.08")
    vascular = sorted((i for i in case.interventions if i.code[0] in "KL"), key=lambda i: i.code in _LOOKED)
    for i, thing in enumerate(vascular):
        first = next((v for v in vascular[:i] if v.date == thing.date and _shared(v, thing)), None)
        if first is not None:
            thing.codes = [c for c in thing.codes if not (c.startswith(("Y79", "Y53")) and c in first.codes)]
            thing.standards.append("FS.OPCS.08")


def _given_up(case: Case, thing: Intervention, words: frozenset[str]) -> bool:
    """Whether the note says that this route was tried and left for another: "radial spasm, wire would not
    pass, femoral".
    """
    lines = [line for line in case.record.lines if line.statement.document == thing.first.statement.document]
    others = frozenset[str]().union(*(r for r in _ROUTES.values() if r != words))
    if not any(not others.isdisjoint(line.words.text) for line in lines):
        return False
    sentences = {line.statement.sentence for line in lines if not words.isdisjoint(line.words.text)}
    near = {s for n in sentences for s in (n, n + 1, n + 2)}
    return any(
        line.statement.sentence in near and not _GIVEN_UP.isdisjoint(case.record.surface(line)) for line in lines
    )


def _shared(one: Intervention, other: Intervention) -> bool:
    return one.code[0] == other.code[0] == "K"


@standard(
    "FS.OPCS.04", "OPCS-4",
    "The side (Z94) is recorded once, after all procedures of one event on the same organ and side.",
    reference="PCSZ2",
    examples=(
        ("Operation: right mastectomy and axillary node clearance.", "B27.4 T85.2 Z94.2"),
    ),
)  # fmt: skip
def side_once(case: Case, tables: Tables) -> None:
    things = case.interventions
    for this, following in pairwise(things):
        side = _side(this)
        if side and side == _side(following) and _same_event(this, following):
            this.codes.remove(side)
            this.standards.append("FS.OPCS.04")


def _side(thing: Intervention) -> str:
    return thing.codes[-1] if thing.codes[-1].startswith("Z94") else ""


def _same_event(one: Intervention, other: Intervention) -> bool:
    """The same organ's chapter in the same note, with no site of its own between them."""
    same = one.code[0] == other.code[0] or {one.code[0], other.code[0]} == {"B", "T"}
    return (
        same
        and one.first.statement.document == other.first.statement.document
        and (one.date == other.date or None in (one.date, other.date))
        and not any(
            c[0] in "ZO" and not c.startswith(("Z94", "O14", "Z15")) for c in (*one.codes[1:], *other.codes[1:])
        )
    )
