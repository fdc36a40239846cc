"""Where results go: a file for each part, whole or not at all; errors beside them; a manifest that says how they were made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from fourstep import knowledge
from fourstep.archive.parts import Part, read_part
from fourstep.archive.unit import RESULT, Settings, code_batch, errors_of
from fourstep.books import books_on
from fourstep.errors import ReadError, UsageError
from fourstep.files import whole, write_whole

MANIFEST = "manifest.json"
_CODED = RESULT.remove(RESULT.get_field_index("error"))
_ROW_GROUP = 4 << 20  # bytes of results that wait to be written together: each is packed by itself
_STATE = b"fourstep.source"  # the key, in the metadata of a part's results, of the state of what it was made of


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part: how many episodes were coded and how many could not be; or why the whole part failed."""

    name: str
    episodes: int = 0
    errors: int = 0
    failed: str = ""


def do_part(part: Part, settings: Settings, out: Path) -> Done:
    """Read, code and write one part. A failure of disk or file is told, not raised, and leaves nothing half-written."""
    target = _results(part, out)
    try:
        # Without a name until all of it is there: a worker that is killed leaves nothing behind.
        with tempfile.TemporaryFile(dir=target.parent) as scratch:
            coded, errors = _write(scratch, (code_batch(batch, settings) for batch in read_part(part)), part.state)
            _write_errors(out / "errors" / f"{part.name}.jsonl", errors)
            scratch.seek(0)
            with whole(target) as draft, draft.open("wb") as file:
                shutil.copyfileobj(scratch, file)
    except ReadError as error:
        return Done(part.name, failed=str(error))
    except (OSError, UsageError) as error:
        why = getattr(error, "strerror", "") or error
        return Done(part.name, failed=f"{part.place}: its results cannot be written to {out}: {why}")
    except Exception as error:  # a fault of ours in one part must not cost the others; its words stay out of the message
        return Done(part.name, failed=f"{part.place}: cannot be coded: {type(error).__name__}, please report it")
    return Done(part.name, coded, len(errors))


def _results(part: Part, out: Path) -> Path:
    return out / "parts" / f"{part.name}.parquet"


def finished(part: Part, out: Path) -> bool:
    """Whether the part's results are there, whole, and of the source as it now is; the results are written last."""
    try:
        made_of = pq.read_metadata(_results(part, out)).metadata
    except (pa.ArrowException, OSError):
        return False
    return bool(made_of) and made_of.get(_STATE) == part.state.encode()


def others(parts: list[Part], out: Path) -> list[Path]:
    """Results that are of none of these parts: of a file that is no longer there, or of another source."""
    return sorted(set((out / "parts").glob("[!.]*.parquet")) - {_results(p, out) for p in parts})


def counted(part: Part, out: Path) -> Done:
    """What a finished part holds."""
    errors = out / "errors" / f"{part.name}.jsonl"
    lines = errors.read_text(encoding="utf-8").count("\n") if errors.exists() else 0
    return Done(part.name, pq.read_metadata(_results(part, out)).num_rows, lines)


def _write(file: IO[bytes], results: Iterable[pa.RecordBatch], state: str) -> tuple[int, list[dict[str, str | None]]]:
    """Write what was coded as it comes, and the state of what it was made of; the number of its rows, and the errors."""
    rows, errors, waiting = 0, list[dict[str, str | None]](), list[pa.RecordBatch]()
    with pq.ParquetWriter(file, _CODED.with_metadata({_STATE: state}), compression="zstd") as writer:
        for result in results:
            errors += errors_of(result)
            waiting.append(result.filter(result.column("error").is_null()).drop_columns(["error"]))
            rows += waiting[-1].num_rows
            if sum(batch.nbytes for batch in waiting) > _ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting.clear()
        writer.write_table(pa.Table.from_batches(waiting, _CODED))
    return rows, errors


def _write_errors(path: Path, errors: list[dict[str, str | None]]) -> None:
    if not errors:
        path.unlink(missing_ok=True)
        return
    write_whole(path, "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in errors))


def identity(settings: Settings) -> dict[str, Any]:
    """What a coding depends on: versions of engine and knowledge, editions of the books, settings."""
    digest = hashlib.sha256()
    for path in sorted(p for p in knowledge.FOLDER.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        digest.update(str(path.relative_to(knowledge.FOLDER)).encode() + b"\0" + path.read_bytes())
    icd10, opcs4, _ = books_on(None)
    return {
        "fourstep": importlib.metadata.version("fourstep"),
        "knowledge": digest.hexdigest(),
        "editions": {icd10.name: icd10.edition, opcs4.name: opcs4.edition},
        "settings": json.loads(json.dumps(asdict(settings))),
    }


def begin(out: Path, settings: Settings, *, again: bool) -> None:
    """Make the folder ready. Raises UsageError for results of another engine, edition or setting, or of one that is not known."""
    try:
        for folder in ("parts", "errors"):
            (out / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"no results can be written here: {error.strerror}", str(out)) from None
    there = [*(out / "parts").glob("*.parquet"), *(out / "errors").glob("*.jsonl")]
    if again:
        for path in [*there, *(out / "parts").glob(".*.parquet.*")]:  # and what a killed run was writing
            path.unlink()
    elif there or (out / MANIFEST).exists():
        before, now = _made_with(out), identity(settings)
        if differing := " and ".join(sorted(k for k in now if before.get(k) != now[k])):
            what = f"the results here were made with another {differing}: go on with that one, or --again to code all anew"
            raise UsageError(what, str(out))
    write_manifest(out, settings, [], complete=False)


def _made_with(out: Path) -> dict[str, Any]:
    """What the manifest says the results were made with."""
    try:
        made_with = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["made_with"]
        if isinstance(made_with, dict):
            return made_with
        why = "it says not what the results were made with"
    except (ValueError, TypeError, KeyError, OSError) as error:
        why = getattr(error, "strerror", "") or "it is no manifest of results"
    raise UsageError(f"cannot be read: {why}; write elsewhere, or --again to code all anew", str(out / MANIFEST))


def write_manifest(out: Path, settings: Settings, done: list[Done], *, complete: bool) -> None:
    """Say what was made with what, and how much."""
    manifest = {
        "made_with": identity(settings),
        "columns": _CODED.names,
        "complete": complete,
        "parts": len(done),
        "episodes": sum(d.episodes for d in done),
        "errors": sum(d.errors for d in done),
        "failed": sorted(f"{d.name}: {d.failed}" for d in done if d.failed),
    }
    write_whole(out / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
