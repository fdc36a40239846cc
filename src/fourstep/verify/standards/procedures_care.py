"""OPCS-4: births, and care that goes with the operation: what the successful method was, what is
supported.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from fourstep.assign.case import Case, Intervention
from fourstep.assign.procedure_dates import same_time, within
from fourstep.assign.procedure_rank import rank
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL
from fourstep.verify.registry import standard

_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
#: "8 ECT", "ECT x 6", "course of ECT, 8 sessions": how many there were.
_COUNTED = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\s*(?:x\s*)?(?:(?:sessions?|treatments?)\s+(?:of\s+)?)?(?:(?:bilateral|unilateral|BL|RUL)\s+)?"
    r"(?:ECT|electroconvulsive)\b|\b(?:ECT|electroconvulsive therapy)\b\s*[x,:-]?\s*(\d{1,2})\b\s*(?!/)",
    re.IGNORECASE,
)
#: "#3 21/03", "No. 3: 21/3/25", a row "3   21/03/25" of the treatment card: a treatment of the course and its day.
_NUMBERED = re.compile(
    r"(?:#|\bno\.?|\bnumber|\bsession|\btreatment|^[ \t|]*(?=\d{1,2}\b[ \t|.:)]+\d{1,2}/\d{1,2}/\d{2}))"
    r"\s*(\d{1,2})\b[\s|:.,)-]{1,8}(\d{1,2})/(\d{1,2})(?:/\d{2,4})?",
    re.IGNORECASE | re.MULTILINE,
)
_BIRTHS = Ranges("R17-R25")
_ONE_TOOTH, _SEVERAL_TEETH = "F10.9", "F10.4"
_TOOTH = re.compile(r"[ul][lr][1-8a-e]")  # quadrant and number


@standard(
    "FS.OPCS.09", "OPCS-4",
    "A birth is recorded by the method that succeeded, one code for each type; the operative text or the "
    "birth record decides, "
    "not a summary that names another method.",
    examples=(
        ("Ventouse failed and abandoned. Delivered by Neville Barnes forceps.", "R21.9"),
    ),
)  # fmt: skip
def births(case: Case, tables: Tables) -> None:
    found = [i for i in case.interventions if i.code in _BIRTHS]
    if len(found) < 2:
        return
    top = max(rank(case, i.first) for i in found)
    kept = [i for i in found if rank(case, i.first) == top]
    for thing in found:
        if thing not in kept and any(same_time(k.date, thing.date) for k in kept):
            case.interventions = [i for i in case.interventions if i is not thing]
            case.leave_out(thing.candidates[:1], "documented otherwise in the birth record", "FS.OPCS.09", thing.code)


@standard(
    "FS.OPCS.15", "OPCS-4",
    "The first electroconvulsive treatment of a course is A83.8, later ones A83.9, each with its date where the record "
    "lists them.",
    examples=(
        ("Treated with ECT x 9, good response.", "A83.8 A83.9"),
        ("Course of ECT, 14 sessions.", "A83.8 A83.9"),
        ("ECT treatment 4.", "A83.9"),
        ("Six ECT given with good response.", "A83.8 A83.9"),
    ),
)  # fmt: skip
def course_of_ect(case: Case, tables: Tables) -> None:
    things = [i for i in case.interventions if i.code.startswith("A83")]
    if not things:
        return
    candidates = [c for i in things for c in i.candidates]
    cards = {c.statement.document for c in candidates if case.record.document(c).type in PROCEDURAL}
    seizures = [c for c in case.having("R56.8") if all(x.statement.document in cards for x in c.candidates)]
    case.drop(seizures, "what the treatment brings about", "FS.OPCS.15")
    texts = {c.statement.document: case.record.document(c).text for c in candidates}
    sessions = {n: day for text in texts.values() for n, day in _sessions(case, text)}
    leader = things[0]
    if len(sessions) > 1:
        rest = [i for i in case.interventions if i not in things]
        course = [
            Intervention(["A83.8" if number == 1 else "A83.9"], list(candidates), date=day, slots=leader.slots)
            for number, day in sorted(sessions.items())
        ]
    else:
        counts = [
            _number(found[1] or found[2])
            for c in candidates
            for found in _COUNTED.finditer(texts[c.statement.document], c.statement.start, c.statement.section.end)
        ]
        if len(things) > 1 or leader.code != "A83.9" or max(counts, default=0) < 2 or _one_of_course(case, leader):
            return
        rest = [i for i in case.interventions if i is not leader]
        course = [Intervention(["A83.8"], list(candidates), date=leader.date, slots=leader.slots), leader]
    for thing in course:
        thing.standards.append("FS.OPCS.15")
    case.interventions = [*rest, *course]


def _number(word: str) -> int:
    """A count, in figures or in words."""
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 2


def _one_of_course(case: Case, thing: Intervention) -> bool:
    """Whether the figure is the number of one treatment: "ECT treatment 4"."""
    words = [w for c in thing.candidates for w in case.record.sentence_words(c)]
    return any(w in ("treatment", "session", "number", "no") and b.isdigit() for w, b in pairwise(words))


def _sessions(case: Case, text: str) -> list[tuple[int, dt.date]]:
    """The numbered treatments of a list that fall in the episode, each with its day."""
    start = case.episode.admission_date
    end = case.episode.discharge_date
    found = []
    for match in _NUMBERED.finditer(text):
        for year in sorted({d.year for d in (start, end) if d}):
            try:
                day = dt.date(year, int(match[3]), int(match[2]))
            except ValueError:
                continue
            if start is not None and within(case, day):
                found.append((int(match[1]), day))
                break
    return found


@standard(
    "FS.OPCS.20", "OPCS-4",
    "Several teeth drawn in one session are F10.4, also where the record counts them by naming each.",
    examples=(
        ("Operation: extraction of UL6 and LR6.", "F10.4"),
        ("Operation: extraction of UL6.", "F10.9"),
    ),
    verified=False,
)  # fmt: skip
def several_teeth(case: Case, tables: Tables) -> None:
    for thing in case.interventions:
        if thing.code == _ONE_TOOTH and len(_teeth(case, thing)) > 1:
            thing.codes[0] = _SEVERAL_TEETH
            thing.standards.append("FS.OPCS.20")


def _teeth(case: Case, thing: Intervention) -> set[str]:
    """The teeth that the procedure's own items name, and those after it that tell of nothing else done."""
    found: set[str] = set()
    for candidate in thing.candidates:
        counting = False
        for line in case.record.sentence(candidate):
            if line is candidate.line:
                counting = True
            elif any(h.entry.kind == "procedure" for h in line.hits):
                counting = False
            if counting:
                found.update(w for w in line.words.text if _TOOTH.fullmatch(w))
    return found
