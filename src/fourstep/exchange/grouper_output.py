"""What the HRG4+ grouper gives back (its FCE, spell and quality files), joined to the episodes that were sent.

Every episode sent must come back once, with the codes it was sent with. What does not (another episode, one missing,
one doubled, one of another coding) is an error that names file and line; the other episodes are taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange.grouper_input import KEY, Row, decoded

UNGROUPABLE = "UZ01Z"
_NEEDED = ("FCE_HRG", "SpellHRG", "PROCODET", "PROVSPNO")
_SUFFIX = "_fce"
_WITHIN = ("PROCODET", "PROVSPNO", "EPIORDER")


@dataclass(frozen=True, slots=True)
class Grouped:
    """One episode after grouping. `dominant` marks the episode that decided the spell's HRG."""

    episode_id: str
    provider: str
    spell: str
    hrg: str
    method: str  # P procedure, D diagnosis, B burns, M multiple trauma, G global exception, U error
    dominant_procedure: str
    days: int | None  # less critical care, rehabilitation and palliative care
    dominant: bool
    spell_hrg: str
    spell_days: int | None
    spell_episodes: int | None
    unbundled: tuple[str, ...]
    errors: tuple[str, ...]
    age: int | None
    classification: str
    admission_method: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"unbundled": list(self.unbundled), "errors": list(self.errors)}


def grouped_from(value: Any) -> Grouped:
    """The Grouped of its JSON form. Raises ValueError where it is none."""
    names = {f.name for f in fields(Grouped)}
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError("no grouped episode")
    return Grouped(**value | {"unbundled": tuple(value["unbundled"]), "errors": tuple(value["errors"])})


def import_output(sent: Sequence[Row], fce: Path) -> tuple[list[Grouped], list[ExchangeError]]:
    """The grouped episodes in the order they were sent, and everything that does not fit.

    `fce` is the grouper's ..._FCE.csv; the ..._spell.csv and ..._quality.csv beside it are read where they are there.
    Raises ReadError where a file is not what its name says.
    """
    by_key = {row[KEY]: row for row in sent}
    faults: list[ExchangeError] = []
    rows: dict[str, tuple[int, Mapping[str, Any]]] = {}
    aside: set[str] = set()
    for number, row in _table(fce, _NEEDED):
        key = _key(row, by_key)
        if key is None:
            faults.append(ExchangeError("an episode that was not sent", f"{fce}:{number}"))
        elif key in rows:
            aside.add(key)
            faults.append(ExchangeError(f"an episode that stands in line {rows[key][0]} already", f"{fce}:{number}"))
        elif other := _other_codes(row, by_key[key]):
            faults.append(ExchangeError(f"grouped from another coding than was sent ({other} differs)", f"{fce}:{number}"))
            aside.add(key)
            rows[key] = number, row
        else:
            rows[key] = number, row
    faults += [ExchangeError(f"episode {decoded(k)} is missing", str(fce)) for k in by_key if k not in rows]
    notes = _quality(fce, by_key, rows, faults)
    grouped = [
        _grouped(key, rows[key][1], notes.get(key, ())) for key in by_key if key in rows and key not in aside
    ]
    return grouped, faults + list(_spell_faults(fce, rows))


def _table(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line number and row of a CSV file with a header; cells beyond the header under None."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [name for name in needed if name not in (reader.fieldnames or ())]
        if lacking:
            raise ReadError(f"no output of the grouper with headers: {', '.join(lacking)} not found", f"{path}:1")
        try:
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise ReadError(f"no CSV ({error})", f"{path}:{reader.line_num}") from None


def _key(row: Mapping[str, Any], sent: Mapping[str, Row]) -> str | None:
    """The EPISODE_ID of a row, where it is one that was sent and of the same spell.

    A file without that column (another record definition) is read by provider, spell and episode number.
    """
    own = tuple(_cell(row, name) for name in _WITHIN)
    if KEY not in row:
        found = [key for key, other in sent.items() if tuple(other[name].strip() for name in _WITHIN) == own]
        return found[0] if len(found) == 1 else None
    key = _cell(row, KEY)
    return key if key in sent and tuple(sent[key][name].strip() for name in _WITHIN[:2]) == own[:2] else None


def _other_codes(row: Mapping[str, Any], sent: Row) -> str:
    """The first code column in which an output row differs from what was sent; "" where none does."""
    names = sorted({n for n in (*sent, *row) if n and n.startswith(("DIAG_", "OPER_"))})
    return next((n for n in names if _cell(row, n).replace(".", "") != sent.get(n, "").replace(".", "")), "")


def _grouped(key: str, row: Mapping[str, Any], errors: Sequence[str]) -> Grouped:
    more = [_cell(row, "UnbundledHRGs"), *(str(cell).strip() for cell in row.get(None) or ())]  # type: ignore[call-overload]
    return Grouped(
        episode_id=decoded(key),
        provider=_cell(row, "PROCODET"),
        spell=decoded(_cell(row, "PROVSPNO")),
        hrg=_cell(row, "FCE_HRG"),
        method=_cell(row, "GroupingMethodFlag"),
        dominant_procedure=_cell(row, "DominantProcedure"),
        days=_int(row, "CalcEpidur"),
        dominant=_cell(row, "SpellReportFlag") == "1",
        spell_hrg=_cell(row, "SpellHRG"),
        spell_days=_int(row, "SpellLOS"),
        spell_episodes=_int(row, "SpellEpisodeCount"),
        unbundled=tuple(cell for cell in more if cell),
        errors=tuple(errors),
        age=_int(row, "STARTAGE"),
        classification=_cell(row, "CLASSPAT"),
        admission_method=_cell(row, "ADMIMETH"),
    )


def _beside(fce: Path, suffix: str) -> Path | None:
    """The file of the same run with another suffix; None where the name does not tell or it is not there."""
    if not fce.stem.lower().endswith(_SUFFIX):
        return None
    wanted = f"{fce.stem[: -len(_SUFFIX)]}_{suffix}.csv".lower()
    return next((p for p in sorted(fce.parent.iterdir()) if p.name.lower() == wanted), None)


def _quality(
    fce: Path, sent: Mapping[str, Row], rows: Mapping[str, tuple[int, Mapping[str, Any]]], faults: list[ExchangeError]
) -> dict[str, list[str]]:
    """What the grouper complains of, by episode: each cell of the quality file that reads field|value|message."""
    out: dict[str, list[str]] = {}
    if (path := _beside(fce, "quality")) is not None:
        for number, row in _table(path, ("PROVSPNO",)):
            key = _key(row, sent)
            if key is None:
                faults.append(ExchangeError("an episode that was not sent", f"{path}:{number}"))
                continue
            cells = [*(v for k, v in row.items() if k), *(row.get(None) or ())]  # type: ignore[call-overload]
            out.setdefault(key, []).extend(str(c) for c in cells if c and str(c).count("|") == 2)
    elif (path := _beside(fce, "quality_rel")) is not None:
        by_number = {_cell(row, "RowNo"): key for key, (_, row) in rows.items()}
        for number, row in _table(path, ("RowNo", "Error Message")):
            if _cell(row, "RowNo") not in by_number:
                faults.append(ExchangeError("a row number that the FCE file does not have", f"{path}:{number}"))
                continue
            words = "|".join(_cell(row, name) for name in ("Code Type", "Code", "Error Message"))
            out.setdefault(by_number[_cell(row, "RowNo")], []).append(words)
    return out


def _spell_faults(fce: Path, rows: Mapping[str, tuple[int, Mapping[str, Any]]]) -> Iterator[ExchangeError]:
    """Where the spell file says another HRG than the FCE file, tells of another spell, or says one twice."""
    path = _beside(fce, "spell")
    if path is None:
        return
    known = {(_cell(r, "PROCODET"), _cell(r, "PROVSPNO")): _cell(r, "SpellHRG") for _, r in rows.values()}
    seen: dict[tuple[str, str], int] = {}
    for number, row in _table(path, ("PROCODET", "PROVSPNO", "SpellHRG")):
        spell = _cell(row, "PROCODET"), _cell(row, "PROVSPNO")
        if spell not in known:
            yield ExchangeError("a spell that was not sent", f"{path}:{number}")
        elif spell in seen:
            yield ExchangeError(f"a spell that stands in line {seen[spell]} already", f"{path}:{number}")
        elif _cell(row, "SpellHRG") != known[spell]:
            yield ExchangeError("another HRG of the spell than in the FCE file", f"{path}:{number}")
        seen.setdefault(spell, number)


def _cell(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()


def _int(row: Mapping[str, Any], name: str) -> int | None:
    cell = _cell(row, name)
    return int(cell) if cell.isdecimal() else None
