"""The fields of an episode.json, or of one line of a JSONL file, to an Episode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fourstep.administrative import Administrative
from fourstep.episode import Document, Episode, Sex
from fourstep.errors import ReadError
from fourstep.read import fields
from fourstep.read.administrative import administrative_from, national_code
from fourstep.read.dates import parse_date
from fourstep.read.part import Part
from fourstep.read.source import check_text, whole

Load = Callable[[str], Part]
"""Reads the file that a document names; raises ReadError where it cannot."""

_MAX_AGE_YEARS = 130
#: Fields of a record that may hold a national code, which the words used here are broader than.
_NATIONAL = {
    "patient_classification": "patient_class",
    "admission_method": "admission_method",
    "discharge_destination": "discharge_destination",
}


def is_episode(record: object) -> bool:
    """True for a JSON object in the form of an episode.json."""
    return isinstance(record, Mapping) and "documents" in record


def episode_from(record: Mapping[str, Any], place: str, load: Load, default_id: str = "") -> Episode:
    """The Episode that a JSON object describes; ReadError where it has no id or a document cannot be read.

    An unknown or unusable value of any other field is a warning, and the field stays unknown.
    """
    warnings: list[str] = []
    identifier = _identifier(record, place, default_id)
    documents = _documents(record, place, load, warnings)
    admitted = _date(record, "admission_date", warnings)
    discharged = _date(record, "discharge_date", warnings)
    warnings += order_warnings(admitted, discharged)
    return Episode(
        id=identifier,
        documents=documents,
        age_years=_age(record, "age_years", _MAX_AGE_YEARS, warnings),
        age_days=_age(record, "age_days", _MAX_AGE_YEARS * 366, warnings),
        sex=_sex(record, warnings),
        patient_class=_known(record, "patient_class", fields.patient_class_of, warnings),
        admission_method=_known(record, "admission_method", fields.admission_method_of, warnings),
        admission_date=admitted,
        discharge_date=discharged,
        specialty=_text(record, "specialty", warnings),
        discharge_destination=fields.destination_of(_text(record, "discharge_destination", warnings)),
        source=place,
        administrative=_administrative(record, warnings),
        warnings=tuple(warnings),
    )


def _administrative(record: Mapping[str, Any], warnings: list[str]) -> Administrative | None:
    """The fields of `administrative`, and the national codes that stand among the record's own fields."""
    given = record.get("administrative")
    if given is not None and not isinstance(given, Mapping):
        warnings.append("administrative is not an object; ignored")
        given = None
    national = {
        name: code for name, field in _NATIONAL.items() if (code := national_code(name, record.get(field)))
    }
    return administrative_from({**national, **(given or {})}, warnings)


def order_warnings(admitted: dt.date | None, discharged: dt.date | None) -> list[str]:
    """A warning where the discharge lies before the admission."""
    if admitted and discharged and discharged < admitted:
        return ["discharge_date is before admission_date"]
    return []


def _identifier(record: Mapping[str, Any], place: str, default: str) -> str:
    value = record.get("id", default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ReadError("the episode has no 'id'", place)
    return whole(value)


def _documents(
    record: Mapping[str, Any], place: str, load: Load, warnings: list[str]
) -> tuple[Document, ...]:
    listed = record.get("documents")
    if not isinstance(listed, list):
        raise ReadError("'documents' is not a list", place)
    if not listed:
        raise ReadError("'documents' is empty: nothing to code from", place)
    documents: dict[str, Document] = {}
    for number, item in enumerate(listed, start=1):
        where = f"document {number}"
        if not isinstance(item, dict):
            raise ReadError(f"{where} is not an object with 'file' or 'text'", place)
        name = item.get("file") or item.get("name")
        if name is not None and not isinstance(name, str):
            raise ReadError(f"{where}: 'file' is not text", place)
        if item.get("text") is not None:
            part = _inline(item["text"], where, place, warnings)
            name = _unique(whole(name) if name else f"document-{number}", documents, warnings)
        elif name:
            if name in documents:
                warnings.append(f"{where} names a file that was named before; it is read once")
                continue
            part = load(name)
            warnings += [f"{name}: {warning}" for warning in part.warnings]
        else:
            raise ReadError(f"{where} has neither 'file' nor 'text'", place)
        documents[name] = Document(
            name=name,
            text=part.text,
            type=_text(item, "type", warnings, where) or "unknown",
            date=_date(item, "date", warnings, where),
            headings=part.headings,
            entries=part.entries,
        )
    return tuple(documents.values())


def _inline(text: object, where: str, place: str, warnings: list[str]) -> Part:
    if not isinstance(text, str):
        raise ReadError(f"{where}: 'text' is not text", place)
    clean = whole(check_text(text, f"{place}, {where}"))
    if clean != text:
        warnings.append(f"{where}: half characters (lone surrogates) replaced, one for one")
    return Part(clean)


def _unique(name: str, taken: Mapping[str, Document], warnings: list[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    warnings.append(f"two documents have one name; the later is called by its number ({number})")
    return f"{name} ({number})"


def _value(record: Mapping[str, Any], field: str) -> Any:
    value = record.get(field)
    return None if isinstance(value, str) and not value.strip() else value


def _where(field: str, where: str) -> str:
    return f"{where}: {field}" if where else field


def _text(record: Mapping[str, Any], field: str, warnings: list[str], where: str = "") -> str:
    value = _value(record, field)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        warnings.append(f"{_where(field, where)} is not text; left unknown")
        return ""
    return whole(value.strip()) if value else ""


def _known(
    record: Mapping[str, Any], field: str, meaning: Callable[[str], str | None], warnings: list[str]
) -> str:
    value = _text(record, field, warnings)
    if not value:
        return ""
    known = meaning(value)
    if known is None:
        warnings.append(f"{field} is no value known here; kept as it stands")
        return value.lower()
    return known


def _date(record: Mapping[str, Any], field: str, warnings: list[str], where: str = "") -> dt.date | None:
    value = _value(record, field)
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        warnings.append(f"{_where(field, where)} is no date; left unknown")
    return day


def _age(record: Mapping[str, Any], field: str, most: int, warnings: list[str]) -> int | None:
    value = _value(record, field)
    if value is None:
        return None
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value) if len(value) < 9 else None
    elif isinstance(value, (float, Decimal)) and value == value // 1:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        warnings.append(f"{field} is no age; left unknown")
        return None
    return value


def _sex(record: Mapping[str, Any], warnings: list[str]) -> Sex:
    value = _value(record, "sex")
    if value is None:
        return Sex.UNKNOWN
    sex = fields.sex_of(str(value)) if isinstance(value, (str, int)) else None
    if sex is None:
        warnings.append("sex is no value known here; left unknown")
        return Sex.UNKNOWN
    return sex
