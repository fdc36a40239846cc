"""`fourstep export`: coded episodes as the files that the rest of the NHS expects."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    FHIR = "fhir"
    FHIR_TRANSACTION = "fhir-transaction"
    CDS = "cds"
    CDS_XML = "cds-xml"
    HES_CSV = "hes-csv"
    HES_PARQUET = "hes-parquet"
    PRIVATE = "private"


def export(
    paths: Annotated[list[Path], typer.Argument(help="Whatever `fourstep code` reads.")],
    format: Annotated[Kind, typer.Option(help="What to write.")],
    output: Annotated[Path, typer.Option(help="Write to this file; it appears when it is complete.")],
    coded: Annotated[Path | None, typer.Option(help="JSONL of coded episodes; without it they are coded now.")] = None,
    unfinished: Annotated[bool, typer.Option(help="Also what has an open query or a validation error.")] = False,
    sender: Annotated[str, typer.Option(help="CDS: organisation code of the sender.")] = "",
    recipient: Annotated[str, typer.Option(help="CDS: organisation code of the prime recipient.")] = "",
) -> None:
    """Write coded episodes as FHIR, CDS 6-2, HES-like tables or an independent hospital's extract.

    Exit status 1 when an episode failed or was left out.
    """
    from fourstep.output.export import export_paths

    raise typer.Exit(
        export_paths(paths, format.value, output, coded=coded, unfinished=unfinished, sender=sender, recipient=recipient)
    )
