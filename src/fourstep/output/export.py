"""Writing coded episodes in the formats of the NHS, and saying what each of them still lacks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from fourstep.errors import ExchangeError
from fourstep.exchange import cds, cds_xml, fhir, hes, private
from fourstep.exchange.submission import Submission
from fourstep.files import check_writable, write_whole
from fourstep.output.submissions import Gathered, gather, report

Notes = list[tuple[str, str]]
Written = tuple[bytes, Notes]


def export_paths(
    paths: list[Path], form: str, output: Path, *, coded: Path | None, unfinished: bool, sender: str, recipient: str
) -> int:
    """Write everything at the paths; returns the exit status: 0, or 1 when an episode failed or was left out."""
    check_writable(output)
    gathered = gather(paths, coded, unfinished=unfinished)
    now = dt.datetime.now(dt.UTC)
    control = cds.Control(now, sender, recipient)
    try:
        data, notes = write(form, gathered.records, control)
    except ExchangeError:
        data, notes = write(form, _fitting(form, gathered, control), control)
    write_whole(output, data)
    return report(Console(stderr=True), gathered, notes, str(output))


def write(form: str, records: list[Submission], control: cds.Control) -> Written:
    """The bytes of one format (a name of `FORMATS`), and what the receiver will miss in which episode."""
    return FORMATS[form](records, control)


def _fitting(form: str, gathered: Gathered, control: cds.Control) -> list[Submission]:
    """The records that the format can carry; each that it cannot becomes an error of its own, and the rest goes on."""
    fit: list[Submission] = []
    for record in gathered.records:
        try:
            write(form, [record], control)
        except ExchangeError as error:
            gathered.errors.append(ExchangeError(error.what, record.episode.source or record.episode.id))
        else:
            fit.append(record)
    gathered.records = fit
    return fit


def _fhir(records: list[Submission], control: cds.Control, *, transaction: bool = False) -> Written:
    """One episode as one bundle; several as a bundle a line (NDJSON)."""
    bundles = [fhir.bundle(r, control.when, transaction=transaction) for r in records]
    if len(bundles) == 1:
        text = json.dumps(bundles[0], ensure_ascii=False, indent=1) + "\n"
    else:
        text = "".join(json.dumps(b, ensure_ascii=False) + "\n" for b in bundles)
    return text.encode(), _lacking(records, ("nhs_number", "provider_code"))


def _cds(records: list[Submission], control: cds.Control) -> Written:
    lines = cds.write(cds.cds_record(r, control, n) for n, r in enumerate(records, 1))
    return lines.encode("ascii"), [(r.episode.id, what) for r in records for what in cds.shortcomings(r)]


def _hes(records: list[Submission], data: bytes) -> Written:
    return data, [(r.episode.id, lost) for r in records if (lost := hes.left_out(r))]


def _lacking(records: list[Submission], needed: tuple[str, ...]) -> Notes:
    return [(r.episode.id, f"not known: {', '.join(names)}") for r in records if (names := r.lacking(needed))]


FORMATS: dict[str, Callable[[list[Submission], cds.Control], Written]] = {
    "fhir": _fhir,
    "fhir-transaction": lambda records, control: _fhir(records, control, transaction=True),
    "cds": _cds,
    "cds-xml": lambda records, _: (cds_xml.write(map(cds_xml.groups_of, records)), []),
    "hes-csv": lambda records, _: _hes(records, hes.write_csv(records).encode()),
    "hes-parquet": lambda records, _: _hes(records, hes.write_parquet(records)),
    "private": lambda records, _: (private.write_csv(records).encode(), _lacking(records, private.NEEDED)),
}
