"""Derived tables kept between runs: `cached(name, sources, build)`.

What takes long to build from text (the books, the compiled index) is built once and kept as a pickle in
the cache directory: $FOURSTEP_CACHE, else $XDG_CACHE_HOME/fourstep, else ~/.cache/fourstep. A cache is only
a shortcut: one that is missing, damaged, out of date or in a place that cannot be written is passed over
without a word.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar, cast

from fourstep import compiled
from fourstep.collector import collector_resting

T = TypeVar("T")
Source = Path | str | bytes

_KEY_LENGTH = 32


def cache_directory() -> Path:
    """Where derived tables are kept; it need not exist yet."""
    if own := os.environ.get("FOURSTEP_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "fourstep"


def cached(name: str, sources: Iterable[Source], build: Callable[[], T]) -> T:
    """What `build()` returns, taken from the cache when nothing it depends on has changed.

    `sources` are what the result depends on: a path stands for the contents of the file, or of every file
    below the folder; a str or bytes for itself (a version, an option). The module that defines `build`,
    Python's version and this module are always part of the key, so a change of the builder builds again;
    give the paths of the other modules whose classes the result is made of. `name` is the file's stem: each
    kind of table keeps only its newest copy, one of the plain classes and one of the compiled, whose pickles differ.
    """
    native = compiled.build()
    key = _key(name, [*sources, *_module_of(build), Path(__file__), native])
    path = cache_directory() / f"{name}{'-compiled' if native else ''}.pickle"
    found, value = _read(path, key)
    if found:
        return cast(T, value)
    built = build()
    _write(path, key, built)
    return built


def _module_of(build: Callable[[], object]) -> list[Path]:
    code = getattr(getattr(build, "func", build), "__code__", None)
    path = Path(code.co_filename) if code else None
    return [path] if path and path.is_file() else []


def _key(name: str, sources: Iterable[Source]) -> bytes:
    digest = hashlib.sha256()

    def add(part: bytes) -> None:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)

    add(f"{name} {sys.version_info[:2]}".encode())
    for source in sources:
        if isinstance(source, Path):
            folder = source.is_dir()
            for file in sorted(p for p in source.rglob("*") if _counts(p)) if folder else [source]:
                add(str(file.relative_to(source) if folder else file.name).encode())
                add(file.read_bytes())
        else:
            add(source.encode() if isinstance(source, str) else source)
    return digest.digest()


def _counts(path: Path) -> bool:
    return path.suffix != ".pyc" and path.is_file()


def _read(path: Path, key: bytes) -> tuple[bool, object]:
    """The cached value of this key. Only a file of this user is unpickled: a pickle can run code."""
    try:
        with path.open("rb") as file:
            if hasattr(os, "getuid"):
                status = os.fstat(file.fileno())
                if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                    return False, None
            if file.read(_KEY_LENGTH) != key:
                return False, None
            with collector_resting():
                return True, pickle.load(file)
    except Exception:  # a damaged pickle may raise anything; the table is built again
        return False, None


def _write(path: Path, key: bytes, value: object) -> None:
    """Write beside the place and rename, so that no reader ever sees half a file."""
    temporary: str | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            pickle.dump(value, file, protocol=5)
        os.replace(temporary, path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
