"""What the hospital's system knows of an episode, brought from its words and codes to the words used here."""

from __future__ import annotations

import re

from fourstep.episode import Sex

_SEX = {
    "female": Sex.FEMALE, "f": Sex.FEMALE, "2": Sex.FEMALE, "woman": Sex.FEMALE, "girl": Sex.FEMALE,
    "male": Sex.MALE, "m": Sex.MALE, "1": Sex.MALE, "man": Sex.MALE, "boy": Sex.MALE,
}  # fmt: skip
_SEX_UNKNOWN = {"unknown", "u", "x", "0", "9", "not known", "not specified", "indeterminate", "other", "i"}

# NHS data dictionary: admission method (hospital provider spell).
_METHOD_CODES = {
    "11": "elective", "12": "elective", "13": "elective",
    "21": "emergency", "22": "emergency", "23": "emergency", "24": "emergency", "25": "emergency",
    "2a": "emergency", "2b": "transfer", "2c": "birth", "2d": "emergency", "28": "emergency",
    "31": "maternity", "32": "maternity",
    "81": "transfer", "82": "birth", "83": "birth",
}  # fmt: skip
_METHOD_WORDS = (
    # The first that matches counts: the dictionary's own titles say "emergency" and "transfer" in one breath.
    ("emergency", r"other means|unplanned|\bnon[- ]?elective"),
    ("transfer", r"transfer"),
    ("birth", r"\bbirth|\bborn\b|newborn"),
    ("maternity", r"ante-? ?partum|post-? ?partum|maternity|obstetric"),
    (
        "emergency",
        r"emergency|casualty|\ba ?(&|and) ?e\b|^ed$|general practitioner|\bgp\b|bed bureau|consultant clinic|"
        r"crisis resolution",
    ),
    ("elective", r"waiting list|booked|planned|elective"),
)

# NHS data dictionary: patient classification; HL7 act encounter codes.
_CLASS_CODES = {
    "1": "ordinary", "2": "day case", "3": "regular day", "4": "regular night", "5": "maternity",
    "imp": "ordinary", "acute": "ordinary", "nonac": "ordinary", "ss": "day case", "obsenc": "ordinary",
    "emer": "emergency care", "amb": "outpatient", "vr": "outpatient", "fld": "community", "hh": "community",
}  # fmt: skip
_CLASS_WORDS = (
    ("regular night", r"regular night"),
    ("regular day", r"regular day"),
    ("day case", r"day ?[-_]?case|day surgery|short stay"),
    ("maternity", r"matern|delivery facilities|mother and baby"),
    ("outpatient", r"out-?patient|ambulatory|clinic\b|virtual"),
    ("emergency care", r"^emergency( care| department)?$|^ed$|^a&e$"),
    ("ordinary", r"ordinary|in-?patient"),
)


def sex_of(value: str) -> Sex | None:
    """The sex that a word or code says; None where it is not understood."""
    word = value.strip().lower()
    if word in _SEX:
        return _SEX[word]
    return Sex.UNKNOWN if word in _SEX_UNKNOWN else None


def admission_method_of(value: str) -> str | None:
    """elective, emergency, maternity, birth or transfer, from a code or a text; None where not understood."""
    return _named(value, _METHOD_CODES, _METHOD_WORDS)


def patient_class_of(value: str) -> str | None:
    """ordinary, day case, regular day ..., from a code or a text; None where not understood."""
    return _named(value, _CLASS_CODES, _CLASS_WORDS)


def _named(value: str, codes: dict[str, str], words: tuple[tuple[str, str], ...]) -> str | None:
    word = " ".join(value.split()).lower()
    if word in codes:
        return codes[word]
    if word.replace("_", " ") in codes.values():
        return word.replace("_", " ")
    return next((name for name, pattern in words if re.search(pattern, word)), None)


# NHS data dictionary: discharge destination (hospital provider spell), in our own short words.
_DESTINATIONS = {
    "19": "usual place of residence", "29": "temporary place of residence",
    "30": "repatriation from high security psychiatric accommodation", "37": "court",
    "38": "prison or police station", "48": "high security psychiatric hospital",
    "49": "high security psychiatric hospital", "50": "other hospital, medium secure unit",
    "51": "other hospital, general ward", "52": "other hospital, maternity or neonatal ward",
    "53": "other hospital, mental health or learning disability ward", "54": "care home",
    "65": "residential home", "66": "foster care", "79": "died",
    "84": "independent hospital, medium secure unit", "85": "care home",
    "87": "independent hospital", "88": "hospice", "98": "", "99": "",
}  # fmt: skip


def destination_of(value: str) -> str:
    """Where a patient was discharged to, in short words for a national code, else as it stands."""
    words = " ".join(value.split())
    return _DESTINATIONS.get(words, words)
