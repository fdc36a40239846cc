"""The formats in which a batch can leave, in one table: the writers are those of `fourstep export` and `fourstep grouper`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from fourstep.exchange import grouper_input
from fourstep.exchange.cds import Control
from fourstep.exchange.submission import Submission
from fourstep.output.export import Written, write

GROUPER = "grouper"
INPUT = "grouper.csv"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say; the same content makes the same bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A format: what people call it, how its file ends, and what writes it."""

    label: str
    suffix: str
    writer: Callable[[list[Submission], Control], Written]


def _export(name: str) -> Callable[[list[Submission], Control], Written]:
    return lambda records, control: write(name, records, control)


def _grouper(records: list[Submission], control: Control) -> Written:
    """The grouper's input and its record definition, in a zip."""
    table = grouper_input.rows(records, control.sender)
    files = {INPUT: grouper_input.write(table), "grouper.rdf": grouper_input.record_definition(grouper_input.columns(table))}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode("ascii"), zipfile.ZIP_DEFLATED)
    return buffer.getvalue(), list(grouper_input.shortcomings(table))


FORMS: dict[str, Form] = {
    "cds": Form("CDS 6-2 (flat file)", "txt", _export("cds")),
    "cds-xml": Form("CDS 6-2 (XML)", "xml", _export("cds-xml")),
    "fhir": Form("FHIR R4 documents, UK Core", "ndjson", _export("fhir")),
    "fhir-transaction": Form("FHIR R4 transactions, UK Core", "ndjson", _export("fhir-transaction")),
    "hes-csv": Form("HES-like table (CSV)", "csv", _export("hes-csv")),
    "hes-parquet": Form("HES-like table (Parquet)", "parquet", _export("hes-parquet")),
    "private": Form("Independent hospital's extract (CSV)", "csv", _export("private")),
    GROUPER: Form("Input of the HRG grouper (zip)", "zip", _grouper),
}
"""By the name that is kept with a batch."""


def input_of(content: bytes) -> str:
    """The grouper's input file in a batch of that format."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(INPUT).decode("ascii")
