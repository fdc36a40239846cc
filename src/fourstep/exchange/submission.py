"""One episode with its coding, and what a submission derives from the two: national codes, dates, ages, lengths of stay.

Nothing is guessed: a national code is derived from the words used here only where the words leave one choice. What
a submission needs and the record does not say stays empty and is named by `lacking`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.administrative import Administrative
from fourstep.episode import CodedEpisode, Episode, Sex

_GENDER = {Sex.MALE: "1", Sex.FEMALE: "2"}
#: Words of an Episode that one national code stands for (NHS Data Model and Dictionary).
_CLASS = {"ordinary": "1", "day case": "2", "regular day": "3", "regular night": "4", "maternity": "5"}
_DESTINATION = {"usual place of residence": "19", "temporary place of residence": "29", "died": "79",
                "independent hospital": "87", "hospice": "88"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """An Episode and its CodedEpisode, seen with the eyes of those who receive them."""

    episode: Episode
    coded: CodedEpisode

    @property
    def known(self) -> Administrative:
        return self.episode.administrative or Administrative()

    @property
    def sex(self) -> str:
        """Person gender code (current); "" where unknown."""
        return self.known.sex or _GENDER.get(self.episode.sex, "")

    @property
    def patient_classification(self) -> str:
        return self.known.patient_classification or _CLASS.get(self.episode.patient_class, "")

    @property
    def discharge_destination(self) -> str:
        return self.known.discharge_destination or _DESTINATION.get(self.episode.discharge_destination, "")

    @property
    def discharge_method(self) -> str:
        """Method of discharge; a patient who died has method 4, everything else must be stated."""
        if self.known.discharge_method:
            return self.known.discharge_method
        return "4" if self.episode.discharge_destination == "died" else ""

    @property
    def spell_start(self) -> dt.date | None:
        return self.known.spell_start or self.episode.admission_date

    @property
    def spell_end(self) -> dt.date | None:
        return self.known.spell_end or self.episode.discharge_date

    @property
    def episode_start(self) -> dt.date | None:
        """The first day of the episode; that of the spell where it is the spell's first or only one."""
        first = self.known.episode_number in (None, 1)
        return self.known.episode_start or (self.spell_start if first else None)

    @property
    def episode_end(self) -> dt.date | None:
        """The last day of the episode; that of the spell where it is the spell's last or only one."""
        return self.known.episode_end or (None if self.known.last_episode is False else self.spell_end)

    @property
    def spell_days(self) -> int | None:
        return days(self.spell_start, self.spell_end)

    @property
    def episode_days(self) -> int | None:
        return days(self.episode_start, self.episode_end)

    @property
    def start_age(self) -> int | None:
        """Whole years at the start of the episode; by the date of birth, else as the record says."""
        born, start = self.known.birth_date, self.episode_start
        if born and start and start >= born:
            return start.year - born.year - ((start.month, start.day) < (born.month, born.day))
        if self.episode.age_years is not None:
            return self.episode.age_years
        return int(self.episode.age_days / 365.25) if self.episode.age_days is not None else None

    @property
    def spell_id(self) -> str:
        """The spell's number; the episode's own id where none is known, so that it stands for itself."""
        return self.known.spell_id or self.episode.id

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """ICD-10 codes in national order, without the dot (J189, I10X)."""
        return tuple(bare(code.code) for code in self.coded.diagnoses)

    @property
    def procedures(self) -> tuple[tuple[str, dt.date | None], ...]:
        """OPCS-4 codes in national order, without the dot, with their dates."""
        return tuple((bare(code.code), code.date) for code in self.coded.procedures)

    def lacking(self, fields: Iterable[str]) -> list[str]:
        """Which of these (of this class, or of `Administrative`) are not known."""
        return [name for name in fields if _empty(getattr(self if hasattr(self, name) else self.known, name))]

    @property
    def unfinished(self) -> str:
        """Why the coding is not ready to be submitted; "" where it is."""
        if not self.coded.admission:
            return "no coded admission"
        if not self.coded.diagnoses:
            return "no diagnosis"
        if any(query.blocking for query in self.coded.queries):
            return "a query to the clinician is open"
        if any(message.level == "error" for message in self.coded.validation):
            return "a validation error stands"
        return ""


def bare(code: str) -> str:
    """A code without its dot."""
    return code.replace(".", "")


def dotted(code: str) -> str:
    """A bare code with its dot after the third character (J189 -> J18.9)."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def days(start: dt.date | None, end: dt.date | None) -> int | None:
    """Whole days between two dates; None where one is unknown or they stand the wrong way round."""
    return (end - start).days if start and end and end >= start else None


def _empty(value: object) -> bool:
    return value is None or value == "" or value == ()
