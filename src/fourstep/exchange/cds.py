"""Commissioning Data Set 6-2, admitted patient care, as the flat file whose columns knowledge/exchange/cds62.txt lists.

Of each consultant episode: line 01 (control, patient, agreement, consultant), 02 (ICD diagnoses, scheme 02), 03 (OPCS
procedures with dates, scheme 02), 04 (site) and 05 (spell and episode). Lines for births and critical care are not
written: a birth or a delivery needs more than an episode here knows (`shortcomings` says so).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange.layout import Fields, layout
from fourstep.exchange.submission import Submission

T = TypeVar("T")
VERSION = "NHS6-2"
_ICD10 = _OPCS4 = "02"  # diagnosis and procedure scheme in use
_FINISHED, _UNFINISHED = ("130", "010"), ("190", "020")  # record type (general episode) and bulk replacement group
#: What SUS asks of every general episode; the names are those of Submission and Administrative.
NEEDED = (
    "nhs_number", "nhs_number_status", "birth_date", "sex", "postcode", "gp_practice", "provider_code", "commissioner",
    "consultant_code", "main_specialty", "treatment_function", "administrative_category", "patient_classification",
    "admission_method", "admission_source", "spell_start", "episode_number", "episode_start",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """What a submission says of itself: when it was made, who sends it, who receives it (organisation codes)."""

    when: dt.datetime
    sender: str = ""
    recipient: str = ""


@dataclass(slots=True)
class CdsRecord:
    """One episode as the file holds it: fields by the names of the layout, codes without dots, dates as CCYYMMDD."""

    fields: Fields
    diagnoses: list[str] = field(default_factory=list)
    procedures: list[tuple[str, str]] = field(default_factory=list)


def cds_record(record: Submission, control: Control, number: int) -> CdsRecord:
    """The record of one episode; `number` ties its lines together within the file."""
    known = record.known
    kind, group = _FINISHED if record.episode_end else _UNFINISHED
    own = {
        "record": f"{number:09}",
        "version": VERSION,
        "record_type": kind,
        "bulk_replacement_group": group,
        "protocol": "010",  # net change
        "unique_id": _unique_id(record),
        "update_type": "9",  # new or replacement
        "applicable_date": _day(control.when.date()),
        "applicable_time": control.when.strftime("%H%M%S"),
        "activity_date": _day(record.episode_end or record.episode_start),
        "sender": control.sender or known.provider_code,
        "recipient": control.recipient or known.commissioner,
        "local_patient_id_issuer": known.provider_code if known.local_patient_id else "",
        "provider": known.provider_code,
        "consultant": known.consultant_code,
        "sex": record.sex,
        "patient_classification": record.patient_classification,
        "discharge_destination": record.discharge_destination,
        "discharge_method": record.discharge_method,
        "site": known.site_code,
        "location_class": "04" if known.site_code else "",  # health site at the start of the activity
        "operation_status": _operation_status(record),
        "last_episode": {True: "1", False: "2", None: ""}[known.last_episode],
        "birth_date": _day(known.birth_date),
        "spell_start": _day(record.spell_start),
        "spell_end": _day(record.spell_end),
        "episode_start": _day(record.episode_start),
        "episode_end": _day(record.episode_end),
        "age_on_admission": _number(record.start_age if known.episode_number in (None, 1) else None, 3),
        "age_on_activity_date": "",
        "episode_number": _number(known.episode_number, 2),
        "rehabilitation_days": _number(known.rehabilitation_days, 3),
        "palliative_care_days": _number(known.palliative_care_days, 3),
        "wait_days": _number(known.wait_days, 4),
    }
    same = ("local_patient_id", "nhs_number_status", "nhs_number", "postcode", "ethnic_category", "commissioner",
            "gp_practice", "main_specialty", "treatment_function", "spell_id", "administrative_category", "admission_method",
            "admission_source", "neonatal_level", "intended_management")  # fmt: skip
    own |= {name: getattr(known, name) for name in same}
    fields = {name: value for name, value in own.items() if value}
    return CdsRecord(fields, list(record.diagnoses), [(code, _day(day)) for code, day in record.procedures])


def shortcomings(record: Submission) -> list[str]:
    """What the record of this episode lacks before SUS would take it, in words."""
    lacking = record.lacking(NEEDED)
    out = [f"not known: {', '.join(lacking)}"] if lacking else []
    births = [c for c in record.diagnoses if c[:3] in ("Z37", "Z38")]
    if births or any("R17" <= code[:3] <= "R25" for code, _ in record.procedures):
        out.append("a birth or a delivery, written as a general episode: its line 08 is for the maternity system")
    return out


def write(records: Iterable[CdsRecord]) -> str:
    """The file: its lines end with CR LF. Raises ExchangeError, naming record and field, where a value does not fit."""
    return "".join(f"{line}\r\n" for record in records for line in _lines(record))


def _lines(record: CdsRecord) -> Iterator[str]:
    columns, values = layout("cds62"), record.fields
    try:
        yield columns.write("01", {**values, "line": "01"})
        for count, codes in enumerate(_fifties(record.diagnoses), 1):
            head = {"line": "02", "record": values["record"], "line_count": f"{count:03}", "scheme": _ICD10}
            yield columns.write("02", head, [{"code": code} for code in codes])
        for count, procedures in enumerate(_fifties(record.procedures), 1):
            head = {"line": "03", "record": values["record"], "line_count": f"{count:03}", "scheme": _OPCS4}
            yield columns.write("03", head, [{"code": code, "date": day} for code, day in procedures])
        if values.get("site"):
            yield columns.write("04", {**values, "line": "04", "line_count": "001"})
        yield columns.write("05", {**values, "line": "05"})
    except ValueError as error:
        raise ExchangeError(f"does not fit CDS 6-2: {error}", f"record {values['record']}") from None


def _fifties(codes: Sequence[T]) -> Iterator[Sequence[T]]:
    """The codes in parts of fifty: what one line holds."""
    return (codes[first : first + 50] for first in range(0, len(codes), 50))


def read(text: str, place: str) -> list[CdsRecord]:
    """The records of such a file. Raises ReadError, naming the line, where it is none or its lines do not belong together."""
    records: list[CdsRecord] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            _take(records, line)
        except ValueError as error:
            raise ReadError(str(error), f"{place}:{number}") from None
    return records


def _take(records: list[CdsRecord], line: str) -> None:
    kind, fields, groups = layout("cds62").read(line)
    own = {name: value for name, value in fields.items() if value and name not in ("line", "line_count", "scheme")}
    if kind == "01":
        if fields["version"] != VERSION:
            raise ValueError("not a record of CDS 6-2")
        records.append(CdsRecord(own))
        return
    if not records or records[-1].fields.get("record") != fields["record"]:
        raise ValueError("a line of a record that does not stand above it")
    record = records[-1]
    if kind == "02":
        _check_group(fields, _ICD10, len(record.diagnoses))
        record.diagnoses += [group["code"] for group in groups]
    elif kind == "03":
        _check_group(fields, _OPCS4, len(record.procedures))
        record.procedures += [(group["code"], group["date"]) for group in groups]
    elif "spell_start" in record.fields and kind == "05":
        raise ValueError("a second spell in one record")
    else:
        record.fields.update(own)


def _check_group(fields: Fields, scheme: str, before: int) -> None:
    if fields["scheme"] != scheme:
        raise ValueError("codes of another scheme than ICD-10 and OPCS-4")
    if before % 50 or fields["line_count"] != f"{before // 50 + 1:03}":
        raise ValueError("a line of codes out of its order")


def _unique_id(record: Submission) -> str:
    """B, the provider's code, and what tells this episode from its others: its id where that fits, else a digest of it."""
    own = record.episode.id
    if not re.fullmatch(r"[A-Za-z0-9-]{1,29}", own):
        own = hashlib.sha256(own.encode()).hexdigest()[:29]
    return f"B{record.known.provider_code[:5]}{own.upper()}"


def _operation_status(record: Submission) -> str:
    """1 where procedures are coded, 8 where none was done or meant, unknown where one was meant and not done (Z53)."""
    if record.procedures:
        return "1"
    return "" if any(code.startswith("Z53") for code in record.diagnoses) else "8"


def _day(day: dt.date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""


def _number(value: int | None, width: int) -> str:
    return "" if value is None else f"{value:0{width}}"
