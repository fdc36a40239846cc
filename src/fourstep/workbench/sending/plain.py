"""Coded data for analysts: no text, no identifier, no day; an episode is known by a name that leads back to nobody."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import QuerySet

from fourstep.exchange.submission import days
from fourstep.exchange.table import neutral
from fourstep.workbench.coding.models import Book
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.sending.models import Group

COLUMNS = (
    "episode", "discharge_month", "age_years", "sex", "specialty", "patient_class", "admission_method", "length_of_stay",
    "primary_diagnosis", "other_diagnoses", "main_procedure", "other_procedures",
)  # fmt: skip
GROUP_COLUMNS = ("episode", "discharge_month", "specialty", "hrg", "spell_hrg", "decided_spell", "kind", "price", "note")
#: Ages from here are one: there are few people of them.
_OLDEST = 90


def pseudonym(row: Episode) -> str:
    """A name of the episode that stays the same and is made with the installation's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"episode {row.key}".encode(), hashlib.sha256).hexdigest()[:12]


def coded_episodes() -> QuerySet[Episode]:
    """Coded and exported episodes, the latest discharge first."""
    found = Episode.objects.filter(state__in=(State.CODED, State.EXPORTED), training=False)
    return found.order_by("-discharge_date", "-id").prefetch_related("lines")


def cells(row: Episode) -> dict[str, str]:
    """One line of coded data."""
    codes = {book: [line.code for line in row.lines.all() if line.stands and line.book == book] for book in Book}
    stay = days(row.admission_date, row.discharge_date)
    return {
        "episode": pseudonym(row), "discharge_month": _month(row), "age_years": _age(row), "sex": row.sex,
        "specialty": row.specialty, "patient_class": row.patient_class, "admission_method": row.admission_method,
        "length_of_stay": "" if stay is None else str(stay),
        "primary_diagnosis": "".join(codes[Book.ICD10][:1]), "other_diagnoses": " ".join(codes[Book.ICD10][1:]),
        "main_procedure": "".join(codes[Book.OPCS4][:1]), "other_procedures": " ".join(codes[Book.OPCS4][1:]),
    }  # fmt: skip


def group_cells(group: Group) -> dict[str, str]:
    """One line of groups and prices."""
    return {
        "episode": pseudonym(group.episode), "discharge_month": _month(group.episode), "specialty": group.episode.specialty,
        "hrg": group.hrg, "spell_hrg": group.spell_hrg, "decided_spell": "yes" if group.dominant else "no",
        "kind": group.kind, "price": "" if group.amount is None else f"{group.amount:.2f}", "note": group.why,
    }  # fmt: skip


def csv_lines(columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """A table as lines of CSV, one at a time; no cell is run as a formula."""
    yield ",".join(columns) + "\r\n"
    for row in rows:
        yield ",".join(f'"{neutral(row[name]).replace(chr(34), chr(34) * 2)}"' for name in columns) + "\r\n"


def _month(row: Episode) -> str:
    return f"{row.discharge_date:%Y-%m}" if row.discharge_date else ""


def _age(row: Episode) -> str:
    if row.age_years is None:
        return "0" if row.age_days is not None and row.age_days < 365 else ""
    return str(row.age_years) if row.age_years < _OLDEST else f"{_OLDEST} and over"
