"""Between the rows of the database and the values of the engine; and the engine itself, loaded once a process."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import importlib.metadata
import json
import threading
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import fourstep
from fourstep.administrative import Administrative
from fourstep.books.store import books_directory
from fourstep.coder import Coder
from fourstep.episode import CodedEntry, Heading, Sex
from fourstep.episode import Document as EngineDocument
from fourstep.episode import Episode as EngineEpisode
from fourstep.workbench.episodes.models import Document, Episode

_COUNTS = {".py", ".txt", ".idx", ".tsv", ".terms", ".sqlite"}


_loading = threading.Lock()


@functools.cache
def _coder() -> Coder:
    return Coder()


def coder() -> Coder:
    """The coder of this process, loaded once however many threads ask for it at the same moment."""
    with _loading:
        return _coder()


@functools.cache
def engine_version() -> str:
    """What a proposal was made with: the version, and a digest of knowledge, standards and imported editions.

    It is taken once a process: after an update, server and workers are started anew.
    """
    digest = hashlib.sha256()
    for folder in (Path(fourstep.__file__).parent, books_directory()):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _COUNTS):
            if path.relative_to(folder).parts[0] == "workbench":
                continue
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes() if path.suffix != ".sqlite" else str(path.stat().st_mtime_ns).encode())
    return f"{importlib.metadata.version('fourstep')}+{digest.hexdigest()[:12]}"


def episode_of(row: Episode) -> EngineEpisode:
    """The episode as the engine takes it, documents in their order."""
    return EngineEpisode(
        id=row.key,
        documents=tuple(document_of(d) for d in row.documents.all()),
        age_years=row.age_years,
        age_days=row.age_days,
        sex=Sex(row.sex),
        patient_class=row.patient_class,
        admission_method=row.admission_method,
        admission_date=row.admission_date,
        discharge_date=row.discharge_date,
        specialty=row.specialty,
        discharge_destination=row.discharge_destination,
        source=row.source,
        admission=row.admission,
        note=row.note,
        warnings=tuple(row.warnings),
        administrative=administrative_of(row),
    )


def administrative_of(row: Episode) -> Administrative | None:
    """The administrative fields as the files that leave take them; None when nothing is known."""
    known = {f.name: row.administrative[f.name] for f in fields(Administrative) if f.name in row.administrative}
    dates = {k: dt.date.fromisoformat(v) for k, v in known.items() if k.endswith(("_date", "_start", "_end"))}
    return Administrative(**(known | dates)) if known else None


def document_of(row: Document) -> EngineDocument:
    """The document as the engine takes it."""
    return EngineDocument(
        name=row.name, text=row.text, type=row.type, date=row.date,
        headings=tuple(Heading(**h) for h in row.headings),
        entries=tuple(CodedEntry(**e) for e in row.entries),
    )  # fmt: skip


def fields_of(document: EngineDocument) -> dict[str, Any]:
    """The fields of the document's row."""
    return {
        "type": document.type, "date": document.date, "text": document.text,
        "headings": [asdict(h) for h in document.headings],
        "entries": [asdict(e) for e in document.entries],
        "digest": hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
    }  # fmt: skip


def digest_of(row: Episode) -> str:
    """SHA-256 of everything that the engine reads of an episode: the same digest, the same coding."""
    episode = asdict(replace(episode_of(row), source=""))
    return hashlib.sha256(json.dumps(episode, default=str, sort_keys=True).encode()).hexdigest()
