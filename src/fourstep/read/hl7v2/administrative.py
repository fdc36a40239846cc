"""The administrative fields that a message carries in PID, PD1 and PV1, in the national forms of submissions."""

from __future__ import annotations

from fourstep.read.administrative import in_national_form
from fourstep.read.hl7v2.message import Message, component, repetitions, value

# Senders write the sex as HL7 table 0001 or as the national code.
_SEX = {"M": "1", "F": "2", "1": "1", "2": "2", "U": "0", "0": "0", "9": "9"}


def administrative_fields(message: Message) -> tuple[tuple[str, str], ...]:
    """Names and values of the fields that the message gives and that have their national form, dates as eight digits."""
    patient, visit = message.first("PID"), message.first("PV1")
    found = {
        "birth_date": value(patient, 7)[:8],
        "sex": _SEX.get(value(patient, 8).upper(), ""),
        "postcode": value(patient, 11, 5),
        "ethnic_category": value(patient, 22),
        "gp_practice": value(message.first("PD1"), 3, 3),
        "spell_id": value(visit, 19),
        "admission_method": value(visit, 4),
        "admission_source": value(visit, 14),
        "discharge_method": value(visit, 36),
        "discharge_destination": value(visit, 37),
        "consultant_code": value(visit, 9) or value(visit, 7),
        "spell_start": value(visit, 44)[:8],
        "spell_end": value(visit, 45)[:8],
    } | _numbers(message)
    return tuple((name, text) for name, text in found.items() if in_national_form(name, text))


def _numbers(message: Message) -> dict[str, str]:
    """The NHS number, told by its issuer or its type, and the hospital's own number."""
    found: dict[str, str] = {}
    patient = message.first("PID")
    for repetition in repetitions(patient, 3) if patient is not None else []:
        number, issuer, kind = (component(repetition, part).upper() for part in (1, 4, 5))
        national = "NHS" in issuer or kind in {"NH", "NHS", "NHSNMBR"}
        if number:
            found.setdefault("nhs_number" if national else "local_patient_id", number)
    return found
