"""What PID and PV1 know of a stay: who the patient is, how old, and what kind of admission it was."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from fourstep.episode import Sex
from fourstep.read import fields
from fourstep.read.dates import age_on, parse_date
from fourstep.read.hl7v2.administrative import administrative_fields
from fourstep.read.hl7v2.message import Message, component, field_text, repetitions, value

# HL7 table 0004 (patient class) and the letters that British systems add to it.
_CLASSES = {
    "I": "ordinary", "B": "maternity", "R": "regular day", "D": "day case", "DC": "day case", "DAY": "day case",
    "E": "emergency care", "O": "outpatient", "P": "pre-admission", "V": "outpatient",
}  # fmt: skip
_NOT_ADMITTED = {
    "emergency care": "emergency care only", "outpatient": "outpatient contact", "pre-admission": "pre-admission contact",
    "community": "contact in the community",
}  # fmt: skip
# HL7 table 0007 (admission type).
_TYPES = {
    "A": "emergency", "E": "emergency", "U": "emergency", "L": "maternity", "N": "birth", "C": "elective", "R": "elective",
}  # fmt: skip
_CANCELLED = {"A11": "the admission was cancelled", "A23": "the visit was deleted", "A27": "the pre-admission was cancelled"}
# Discharge method: died, stillborn (national codes), expired (HL7 table 0112).
_DIED = frozenset({"4", "5", "20"})
_KNOWN = frozenset({"ADT", "ORU", "MDM"})
_ORDER = re.compile(r"O(ML|RM|RG|MI|MP|MG|MD|MS|MN|MB)$")


@dataclass(frozen=True, slots=True)
class Stay:
    """The fields of one message that describe its visit; empty or None where the message does not say."""

    visit: str = ""
    patient: tuple[tuple[str, str], ...] = ()  # pairs of who issued a number, and the number
    sex: Sex | None = None
    born: dt.date | None = None
    patient_class: str = ""
    admission_method: str = ""
    admitted: dt.date | None = None
    discharged: dt.date | None = None
    specialty: str = ""
    destination: str = ""
    cancelled: str = ""
    administrative: tuple[tuple[str, str], ...] = ()
    event: str = ""
    warnings: tuple[str, ...] = ()

    def same_patient(self, other: Stay) -> bool:
        """False where the numbers of two messages name different people: none in common, or one issuer gave two."""
        mine, theirs = dict(self.patient), dict(other.patient)
        common = mine.keys() & theirs.keys()
        if any(mine[issuer] != theirs[issuer] for issuer in common):
            return False
        return bool(common) or not (mine and theirs)

    def age(self, day: dt.date | None) -> tuple[int | None, int | None]:
        """Age in years, and in days under one year, at admission or else on the day given."""
        day = self.admitted or day
        known = age_on(self.born, day) if self.born and day else None
        if known is None:
            return None, None
        years, days = known
        return years, days if years < 1 else None


def stay_of(message: Message) -> Stay:
    """The stay that a message tells of."""
    warnings: list[str] = []
    patient, visit = message.first("PID"), message.first("PV1")
    sex = fields.sex_of(value(patient, 8))
    born = _date(value(patient, 7), "PID-7", warnings)
    kind, method = value(visit, 2), value(visit, 4)
    event = message.kind.partition("^")[2][:3]
    return Stay(
        visit=visit_number(message),
        patient=_numbers(message),
        sex=sex,
        born=born,
        patient_class=_class(kind, value(visit, 18), warnings),
        admission_method=_TYPES.get(method.upper()) or fields.admission_method_of(method) or "",
        admitted=_date(value(visit, 44), "PV1-44", warnings),
        discharged=None if event == "A13" else _date(value(visit, 45), "PV1-45", warnings),
        specialty=value(visit, 10, 2) or value(visit, 10),
        destination="died" if value(visit, 36) in _DIED else fields.destination_of(value(visit, 37)),
        cancelled=_CANCELLED.get(event, ""),
        administrative=administrative_fields(message),
        event=event,
        warnings=tuple(warnings),
    )


def visit_number(message: Message) -> str:
    """The number of the visit: PV1-19, else the alternate number of PV1-50, else the account of PID-18."""
    visit = message.first("PV1")
    return value(visit, 19) or value(visit, 50) or value(message.first("PID"), 18)


def why_no_record(kind: str) -> str:
    """Why a message of this type holds nothing that is coded; empty for ADT, ORU and MDM."""
    name = kind.partition("^")[0]
    if name in _KNOWN:
        return ""
    what = "an order" if _ORDER.match(name) else "a message"
    return f"{what} ({kind}): no record of an admission"


def why_no_admission(patient_class: str, types: set[str]) -> str:
    """Why a visit is no coded admission; empty where it is one.

    `types` are those of its documents: a discharge summary says that there was an admission where PV1 says nothing.
    """
    if patient_class in _NOT_ADMITTED:
        return f"{_NOT_ADMITTED[patient_class]}: no admitted episode"
    if not patient_class and "discharge_summary" not in types:
        return "the messages do not say that it was an inpatient stay"
    return ""


def _numbers(message: Message) -> tuple[tuple[str, str], ...]:
    patient = message.first("PID")
    if patient is None:
        return ()
    found: dict[str, str] = {}
    for repetition in repetitions(patient, 3):
        number, issuer, kind = (component(repetition, part) for part in (1, 4, 5))
        if number:
            found.setdefault(f"{issuer}|{kind}", number.replace(" ", ""))
    return tuple(found.items())


def _class(kind: str, finer: str, warnings: list[str]) -> str:
    known = _CLASSES.get(kind.upper()) or fields.patient_class_of(kind) or ""
    # A day case is an inpatient to many systems; the finer patient type of PV1-18 tells.
    if known in {"ordinary", "outpatient"} and finer and fields.patient_class_of(finer) == "day case":
        return "day case"
    if kind and not known and kind.upper() not in {"N", "U", "C"}:
        warnings.append("PV1-2 is no patient class known here; left unknown")
    return known


def _date(text: str, named: str, warnings: list[str]) -> dt.date | None:
    day = parse_date(text[:8]) if text[:8].isdigit() else parse_date(text) if text else None
    if text and day is None:
        warnings.append(f"{named} is no whole date; left unknown")
    return day


def sender_time(message: Message) -> dt.date | None:
    """The day of the message by its header (MSH-7)."""
    header = message.first("MSH")
    return parse_date(field_text(header, 7)[:8]) if header is not None else None
