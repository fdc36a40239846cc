"""The files of an audit: the sample, the auditor's empty sheet, and the worksheet of differences that goes to and fro."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from fourstep.errors import ReadError, UsageError
from fourstep.evaluate.audit import plain
from fourstep.evaluate.keys import CAUSES, Keys
from fourstep.evaluate.marks import Difference, Mark
from fourstep.evaluate.rows import Row
from fourstep.evaluate.thresholds import AREAS

WORKSHEET = ("episode_id", "area", "recorded", "audited", "key", "national", "cause", "reason", "response", "outcome")
_SAMPLE = (
    "episode_id", "spell_id", "patient_id", "specialty", "consultant", "coder", "risk", "admission_date", "discharge_date",
    "diagnoses", "procedures",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV; a cell that a spreadsheet would run as a formula is written as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = ["" if v is None else str(v) for v in row]
        writer.writerow("'" + c if c.startswith(_FORMULA) and not _is_number(c) else c for c in cells)
    return out.getvalue()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def sample_text(rows: Sequence[Row], *, json_lines: bool) -> str:
    """The sample with its codes as they are now: what is marked later is what was drawn."""
    values = [
        (r.episode_id, r.spell_id, r.patient_id, r.specialty, r.consultant, r.coder, r.risk, r.admitted or "",
         r.discharged or "", " ".join(r.diagnoses), " ".join(r.procedures))
        for r in rows
    ]  # fmt: skip
    if not json_lines:
        return table_text(_SAMPLE, values)
    lines = []
    for v, r in zip(values, rows, strict=True):
        plain_values = {k: str(x) for k, x in zip(_SAMPLE, v, strict=True) if x}
        coded = {"diagnoses": list(r.diagnoses), "procedures": list(r.procedures)}
        lines.append(json.dumps(plain_values | coded, ensure_ascii=False) + "\n")
    return "".join(lines)


def auditor_sheet(rows: Sequence[Row], *, blind: bool) -> str:
    """The sheet an auditor fills in: codes separated by spaces, primary first; blind shows no recorded codes."""
    return table_text(
        ("episode_id", "specialty", "diagnoses", "procedures", "excluded"),
        [
            (r.episode_id, r.specialty, "" if blind else " ".join(r.diagnoses), "" if blind else " ".join(r.procedures), "")
            for r in rows
        ],
    )


def worksheet_text(marks: Iterable[Mark]) -> str:
    """The differences as CSV: the auditor adds reasons and causes, the coder the response."""
    lines = [d for m in marks for d in m.differences]
    return table_text(WORKSHEET, [[getattr(d, name) for name in WORKSHEET] for d in lines])


def apply_worksheet(path: Path, marks: Sequence[Mark], keys: Keys) -> None:
    """Take keys, causes, reasons, responses and outcomes from a worksheet into the marks.

    A line with a key of sequence (`..._SEQ`) may be added by hand for a recorded code. Raises UsageError where a line is no
    longer a difference (the episode was recoded after it was marked) or a difference has no line, ReadError for a bad line.
    """
    by_id = {m.row.episode_id: m for m in marks}
    open_lines: dict[tuple[str, str, str, str], list[Difference]] = defaultdict(list)
    for d in (d for m in marks for d in m.differences):
        open_lines[d.place].append(d)
    for place, line in _lines(path):
        found = _difference(line, place, keys)
        if waiting := open_lines.get(found.place):
            mine = waiting.pop()
            for name in ("key", "national", "cause", "reason", "response", "outcome"):
                setattr(mine, name, getattr(found, name))
        elif found.key.endswith("_SEQ") and found.episode_id in by_id:
            _add(found, by_id[found.episode_id], place)
        else:
            raise UsageError(
                f"episode {found.episode_id}: this is no difference between the two codings "
                "(was it recoded after it was marked?): mark again",
                place,
            )
    unanswered = [d for waiting in open_lines.values() for d in waiting]
    if unanswered:
        some = unanswered[0]
        raise UsageError(
            f"{len(unanswered)} differences have no line, the first in episode {some.episode_id}, {some.area}: "
            "to take one back, keep its line and write withdrawn under outcome",
            str(path),
        )


def _lines(path: Path) -> Iterable[tuple[str, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ReadError("there is no such file", str(path)) from None
    rows = csv.DictReader(io.StringIO(text))
    absent = [c for c in WORKSHEET[:7] if c not in (rows.fieldnames or ())]
    if absent:
        raise ReadError(f"is no worksheet: the column {absent[0]} is missing", str(path))
    for row in rows:
        yield f"{path}:{rows.line_num}", {k: (row.get(k) or "").strip().removeprefix("'") for k in WORKSHEET}


def _difference(line: dict[str, str], place: str, keys: Keys) -> Difference:
    if line["area"] not in AREAS:
        raise ReadError(f"the area is none of {', '.join(AREAS)}", place)
    if line["cause"] not in CAUSES:
        raise ReadError(f"the cause is none of {', '.join(CAUSES)}", place)
    if line["outcome"] not in ("", "stands", "withdrawn"):
        raise ReadError("the outcome is none of stands, withdrawn or nothing", place)
    try:
        line["national"] = keys[line["key"]].national
    except UsageError as error:
        raise ReadError(error.what, place) from None
    return Difference(**line)


def _add(found: Difference, mark: Mark, place: str) -> None:
    taken = [plain(d.recorded) for d in mark.differences if d.area == found.area]
    free = [c for c in map(plain, mark.codes[found.area]) if c not in taken]
    if plain(found.recorded) not in free:
        raise ReadError("a line of sequence names a recorded code of its area that has no other difference", place)
    mark.differences.append(found)


def recoded(sample: Iterable[Row], now: Iterable[Row]) -> list[str]:
    """The episodes of a sample whose codes are no longer those that were drawn."""
    current = {r.episode_id: (tuple(map(plain, r.diagnoses)), tuple(map(plain, r.procedures))) for r in now}
    return [
        r.episode_id
        for r in sample
        if current.get(r.episode_id, (None, None)) != (tuple(map(plain, r.diagnoses)), tuple(map(plain, r.procedures)))
    ]
