"""Step 3 for procedures: what was done, in this episode, once for each time it was done, with its date.

Candidates of all documents that name the same code at the same time are one intervention; the operative text
leads it.
Site, side, approach and what includes what are the standards' work (verify/standards/procedures*.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.assign.case import Case, Intervention
from fourstep.assign.frame import Frames, operative_documents
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line

#: Where documents say different things of one operation, the operative text outranks the summary.
_RANK = {
    "operation_note": 6,
    "delivery_record": 6,
    "discharge_summary": 4,
    "consultant_note": 4,
    "ward_round": 3,
    "ed_note": 2,
    "anaesthetic_record": 2,
    "clinic_letter": 1,
    "test_result": 1,
    "histology": 1,
}
_OPERATIVE = 6
_TITLE_ROLES = ("procedure", "diagnosis", "delivery", "demographics")
#: Written as things happened: a line's own date counts, and the document's date is that of the event.
_LOGS = frozenset(("delivery_record", "ed_note", "ward_round"))
#: Labels of what was booked; what was done stands elsewhere.
_BOOKED = frozenset("planned proposed booked listed intended scheduled consented".split())
#: Labels of what was done in other years.
_PAST = frozenset("prev previous previously past psh psx pshx poh pmh pmhx history".split())
#: What a sentence of old operations begins with: "Previous pacemaker, both hips, cataract surgery".
_OF_OLD = re.compile(
    r"(?:prev(?:ious)?(?:ly)?|psh\w?|pmhx?|poh|h/o|hx|history of|known)\b(?!\s+(?:wound|scar|mesh))", re.IGNORECASE
)
#: Behind the words of a procedure: it is yet to be done.
_TO_COME = re.compile(
    r"\s*(?:is|was|were|has been|to be)?\s*(?:(?:re)?(?:booked|awaited|pending|planned|requested|arranged)|discussed"
    r"|considered|offered|deferred|postponed|cancelled|declined|not (?:required|needed|performed|done))\b"
)
#: Before the words of a procedure: something else was done for its sake.
_FOR_ITS_SAKE = re.compile(
    r"\b(?:pre|prior to|before|ahead of|work-?up for|assessment for|fit for|candidate for|suitab\w+ for|"
    r"consider\w* for|referr\w+ for|instead of|rather than|declined|refused|regarding)\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_OPERATED = "CDFGHJMNPQSTVW"  # chapters of what no anaesthetist does
_LOOK_BACK = 40  # characters before a procedure that are read for such words
_TALKED_OF = re.compile(r"\b(?:was|were|been)\s+(?:only\s+)?(?:discussed|considered|offered|declined)\b")
_CALLED_OFF = frozenset("cancelled postponed relisted relist".split())
#: Behind the words of a procedure: what it showed.
_RESULT = re.compile(
    r"(?:\s*(?:and|&|\+|,)\s*\w+)?(?:\s*(?:on\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?)?\s*(?:[-:=(]+|was|were)?\s*"
    r"(?:normal|nad|negative|clear|unremarkable)\b",
    re.IGNORECASE,
)
#: Words behind a procedure that put it after the stay.
_YET_TO_BE = frozenset("booked awaiting await awaited pending".split())
#: What is done at once, on arrival: a note of the emergency department is its record.
_AT_ONCE = Ranges("A55.9 E85.1-E85.3 E85.6 S42 T12 W26 W65-W67 X50 X83.3")
#: Words of an entry that says that it did not succeed.
_FAILED = frozenset("failed failure abandoned unsuccessful attempted declined refused temporary".split())
#: Done on the way to hospital: not the episode's.
_BEFORE_ARRIVAL = frozenset("scene prehospital hems roadside".split())
#: Invasive tests are procedures wherever the final summary reports them.
_INVASIVE = Ranges(
    "A55 G15 G42-G46 H20-H21 H23-H24 G16 G19 H22 H25 H28 E48-E51 K63 M45 M30 T11-T14 T46.1 W36 J13 J43 M13 "
    "M70 Q18 E63 T87.3"
)
#: Breathing support goes on after theatre: it codes where other procedures would be planned or expected.
_SUPPORT = Ranges("E85.1-E85.3 E85.6")
_SUPPORT_ROLES = frozenset("postop anaesthetic problem_list indication history_presenting plan diagnosis".split())
_LISTS = frozenset(("procedure", "diagnosis", "delivery", "investigation", "findings"))
_BEDSIDE = Ranges("U X29-X31 X33.1-X33.3 X34-X39 X44 X48-X49 X52 X59-X62 X84 X90 Y M47 G47 A84")
_FROM_BIRTH = Ranges("E85 X84 O15.2-O15.3")  # a baby born here that needs them needs them from birth
_LINES = Ranges("L99.7 L94 L91.5 O15 G44.5 M47")
#: Lines that a patient comes in with and keeps: named without a word of placing they are only there.
_KEPT = Ranges("L99.7 L94 L91.5")
_PLACING = frozenset(
    "insert inserted insertion placed placement sited siting new replaced replacement exchange exchanged put "
    "tunnelled went".split()
)
#: Dialysis goes on through a stay: where a history or a chart says that it was given, it codes.
_DIALYSIS = Ranges("X40.3-X40.4")
_CHARTED = frozenset(("demographics", "other", "history_presenting", "course"))
#: A date right behind the words is theirs: "(punch biopsy 27/2: squamous cell carcinoma)".
_DATE_BEHIND = re.compile(r"\s*(?:done|on|in|was|of)?\s*[(]?\s*\d{1,2}(?:st|nd|rd|th)?[./ -]")
#: "Manipulation in ED then fixation 7/10": the date is that of the second.
_SECOND = re.compile(r"\bthen\b|\bfollowed by\b", re.IGNORECASE)
#: What a radiologist's report on something done says before what was done: "CT guided drainage".
_GUIDED = re.compile(
    r"\b(?:ct|us|uss|ultrasound|fluoroscop\w+|image)[- ]guided[^.\n]{0,30}\b(?:drain|drainage|aspiration)\b", re.IGNORECASE
)
_GUIDED_DRAINS = Ranges("T45 T12.3 T12.4 J12.1 M13.2 M13.6")
#: What relieves what the examination finds is told beside it: "palpable bladder; catheterised 12Ch".
_FOUND_AND_DONE = Ranges("M47.9 F36.3 T12.3 T12.4 W66.2 W66.9 W26.2")
#: Induction of labour is told with the pregnancy, under the heading of what went before.
_INDUCTION = Ranges("R14-R15")
_DAY = dt.timedelta(days=1)
_LONGEST_TITLE = 260  # characters of a section that still only names the operation
_TITLE_START = 60
_FIRST_LINE = 70  # characters in which a note without headings says what it is about


def rank(case: Case, candidate: Candidate) -> int:
    """How much the candidate's document is worth for what was done; a report's own procedure section is the
    operator's word.
    """
    document = case.record.document(candidate)
    if document.type in PROCEDURAL:
        return _OPERATIVE
    if document.type == "test_result" and candidate.role == "procedure":
        return _OPERATIVE - 1
    return _RANK.get(document.type, 2)


def titled(case: Case, candidate: Candidate) -> bool:
    """Whether the candidate stands where a note says what was done, not how.

    "Procedure:" heads a title in one hospital's notes and the whole narrative in another's: the length tells.
    """
    s = candidate.statement
    if s.start < _FIRST_LINE and case.record.document(candidate).type in PROCEDURAL:
        return True
    if candidate.role not in _TITLE_ROLES:
        return False
    if candidate.role == "demographics":
        return case.record.document(candidate).type in PROCEDURAL
    if candidate.role == "delivery" or case.record.document(candidate).type not in PROCEDURAL:
        return True
    return s.section.end - s.section.start <= _LONGEST_TITLE or s.start - s.section.start <= _TITLE_START


class Dates:
    """When a candidate's procedure was done: its statement, sentence or row, else the document of the
    event.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._near: dict[tuple[int, str, int], list[Statement]] = {}
        for line in case.record.lines:
            s = line.statement
            if s.date is None or s.section.role in ("past_history", "followup", "medication"):
                continue
            end = case.episode.discharge_date
            if s.when is When.FUTURE or s.whether is Whether.PLANNED or (end and s.date > end):
                continue  # "Next cycle 25/3" dates nothing that was done
            self._near.setdefault((s.document, "sentence", s.sentence), []).append(s)
            self._near.setdefault((s.document, "row", self._row(s.document, s.start)), []).append(s)

    def _row(self, document: int, start: int) -> int:
        return self.case.episode.documents[document].text.rfind("\n", 0, start)

    def _beside(self, s: Statement, kind: str, key: int) -> dt.date | None:
        """The date of the sentence or row: one that opens it goes for all, else the next one ("X, Y 17/5; Z
        18/5").
        """
        dated = self._near.get((s.document, kind, key))
        if not dated:
            return None
        before = [d for d in dated if d.start < s.start]
        if before and self.case.episode.documents[s.document].text[before[-1].start].isdigit():
            return before[-1].date
        after = next((d for d in dated if d.start >= s.start), None)
        return (after or dated[-1]).date

    def of(self, candidate: Candidate) -> dt.date | None:
        """The date the record gives for it; None where it gives none."""
        s, document = candidate.statement, self.case.record.document(candidate)
        own = s.date
        if own is not None and document.type not in PROCEDURAL and _SECOND.search(document.text, candidate.end, s.end):
            own = None
        if own is None and (candidate.role in _LISTS or document.type in _LOGS):
            own = self._beside(s, "sentence", s.sentence)
        if document.type in PROCEDURAL and document.type not in _LOGS and document.date is not None:
            # a date in an operation note is that of a scan, a drug or a follow-up, unless the title carries
            # it
            if own and self._before(own) and _DATE_BEHIND.match(document.text, candidate.end):
                return own
            return own if own and titled(self.case, candidate) and self._during(own) else document.date
        if (own is None and candidate.role in _LISTS) or (own is None and document.type in _LOGS):
            own = self._beside(s, "row", self._row(s.document, s.start))
        if own is not None and (document.type not in _LOGS or self._during(own)):
            return own
        return document.date if document.type in PROCEDURAL or rank(self.case, candidate) == _OPERATIVE - 1 else None

    def written(self, candidate: Candidate) -> dt.date | None:
        """The date of a document written as it happened, for what nothing else dates."""
        document = self.case.record.document(candidate)
        return document.date if document.type in ("ed_note", "anaesthetic_record", "delivery_record") else None

    def _before(self, day: dt.date) -> bool:
        start = self.case.episode.admission_date
        return start is not None and day < start - _DAY

    def _during(self, day: dt.date) -> bool:
        return _within(self.case, day)


def _booked(case: Case, candidate: Candidate) -> bool:
    """Whether the row says what was planned: "Proposed: ..."."""
    s, words = candidate.statement, candidate.line.words.text
    if words and words[0] in _BOOKED and "delayed" not in words:
        return True
    text = case.record.document(candidate).text
    if text[: candidate.start].rstrip().endswith(("+/-", "\u00b1")):
        return True
    if _FOR_ITS_SAKE.search(text[max(0, candidate.start - _LOOK_BACK) : candidate.start]):
        return True
    if _TO_COME.match(text, candidate.end) or _TALKED_OF.search(text, candidate.start, s.end):
        return True
    if not _YET_TO_BE.isdisjoint(case.record.surface(candidate.line)):
        return True
    if words and words[0] == "then" and _follows_a_plan(case, candidate):
        return True
    if s.label is None:
        return False
    label = text[s.label[0] : s.label[1]].lower()
    return not _BOOKED.isdisjoint(label.split())


def _sentence(case: Case, candidate: Candidate, step: int) -> list[Line]:
    """The sentence so many after the candidate's, or before it."""
    s = candidate.statement
    return case.record.by_sentence.get((s.document, s.sentence + step), [])


def _called_off(case: Case, candidate: Candidate) -> bool:
    """Whether it did not take place: "Admitted for cystectomy. Cancelled on the day."."""
    lines = [*case.record.sentence(candidate), *_sentence(case, candidate, 1)]
    return any(not _CALLED_OFF.isdisjoint(case.record.surface(line)) for line in lines)


def _follows_a_plan(case: Case, candidate: Candidate) -> bool:
    """Whether the sentence before tells of something to come: "ERCP booked for 20/3. Then cholecystectomy"."""
    before = _sentence(case, candidate, -1)
    return any(
        x.statement.when is When.FUTURE or x.statement.whether is Whether.PLANNED
        or not _YET_TO_BE.isdisjoint(case.record.surface(x)) for x in before
    )  # fmt: skip


def _in_prose(case: Case, candidate: Candidate) -> bool:
    """Whether a diagnosis heads a paragraph that goes on to tell of the stay, and this is told there."""
    s = candidate.statement
    text = case.record.document(candidate).text[s.section.start : candidate.start]
    return ". " in text and not text[text.rfind("\n") + 1 :].lstrip()[:1].isdigit()


def _has_procedure_section(case: Case, candidate: Candidate) -> bool:
    """Whether a note says elsewhere, under a heading of its own, what was done."""
    document = candidate.statement.document
    return any(
        x.statement.document == document and x.statement.section.role in ("procedure", "operative_detail", "delivery")
        for x in case.record.lines
    )


def _through(case: Case, candidate: Candidate) -> bool:
    """Whether the words only say what something was given through: "via PICC"."""
    s, words = candidate.statement, candidate.line.words
    tokens = case.record.tokens[s.document].text
    at = words.first[candidate.first] if words.first else s.first
    return at > s.first and not {"via", "through", "from", "down"}.isdisjoint(tokens[max(s.first, at - 2) : at])


def _only_there(case: Case, candidate: Candidate, date: dt.date | None) -> bool:
    """Whether a line is named as one that the patient has: no word of placing, no date, no list of
    procedures.
    """
    if date is not None or candidate.role == "procedure" or case.record.document(candidate).type in PROCEDURAL:
        return False
    lines = [candidate.line, *case.record.sentence(candidate)]
    return all(_PLACING.isdisjoint(case.record.surface(line)) for line in lines)


def _of_old(case: Case, candidate: Candidate) -> bool:
    """Whether its row or sentence is headed as one of old operations: "Prev: TURP, R total knee replacement"."""
    s = candidate.statement
    text = case.record.document(candidate).text
    if s.label is not None and not _PAST.isdisjoint(text[s.label[0] : s.label[1]].lower().replace(".", " ").split()):
        return True
    if s.date is not None and _within(case, s.date):
        return False
    opening = min(line.statement.start for line in case.record.sentence(candidate))
    return _OF_OLD.match(text, opening, candidate.start) is not None


def _normal(case: Case, candidate: Candidate) -> bool:
    """Whether the words behind it are its result, not a denial: "OGD 5/5 - normal" was done."""
    if candidate.whether not in (Whether.ABSENT, Whether.RULED_OUT):
        return False
    return _RESULT.match(case.record.document(candidate).text, candidate.end) is not None


def _why_not(case: Case, candidate: Candidate, tables: Tables, dates: Dates) -> str:
    if candidate.entry.silent:
        return "silent"
    if candidate.who is not Who.PATIENT:
        return "said of someone else"
    if candidate.whether > Whether.PROBABLE and not _normal(case, candidate):
        return {Whether.ABSENT: "not done", Whether.RULED_OUT: "not done", Whether.PLANNED: "planned"}.get(
            candidate.whether, "not certain to have been done"
        )
    if candidate.when is When.HISTORICAL or _of_old(case, candidate):
        return "done before this episode"
    if candidate.when is When.FUTURE or _booked(case, candidate):
        return "planned"
    if _called_off(case, candidate):
        return "not done"
    date, start, end = dates.of(candidate), case.episode.admission_date, case.episode.discharge_date
    if date and start and date < start - _DAY:
        return "done before this episode"
    if date and end and date > end:
        return "planned"
    code, kind = candidate.codes[0], case.record.document(candidate).type
    if code in _SUPPORT and candidate.role in _SUPPORT_ROLES:
        return ""
    if (
        code[0] == "R"
        and kind == "delivery_record"
        and candidate.role not in ("plan", "followup", "consent", "past_history")
    ):
        return ""
    if code not in _SUPPORT and any(
        not _BEFORE_ARRIVAL.isdisjoint(line.words.text) for line in case.record.sentence(candidate)
    ):
        return "done before this episode"
    if code in _INVASIVE and kind == "discharge_summary" and candidate.role in ("investigation", "findings"):
        return ""
    if (
        kind == "discharge_summary"
        and candidate.role in ("diagnosis", "demographics")
        and date is not None
        and code not in _BEDSIDE
    ):
        return ""  # "L neck of femur fracture, DHS 4/3"
    if code in _LINES and _through(case, candidate):
        return "already in place"
    if code in _KEPT and _only_there(case, candidate, candidate.statement.date):
        return "already in place"
    if kind == "discharge_summary" and candidate.role == "diagnosis" and _in_prose(case, candidate):
        return ""
    if kind == "discharge_summary" and candidate.role == "diagnosis" and code in _AT_ONCE:
        return ""  # "Fast AF, DCCV in resus"
    headed = candidate.role in ("diagnosis", "indication")
    if kind in PROCEDURAL and headed and not _has_procedure_section(case, candidate):
        return ""
    if kind == "ed_note" and code in _AT_ONCE and candidate.role in ("other", "presenting", "history_presenting"):
        return ""
    if kind == "ward_round" and candidate.role == "diagnosis" and code in _INVASIVE:
        return ""
    if code in _DIALYSIS and candidate.entry is not candidate.root and candidate.role in _CHARTED:
        return ""
    if kind in ("clinic_letter", "referral_letter") and candidate.role != "procedure" and not _within(case, date):
        return "done before this episode"
    if kind in PROCEDURAL and candidate.role == "investigation" and code in _INVASIVE:
        return ""  # "OGD: ..." heads the note of the endoscopy itself
    if kind in PROCEDURAL and candidate.role == "anaesthetic" and code[0] in _OPERATED:
        return ""  # "OGD under GA: food bolus removed"
    if kind == "ed_note" and code in _FOUND_AND_DONE and candidate.role == "examination":
        return ""
    if code in _INDUCTION and candidate.role == "past_history" and _within(case, candidate.statement.date):
        return ""
    if code in _GUIDED_DRAINS and kind == "test_result" and _guided(case, candidate):
        return ""
    verdict = tables.verdict(case.record.document(candidate).type, candidate.role, "procedure")
    if verdict != "y" and rank(case, candidate) == _OPERATIVE - 1:
        verdict = "y"
    return "" if verdict == "y" else "not the record of a procedure"


def _guided(case: Case, candidate: Candidate) -> bool:
    """Whether the report up to here is that of something drained under image control."""
    return _GUIDED.search(case.record.document(candidate).text, 0, candidate.end) is not None


def _within(case: Case, day: dt.date | None) -> bool:
    """Whether a day is known and falls in the episode."""
    start, end = case.episode.admission_date, case.episode.discharge_date
    return day is not None and (start is None or day >= start - _DAY) and (end is None or day <= end)


def gather_interventions(case: Case, tables: Tables) -> None:
    """Fill case.interventions: one for each code and time, from the document that documents it best."""
    dates, frames = Dates(case), Frames(case)
    found: dict[tuple[str, ...], list[Candidate]] = {}
    asked: list[Candidate] = []
    failed = {
        c.root.place for c in case.record.candidates
        if c.kind == "procedure" and c.entry.silent and not _FAILED.isdisjoint(c.entry.text.split())
    }  # fmt: skip
    for candidate in case.record.candidates:
        if candidate.kind != "procedure":
            continue
        asks = candidate.entry.asks
        if asks:
            candidate = frames.detailed(candidate)
        reason = _why_not(case, candidate, tables, dates)
        if reason:
            if reason != "silent" and not candidate.entry.asks:
                case.leave_out([candidate], reason)
            continue
        if candidate.entry.asks:
            asked.append(candidate)
            continue
        if not asks:
            candidate = frames.detailed(candidate)
        several = any(candidate.codes[0] in family for family in tables.families.each)
        found.setdefault(candidate.codes if several else candidate.codes[:1], []).append(candidate)
    _ask(case, asked, found)
    for code in list(found):
        if found[code][0].root.place in failed:
            case.leave_out(found.pop(code)[:1], "failed", "", code[0])
    done: list[Intervention] = []
    for code, candidates in found.items():
        for group in _by_date(case, candidates, dates, once=code[0] in tables.families.once):
            done.append(_intervention(case, group, dates))
    case.interventions = _not_said_within(sorted(done, key=lambda i: i.order))
    _date_by_the_note(case)


def _not_said_within(things: list[Intervention]) -> list[Intervention]:
    """Without those whose code stands among the codes of another of the same time: the ring within the
    phacoemulsification.
    """
    kept = list(things)
    for thing in things:
        if any(o is not thing and thing.code in o.codes[1:] and same_time(o.date, thing.date) for o in kept):
            kept = [k for k in kept if k is not thing]
    return kept


def _date_by_the_note(case: Case) -> None:
    """What a summary lists without a date was done at the one operation of the episode, where there is only
    one.
    """
    if "birth" in case.guards:
        for thing in case.interventions:
            if thing.date is None and thing.code in _FROM_BIRTH:
                thing.date = case.episode.admission_date
    days = {d for i in operative_documents(case) if (d := case.episode.documents[i].date)}
    if len(days) != 1:
        return
    for thing in case.interventions:
        if thing.date is None and thing.code[0] not in "EUX":
            thing.date = next(iter(days))


def _ask(case: Case, asked: list[Candidate], found: dict[tuple[str, ...], list[Candidate]]) -> None:
    """Operations named so vaguely that only the clinician can say; pictures and what is coded under the same
    term ask nothing.
    """
    known = {c.root.place for candidates in found.values() for c in candidates}
    told = {(c.statement.document, c.statement.sentence) for candidates in found.values() for c in candidates}
    for candidate in asked:
        case.leave_out([candidate], "to be queried")
        if (
            candidate.role in ("procedure", "delivery")
            and candidate.root.place not in known
            and (candidate.statement.document, candidate.statement.sentence) not in told
            and not candidate.root.place.startswith("procedure/u_")
        ):
            known.add(candidate.root.place)
            case.uncertain.append(candidate)


def _intervention(case: Case, group: list[Candidate], dates: Dates) -> Intervention:
    best = max(group, key=lambda c: (rank(case, c), len(c.codes), c.size, titled(case, c), -c.order))
    rest = [c for c in group if c is not best]
    date = dates.of(best) or next((d for c in rest if (d := dates.of(c))), None)
    if date is None:
        date = next((d for c in group if (d := dates.written(c))), None)
    if date is None and case.episode.admission_date == case.episode.discharge_date:
        date = case.episode.admission_date
    return Intervention(list(best.codes), [best, *rest], date=date, slots=best.entry.slots)


def same_time(one: dt.date | None, other: dt.date | None) -> bool:
    """Whether two dates can be one event: equal, a day apart (over midnight, date of the note), or one
    unknown.
    """
    return one is None or other is None or abs(one - other) <= _DAY


def _by_date(case: Case, candidates: list[Candidate], dates: Dates, *, once: bool) -> Iterable[list[Candidate]]:
    """The candidates of one code by the time of the procedure; undated ones belong to the best documented."""
    if once:
        return [candidates]
    dated: dict[dt.date, list[Candidate]] = {}
    undated: list[Candidate] = []
    for c in candidates:
        day = dates.of(c)
        if day is None:
            undated.append(c)
        else:
            dated.setdefault(day, []).append(c)
    if len(dated) < 2:
        return [candidates]
    groups: list[tuple[dt.date, list[Candidate]]] = []
    for day in sorted(dated):
        own = {c.statement.document for c in dated[day]}
        if groups and day - groups[-1][0] <= _DAY and own.isdisjoint(c.statement.document for c in groups[-1][1]):
            groups[-1][1].extend(dated[day])
        else:
            groups.append((day, dated[day]))
    best = max(groups, key=lambda g: max(rank(case, c) for c in g[1]))
    best[1].extend(undated)
    return [g for _, g in groups]
