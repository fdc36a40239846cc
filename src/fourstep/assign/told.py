"""What the words around a procedure say of it: booked, called off, done long ago, already there, its result."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case
from fourstep.assign.procedure_dates import within
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line
from fourstep.locate.lines import in_booking

#: Words that say of what stands before them that it was done, and what may stand between.
_DOING = frozenset("performed undertaken done carried inserted placed given excised drained evacuated completed".split())
_AUXILIARY = frozenset("was were has have been then successfully uneventfully".split())
#: Labels of what was done in other years.
_PAST = frozenset("prev previous previously past psh psx pshx poh pmh pmhx history".split())
#: What a sentence of old operations begins with: "Previous pacemaker, both hips, cataract surgery".
_OF_OLD = re.compile(
    r"(?:prev(?:ious)?(?:ly)?|psh\w?|pmhx?|poh|h/o|hx|history of|known)\b(?!\s+(?:wound|scar|mesh))", re.IGNORECASE
)
#: A year that a list of what was done then stands behind: "ovarian ca stage IV 2022: TAH BSO, carboplatin".
_UNDER_YEAR = re.compile(r"\b((?:19|20)\d\d)\s?(?::|->|\u2192|-\s)[^.;:\n]*$")
#: Behind the words of a procedure: it is yet to be done.
_TO_COME = re.compile(
    r"\s*(?:is|was|were|has been|to be)?\s*(?:(?:re)?(?:booked|awaited|pending|planned|requested|arranged)|discussed"
    r"|considered|offered|deferred|postponed|cancelled|declined|not (?:required|needed|performed|done))\b"
    r"|(?i:\s*[:\u2013-]\s*(?:(?:to )?(?:hold|omit|restart|resume)|held|withheld|on hold)\b)"
)
#: Before the words of a procedure: something else was done for its sake.
_FOR_ITS_SAKE = re.compile(
    r"\b(?:pre|prior to|before|ahead of|work-?up for|assessment for|fit for|candidate for|suitab\w+ for|"
    r"consider\w* for|referr\w+ for|instead of|rather than|declined|refused|regarding)\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
#: The last word of each of them; only behind one of these, and perhaps an article, is it looked for.
_LEADING = frozenset("pre to before of for than declined refused regarding".split())
_ARTICLES = frozenset(("a", "an", "the"))
#: "lap +/- salpingectomy / salpingotomy", "for theatre - lap and proceed": what may or is to be done.
_PERHAPS = re.compile(r"(?:\+/-|\u00b1)[^.;,]*$")
_FOR_THEATRE = re.compile(r"\bfor theatre\b[^.;]*$", re.IGNORECASE)
#: "post-tonsillectomy bleed": what came of an operation elsewhere, rather than the operation.
_AFTER = re.compile(r"\bpost[- ]?$", re.IGNORECASE)
_FOLLOWED = re.compile(
    r"[- ]?\s*(?:bleed|haemorrhage|hemorrhage|infection|sepsis|pain|pancreatitis|haematoma|seroma|leak|headache|complication|"
    r"stricture|hernia|nausea)\w*",
    re.IGNORECASE,
)
_LOOK_BACK = 40  # characters before a procedure that are read for such words
_TALKED = ("discussed", "considered", "offered", "declined")
_TALKED_OF = re.compile(rf"\b(?:was|were|been)\s+(?:only\s+)?(?:{'|'.join(_TALKED)})\b")
_CALLED_OFF = frozenset("cancelled postponed relisted relist".split())
#: Words of an item that only says that what stands before it was not done: "Stent - cardiologist away, NOT done".
_UNDONE = frozenset("not done performed attempted undertaken abandoned deferred".split())
#: Before the words of a procedure, and behind them: it was tried, without success.
_TRIED = re.compile(r"\b(?:attempt(?:ed)?|tried)\s+(?:at\s+)?(?:\w+\s+){0,2}$", re.IGNORECASE)
#: Looks are recorded as far as they reached.
_AS_FAR_AS = Ranges("E25 E49 G16 G19 G45 H22 H25 H28 J43 K63 M30 M45 Q18 T11 T43 W87-W88")
_WITHOUT_SUCCESS = frozenset("failed unsuccessful unsuccessfully abandoned unable impossible".split())
#: Before the words of a procedure in the note of a later one: "day 6 from an anterior resection", "8 hrs post WLE".
_DAYS_SINCE = re.compile(
    r"\b(?:(?:day|d|pod) ?\d{1,2}|\d{1,2} ?(?:h|hrs?|hours?|d|days?|/7|wks?|weeks?|/52))\s+"
    r"(?:(?:post|after|following|from|since)\b[- ]?)?(?:an?\s+|the\s+|his\s+|her\s+)?(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
#: Behind the words of a procedure: what it showed, after how far it went.
_RESULT = re.compile(
    r"(?:\s*(?:and|&|\+|,)\s*\w+)?(?:\s+(?:up to|as far as|to|into|of|under|via)(?:\s+[\w/']+){1,3}?)?"
    r"(?:\s*(?:on\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?)?\s*(?:[-–:=(]+|was|were)?\s*"
    r"(?:normal|nad|negative|clear|unremarkable|(?:nil|nothing)\s+(?:seen|found|abnormal))\b",
    re.IGNORECASE,
)
#: Words behind a procedure that put it after the stay.
_YET_TO_BE = frozenset("booked awaiting await awaited pending".split())
_PLACING = frozenset(
    "insert inserted insertion placed placement sited siting new replaced replacement exchange exchanged put "
    "tunnelled went".split()
)
#: What is said of a line that is in use: "PICC R arm, flushes and bleeds well".
_IN_USE = frozenset("flushes flushed flushing bleeds aspirates patent redressed accessed".split())
#: What a radiologist's report on something done says before what was done: "CT guided drainage".
_GUIDED = re.compile(
    r"\b(?:ct|us|uss|ultrasound|fluoroscop\w+|image)[- ]guided[^.\n]{0,30}\b(?:drain|drainage|aspiration)\b", re.IGNORECASE
)


_MONTH = re.compile(
    r"[\s\w+&/-]{0,30}?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?![ ]?\d)(?=\s*[),.;\n]|\s*$)", re.IGNORECASE
)
#: "in October" behind the words, whatever follows.
_IN_MONTH = re.compile(
    r"[\s\w+&/-]{0,30}?\b(?:in|last) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?![ ]?\d)", re.IGNORECASE
)
#: A month and year right behind the words, never a day and month: "orchidectomy 6/25"; "3/25 nodes" is a count.
_MONTH_OF_YEAR = re.compile(
    r"[ (]{0,2}(?:in |of )?(\d{1,2})/(1[3-9]|[2-9]\d)(?![\d/%])(?! ?(?:nodes?|lns?|cores?|positive|involved|mmhg)\b)",
    re.IGNORECASE,
)
_YEAR = 12  # months
_MONTH_BEHIND = 40  # characters behind the words in which the name of such a month begins
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


#: What an earlier operation is named for: "haematoma after thyroidectomy", "mastectomy haematoma evacuated".
_AFTERWARDS = ("after", "following", "post")
_CAME = ("matoma", "seroma", "bleed", "haemorrhage", "dehiscence", "infection", "leak")
_LED_TO = r"(?:haematoma|hematoma|seroma|bleed(?:ing)?|haemorrhage|dehiscence|wound infection|anastomotic leak)"
_AFTER_WHICH = re.compile(rf"\b{_LED_TO}\b[^.;\n]{{0,30}}\b(?:after|following|post)[\s-]+(?:\w+\s+){{0,2}}$", re.IGNORECASE)
_OF_WHICH = re.compile(
    r"\s+(?:(?:site|bed|wound|flap|stump|cavity|scar)\s+)?(?:haematoma|hematoma|seroma|wound dehiscence)\b"
    r"|\s+(?:site|bed|wound|flap|stump|cavity|scar)\s+(?:re-?)?(?:opened|explored|infection|infected|breakdown)\b",
    re.IGNORECASE,
)


def led_to(case: Case, candidate: Candidate) -> bool:
    """Whether the words only name the operation that a complication came of."""
    text = case.record.document(candidate).text
    before = text[max(0, candidate.start - 2 * _LOOK_BACK) : candidate.start]
    low = before.lower()
    may_be = any(word in low for word in _AFTERWARDS) and any(word in low for word in _CAME)
    after = may_be and _AFTER_WHICH.search(before) is not None
    return after or _OF_WHICH.match(text, candidate.end) is not None


def month_before(case: Case, candidate: Candidate) -> bool:
    """Whether a bare month behind the words is none of the stay's: "(WLE + SLNB May)" in July."""
    start, end = case.episode.admission_date, case.episode.discharge_date or case.episode.admission_date
    if start is None or end is None:
        return False
    text = case.record.document(candidate).text
    figures = _MONTH_OF_YEAR.match(text, candidate.end)
    if figures is not None and 1 <= int(figures[1]) <= _YEAR:
        century = start.year // 100 * 100
        year = century + int(figures[2]) - (100 if int(figures[2]) > start.year % 100 else 0)
        return (year, int(figures[1])) < (start.year, start.month)
    behind = text[candidate.end : candidate.end + _MONTH_BEHIND].lower()
    if not any(month in behind for month in _MONTHS):
        return False
    named = _MONTH.match(text, candidate.end)
    if named is None and ("in " in behind or "last " in behind):
        named = _IN_MONTH.match(text, candidate.end)
    if named is None:
        return False
    month = _MONTHS.index(named[1].lower()) + 1
    return month not in {start.month, end.month}


def _perhaps(case: Case, candidate: Candidate) -> bool:
    """Whether its line says before it that it may or will be done, or only names what came of it."""
    text, line = case.record.document(candidate).text, case.record.line_before(candidate)
    if ("+/-" in line or "\u00b1" in line) and _PERHAPS.search(line):
        return True
    if "heatre" in line and _FOR_THEATRE.search(line):
        return True
    return _AFTER.search(line[-5:]) is not None and _FOLLOWED.match(text, candidate.end) is not None


def booked(case: Case, candidate: Candidate) -> bool:
    """Whether the words say that it was planned: "Proposed: ...", "... +/- grommets", "OGD booked"."""
    if in_booking(case.episode, candidate.line):
        return True
    s, words = candidate.statement, candidate.line.words.text
    text = case.record.document(candidate).text
    before = _end_of_word(text, candidate.start)
    if text.endswith(("+/-", "\u00b1"), 0, before) or _perhaps(case, candidate):
        return True
    word = _word_to(text, before)
    if word in _ARTICLES:
        word = _word_to(text, _end_of_word(text, before - len(word)))
    if word in _LEADING and _FOR_ITS_SAKE.search(text[max(0, candidate.start - _LOOK_BACK) : candidate.start]):
        return True
    if _TO_COME.match(text, candidate.end):
        return True
    if any(text.find(word, candidate.start, s.end) >= 0 for word in _TALKED) and _TALKED_OF.search(text, candidate.start, s.end):
        return True
    if not _YET_TO_BE.isdisjoint(case.record.surface(candidate.line)):
        return True
    return bool(words) and words[0] == "then" and _follows_a_plan(case, candidate)


def _end_of_word(text: str, at: int) -> int:
    """Where the last word before a place ends."""
    while at and text[at - 1].isspace():
        at -= 1
    return at


def _word_to(text: str, end: int) -> str:
    """The letters before a place, in small letters."""
    start = end
    while start and text[start - 1].isalpha():
        start -= 1
    return text[start:end].lower()


def _sentence(case: Case, candidate: Candidate, step: int) -> list[Line]:
    """The sentence so many after the candidate's, or before it."""
    s = candidate.statement
    return case.record.by_sentence.get((s.document, s.sentence + step), [])


def called_off(case: Case, candidate: Candidate) -> bool:
    """Whether it did not take place: "Admitted for cystectomy. Cancelled on the day."."""
    lines = [*case.record.sentence(candidate), *_sentence(case, candidate, 1)]
    if any(not _CALLED_OFF.isdisjoint(case.record.surface(line)) for line in lines):
        return True
    return _left_undone(case, candidate) or _without_success(case, candidate)


def _behind(case: Case, candidate: Candidate) -> Iterator[Line]:
    """The items of its sentence behind it that name nothing else that was done."""
    for line in case.record.sentence(candidate):
        if line.statement.start > candidate.statement.start:
            if any(h.entry.kind == "procedure" and not h.entry.silent for h in line.hits):
                return
            yield line


def _left_undone(case: Case, candidate: Candidate) -> bool:
    """Whether an item behind it says only that it was not done, and why stands between: "Grommets - no ENT, NOT done"."""
    return any(
        line.words.text and line.statement.whether is Whether.ABSENT and _UNDONE.issuperset(line.words.text)
        for line in _behind(case, candidate)
    )


def _without_success(case: Case, candidate: Candidate) -> bool:
    """Whether it was tried and did not succeed: "attempted L ureteroscopy - failed access"."""
    s, text = candidate.statement, case.record.document(candidate).text
    return candidate.codes[0] not in _AS_FAR_AS and _TRIED.search(text, s.start, candidate.start) is not None and any(
        not _WITHOUT_SUCCESS.isdisjoint(case.record.surface(line)) for line in (candidate.line, *_behind(case, candidate))
    )


def days_since(case: Case, candidate: Candidate) -> bool:
    """Whether the note of an operation only counts the days from an earlier one: "day 6 from an anterior resection"."""
    if case.record.document(candidate).type not in PROCEDURAL:
        return False
    before = case.record.line_before(candidate)
    return _DIGIT.search(before) is not None and _DAYS_SINCE.search(before) is not None


def _follows_a_plan(case: Case, candidate: Candidate) -> bool:
    """Whether the sentence before tells of something to come: "ERCP booked for 20/3. Then cholecystectomy"."""
    before = _sentence(case, candidate, -1)
    return any(
        x.statement.when is When.FUTURE or x.statement.whether is Whether.PLANNED
        or not _YET_TO_BE.isdisjoint(case.record.surface(x)) for x in before
    )  # fmt: skip


def in_prose(case: Case, candidate: Candidate) -> bool:
    """Whether a diagnosis heads a paragraph that goes on to tell of the stay, and this is told there."""
    s = candidate.statement
    text = case.record.document(candidate).text[s.section.start : candidate.start]
    return ". " in text and not text[text.rfind("\n") + 1 :].lstrip()[:1].isdigit()


_TOLD_DONE = ("procedure", "operative_detail", "delivery")


def has_procedure_section(case: Case, candidate: Candidate) -> bool:
    """Whether a note says elsewhere what was done: under a heading of its own, or where it names a procedure without one."""
    document = candidate.statement.document
    return any(
        x.statement.document == document and x.statement.section.role in _TOLD_DONE and x.statement.section.title
        for x in case.record.lines
    ) or any(c.kind == "procedure" and c.role in _TOLD_DONE and c.statement.document == document for c in case.record.candidates)


def said_done(candidate: Candidate) -> bool:
    """Whether a word of doing stands right behind, none of a time before: "paracentesis was performed"."""
    words = candidate.line.words.text[candidate.mask.bit_length() :]
    return next((w in _DOING for w in words if w not in _AUXILIARY), False)


def through(case: Case, candidate: Candidate) -> bool:
    """Whether the words only say what something was given through: "via PICC"."""
    s, words = candidate.statement, candidate.line.words
    tokens = case.record.tokens[s.document].text
    at = words.first[candidate.first] if words.first else s.first
    return at > s.first and not {"via", "through", "from", "down"}.isdisjoint(tokens[max(s.first, at - 2) : at])


def only_there(case: Case, candidate: Candidate, date: dt.date | None) -> bool:
    """Whether a line is named as one that the patient has: no word of placing, no date, no list of
    procedures.
    """
    lines = [candidate.line, *case.record.sentence(candidate)]
    if case.record.document(candidate).type in PROCEDURAL:
        note = case.record.by_document.get(candidate.statement.document, ())
        used = any(not _IN_USE.isdisjoint(case.record.surface(line)) for line in note)
        return used and all(_PLACING.isdisjoint(case.record.surface(line)) for line in note)
    if date is not None or candidate.role == "procedure":
        return False
    return all(_PLACING.isdisjoint(case.record.surface(line)) for line in lines)


def of_old(case: Case, candidate: Candidate) -> bool:
    """Whether its row or sentence is headed as one of old operations: "Prev: TURP, R total knee replacement"."""
    s = candidate.statement
    text = case.record.document(candidate).text
    if s.label is not None and not _PAST.isdisjoint(text[s.label[0] : s.label[1]].lower().replace(".", " ").split()):
        return True
    if s.date is not None and within(case, s.date):
        return False
    opening = case.record.sentence(candidate)[0].statement.start
    listed = _UNDER_YEAR.search(text, opening, candidate.start)
    start = case.episode.admission_date
    if listed is not None and start is not None and int(listed[1]) < start.year:
        return True
    return _OF_OLD.match(text, opening, candidate.start) is not None


#: What comes long after an operation.
_LATE = Ranges("E89 I89.0 I97.2 K91.1-K91.2 K91.5 M96 N99.3")
_THEREAFTER = re.compile(r"\b(?:post|following|after|since)[ -](?:\w+ ){0,2}$", re.IGNORECASE)


def long_before(case: Case, candidate: Candidate) -> bool:
    """Whether it only tells what a late consequence came of: "lymphoedema post axillary clearance"."""
    s = candidate.statement
    if within(case, s.date) or not _THEREAFTER.search(case.record.document(candidate).text[s.start : candidate.start]):
        return False
    return any(c.kind == "problem" and c.codes[0] in _LATE for c in case.record.found_in(s.document, s.sentence))


def normal(case: Case, candidate: Candidate) -> bool:
    """Whether the words behind it are its result, not a denial: "OGD 5/5 - normal" was done."""
    if candidate.whether not in (Whether.ABSENT, Whether.RULED_OUT):
        return False
    return _RESULT.match(case.record.document(candidate).text, candidate.end) is not None


def guided(case: Case, candidate: Candidate) -> bool:
    """Whether the report up to here is that of something drained under image control."""
    return _GUIDED.search(case.record.document(candidate).text, 0, candidate.end) is not None
