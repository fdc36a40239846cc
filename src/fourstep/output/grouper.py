"""The grouper's files and the prices of HRGs, written and shown."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange import grouper_input, prices
from fourstep.exchange.coded import json_objects
from fourstep.exchange.grouper_output import Grouped, grouped_from, import_output
from fourstep.exchange.table import to_csv
from fourstep.files import check_writable, write_whole, writing
from fourstep.output.submissions import gather, report
from fourstep.read.source import decode, read_bytes

_COLUMNS = ("episode", "hrg", "spell_hrg", "name", "complexity", "kind", "days", "excess_days", "price", "note")
_BEFORE = ("hrg_before", "price_before", "difference")


def write_input(paths: list[Path], output: Path, *, coded: Path | None, provider: str, unfinished: bool) -> int:
    """Write the input file and, beside it, its record definition; the exit status as `fourstep export` has it."""
    check_writable(output)
    gathered = gather(paths, coded, unfinished=unfinished)
    table = []
    for row, record in zip(grouper_input.rows(gathered.records, provider), list(gathered.records), strict=True):
        try:
            grouper_input.write([row])
        except ExchangeError as error:
            gathered.records.remove(record)
            gathered.errors.append(ExchangeError(error.what, record.episode.source or record.episode.id))
        else:
            table.append(row)
    text, definition = grouper_input.write(table), grouper_input.record_definition(grouper_input.columns(table))
    write_whole(output, text.encode("ascii"))
    write_whole(output.with_suffix(".rdf"), definition.encode("ascii"))
    return report(Console(stderr=True), gathered, list(grouper_input.shortcomings(table)), str(output))


def import_run(sent: Path, fce: Path, output: Path) -> int:
    """Join the grouper's output to what was sent, and write what fits; 1 when something does not."""
    check_writable(output)
    text, _ = decode(read_bytes(sent), str(sent))
    grouped, faults = import_output(grouper_input.read(text, str(sent)), fce)
    lines = "".join(json.dumps(g.as_dict(), ensure_ascii=False) + "\n" for g in grouped)
    write_whole(output, lines.encode())
    console = Console(stderr=True)
    for fault in faults:
        console.print(f"fourstep: {fault} [{fault.code}]", style="red", highlight=False, markup=False, soft_wrap=True)
    refused = sum(g.hrg == "UZ01Z" for g in grouped)
    counts = f"{len(grouped)} episodes grouped, {refused} of them invalid for grouping, {len(faults)} faults"
    console.print(counts, highlight=False)
    return 1 if faults else 0


def read_grouped(path: Path) -> list[Grouped]:
    """Grouped episodes of a JSONL file. Raises ReadError naming file and line."""
    out: dict[str, Grouped] = {}

    def take(place: str, _number: int, value: Any) -> None:
        try:
            episode = grouped_from(value)
        except (ValueError, TypeError):
            raise ReadError("no grouped episode", place) from None
        if episode.episode_id in out:
            raise ReadError("an episode that stands in the file already", place)
        out[episode.episode_id] = episode

    json_objects(path, take)
    return list(out.values())


def show_prices(
    grouped: Path, price_file: Path, *, before: Path | None, factor: Decimal, form: str, output: Path | None
) -> None:
    """A line an episode with HRG, complexity and price, and the sum; with `before` also what they were."""
    book = prices.load(price_file)
    now = prices.price_all(read_grouped(grouped), book, factor)
    earlier = None
    if before is not None:
        earlier = {p.episode.episode_id: p for p in prices.price_all(read_grouped(before), book, factor)}
        if set(earlier) != {p.episode.episode_id for p in now}:
            raise ReadError("groups other episodes than the file it is compared with", str(before))
    rows = [_row(price, book, earlier) for price in now]
    columns = (*_COLUMNS, *_BEFORE) if earlier is not None else _COLUMNS
    with writing(output) as file:
        if form == "csv":
            file.write(to_csv(columns, rows))
        elif form == "json":
            file.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        else:
            Console(file=file, highlight=False, soft_wrap=output is not None).print(_table(rows, compared=earlier is not None))


def _row(price: prices.Price, book: dict[str, prices.Tariff], earlier: dict[str, prices.Price] | None) -> dict[str, str]:
    episode = price.episode
    tariff = book.get(episode.spell_hrg)
    row = {
        "episode": episode.episode_id,
        "hrg": episode.hrg,
        "spell_hrg": episode.spell_hrg,
        "name": tariff.name if tariff else "",
        "complexity": prices.complexity(episode.spell_hrg, book),
        "kind": price.kind,
        "days": "" if episode.spell_days is None else str(episode.spell_days),
        "excess_days": str(price.excess_days) if price.excess_days else "",
        "price": _pounds(price.amount),
        "note": "; ".join((*((price.why,) if price.why else ()), *episode.errors)),
    }
    if earlier is not None:
        old = earlier[episode.episode_id]
        known = price.amount is not None and old.amount is not None
        change = (price.amount or Decimal(0)) - (old.amount or Decimal(0)) if known else None
        row |= {"hrg_before": old.episode.spell_hrg, "price_before": _pounds(old.amount), "difference": _pounds(change)}
    return row


def _table(rows: list[dict[str, str]], *, compared: bool) -> Table:
    """Episode, HRG with its level and name, kind, days (those above the trim point), price; and what it was before."""
    table = Table(show_edge=False, show_footer=True)
    table.add_column("episode", "total", overflow="fold")
    table.add_column("HRG of the spell", overflow="fold")
    table.add_column("kind")
    table.add_column("days", justify="right")
    money = ("price_before", "price", "difference") if compared else ("price",)
    for column in money:
        total = sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))
        table.add_column(column.replace("_", " "), _pounds(total), justify="right", no_wrap=True)
    for row in rows:
        days = row["days"] + (f" ({row['excess_days']} above)" if row["excess_days"] else "")
        table.add_row(row["episode"], _hrg(row), row["kind"], days, *(row[column] for column in money))
    return table


def _hrg(row: dict[str, str]) -> Text:
    was = row.get("hrg_before", "")
    out = Text(f"{was} to " if was and was != row["spell_hrg"] else "")
    out.append(row["spell_hrg"], "bold")
    out.append(f"  level {row['complexity']}" if row["complexity"] else "")
    out.append(f"  episode {row['hrg']}" if row["hrg"] != row["spell_hrg"] else "")
    for line in filter(None, (row["name"], row["note"])):
        out.append(f"\n{line}", "dim")
    return out


def _pounds(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
