"""The parts of an archive: what is coded at one time, resumed and written as one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourstep.errors import ReadError

LINES = 2_000  # of a JSONL file, a part
#: Rows that are in memory at a time: as Python's objects they take several times the room that they have in a file.
AT_ONCE = 50
_BUFFER = 1 << 16  # bytes of a column that are read at a time
_SUFFIXES = {".parquet", ".jsonl", ".ndjson"}


@dataclass(frozen=True, slots=True)
class Part:
    """A row group of a Parquet file, or the bytes from `start` to `stop` of a JSONL file, beginning with line `line`."""

    name: str  # of its results, without suffix
    file: str
    group: int = -1
    start: int = 0
    stop: int = 0
    line: int = 1
    state: str = ""  # of the source, as far as planning sees it: results of another state are not this part's

    @property
    def place(self) -> str:
        """What errors of the whole part name."""
        return f"{self.file}#{self.group}" if self.group >= 0 else f"{self.file}:{self.line}"

    def as_json(self) -> str:
        """The part as text, to be sent to where it is coded."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Part:
        """Back from `as_json`."""
        return cls(**json.loads(text))


def plan(folder: Path, out: Path | None = None) -> Iterator[Part | ReadError]:
    """The parts of every Parquet and JSONL file in or below a folder, or of one file; one that cannot be read is an error.

    Results that stand below the folder, in `out`, are not read as its files.
    """
    files = [p for p in ([folder] if folder.is_file() else sorted(folder.rglob("*"))) if p.suffix.lower() in _SUFFIXES]
    hidden = [f for f in files if any(n.startswith(("_", ".")) for n in f.relative_to(folder).parts)]
    results = [f for f in files if out and f.resolve().is_relative_to(out.resolve())]
    files = [f for f in files if f not in {*hidden, *results} and f.is_file()]
    if not files:
        yield ReadError("there is no Parquet or JSONL file here (.parquet, .jsonl, .ndjson)", str(folder))
    taken: dict[str, Path] = {}
    for file in files:
        stem = str(file.relative_to(folder.parent if folder.is_file() else folder)).replace("/", "__")
        if taken.setdefault(stem, file) != file:
            yield ReadError(f"its results would have the name of those of {taken[stem]}: rename one of the two", str(file))
            continue
        try:
            yield from _groups(file, stem) if file.suffix.lower() == ".parquet" else _stretches(file, stem)
        except (pa.ArrowException, OSError) as error:
            yield ReadError(f"cannot be read: {_first_line(error)}", str(file))


def _groups(file: Path, stem: str) -> Iterator[Part]:
    described = pq.ParquetFile(file)
    if not {"id", "documents"} <= set(described.schema_arrow.names):
        raise OSError("it has no columns 'id' and 'documents'")
    for group in range(described.num_row_groups):
        said = described.metadata.row_group(group)
        yield Part(f"{stem}.{group:06d}", str(file), group, state=f"{said.num_rows} rows, {said.total_byte_size} bytes")


def _stretches(file: Path, stem: str) -> Iterator[Part]:
    with file.open("rb") as handle:
        start, line = 0, 1
        for number in count():
            lines, check = 0, 0
            for text in islice(handle, LINES):
                lines, check = lines + 1, zlib.crc32(text, check)
            if not lines:
                return
            stop = handle.tell()
            yield Part(f"{stem}.{number:06d}", str(file), -1, start, stop, line, state=f"{check:08x}")
            start, line = stop, line + lines


def read_part(part: Part) -> Iterator[pa.RecordBatch]:
    """The rows of a part as `unit.code_batch` takes them, a few at a time, however many the part has.

    Raises ReadError when the file cannot be read any more.
    """
    try:
        yield from _batches_of_lines(part) if part.group < 0 else _batches_of_rows(part)
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"cannot be read: {_first_line(error)}", part.place) from None


def _batches_of_rows(part: Part) -> Iterator[pa.RecordBatch]:
    row = 1
    with pq.ParquetFile(part.file, pre_buffer=False, buffer_size=_BUFFER) as file:
        for batch in file.iter_batches(AT_ONCE, [part.group], use_threads=False):
            places = [f"{part.file}#{part.group}:{number}" for number in range(row, row + batch.num_rows)]
            row += batch.num_rows
            yield batch.append_column("place", pa.array(places, pa.string()))


def _batches_of_lines(part: Part) -> Iterator[pa.RecordBatch]:
    rows = ((line, f"{part.file}:{number}") for number, line in enumerate(_lines(part), part.line) if line.strip())
    while some := list(islice(rows, AT_ONCE)):
        records, places = zip(*some, strict=True)
        yield pa.record_batch({"record": pa.array(records, pa.binary()), "place": pa.array(places, pa.string())})


def _lines(part: Part) -> Iterator[bytes]:
    with open(part.file, "rb") as handle:
        handle.seek(part.start)
        while handle.tell() < part.stop:
            if not (text := handle.readline()):
                raise ReadError("it has become shorter while it was being read", part.file)
            yield text


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
