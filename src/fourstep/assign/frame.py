"""What the rest of the record says of an operation: the title names it, the note details it, the diagnosis
says where.

An entry of the index that asks ("ORIF": with what?), or that has '&' modifiers, is looked up again with words
of the indication and the diagnosis, and for a name in a summary with those of the operation note.
"""

from __future__ import annotations

from dataclasses import replace

from fourstep.analyse.statements import When, Whether
from fourstep.assign.case import Case
from fourstep.locate.candidates import PROCEDURAL, Candidate, Line
from fourstep.locate.lines import in_booking
from fourstep.locate.matcher import Scene, below

_WHAT_FOR = frozenset(("diagnosis", "indication", "conclusion"))
_TELLING = PROCEDURAL | {"discharge_summary"}
_NOT_DONE = frozenset(
    (
        "plan",
        "followup",
        "advice",
        "consent",
        "procedure_planned",
        "postop",
        "family",
        "allergy",
        "past_history",
        "medication",
    )
)


def operative_documents(case: Case) -> frozenset[int]:
    """Numbers of the documents written by who did something: operation notes, and reports with a section on
    what was done.
    """
    reported = {line.statement.document for line in case.record.lines if line.statement.section.role == "procedure"}
    return frozenset(
        i
        for i, d in enumerate(case.episode.documents)
        if d.type in PROCEDURAL or (d.type == "test_result" and i in reported)
    )


class Frames:
    """Words of the documents by what they tell of an operation; made once an episode, when first asked
    for.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._what_for: dict[int, set[str]] = {}
        self._done: dict[int, set[str]] = {}
        self._told: dict[int, set[str]] = {}  # what `what_for` gave, by document
        self._named: dict[int, set[str]] = {}  # what was done and what was booked
        operative = operative_documents(case)
        for number, lines in case.record.by_document.items():
            noted = number in operative
            what_for, done, booked, told = set[str](), set[str](), set[str](), False
            for line in lines:
                s, role = line.statement, line.statement.section.role
                if noted and (role == "procedure_planned" or in_booking(case.episode, line)):
                    booked.update(line.words.text)
                elif (noted or role in _WHAT_FOR) and (
                    s.whether <= Whether.LIKELY and s.when is not When.HISTORICAL and role not in _NOT_DONE
                ):
                    told = True
                    if noted:  # a figure counts what stands beside it: "TIMI 3" are no three stents
                        done.update(w for w in line.words.text if not w.isdecimal())
                    if role in _WHAT_FOR:
                        what_for.update(line.words.text)
            if what_for:
                self._what_for[number] = what_for
            if noted and told:
                self._done[number] = done
                self._named[number] = done | booked

    def what_for(self, candidate: Candidate) -> set[str]:
        """Diagnosis and indication of its own note, then of every procedural note and final summary."""
        number = candidate.statement.document
        told = self._told.get(number)
        if told is None:
            documents = self.case.episode.documents
            told = set(self._what_for.get(number, ()))
            told.update(*(w for d, w in self._what_for.items() if documents[d].type in _TELLING))
            self._told[number] = told
        return told

    def done(self, candidate: Candidate) -> set[str]:
        """What the operation note says was done: its own, else that of its date, else the only one that
        speaks of the same.
        """
        own = self._done.get(candidate.statement.document)
        if own is not None:
            return own
        if self.case.record.document(candidate).type == "ed_note":
            return set()  # what was done on arrival is not what theatre did later
        day = candidate.statement.date
        documents = self.case.episode.documents
        named = candidate.own_words()
        akin = [
            (d, words) for d, words in self._done.items() if candidate.asks or not named.isdisjoint(self._named[d])
        ]
        dated = [words for d, words in akin if day and documents[d].date == day]
        if dated or len(akin) != 1:
            return dated[0] if dated else set()
        return akin[0][1]

    def _before(self, candidate: Candidate) -> list[Line]:
        """What its paragraph states before it, in an emergency note all of it: the fracture that was then
        manipulated.
        """
        s = candidate.statement
        whole = self.case.record.document(candidate).type == "ed_note"
        return [
            line for line in self.case.record.by_document.get(s.document, ())
            if (whole or line.statement.section is s.section)
            and line.statement.start < s.start
            and line.statement.whether <= Whether.LIKELY and line.statement.when is not When.HISTORICAL
        ]  # fmt: skip

    def detailed(self, candidate: Candidate) -> Candidate:
        """The candidate at the deepest entry that the rest of the record supports; itself where it says no
        more.
        """
        asks = candidate.asks
        if not (asks or candidate.root.children) or not candidate.line.words.text:
            return candidate
        done, what_for = self.done(candidate), self.what_for(candidate)
        near = what_for if asks else frozenset()
        if self.case.record.document(candidate).type not in PROCEDURAL:
            done = done.union(*(line.words.text for line in self.case.record.sentence(candidate)))
            if asks:
                done = done.union(*(line.words.text for line in self._before(candidate)))
        scene = Scene(candidate.line.words.text, self.case.guards, near, done | what_for)
        hits = [h for h in below(candidate.root, scene) if h.codes[0] not in ("?", "-")]
        if not hits:
            return candidate
        best = max(hits, key=lambda h: h.size)
        if best.entry is candidate.entry or (not asks and best.size <= candidate.size):
            return candidate
        return replace(candidate, entry=best.entry, codes=best.codes)
