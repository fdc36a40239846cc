"""A row an episode for independent hospitals: who pays and who treats, with the lists of diagnoses and procedures.

The columns are ours, in the order a private hospital's submission needs them (administrative category, funder, what was
done); a receiver who wants other names maps these. Lists stand in one cell, separated by a semicolon, in national order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fourstep.exchange.submission import Submission, dotted
from fourstep.exchange.table import from_csv, to_csv

COLUMNS = (
    "episode_id", "provider_code", "site_code", "local_patient_id", "nhs_number", "birth_date", "sex", "ethnic_category",
    "postcode", "gp_practice", "administrative_category", "funder", "insurer", "commissioner", "spell_id", "admission_date",
    "discharge_date", "length_of_stay", "admission_method", "patient_classification", "intended_management",
    "discharge_destination", "discharge_method", "consultant_code", "main_specialty", "treatment_function",
    "primary_diagnosis", "secondary_diagnoses", "main_procedure", "main_procedure_date", "other_procedures",
    "other_procedure_dates",
)  # fmt: skip
_OWN = ("local_patient_id", "nhs_number", "ethnic_category", "postcode", "gp_practice", "administrative_category", "funder",
        "insurer", "commissioner", "spell_id", "admission_method", "intended_management", "consultant_code", "main_specialty",
        "treatment_function", "provider_code", "site_code")  # fmt: skip
#: What such a submission cannot do without.
NEEDED = ("provider_code", "administrative_category", "funder", "consultant_code", "spell_start", "spell_end")


def row(record: Submission) -> dict[str, str]:
    """One row; what is not known is ""."""
    known = record.known
    diagnoses = [dotted(code) for code in record.diagnoses]
    procedures = [(dotted(code), _day(day)) for code, day in record.procedures]
    out = {name: str(getattr(known, name)) for name in _OWN}
    stay = record.spell_days
    out |= {
        "episode_id": record.episode.id,
        "birth_date": _day(known.birth_date),
        "sex": record.sex,
        "admission_date": _day(record.spell_start),
        "discharge_date": _day(record.spell_end),
        "length_of_stay": "" if stay is None else str(stay),
        "patient_classification": record.patient_classification,
        "discharge_destination": record.discharge_destination,
        "discharge_method": record.discharge_method,
        "primary_diagnosis": diagnoses[0] if diagnoses else "",
        "secondary_diagnoses": ";".join(diagnoses[1:]),
        "main_procedure": procedures[0][0] if procedures else "",
        "main_procedure_date": procedures[0][1] if procedures else "",
        "other_procedures": ";".join(code for code, _ in procedures[1:]),
        "other_procedure_dates": ";".join(day for _, day in procedures[1:]),
    }
    return {column: out[column] for column in COLUMNS}


def write_csv(records: Iterable[Submission]) -> str:
    return to_csv(COLUMNS, map(row, records))


def read_csv(text: str, place: str) -> list[dict[str, str]]:
    """The rows of such a file as `row` gave them. Raises ReadError naming the line."""
    return from_csv(text, COLUMNS, place)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
