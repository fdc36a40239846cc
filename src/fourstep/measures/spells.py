"""Episodes gathered to spells, and spells to patients."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.evaluate.rows import Row

_LAST = dt.date.max


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay: its episodes in order."""

    episodes: tuple[Row, ...]

    @property
    def first(self) -> Row:
        return self.episodes[0]

    @property
    def last(self) -> Row:
        return self.episodes[-1]

    @property
    def admitted(self) -> dt.date | None:
        return self.first.admitted or self.first.started

    @property
    def discharged(self) -> dt.date | None:
        return self.last.discharged

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """All codes of all episodes."""
        return tuple(c for e in self.episodes for c in e.diagnoses)

    @property
    def died(self) -> bool:
        """Discharge methods 4 (died) and 5 (stillbirth)."""
        return self.last.discharge_method in ("4", "5")


def spells(rows: Iterable[Row]) -> list[Spell]:
    """Spells in the order of their first episode in the file.

    Episodes of one spell_id are one spell; without it, those of one patient and one day of admission; else each episode
    stands alone. Episodes are put in order by their number, then their start.
    """
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.spell_id:
            key: tuple[object, ...] = ("spell", row.spell_id)
        elif row.patient_id and row.admitted:
            key = ("stay", row.patient_id, row.admitted)
        else:
            key = ("episode", row.episode_id)
        groups[key].append(row)
    return [Spell(tuple(sorted(group, key=_place))) for group in groups.values()]


def _place(row: Row) -> tuple[int, dt.date, dt.date]:
    return row.order if row.order is not None else 99, row.started or _LAST, row.ended or _LAST


def by_patient(found: Iterable[Spell]) -> dict[str, list[Spell]]:
    """The spells of each patient that is named and whose day of admission is known, the earliest first."""
    out: dict[str, list[Spell]] = defaultdict(list)
    for spell in found:
        if spell.first.patient_id and spell.admitted:
            out[spell.first.patient_id].append(spell)
    for own in out.values():
        own.sort(key=lambda s: (s.admitted or _LAST, s.discharged or _LAST))
    return out
