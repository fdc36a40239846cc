"""What a summary names and the note of that operation takes back: "RESECTION ABANDONED", "laser not fired", or what its
booking lists and its account of what was done does not.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Intervention
from fourstep.assign.procedure_dates import same_time
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line
from fourstep.locate.lines import in_booking

#: Reasons for which a note's mention of an operation is none of its being done.
MEANT = frozenset(("planned", "not done", "not certain to have been done"))
_GIVEN_UP = frozenset("abandoned deferred".split())
_TOO_FAR = frozenset("unresectable irresectable inoperable".split())
_NOT = frozenset("not no without never".split())
_REMOVAL = frozenset("resection excision whipple".split())
#: Words that do not say which operation is meant.
_COMMON = frozenset(
    "left right bilateral open laparoscopic robotic partial total primary repair operation procedure removal excision "
    "exploration stone with for".split()
)
#: What is operated on: a nerve is not an artery, though both be digital.
_STRUCTURES = frozenset("nerve artery vein tendon ligament fds fdp fpl tube ovary testis ureter duct level cuff".split())
_REPAIR = frozenset(("repair", "suture"))
#: What the operator did not do, in the words of the note: "NOT treated", "no laser fired", "artery intact".
_NOT_DONE = re.compile(
    r"\b(?:not|never) (?:\w+ )?(?:treated|opened|repaired|reached|fired|fixed|performed|done|required|needed|possible|attempted|"
    r"undertaken|taken|removed|carried out)\b|\bno \w+ (?:fired|done|performed|required|needed)\b",
    re.IGNORECASE,
)
_INTACT = re.compile(r"\bintact\b", re.IGNORECASE)
_DENYING = ("not ", "never ", "no ", "intact")  # without any of them neither is found
_OF_OTHER_TIMES = frozenset(("consent", "plan", "procedure_planned", "past_history", "postop"))
#: What stands for the booking where a note tells what was done: "Performed: as above".
_AS_BOOKED = re.compile(r"\b(?:as (?:above|listed|booked|planned|per)|same|ditto)\b", re.IGNORECASE)


#: Words of a denial that does not say what it denies.
_BARE = frozenset("not never done repaired repair performed attempted treated fixed required needed".split())


@dataclass(frozen=True, slots=True)
class Denial:
    """The day and the words of what a note says was not done, or needed no repair, and where it says so."""

    day: dt.date | None
    words: frozenset[str]
    unharmed: bool
    line: Line


def denied(case: Case, about: set[str] | None = None) -> list[Denial]:
    """What the notes of operations say was not done, sentence by sentence; with `about`, where one of these words stands."""
    out: list[Denial] = []
    notes = {number: d for number, d in enumerate(case.episode.documents) if d.type in PROCEDURAL}
    for (number, _), lines in case.record.by_sentence.items() if notes else ():
        document, s = notes.get(number), lines[0].statement
        if document is None or s.section.role in _OF_OTHER_TIMES:
            continue
        if about is not None and not any(
            not about.isdisjoint(line.words.text) or all(w in _BARE for w in line.words.text) for line in lines
        ):
            continue
        text = document.text[s.start : lines[-1].statement.end]
        low = text.lower()
        if not any(word in low for word in _DENYING):
            continue
        not_done = _NOT_DONE.search(text) is not None
        if not_done or ("intact" in low and _INTACT.search(text)):
            words = {w for line in lines for w in line.words.text}
            if not_done and words <= _BARE:  # "Artery: divided, tied off. Not repaired."
                words.update(w for line in _row_before(case, lines[0]) for w in line.words.text)
            out.append(Denial(document.date, frozenset(words), not not_done, lines[0]))
    return out


def _row_before(case: Case, line: Line) -> list[Line]:
    """What stands before a line on its line of the text, with the label of that."""
    s = line.statement
    start = case.episode.documents[s.document].text.rfind("\n", 0, s.start)
    return [x for x in case.record.by_document[s.document] if start < x.statement.start < s.start]


class Notes:
    """What the notes of operations say against operations that only other documents name."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def against(self, thing: Intervention) -> Line | None:
        """The line of a note that takes back an operation which no note names as done; None where none does."""
        for mention in self.case.meant:
            if _akin(mention, thing) and (line := self._given_up(mention) or self._only_booked(mention, thing)):
                return line
        words = set[str]().union(*(c.own_words() for c in thing.candidates))
        denials = denied(self.case, words - _COMMON)
        return next((d.line for d in denials if same_time(d.day, thing.date) and _speaks_of(d, words)), None)

    def _given_up(self, mention: Candidate) -> Line | None:
        """The line of its note that says that what was meant did not come about: "orbital floor not for exploration"."""
        lines = self.case.record.by_document.get(mention.statement.document, ())
        return next((line for line in lines if self._denies(line, mention)), None)

    def _denies(self, line: Line, mention: Candidate) -> bool:
        said, words = self.case.record.surface(line), mention.line.words.text
        removal = any(w.endswith("ectomy") or w in _REMOVAL for w in words)
        not_resectable = not _TOO_FAR.isdisjoint(said) or ("resectable" in said and not _NOT.isdisjoint(said))
        given_up = not _GIVEN_UP.isdisjoint(said)
        if removal and (not_resectable or (given_up and not _REMOVAL.isdisjoint(line.words.text))):
            return True
        if not given_up and line.statement.whether is not Whether.ABSENT and _NOT.isdisjoint(said):
            return False
        return line is not mention.line and not mention.own_words().difference(_COMMON).isdisjoint(line.words.text)

    def _only_booked(self, mention: Candidate, thing: Intervention) -> Line | None:
        """The line of a booking that names it, in a note that tells apart what was done and does not name it there."""
        if mention.role != "procedure_planned" and not in_booking(self.case.episode, mention.line):
            return None
        number, document = mention.statement.document, self.case.record.document(mention)
        if not same_time(document.date, thing.date):
            return None
        done = any(
            c.statement.document == number and c.role == "procedure" for i in self.case.interventions for c in i.candidates
        )
        account = [x.statement for x in self.case.record.by_document[number] if x.statement.section.role == "procedure"]
        if not done or any(_AS_BOOKED.search(document.text, s.start, s.end) for s in account):
            return None
        return mention.line


def _akin(mention: Candidate, thing: Intervention) -> bool:
    return any(mention.root.place == c.root.place for c in thing.candidates) or mention.codes[0][:3] == thing.code[:3]


def _speaks_of(denial: Denial, words: set[str]) -> bool:
    """Whether a denial is about an operation of these words: the same structure, and a word that says which."""
    parts = words & _STRUCTURES
    if denial.unharmed and (not parts or _REPAIR.isdisjoint(words)):
        return False
    return parts <= denial.words and not (words - _COMMON).isdisjoint(denial.words)
