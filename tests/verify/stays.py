"""Stays of fictional patients: documents in, codes out."""

from __future__ import annotations

import datetime as dt

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Document, Episode, Sex

DAY = dt.date(2025, 3, 4)


def note(text: str, kind: str = "operation_note", day: dt.date = DAY) -> Document:
    return Document(f"{kind}_{day}.txt", text, kind, day)


def written(documents: tuple[tuple[str, str], ...], begun: dt.date, ended: dt.date) -> tuple[Document, ...]:
    """Documents from kind and text: the summary of the last day, the others of the first."""
    return tuple(
        Document(f"{i}.txt", text, kind, ended if kind == "discharge_summary" else begun)
        for i, (kind, text) in enumerate(documents)
    )


def stay(
    coder: Coder, *documents: Document, begun: dt.date = dt.date(2025, 3, 3), ended: dt.date = dt.date(2025, 3, 12),
    sex: Sex = Sex.UNKNOWN, age: int = 62, days: int | None = None, method: str = "elective", specialty: str = "",
    patient_class: str = "ordinary",
) -> CodedEpisode:  # fmt: skip
    """A stay coded; `days` is the age of a newborn, in place of the years."""
    return coder.code(
        Episode(
            id="fictional", documents=documents, sex=sex, age_years=None if days is not None else age, age_days=days,
            patient_class=patient_class, admission_method=method, specialty=specialty, admission_date=begun, discharge_date=ended,
        )
    )  # fmt: skip


def diagnoses(coded: CodedEpisode) -> list[str]:
    return [d.code for d in coded.diagnoses]


def procedures(coded: CodedEpisode) -> str:
    return " ".join(p.code for p in coded.procedures)
