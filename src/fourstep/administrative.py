"""What the hospital's administration knows of an episode and no document says: who pays, under whom, where, and when.

The coder never reads it. The files that leave for the rest of the NHS (`fourstep.exchange`) cannot do without it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Administrative:
    """Administrative fields of one episode. Unknown text is "", an unknown date or number None; codes are national codes.

    Codes and their values are those of the NHS Data Model and Dictionary; `fourstep.read.administrative` says which
    form each field must have. A spell is the whole stay with one provider, an episode the time under one consultant.
    """

    # the patient
    nhs_number: str = ""  # ten digits
    nhs_number_status: str = ""  # NHS number status indicator: 01 present and verified, ...
    local_patient_id: str = ""  # the hospital's own number
    birth_date: dt.date | None = None
    sex: str = ""  # person gender code (current): 1, 2, 9, 0
    ethnic_category: str = ""
    postcode: str = ""  # of the usual address
    gp_practice: str = ""  # where the patient is registered
    # the spell
    spell_id: str = ""  # hospital provider spell number
    spell_start: dt.date | None = None
    spell_end: dt.date | None = None
    patient_classification: str = ""  # 1 ordinary, 2 day case, ...
    admission_method: str = ""
    admission_source: str = ""
    discharge_destination: str = ""
    discharge_method: str = ""
    intended_management: str = ""
    administrative_category: str = ""  # 01 NHS, 02 private, ...
    # the episode
    episode_number: int | None = None  # from 1, in order of the spell
    last_episode: bool | None = None
    episode_start: dt.date | None = None
    episode_end: dt.date | None = None
    consultant_code: str = ""
    main_specialty: str = ""
    treatment_function: str = ""
    neonatal_level: str = ""
    critical_care_days: int | None = None
    rehabilitation_days: int | None = None  # length of stay adjustment
    palliative_care_days: int | None = None  # length of stay adjustment
    # who gives the care, and who pays
    provider_code: str = ""
    site_code: str = ""
    commissioner: str = ""
    funder: str = ""  # nhs, insured, self-pay, embassy, charity, other
    insurer: str = ""  # the name or code of the private funder
    wait_days: int | None = None  # duration of elective wait

    def __iter__(self) -> Iterator[tuple[str, str | int | bool | dt.date]]:
        """Name and value of every field that is known."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and value != "":
                yield field.name, value

    def as_dict(self) -> dict[str, str | int | bool]:
        """What is known, dates in ISO form: the `administrative` object of an episode.json."""
        return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in self}
