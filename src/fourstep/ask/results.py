"""Results that are awaited when the patient leaves, or that came after: they may change what is recorded."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.ask.found import BEFORE, Found, Hit
from fourstep.ask.wording import FINAL, Proposal, concerns, propose
from fourstep.assign.case import Case, Condition
from fourstep.books.tables import Ranges
from fourstep.episode import Document, QueryOption

#: Primary diagnoses that histology may turn into others.
_OPEN = Ranges("C D00-D50 R K90 K50-K52 J90-J92 N60-N64 N87 L98 M89 K22 K29 K31 K63")
_REPORTS = frozenset(("histology", "cytology", "pathology"))
_LABORATORY = frozenset(("test_result", "microbiology", "laboratory_report"))
_REACH = 90


def results(case: Case, found: Found, primary: Condition | None) -> list[Proposal]:
    """Questions about results that are not in the record, or that came after the discharge."""
    return [*_awaited(case, found, primary), *_late(case, primary)]


def _awaited(case: Case, found: Found, primary: Condition | None) -> list[Proposal]:
    """A sample whose result is awaited, with no later report in the record."""
    waiting = [(h.document, h.first, h.last) for p in found.tables.waiting for h in found.hits.get(p, ())]
    if not waiting:
        return []
    best: tuple[int, int, str, Hit] | None = None
    for sample in found.tables.samples:
        for hit in (h for p in sample.words for h in found.hits.get(p, ())):
            document = case.episode.documents[hit.document]
            if document.type in _REPORTS or document.type in BEFORE or _reported_since(case, document):
                continue
            if case.record.tokens[hit.document].text[hit.last + 1 : hit.last + 2] in (
                ["none"],
                ["not"],
                ["normal"],
                ["n"],
            ):
                continue
            if not any(d == hit.document and _same_row(case, hit, first, last) for d, first, last in waiting):
                continue
            weight = sample.rank + 2 * (document.type in FINAL)
            if best is None or weight > best[0]:
                best = (weight, sample.rank, sample.about, hit)
    if best is None:
        return []
    _, rank, about, hit = best
    still = primary is not None and primary.code in _OPEN
    return [
        propose(
            68 if still else rank,
            about,
            "Tissue or fluid was sent and its report is not in the record. What did it show?",
            [found.quote(hit)],
            blocking=still,
            codes=(primary.code,) if primary is not None and still else (),
            options=(
                QueryOption("Report, please attach"),
                QueryOption("Benign or normal"),
                QueryOption("Not yet reported"),
            ),
        )
    ]


def _reported_since(case: Case, document: Document) -> bool:
    """Whether the record holds a report of as late a date as the document that awaits one."""
    return any(
        d.type in _REPORTS and (d.date is None or document.date is None or d.date >= document.date)
        for d in case.episode.documents
    )


def _same_row(case: Case, hit: Hit, first: int, last: int) -> bool:
    """Whether two places of a document stand on one line and near each other."""
    tokens = case.record.tokens[hit.document]
    low, high = sorted((hit.first, first))
    return tokens.start[high] - tokens.start[low] < _REACH and "\n" not in tokens.text[low:high]


def _late(case: Case, primary: Condition | None) -> list[Proposal]:
    """A laboratory's positive report of after the discharge."""
    gone = case.episode.discharge_date
    for number, document in enumerate(case.episode.documents):
        if document.type not in _LABORATORY:
            continue
        if "after discharge" not in document.text and not (gone and document.date and document.date > gone):
            continue
        grown = [
            c
            for c in case.record.candidates
            if c.statement.document == number
            and c.whether <= Whether.LIKELY
            and c.codes
            and c.kind in ("organism", "problem")
            and c.codes[0][0] in "AB"
            and c.codes[0][:3] not in ("A09", "A41")
            and c.role not in ("indication", "request")
        ]
        if grown:
            chosen = max(grown, key=lambda c: c.kind == "organism")
            return [
                propose(
                    67,
                    "Organism: result issued after discharge",
                    "The laboratory's report came after the discharge document, which does not know of it. "
                    "Does the consultant accept it as the cause?",
                    case.record.evidence(chosen)[:1],
                    blocking=concerns(primary, *chosen.codes) or bool(primary and primary.code[0] in "AB"),
                    codes=chosen.codes,
                    options=(QueryOption("Yes, the cause", chosen.codes), QueryOption("No, a bystander")),
                )
            ]
    return []
