"""When a procedure was done: its statement, sentence or row, else the document of the event."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left

from fourstep.analyse.dates import date_in
from fourstep.analyse.statements import Statement, When, Whether
from fourstep.assign.case import Case
from fourstep.assign.procedure_rank import REPORTED, rank, titled
from fourstep.books.tables import Ranges
from fourstep.locate.candidates import PROCEDURAL, Candidate

#: Written as things happened: a line's own date counts, and the document's date is that of the event.
_LOGS = frozenset(("delivery_record", "ed_note", "ward_round"))
_LISTS = frozenset(("procedure", "diagnosis", "delivery", "investigation", "findings"))
#: A date right behind the words is theirs: "(punch biopsy 27/2: squamous cell carcinoma)".
_DATE_BEHIND = re.compile(r"\s*(?:done|on|in|was|of)?\s*[(]?\s*\d{1,2}(?:st|nd|rd|th)?[./ -]")
#: "Manipulation in ED then fixation 7/10": the date is that of the second.
_SECOND = re.compile(r"\bthen\b|\bfollowed by\b", re.IGNORECASE)
#: A figure right behind a procedure that falls in the stay is its day, also where it could be a score or months:
#: "manual evacuation 3/10", "intubated 1/2", "CPAP 1-4/12". Sevenths and fifty-seconds are days and weeks.
_FIGURE = re.compile(r"\s*(?:on\s+)?(\d{1,2})(?:\s?[-\u2013]\s?\d{1,2})?/(\d{1,2})(?![\d/])")
_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})(?:/|\.(?=[01]\d))(\d{1,2})(?![\d/])")
#: What is joined to a procedure and goes on to its date: "biopsies of arm and back 11.01".
_ON_TO = re.compile(r"\s*(?:and|&|\+)\s+(?:[a-z]+ ){0,3}?\d{1,2}[/.]\d{1,2}\b", re.IGNORECASE)
_PERIODS = frozenset((7, 52))
#: "from the 15th to the 19th": a day of the stay, by its number alone.
_ORDINAL = re.compile(r"\b(?:from|on|since) the (\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
#: The days of the stay, of birth and of the letter itself date nothing that was done.
_OF_THE_STAY = re.compile(
    r"\b(?:discharged?|d/c|dob|born|date of birth|dictated|typed|reported)\b[^.;\n\d]{0,12}\d", re.IGNORECASE
)
#: Words that put it on the day of the note, and on the day before.
_TODAY = re.compile(r"\b(?:today|this (?:am|pm|morning|afternoon|evening)|tonight)\b", re.IGNORECASE)
_YESTERDAY = re.compile(r"\b(?:yesterday|last night)\b", re.IGNORECASE)
#: One of these stands in whatever says so, and is looked for first.
_OF_TODAY, _OF_YESTERDAY = ("today", "this", "tonight"), ("yesterday", "last night")
#: The date that opens a line of a course: "16/09: tongue tie release".
_OPENED = re.compile(r"\s*[-*\u2022]?\s*(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\b")
#: Sections whose dates are none of this stay's events.
_ELSEWHERE = frozenset(("past_history", "followup", "medication", "plan", "consent"))
#: Words that put it on the day of arrival.
_ARRIVED = re.compile(
    r"\b(?:in|by) (?:ED|A&E|the emergency department)\b|\bresus\b|\bon arrival\b|^\s*(?:ED|A&E)\s*:", re.IGNORECASE
)
#: Words of a plan for another day.
_LATER = re.compile(
    r"\d/|\?|\b(?:if|when|then|consider\w*|book\w*|list\w*|tomorrow|mane|later|next|await\w*|repeat|discuss\w*|refer\w*|for|"
    r"mon|tues?|wed|thurs?|fri|sat|sun|opd|op|clinic)\b",
    re.IGNORECASE,
)
#: Support of breathing that ended: the date is not that of its beginning.
_SUPPORT = Ranges("E85 X52 S12.9")
_ENDED = re.compile(r"\s*(?:was\s+)?(?:off|stopped|weaned|out|ceased|discontinued)\b", re.IGNORECASE)
#: A line of a plan that says it was carried out: "punch biopsies today by me".
_DONE_TODAY = re.compile(r"\b(?:today by me|by me today|(?:done|performed|taken) (?:by me|today))\b", re.IGNORECASE)
#: Cancer treatment, and the title of the chart that says it was given.
_CHARTED_THERAPY = Ranges("X65.4 X72")
_THERAPY_CHART = re.compile(
    r"[^\n]{0,40}\b(?:chemotherapy|chemo|sact|radiotherapy|anti-?cancer|cytotoxics?)\b[^\n]{0,30}"
    r"\b(?:administration|administered|treatment|delivery|record|chart|card|sheet|attendance|day unit|day case)\b",
    re.IGNORECASE,
)
DAY = dt.timedelta(days=1)


def within(case: Case, day: dt.date | None) -> bool:
    """Whether a day is known and falls in the episode."""
    start, end = case.episode.admission_date, case.episode.discharge_date
    return day is not None and (start is None or day >= start - DAY) and (end is None or day <= end)


def done_today(case: Case, candidate: Candidate) -> bool:
    """Whether the sentence says behind the words that it was done on the day, or by the writer."""
    text = case.record.document(candidate).text
    end = max(line.statement.end for line in case.record.sentence(candidate))
    return _DONE_TODAY.search(text, candidate.end, end) is not None


def charted(case: Case, candidate: Candidate) -> bool:
    """Whether it is cancer treatment in the chart that records what was given."""
    return candidate.codes[0] in _CHARTED_THERAPY and _THERAPY_CHART.match(case.record.document(candidate).text) is not None


def same_time(one: dt.date | None, other: dt.date | None) -> bool:
    """Whether two dates can be one event: equal, a day apart (over midnight, date of the note), or one
    unknown.
    """
    return one is None or other is None or abs(one - other) <= DAY


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
            if _OF_THE_STAY.search(case.episode.documents[s.document].text, s.start, s.end):
                continue
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
        own = self._right_behind(candidate) or self._of_second(candidate) or s.date
        if candidate.codes[0] in _SUPPORT and _ENDED.match(document.text, candidate.end):
            return None
        if own is not None and document.type not in PROCEDURAL and self._of_what_followed(candidate):
            own = None
        if own is None and (candidate.role in _LISTS or document.type in _LOGS or charted(self.case, candidate)):
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
        return document.date if document.type in PROCEDURAL or rank(self.case, candidate) == REPORTED else None

    def _right_behind(self, candidate: Candidate) -> dt.date | None:
        """The day of the stay that a figure right behind the procedure gives."""
        found = _FIGURE.match(self.case.record.document(candidate).text, candidate.end)
        return self._of_stay(int(found[1]), int(found[2])) if found else None

    def _of_stay(self, number: int, month: int) -> dt.date | None:
        """The day of the stay that has this number and month; sevenths and fifty-seconds up to a week are periods."""
        start, end = self.case.episode.admission_date, self.case.episode.discharge_date
        if start is None or end is None or month == 52 or (month in _PERIODS and number <= month):
            return None
        for year in sorted({start.year, end.year}):
            try:
                day = dt.date(year, month, number)
            except ValueError:
                continue
            if start <= day <= end:
                return day
        return None

    def told(self, candidate: Candidate) -> dt.date | None:
        """The day of the stay that the words around it tell where no date stands beside it: a figure in its item, a day's
        number, "today" in a note, "in ED" of an emergency, the date that opens its line.
        """
        s, document = candidate.statement, self.case.record.document(candidate)
        text = document.text
        start, end = self.case.episode.admission_date, self.case.episode.discharge_date
        if candidate.role == "plan" and within(self.case, document.date) and done_today(self.case, candidate):
            return document.date
        if candidate.role in _ELSEWHERE or start is None or end is None:
            return None
        item = text[s.start : s.end]
        behind = _ON_TO.match(text, s.end)
        for found in _FIGURES.finditer(text, candidate.start, behind.end() if behind else s.end):
            day = self._of_stay(int(found[1]), int(found[2]))
            if day is not None:
                return day
        low = item.lower()
        number = _ORDINAL.search(item, max(candidate.start - s.start, 0)) if " the " in low else None
        if number is not None:
            days = (start + n * DAY for n in range((end - start).days + 1))
            return next((d for d in days if d.day == int(number[1])), None)
        if document.date is not None and document.type not in ("discharge_summary", "clinic_letter"):
            today = any(word in low for word in _OF_TODAY) and _TODAY.search(item)
            back = 0 if today else 1 if any(word in low for word in _OF_YESTERDAY) and _YESTERDAY.search(item) else None
            if back is not None and within(self.case, document.date - back * DAY):
                return document.date - back * DAY
        opened = self.opens_line(candidate)
        if opened is not None:
            return opened
        line = self.case.record.line_start(candidate)
        if self.case.episode.admission_method == "emergency" and (_ARRIVED.search(item) or _ARRIVED.match(text, line)):
            return start
        return None

    def opens_line(self, candidate: Candidate) -> dt.date | None:
        """The day of the stay with which the line of the candidate begins."""
        opened = _OPENED.match(self.case.record.document(candidate).text, self.case.record.line_start(candidate))
        return self._of_stay(int(opened[1]), int(opened[2])) if opened is not None else None

    def _of_what_followed(self, candidate: Candidate) -> bool:
        """Whether the date behind it is that of what was done then: "manipulation in ED then fixation 7/10"."""
        s, document = candidate.statement, self.case.record.document(candidate)
        then = _SECOND.search(document.text, candidate.end, s.end)
        if then is None:
            return False
        tokens = self.case.record.tokens[s.document]
        first, last = (bisect_left(tokens.start, at) for at in (candidate.end, then.start()))
        return date_in(tokens, first, last, document.date, False) is None

    def _of_second(self, candidate: Candidate) -> dt.date | None:
        """The date behind it where an earlier one belongs to what stands before: "pack 22/1 and cautery 24/1"."""
        s, document = candidate.statement, self.case.record.document(candidate)
        if s.date is None or document.text[s.start].isdigit():
            return None
        tokens = self.case.record.tokens[s.document]
        at = bisect_left(tokens.start, candidate.end)
        if date_in(tokens, s.first, min(at, s.last), document.date, False) is None:
            return None
        return date_in(tokens, at, s.last, document.date, False)

    def mentioned(self, candidate: Candidate) -> dt.date | None:
        """The day that a mention which does not code gives to what is told without a date elsewhere: its words, else a note
        written as it happened; a plan of the ward is carried out on its day.
        """
        document, s = self.case.record.document(candidate), candidate.statement
        if candidate.whether is Whether.PLANNED or candidate.when is When.FUTURE:
            at_once = document.type == "ward_round" and candidate.role == "plan" and candidate.whether is Whether.PLANNED
            return document.date if at_once and not _LATER.search(document.text, s.start, s.end) else None
        day = self.of(candidate) or self.told(candidate)
        noted = candidate.when is When.CURRENT and candidate.role not in _ELSEWHERE
        return day or (self.written(candidate) if noted else None)

    def written(self, candidate: Candidate) -> dt.date | None:
        """The date of a document written as it happened, for what nothing else dates."""
        document = self.case.record.document(candidate)
        return document.date if document.type in ("ed_note", "anaesthetic_record", "delivery_record") else None

    def _before(self, day: dt.date) -> bool:
        start = self.case.episode.admission_date
        return start is not None and day < start - DAY

    def _during(self, day: dt.date) -> bool:
        return within(self.case, day)
