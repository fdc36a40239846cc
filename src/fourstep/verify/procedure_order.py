"""The order in which procedures are recorded: the main one first, then the rest of its event, then the
others.
"""

from __future__ import annotations

import datetime as dt

from fourstep.assign.case import Case, Intervention
from fourstep.assign.procedure_rank import OPERATIVE, rank, titled
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL
from fourstep.verify.registry import standard

#: From an operation to a picture: what a procedure weighs by its kind alone.
_SUPPORT = Ranges("A54.2 E42.3 E85.1-E85.3 E85.6 X40 X41 X50 X58 X65 X70-X73 X32")
_BEDSIDE = Ranges(
    "X29-X31 X34-X39 X44 X48-X49 X52 X59-X62 X84 X90 M47 G47 L71.4 L91 L94-L95 L99 E85 E87-E98 S54 S57 S60 "
    "S12 O15 X33 A52 A73 C90 D07 F05 Q12.1-Q12.2 T12.8 Y Z"
)
_IMAGING = Ranges("U A84 R36-R43")
_LOOKS = Ranges(
    "A55 B37.1 D28 E25 E49 E59 G16.9 G19.9 G45 H22 H25 H28 J13 J43 K51 K63 M13.1 M30 M45 Q18 T11 T43 T46.1 W36 W87-W88"
)
#: What is done on the way to something larger, or beside it: behind the others of its weight.
_LESSER = Ranges(
    "A51.5 H20.1-H20.4 H20.6 H23.1-H23.4 H23.6 S44 S54.1 S55.1 E06 E42.3 T30 T41 T42.3 T43 T46 C64 D15.3 S12 W28.3 W30 W33.2"
)
#: Put in on arrival or on the ward: behind the operations of other days.
_DRAINS = Ranges("T12")
#: Lines and tubes, which are put in for the sake of something else.
_LINES = Ranges("L91 L94-L95 L99 M47 G47")
#: Done beside what stands before it, where both are: polyps out of the way of the sinuses, a look before the lobectomy,
#: a prolapse after the womb.
_CLEARED = (
    (Ranges("E08"), Ranges("E14")), (Ranges("E48-E51"), Ranges("E54-E59")), (Ranges("P22-P25"), Ranges("Q07-Q08")),
)  # fmt: skip
#: What covers the wound of an excision of skin stands behind it.
_COVER, _EXCISED = Ranges("S17-S28 S35-S39"), Ranges("S05-S06")
#: Measured during an angiogram, which comes first; beside a stent they stand before it.
_MEASURED = Ranges("K51")
_ANGIOGRAM = Ranges("K63")
#: Births in the order of a delivery: how the child was born, what that needed, repair, then induction.
_BIRTH = (
    "R17",
    "R18",
    "R19",
    "R20",
    "R21",
    "R22",
    "R23",
    "R24",
    "R25",
    "R27",
    "R32",
    "R29",
    "R30",
    "R15",
    "R14",
)


#: Skin whose cancer and mole codes say that it is of head or neck, and the sites that do.
_SKIN, _OF_HEAD = Ranges("C43.0-C43.4 C44.0-C44.4 D03.0-D03.4 D04.0-D04.4 D22.0-D22.4 D23.0-D23.4"), Ranges("Z47-Z48")


def _elsewhere(thing: Intervention, primary: str) -> bool:
    """Whether an operation on skin was elsewhere than the disease of head or neck that stands first."""
    return primary in _SKIN and thing.code[0] == "S" and not any(c in _OF_HEAD for c in thing.codes)


def tier(code: str) -> int:
    """0 operations, 1 life support and courses of treatment, 2 looks, 3 bedside procedures, 4 pictures and
    tests.
    """
    if code in _IMAGING:
        return 4
    if code in _SUPPORT:
        return 1
    if code in _BEDSIDE:
        return 3
    return 2 if code in _LOOKS else 0


def _lesser(thing: Intervention, things: list[Intervention]) -> bool:
    """Whether it was done on the way to another of the procedures."""
    return thing.code in _LESSER or any(
        thing.code in way and any(o.code in end for o in things) for way, end in _CLEARED
    )


def _birth(code: str) -> int:
    if code == "R27.8":
        return len(_BIRTH)
    return _BIRTH.index(code[:3]) if code[:3] in _BIRTH else -1


#: Whether no title names a procedure, and its place in the record, by its identity.
_Told = dict[int, tuple[bool, int]]
_Weight = tuple[int, bool, bool, int, int, tuple[bool, int]]
_Place = tuple[bool, bool, bool, dt.date, int, bool, int, tuple[bool, int], tuple[bool, int]]


def _weight(case: Case, tables: Tables, i: Intervention, primary: str, noted: frozenset[dt.date], told: _Told) -> _Weight:
    """How little a procedure weighs: the least is the main one. `noted` are the days of notes on operations."""
    things = case.interventions
    # what a note of its own reports was done in theatre, whoever names it
    weightiest = max(2 * rank(case, i.first), 2 * OPERATIVE - 1 if i.date in noted else 0)
    covers = i.code in _COVER and any(o.code in _EXCISED for o in things)
    return (
        tier(i.code),
        _lesser(i, things) or i.code in _MEASURED or i.code in _LINES or covers,
        not tables.relates(i.code, primary) or _elsewhere(i, primary),
        _birth(i.code),
        -weightiest,
        told[id(i)],
    )


def _place(things: list[Intervention], i: Intervention, main: Intervention, told: _Told) -> _Place:
    """Where a procedure stands behind the main one."""
    birth = _birth(i.code)
    event = i.date == main.date or (birth >= 0 and _birth(main.code) >= 0)
    day = dt.date.min if event else i.date or dt.date.max
    return (
        i is not main,
        not event or tier(i.code) > 2 or i.code in _DRAINS,
        tier(i.code) > 2 or i.code in _DRAINS,
        day,
        tier(i.code),
        _lesser(i, things) or i.code in _ANGIOGRAM,
        birth,
        min(told[id(o)] for o in things if o.code[:3] == i.code[:3]),  # what is done to one organ stands together
        told[id(i)],
    )


@standard(
    "FS.OPCS.01", "OPCS-4",
    "The main procedure comes first: an operation before a look, life support before a look, a look before "
    "care at the bedside, and the one that treats "
    "the primary diagnosis before others; then the rest of its event, then the others by date.",
    reference="PRule2",
    examples=(
        ("Operation: left cemented total knee replacement. Nasogastric tube inserted.", "W40.1 Z94.3 G47.5"),
    ),
)  # fmt: skip
def main_procedure(case: Case, tables: Tables) -> None:
    things = case.interventions
    if len(things) < 2:
        return
    primary = case.conditions[0].code if case.conditions else ""
    noted = frozenset(d.date for d in case.episode.documents if d.type in PROCEDURAL and d.date)
    told = {id(i): (not any(titled(case, c) for c in i.candidates), i.order) for i in things}
    main = min(things, key=lambda i: _weight(case, tables, i, primary, noted, told))
    case.interventions = sorted(things, key=lambda i: _place(things, i, main, told))
    main.standards.append("FS.OPCS.01")
    main.reason = "main procedure: " + (
        "treats the primary diagnosis" if tables.relates(main.code, primary) else "of most weight in the episode"
    )
