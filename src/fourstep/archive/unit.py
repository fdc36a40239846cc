"""The unit of work: an Arrow table of episodes to an Arrow table of codings. It is all that a cluster runs."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

import pyarrow as pa

from fourstep.archive.parts import AT_ONCE
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read.jsontext import parse_json
from fourstep.read.part import Part as TextPart
from fourstep.read.record import episode_from
from fourstep.read.source import decode

RESULT = pa.schema(
    [
        ("episode_id", pa.string()),
        ("diagnoses", pa.list_(pa.string())),  # in national order, the primary first
        ("procedures", pa.list_(pa.string())),
        ("touchless", pa.bool_()),
        ("blocking", pa.int32()),  # queries that block
        ("result", pa.string()),  # the whole coding, as `fourstep code --format jsonl` writes it
        ("place", pa.string()),  # where the episode stood
        ("error", pa.string()),  # why there is no coding; null where there is one
    ]
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to code: lines of the policy table that the site decides otherwise, and the research mode of `Coder`."""

    policy: tuple[tuple[str, str], ...] = ()
    every_condition: bool = False


#: For the environment of workers: what pyarrow has freed goes to the coder, where a pool of its own would keep some 25 MB.
ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def spare_pandas() -> None:
    """Keep pyarrow from importing pandas into this process, a worker: 50 MB that it has no use for.

    Wherever pandas is installed, the first list that becomes an array would import it, to see whether it is one of its series;
    pyarrow tries once. Others may import it as ever.
    """
    if "pandas" not in sys.modules:
        hidden = _NoPandas()
        sys.meta_path.insert(0, hidden)
        try:
            pa.array([""])
        finally:
            sys.meta_path.remove(hidden)


@functools.cache
def _coder(settings: Settings) -> Coder:
    return Coder(policy=dict(settings.policy), every_condition=settings.every_condition)


def code_table(table: pa.Table, settings: Settings = Settings()) -> pa.Table:
    """Code every row: one row of RESULT for each, in the same order.

    The columns are those of an episode.json ("id", "documents" as a list of structs with file, type, date and text,
    "age_years", …), or one column "record" with that object as JSON; and "place", which errors name. A row that cannot be
    coded has its reason in "error", and the others go on.
    """
    return pa.Table.from_batches([code_batch(batch, settings) for batch in table.to_batches(AT_ONCE)], RESULT)


def code_batch(batch: pa.RecordBatch, settings: Settings = Settings()) -> pa.RecordBatch:
    """The same for a few rows."""
    return pa.RecordBatch.from_pylist([_coded(row, settings) for row in rows_of(batch)], schema=RESULT)


def rows_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows as Python's objects. A value that is none (text that is not UTF-8, a date out of range) costs only itself."""
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except Exception:
        return [{name: _value(batch, name, row) for name in batch.column_names} for row in range(batch.num_rows)]


def _value(batch: pa.RecordBatch, name: str, row: int) -> object:
    try:
        return batch.column(name)[row].as_py()
    except Exception as error:
        return _Unreadable(f"the column '{name}' cannot be read: {type(error).__name__}")


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands for a value that Arrow has and Python cannot hold; every reader of a field takes it for no value."""

    why: str


def _coded(row: dict[str, Any], settings: Settings) -> dict[str, Any]:
    place = row.pop("place", None) or "row"
    empty = {"episode_id": _name(row), "place": place, "error": None}
    try:
        episode = episode_of(row, place)
        coded = _coder(settings).code(episode)
    except ReadError as error:
        return empty | {"error": error.what}
    except Exception as error:  # a fault of ours in one record must not cost the others; its words stay out of the message
        return empty | {"error": f"cannot be coded: {type(error).__name__} inside the coder, please report it"}
    return {
        "episode_id": coded.episode_id,
        "diagnoses": [c.code for c in coded.diagnoses],
        "procedures": [c.code for c in coded.procedures],
        "touchless": coded.touchless,
        "blocking": sum(q.blocking for q in coded.queries),
        "result": json.dumps(coded.as_dict(), ensure_ascii=False),
        "place": place,
        "error": None,
    }


def _name(row: dict[str, Any]) -> str | None:
    name = row.get("id")
    return name if isinstance(name, str) else None


def episode_of(row: dict[str, Any], place: str) -> Episode:
    record: object = row
    for needed in ("id", "documents"):
        if isinstance(value := row.get(needed), _Unreadable):
            raise ReadError(value.why, place)
    if "record" in row and "documents" not in row:
        text, _ = decode(row["record"] or b"", place)
        record = parse_json(text, place)
    if not isinstance(record, dict):
        raise ReadError("not an object with 'id' and 'documents'", place)
    known = {name: value for name, value in record.items() if value is not None}
    return episode_from(known, place, _no_files)


def _no_files(name: str) -> TextPart:
    raise ReadError("a document names a file: an archive has the text of each document inside")


def errors_of(result: pa.RecordBatch) -> Iterator[dict[str, str | None]]:
    """The rows that could not be coded: episode, place and reason."""
    for row in result.select(["episode_id", "place", "error"]).to_pylist():
        if row["error"] is not None:
            yield row
