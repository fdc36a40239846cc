"""Where output goes: the terminal, or a file that appears under its name only when it is complete."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from fourstep.errors import UsageError


def check_writable(output: Path | None) -> None:
    """Raise UsageError where the folder to write to is not there: before the work, not after it."""
    if output is not None and not output.absolute().parent.is_dir():
        raise UsageError("there is no such folder to write to", str(output.parent))
    if output is not None and output.is_dir():
        raise UsageError("a folder, not a file to write to", str(output))


@contextmanager
def whole(output: Path) -> Iterator[Path]:
    """A draft beside `output` that takes its name at the end, or never. Raises UsageError where there is no such folder.

    A link stays, and the file it leads to is replaced. A device or a pipe is none that could be: what is complete goes in.
    """
    check_writable(output)
    target = output.resolve()
    special = target.exists() and not target.is_file()
    handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=None if special else target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        if special:
            with target.open("wb") as into:
                into.write(draft.read_bytes())
            draft.unlink()
            return
        draft.chmod(0o644)
        os.replace(draft, target)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno:
            error.filename = str(output)  # a write to a full disk names no file by itself
        raise


@contextmanager
def writing(output: Path | None) -> Iterator[TextIO]:
    """The terminal where `output` is None; else a file that becomes `output` at the end, or never."""
    if output is None:
        yield sys.stdout
        return
    with whole(output) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        yield file


def write_whole(output: Path, data: str | bytes) -> None:
    """Put this text (as UTF-8) or these bytes under the file's name, all of them or none."""
    with whole(output) as draft:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)
