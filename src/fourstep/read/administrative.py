"""The `administrative` object of an episode.json or a JSONL line: each field checked against the form it must have.

A value that has not its form is left unknown, with a warning that does not quote it: a wrong number in a submission
is worse than a missing one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from fourstep.administrative import Administrative
from fourstep.read.dates import parse_date
from fourstep.read.source import whole

_FREE = r"[^\x00-\x1f\x7f]{1,70}"
_ORGANISATION = r"[A-Z0-9]{3,12}"
#: The form of each text field, tried on the whole value in capitals (NHS Data Model and Dictionary).
_FORMS = {
    "nhs_number": r"\d{10}",
    "nhs_number_status": r"0[1-8]",
    "local_patient_id": _FREE,
    "sex": r"[0129]",
    "ethnic_category": r"[A-HJ-NPRSZ]|99",
    "postcode": r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|GIR 0AA",
    "gp_practice": r"[A-Z0-9]{3,12}",
    "spell_id": _FREE,
    "patient_classification": r"[123458]",
    "admission_method": r"1[123]|2[1-58ABCD]|3[12]|8[123]|9[89]",
    "admission_source": r"19|29|39|4[029]|5[1-5]|6[56]|79|8[5-9]|9[89]",
    "discharge_destination": r"19|29|30|3[78]|4[89]|5[0-5]|6[56]|79|8[4578]|9[89]",
    "discharge_method": r"[1-9]",
    "intended_management": r"[1-589]",
    "administrative_category": r"0[1-4]|9[89]",
    "consultant_code": r"[A-Z]{1,2}\d{6,7}",
    "main_specialty": r"\d{3}",
    "treatment_function": r"\d{3}",
    "neonatal_level": r"[012389]",
    "provider_code": _ORGANISATION,
    "site_code": _ORGANISATION,
    "commissioner": _ORGANISATION,
    "funder": r"NHS|INSURED|SELF-PAY|EMBASSY|CHARITY|OTHER",
    "insurer": _FREE,
}
#: Codes that systems send without their leading nought.
_PADDED = {"nhs_number_status": 2, "administrative_category": 2}
_DATES = ("birth_date", "spell_start", "spell_end", "episode_start", "episode_end")
_MOST = {
    "episode_number": 97, "critical_care_days": 99_999, "rehabilitation_days": 99_999, "palliative_care_days": 99_999,
    "wait_days": 9_999,
}  # fmt: skip
_AS_WRITTEN = frozenset({"local_patient_id", "spell_id", "insurer"})


def nhs_number_of(value: str) -> str | None:
    """Ten digits with a right check digit (modulus 11, NHS Data Dictionary), spaces dropped; None for anything else."""
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return None
    rest = 11 - sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits if int(digits[9]) == (0 if rest == 11 else rest) else None


def administrative_from(values: Mapping[str, Any], warnings: list[str]) -> Administrative | None:
    """The administrative fields of a JSON object; None where none is known. What cannot be used is warned of by name."""
    known: dict[str, Any] = {}
    for name, raw in values.items():
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            continue
        if name not in _FORMS and name not in _DATES and name not in _MOST and name != "last_episode":
            warnings.append(f"administrative: {_shown(name)} is no field known here; ignored")
            continue
        value = _value(name, raw)
        if value is None:
            warnings.append(f"administrative: {name} has not the form it must have; left unknown")
        else:
            known[name] = value
    warnings += _order(known)
    return Administrative(**known) if known else None


def national_code(name: str, value: object) -> str:
    """The value of a text field in its national form; "" where it has not that form. For readers of messages."""
    found = _value(name, value) if name in _FORMS else None
    return found if isinstance(found, str) else ""


def in_national_form(name: str, text: str) -> bool:
    """True for a text or date field whose value has the form it must have. For readers of messages."""
    return parse_date(text) is not None if name in _DATES else bool(national_code(name, text))


def _value(name: str, raw: object) -> str | int | bool | dt.date | None:
    if name == "last_episode":
        return raw if isinstance(raw, bool) else None
    if name in _MOST:
        return _number(raw, _MOST[name], least=1 if name == "episode_number" else 0)
    if name in _DATES:
        return parse_date(raw)
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        return None
    text = whole(" ".join(str(raw).split()))
    if name == "nhs_number":
        return nhs_number_of(text)
    if name == "postcode":
        text = re.sub(r"^(.+?) ?(.{3})$", r"\1 \2", text)
    text = text.zfill(_PADDED.get(name, 0))
    if not re.fullmatch(_FORMS[name], text.upper(), re.ASCII):
        return None
    if name in _AS_WRITTEN:
        return text
    return text.lower() if name == "funder" else text.upper()


def _number(raw: object, most: int, *, least: int) -> int | None:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,6}", raw.strip()):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None
    return raw if least <= raw <= most else None


def _order(known: Mapping[str, Any]) -> list[str]:
    """Warnings where one date lies before another that it must follow."""
    pairs = (("birth_date", "spell_start"), ("spell_start", "spell_end"), ("spell_start", "episode_start"),
             ("episode_start", "episode_end"), ("episode_end", "spell_end"))  # fmt: skip
    return [
        f"administrative: {later} is before {earlier}"
        for earlier, later in pairs
        if earlier in known and later in known and known[later] < known[earlier]
    ]


def _shown(name: object) -> str:
    """A key as a person may see it: a short word, else no more than that it is there."""
    return name if isinstance(name, str) and re.fullmatch(r"[A-Za-z_]{1,40}", name) else "a key"
