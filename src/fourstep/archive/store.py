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


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part: how many episodes were coded and how many could not be; or why the whole part failed."""

    name: str
    episodes: int = 0
    errors: int = 0
    failed: str = ""


def do_part(part: Part, settings: Settings, out: Path) -> Done:
    """Read, code and write one part. A failure of disk or file is told, not raised, and leaves nothing half-written."""
    target = out / "parts" / f"{part.name}.parquet"
    try:
        # Without a name until all of it is there: a worker that is killed leaves nothing behind.
        with tempfile.TemporaryFile(dir=target.parent) as scratch:
            coded, errors = _write(scratch, (code_batch(batch, settings) for batch in read_part(part)))
            _write_errors(out / "errors" / f"{part.name}.jsonl", errors)
            scratch.seek(0)
            with whole(target) as draft, draft.open("wb") as file:
                shutil.copyfileobj(scratch, file)
    except ReadError as error:
        return Done(part.name, failed=str(error))
    except OSError as error:
        return Done(part.name, failed=f"{out}: cannot be written: {error.strerror or error}")
    return Done(part.name, coded, len(errors))


def finished(part: Part, out: Path) -> bool:
    """Whether the part's results are there; the results are written last."""
    return (out / "parts" / f"{part.name}.parquet").exists()


def counted(part: Part, out: Path) -> Done:
    """What a finished part holds."""
    errors = out / "errors" / f"{part.name}.jsonl"
    lines = errors.read_text(encoding="utf-8").count("\n") if errors.exists() else 0
    return Done(part.name, pq.read_metadata(out / "parts" / f"{part.name}.parquet").num_rows, lines)


def _write(file: IO[bytes], results: Iterable[pa.RecordBatch]) -> tuple[int, list[dict[str, str | None]]]:
    """Write what was coded as it comes; the number of its rows, and the errors."""
    rows, errors, waiting = 0, list[dict[str, str | None]](), list[pa.RecordBatch]()
    with pq.ParquetWriter(file, _CODED, compression="zstd") as writer:
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
    """Make the folder ready. Raises UsageError for results of another engine, edition or setting, and a manifest that is none."""
    now = identity(settings)
    try:
        for folder in ("parts", "errors"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        before = json.loads((out / MANIFEST).read_text(encoding="utf-8")) if (out / MANIFEST).exists() else None
    except (ValueError, OSError) as error:
        what = f"cannot be read: {type(error).__name__}; take it away or write elsewhere"
        raise UsageError(what, str(out / MANIFEST)) from None
    if again:
        for path in [*(out / "parts").iterdir(), *(out / "errors").iterdir()]:
            path.unlink()
    elif before is not None:
        differing = sorted(k for k in now if not isinstance(before, dict) or before.get("made_with", {}).get(k) != now[k])
        if differing:
            names = " and ".join(differing)
            what = f"the results here were made with another {names}: go on with that one, or --again to code all anew"
            raise UsageError(what, str(out))
    write_manifest(out, settings, [], complete=False)


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
