"""Prices of HRGs: a workbook or CSV that the site loads, and what a spell costs by it.

Nothing ships: prices are the site's (the national workbook, or a local agreement). A spell is priced once, on the
episode that decided its HRG. How a day case, an elective and an emergency spell are priced, the long-stay payment
above the trim point and the reduced price of a short emergency stay follow the published payment scheme as far as it
could be read; they have not been checked by anyone who bills.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fourstep.errors import FourstepError, ReadError
from fourstep.exchange.grouper_output import UNGROUPABLE, Grouped

_HEADER_ROWS = 25
_HRG = re.compile(r"[A-Z]{2}\d{2}[A-Z]")
_ELECTIVE = ("11", "12", "13")
_EMERGENCY = ("21", "22", "23", "24", "25", "28", "2A", "2B", "2D")
_ADULT, _SHORT = 19, 1
#: Headers by their words (small letters, single blanks); the first that fits counts.
_HEADERS = (
    ("hrg", r"(hrg|hrg code|code)"),
    ("name", r"(hrg )?(name|description)"),
    ("non_elective_trim", r"non[- _]?elective.*trim.*"),
    ("elective_trim", r".*elective.*trim.*"),
    ("non_elective_excess_day", r"non[- _]?elective.*excess.*day.*"),
    ("elective_excess_day", r".*elective.*excess.*day.*"),
    ("excess_day", r"(per day long stay.*|excess[ _](bed[ _])?day.*)"),
    ("short_stay", r"(reduced short stay emergency (tariff|price)( \(£\))?|short[ _]stay([ _]emergency)?)"),
    ("combined", r"combined day ?case.*"),
    ("day_case", r"day[ _]?case.*"),
    ("non_elective", r"non[- _]?elective.*"),
    ("elective", r"(ordinary )?elective.*"),
)


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of one HRG, in pounds; None where it has none of that kind. Trim points are in days."""

    hrg: str
    name: str = ""
    combined: Decimal | None = None  # day case or ordinary elective
    day_case: Decimal | None = None
    elective: Decimal | None = None
    non_elective: Decimal | None = None
    short_stay: Decimal | None = None  # emergency, up to one day
    elective_trim: int | None = None
    non_elective_trim: int | None = None
    excess_day: Decimal | None = None
    elective_excess_day: Decimal | None = None
    non_elective_excess_day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What one episode adds to the bill. `amount` is None where `why` says that there is no price."""

    episode: Grouped
    kind: str = ""  # day case, elective, non-elective, short stay
    amount: Decimal | None = None
    excess_days: int = 0
    why: str = ""


def load(path: Path) -> dict[str, Tariff]:
    """The tariffs of a price file by HRG: .xlsx (the first sheet with a column of HRGs and one of prices) or CSV.

    Raises ReadError, naming file and row, for a price that is no number and an HRG that stands twice.
    """
    if path.suffix.lower() == ".xlsx":
        for sheet in _sheets(path):
            if found := _tariffs(sheet, path):
                return found
    else:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                if found := _tariffs(list(csv.reader(file)), path):
                    return found
        except (UnicodeDecodeError, csv.Error):
            raise ReadError("no CSV in UTF-8", str(path)) from None
    raise ReadError("no price file: a header with HRG and at least one price is expected", str(path))


def _sheets(path: Path) -> Iterator[list[list[Any]]]:
    try:
        import openpyxl
    except ImportError:
        raise FourstepError("a price workbook needs openpyxl: install fourstep[tables]") from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl fails in many ways on what is no workbook
        raise ReadError("no workbook that can be read", str(path)) from None
    for sheet in book.worksheets:
        yield [list(row) for row in sheet.iter_rows(values_only=True)]


def _tariffs(rows: Sequence[Sequence[Any]], path: Path) -> dict[str, Tariff]:
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        names = _names(row)
        if "hrg" in names.values() and {"combined", "day_case", "elective", "non_elective"} & set(names.values()):
            return _body(rows, number, names, path)
    return {}


def _names(row: Sequence[Any]) -> dict[int, str]:
    """Which column holds what, by the header; each kind of value once."""
    out: dict[int, str] = {}
    for column, cell in enumerate(row):
        words = " ".join(str(cell or "").split()).lower()
        name = next((n for n, form in _HEADERS if re.fullmatch(form, words)), "")
        if name and name not in out.values():
            out[column] = name
    return out


def _body(rows: Sequence[Sequence[Any]], header: int, names: dict[int, str], path: Path) -> dict[str, Tariff]:
    out: dict[str, Tariff] = {}
    for number, row in enumerate(rows[header + 1 :], header + 2):
        values = {name: row[column] for column, name in names.items() if column < len(row)}
        hrg = str(values.pop("hrg", "") or "").strip().upper()
        if not _HRG.fullmatch(hrg):
            continue  # headings of chapters and notes
        if hrg in out:
            raise ReadError(f"the HRG {hrg} stands twice", f"{path}:{number}")
        out[hrg] = Tariff(hrg, **{name: _value(name, value, f"{path}:{number}") for name, value in values.items()})
    return out


def _value(name: str, value: Any, place: str) -> Any:
    """A cell as its field wants it: text, whole days or pounds."""
    text = str(value if value is not None else "").strip()
    if name == "name":
        return text
    text = re.sub(r"[£, ]", "", text)
    if text in ("", "-", "n/a", "N/A"):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ReadError(f"{name.replace('_', ' ')} is no number", place) from None
    if not number.is_finite() or number < 0:
        raise ReadError(f"{name.replace('_', ' ')} is no price and no number of days", place)
    if name.endswith("_trim"):
        return int(number)
    return number


def price_all(episodes: Iterable[Grouped], book: dict[str, Tariff], factor: Decimal = Decimal(1)) -> list[Price]:
    """The price of every episode in its order; of a spell's episodes only the dominant one carries it.

    `factor` is the market forces factor of the provider.
    """
    listed = list(episodes)
    dominant: dict[tuple[str, str], Grouped] = {}
    for episode in listed:
        spell = (episode.provider, episode.spell)
        if spell not in dominant or (episode.dominant and not dominant[spell].dominant):
            dominant[spell] = episode
    out = []
    for episode in listed:
        lead = dominant[episode.provider, episode.spell]
        why = "" if lead is episode else f"in the price of episode {lead.episode_id}"
        out.append(Price(episode, why=why) if why else _price(episode, book, factor))
    return out


def _price(episode: Grouped, book: dict[str, Tariff], factor: Decimal) -> Price:
    if episode.spell_hrg == UNGROUPABLE:
        return Price(episode, why="not grouped: data invalid for grouping")
    tariff = book.get(episode.spell_hrg)
    if tariff is None:
        return Price(episode, why="the price file has no such HRG")
    kind, base, trim, day = _kind(episode, tariff)
    if base is None:
        return Price(episode, kind, why=f"no {kind} price for this HRG" if kind else "kind of admission not known")
    excess = max(0, (episode.spell_days or 0) - trim) if trim is not None else 0
    if excess and day is None:
        return Price(episode, kind, why="above the trim point, and the price file has no price of a day")
    amount = (base + excess * (day or Decimal(0))) * factor
    return Price(episode, kind, amount.quantize(Decimal("0.01")), excess)


def _kind(episode: Grouped, tariff: Tariff) -> tuple[str, Decimal | None, int | None, Decimal | None]:
    """How the spell is priced: in which way, at which base, above which trim point by what a day."""
    if episode.classification == "2":
        return "day case", _first(tariff.day_case, tariff.combined), None, None
    if episode.classification in ("3", "4"):
        return "regular attender", None, None, None
    if episode.admission_method in _ELECTIVE:
        day = _first(tariff.elective_excess_day, tariff.excess_day)
        return "elective", _first(tariff.elective, tariff.combined), tariff.elective_trim, day
    if episode.admission_method[:1] not in ("2", "3", "8"):
        return "", None, None, None
    short = episode.spell_days is not None and episode.spell_days <= _SHORT
    adult = episode.age is not None and episode.age >= _ADULT
    if short and adult and episode.admission_method in _EMERGENCY and tariff.short_stay is not None:
        return "short stay", tariff.short_stay, None, None
    day = _first(tariff.non_elective_excess_day, tariff.excess_day)
    return "non-elective", tariff.non_elective, tariff.non_elective_trim, day


def _first(*values: Decimal | None) -> Decimal | None:
    return next((value for value in values if value is not None), None)


def complexity(hrg: str, book: dict[str, Tariff]) -> str:
    """Where an HRG stands among those of its root: "2 of 4" (1 costs most); "" where its root is not split."""
    if hrg[-1:] in ("Z", ""):
        return ""
    levels = sorted({h for h in (*book, hrg) if h[:-1] == hrg[:-1]})
    return f"{levels.index(hrg) + 1} of {len(levels)}"
