"""A practice coding against the model: the four classes as an audit counts them, each difference with why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from fourstep.books import books_on
from fourstep.evaluate.audit import plain
from fourstep.evaluate.keys import Keys
from fourstep.evaluate.marks import Difference, mark
from fourstep.evaluate.result import figures
from fourstep.evaluate.rows import Row
from fourstep.evaluate.thresholds import AREAS
from fourstep.workbench.training.models import PracticeRecord

Model = dict[str, Any]
BOOKS = (("icd10", "diagnoses"), ("opcs4", "procedures"))


@dataclass(frozen=True, slots=True)
class Told:
    """One difference as the trainee reads it."""

    area: str
    recorded: str
    due: str
    meaning: str
    why: str
    standards: list[str]
    chapter: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What is kept of a marking: right and counted of each class, the differences, and each code that was due."""

    figures: dict[str, tuple[int, int]]
    differences: list[dict[str, Any]]
    points: list[dict[str, Any]]


def mark_practice(record: PracticeRecord, diagnoses: list[str], procedures: list[str]) -> Marked:
    """Mark a coding. An alternative of the model is as good as its code; an optional code is neither asked for nor wrong."""
    given = {"icd10": diagnoses, "opcs4": procedures}
    due = {book: _due([c for c in record.codes if c["book"] == book], given[book]) for book, _ in BOOKS}
    recorded = Row(record.name, tuple(diagnoses), tuple(procedures))
    model = Row(record.name, tuple(c for c, _ in due["icd10"]), tuple(c for c, _ in due["opcs4"]))
    keys = Keys()
    marked = mark(recorded, model, keys)
    points = []
    for book, _ in BOOKS:
        wrong = [plain(d.audited) for d in marked.differences if d.audited and _book(d) == book]
        for code, of in due[book]:
            right = plain(code) not in wrong
            points.append({"code": code, "chapter": of["chapter"], "standards": of["standards"], "right": right})
    return Marked(
        {area: (f.right, f.total) for area, f in figures([marked]).items()},
        [asdict(_told(d, record, dict(due[_book(d)]), keys)) for d in marked.differences],
        points,
    )


def _due(model: list[Model], given: list[str]) -> list[tuple[str, Model]]:
    """The codes that this trainee is measured against: the alternative they chose, and only optional ones that they gave."""
    left = [plain(c) for c in given]
    out = []
    for one in model:
        found = next((c for c in (one["code"], *one["alt"]) if plain(c) in left), None)
        if found is not None:
            left.remove(plain(found))
            out.append((found, one))
        elif not one["optional"]:
            out.append((one["code"], one))
    return out


def _book(d: Difference) -> str:
    return "icd10" if "diagnos" in d.area else "opcs4"


def _told(d: Difference, record: PracticeRecord, due: dict[str, Model], keys: Keys) -> Told:
    of = due.get(d.audited)
    why = of["note"] if of else _tempting(record, _book(d), d.recorded)
    chapter = of["chapter"] if of else chapter_of(_book(d), d.recorded)
    return Told(AREAS[d.area], d.recorded, d.audited, keys[d.key].meaning, why, of["standards"] if of else [], chapter)


def _tempting(record: PracticeRecord, book: str, code: str) -> str:
    """Why a code that the model does not have is wrong, where the model says so."""
    for one in record.must_not:
        if one["book"] == book and plain(code).startswith(plain(one["code"])):
            return str(one["why"])
    return ""


@cache
def chapter_of(book: str, code: str) -> str:
    """The chapter of a code as the book titles it, or ""."""
    icd10, opcs4, _ = books_on(None)
    where = icd10 if book == "icd10" else opcs4
    found = where.find(code)
    while found is not None and found.parent and (above := where.find(found.parent)) is not None:
        found = above
    return f"{found.code} {found.title}" if found else ""
