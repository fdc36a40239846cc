"""Check what leaves against the reference material: `exchange.py FOLDER`.

The columns of knowledge/exchange/cds62.txt against the layout in nhs/, and one real eDischarge message (messages/) that goes
in and comes out as FHIR, CDS and grouper input with its codes and evidence.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.exchange import cds, grouper_input
from fourstep.exchange.fhir import bundle
from fourstep.exchange.fhir_back import coded_from_bundle
from fourstep.exchange.layout import layout
from fourstep.exchange.submission import Submission, bare
from fourstep.read import read_episodes

MESSAGE = "edischarge_full_payload_example-01.xml"


def columns(path: Path) -> list[str]:
    """Fields of our layout whose line, column and length the reference does not have."""
    with path.open(encoding="utf-8") as file:
        known = {(r["line"], int(r["start_1based"]), int(r["length"])) for r in csv.DictReader(file, delimiter="\t")}
    return [
        f"cds62: {field.name} does not stand where the reference has a field"
        for kind, fields in layout("cds62").kinds.items()
        for field in fields
        if field.times == 1 and (kind, field.start + 1, field.length) not in known
    ]


def round_trip(path: Path) -> list[str]:
    """What is lost of the message's codes and evidence on the way out."""
    (episode,) = read_episodes(path)
    if not isinstance(episode, Episode):
        return [str(episode)]
    record = Submission(episode, Coder().code(episode))
    codes = [bare(c.code) for c in record.coded.diagnoses], [bare(c.code) for c in record.coded.procedures]
    now = dt.datetime.now(dt.UTC)
    value = json.dumps(bundle(record, now))
    Bundle.model_validate_json(value)
    coded = coded_from_bundle(json.loads(value), path.name)
    texts = {d.name: d.text for d in episode.documents}
    quotes = [q for c in coded.diagnoses + coded.procedures for q in c.evidence]
    (flat,) = cds.read(cds.write([cds.cds_record(record, cds.Control(now), 1)]), path.name)
    (row,) = grouper_input.read(grouper_input.write(grouper_input.rows([record])), path.name)
    listed = [[v for k, v in sorted(row.items()) if k.startswith(p) and v] for p in ("DIAG_", "OPER_")]
    checks = {
        "no codes at all": bool(codes[0]) and bool(codes[1]),
        "FHIR": ([bare(c.code) for c in coded.diagnoses], [bare(c.code) for c in coded.procedures]) == codes,
        "evidence in FHIR": bool(quotes) and all(q.path or texts[q.document][q.start : q.end] == q.text for q in quotes),
        "CDS": (flat.diagnoses, [code for code, _ in flat.procedures]) == codes,
        "grouper input": tuple(listed) == codes,
    }
    print(f"{path.name}: {' '.join(codes[0])} | {' '.join(codes[1])}, {len(quotes)} quotes, out as FHIR, CDS and grouper input")
    return [f"{path.name}: lost or changed: {name}" for name, right in checks.items() if not right]


def main(folder: Path) -> int:
    """Print everything that is wrong; 1 when something is."""
    wrong = columns(folder / "nhs" / "cds_nhs62_fixed_width_layout.tsv") + round_trip(folder / "messages" / MESSAGE)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
