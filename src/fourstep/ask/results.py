"""Results that are awaited when the patient leaves, or that came after: they may change what is recorded."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.ask.wording import FINAL, Proposal, concerns, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import Document, Evidence, QueryOption
from fourstep.locate.candidates import Line

_WAITING = frozenset(
    "awaited awaiting pending await sent chase chased result results follow available outstanding due issued send →".split()
)
_SAMPLES = {
    "histology": "Histology result", "histo": "Histology result", "histopathology": "Histology result",
    "biopsies": "Histology result of the biopsies", "biopsy": "Histology result of the biopsy", "cytology": "Cytology result",
}  # fmt: skip
_TISSUE = frozenset("biopsies biopsy specimen specimens polyp lesion appendix gallbladder uterus node nodule".split())
#: Primary diagnoses that histology may turn into others.
_OPEN = Ranges("C D00-D50 R K90 K50-K52 J90-J92 N60-N64 N83 N85 N87 L98 M89 K22 K29 K31 K62 K63")
_REPORTS = frozenset(("histology", "cytology", "pathology"))
_LABORATORY = frozenset(("test_result", "microbiology", "histology", "laboratory_report"))


def results(case: Case, primary: Condition | None) -> list[Proposal]:
    """Questions about results that are not in the record, or that came after the discharge."""
    return [*_awaited(case, primary), *_late(case, primary)]


def _reported(case: Case) -> bool:
    return any(d.type in _REPORTS for d in case.episode.documents)


def _awaited(case: Case, primary: Condition | None) -> list[Proposal]:
    best: tuple[int, Line, str] | None = None
    reported = _reported(case)
    for line in case.record.lines:
        if line.entry is not None or line.statement.section.role in ("past_history", "advice", "family"):
            continue
        s = line.statement
        words = case.record.tokens[s.document].text[s.first : s.last]
        key = next((w for w in words if w in _SAMPLES), "")
        if not key or s.whether >= Whether.ABSENT:
            continue
        document = case.episode.documents[s.document]
        row = document.text[s.start : _row_end(document, s.end)].lower()
        before = document.text[max(0, s.start - 30) : s.start].lower()
        waiting = _WAITING.intersection(words) or any(w in row or w in before for w in ("awaited", "pending", "sent", "chased", "awaiting", "not yet"))
        if not waiting or (reported and "await" not in row) or document.type in _REPORTS:
            continue
        weight = 2 * (document.type in FINAL) + ("await" in row) + (key in ("histology", "histo", "histopathology"))
        if best is None or weight > best[0]:
            best = (weight, line, key)
    if best is None or (reported and not _after(case, best[1])):
        return []
    return [_awaited_question(case, primary, best[1], best[2])]


def _after(case: Case, line: Line) -> bool:
    """Whether the report in the record is of before what is awaited; with a report of the same sample nothing is missing."""
    return all(d.type == "cytology" for d in case.episode.documents if d.type in _REPORTS)


def _row_end(document: Document, end: int) -> int:
    stop = document.text.find("\n", end)
    return len(document.text) if stop < 0 else min(stop, end + 120)


def _awaited_question(case: Case, primary: Condition | None, line: Line, key: str) -> Proposal:
    s = line.statement
    document = case.episode.documents[s.document]
    quotes = [Evidence(document.name, s.start, s.end, document.text[s.start : s.end])]
    sample = _tissue(case, s.document)
    if sample is not None:
        quotes.append(sample)
    open_still = primary is not None and primary.code in _OPEN
    return propose(
        68 if open_still else 46, _SAMPLES[key],
        "Tissue was taken and its report is not in the record. It may change the diagnosis. What did it show?",
        quotes, blocking=open_still, codes=(primary.code,) if primary is not None and open_still else (),
        options=(QueryOption("Report, please attach"), QueryOption("Benign or normal"), QueryOption("Not yet reported")),
    )  # fmt: skip


def _tissue(case: Case, number: int) -> Evidence | None:
    """What was sent, where the documents of the procedure say it."""
    for at, document in enumerate(case.episode.documents):
        tokens = case.record.tokens[at]
        for i, word in enumerate(tokens.text):
            if word in _TISSUE:
                end = min(len(tokens), i + 4)
                while end > i + 1 and "\n" in tokens.text[i:end]:
                    end -= 1
                return Evidence(document.name, tokens.start[i], tokens.end[end - 1], document.text[tokens.start[i] : tokens.end[end - 1]])
    return None


def _late(case: Case, primary: Condition | None) -> list[Proposal]:
    """A laboratory's positive report of after the discharge."""
    gone = case.episode.discharge_date
    for number, document in enumerate(case.episode.documents):
        if document.type not in _LABORATORY or document.type in _REPORTS:
            continue
        if "after discharge" not in document.text and not (gone and document.date and document.date > gone):
            continue
        for candidate in case.record.candidates:
            if (
                candidate.statement.document == number and candidate.whether <= Whether.LIKELY and candidate.codes
                and candidate.kind in ("organism", "problem") and candidate.codes[0][0] in "ABJN"
            ):  # fmt: skip
                quote = case.record.evidence(candidate)[0]
                return [
                    propose(
                        67, "Organism: result issued after discharge",
                        "The laboratory's report came after the discharge document, which does not know of it. "
                        "Does the consultant accept it as the cause?",
                        [quote], blocking=concerns(primary, *candidate.codes) or bool(primary and primary.code[0] in "AB"),
                        codes=candidate.codes,
                        options=(QueryOption("Yes", candidate.codes), QueryOption("No, a bystander")),
                    )  # fmt: skip
                ]
    return []
