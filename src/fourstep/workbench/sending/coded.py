"""A row of the database as the writers take it: the codes that stand, in their order, as people decided them."""

from __future__ import annotations

from fourstep.episode import Code, CodedEpisode, Evidence, Sex
from fourstep.episode import Episode as EngineEpisode
from fourstep.exchange.submission import Submission
from fourstep.workbench.coding.models import Book, CodeLine
from fourstep.workbench.episodes.engine import administrative_of
from fourstep.workbench.episodes.models import Episode


def submission_of(row: Episode) -> Submission:
    """The episode without its documents, which no writer reads, and its coding. Notes, threads and queries stay here."""
    episode = EngineEpisode(
        id=row.key, age_years=row.age_years, age_days=row.age_days, sex=Sex(row.sex), patient_class=row.patient_class,
        admission_method=row.admission_method, admission_date=row.admission_date, discharge_date=row.discharge_date,
        specialty=row.specialty, discharge_destination=row.discharge_destination, source=row.source,
        admission=row.admission, administrative=administrative_of(row),
    )  # fmt: skip
    lines = [line for line in row.lines.all() if line.stands]
    return Submission(
        episode,
        CodedEpisode(
            row.key,
            diagnoses=[_code(line) for line in lines if line.book == Book.ICD10],
            procedures=[_code(line) for line in lines if line.book == Book.OPCS4],
            admission=row.admission,
        ),
    )


def _code(line: CodeLine) -> Code:
    """One code; `status` says how it came to stand. A person's own code has a confidence of 1: nobody estimated it."""
    return Code(
        code=line.code, title=line.title, evidence=[Evidence(**quote) for quote in line.evidence], trail=line.trail,
        standards=list(line.standards), confidence=1.0 if line.confidence is None else line.confidence,
        status=line.standing, date=line.date, reason=line.why_first,
    )  # fmt: skip
