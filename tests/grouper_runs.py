"""A stand-in for what the grouper writes: the columns of its output files, with HRGs that the test chooses."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fourstep.exchange.grouper_input import Row, columns

OUTPUT = (
    "RowNo", "FCE_HRG", "GroupingMethodFlag", "DominantProcedure", "FCE_PBC", "CalcEpidur", "ReportingEPIDUR",
    "FCETrimpoint", "FCEExcessBeddays", "SpellReportFlag", "FCESSC_Ct", "SpellHRG", "SpellGroupingMethodFlag",
    "SpellDominantProcedure", "SpellPDiag", "SpellSDiag", "SpellEpisodeCount", "SpellLOS", "ReportingSpellLOS",
    "SpellTrimpoint", "SpellExcessBeddays", "SpellCCDays", "SpellPBC", "UnbundledHRGs",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What the grouper says of one episode."""

    hrg: str
    spell_hrg: str = ""
    days: int = 3
    spell_days: int | None = None
    dominant: bool = True
    unbundled: tuple[str, ...] = ()
    error: str = ""


def run(table: Sequence[Row], said: Sequence[Said], folder: Path, name: str = "out") -> Path:
    """Write FCE, spell and quality file of a run; returns the FCE file."""
    names = [*columns(table), *OUTPUT]
    fce: list[list[str]] = [names]
    spell: list[list[str]] = [["RowNo", "PROCODET", "PROVSPNO", "SpellHRG"]]
    quality: list[list[str]] = [[*columns(table), "RowNo", "Errors"]]
    for number, (row, one) in enumerate(zip(table, said, strict=True), 1):
        head = [row.get(column, "") for column in columns(table)]
        of_spell = one.spell_hrg or one.hrg
        values = {
            "RowNo": str(number), "FCE_HRG": one.hrg, "GroupingMethodFlag": "U" if one.error else "P",
            "DominantProcedure": row.get("OPER_01", ""), "CalcEpidur": str(one.days),
            "SpellReportFlag": "1" if one.dominant else "0", "SpellHRG": of_spell, "SpellEpisodeCount": "1",
            "SpellLOS": str(one.days if one.spell_days is None else one.spell_days),
        }  # fmt: skip
        own = [values.get(column, "") for column in OUTPUT[:-1]]
        fce.append([*head, *own, *(one.unbundled or ("",))])
        if one.dominant:
            spell.append([str(number), row["PROCODET"], row["PROVSPNO"], of_spell])
        if one.error:
            quality.append([*head, str(number), one.error])
    for suffix, rows in (("FCE", fce), ("spell", spell), ("quality", quality)):
        with (folder / f"{name}_{suffix}.csv").open("w", encoding="ascii", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder / f"{name}_FCE.csv"
