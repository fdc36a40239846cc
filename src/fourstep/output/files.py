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
def writing(output: Path | None) -> Iterator[TextIO]:
    """The terminal where `output` is None; else a file that becomes `output` at the end, or never."""
    if output is None:
        yield sys.stdout
        return
    check_writable(output)
    handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.absolute().parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        os.chmod(temporary, 0o644)
        os.replace(temporary, output)
    except BaseException:
        os.unlink(temporary)
        raise


def write_whole(output: Path, data: bytes) -> None:
    """Put these bytes under the file's name, all of them or none."""
    check_writable(output)
    handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.absolute().parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, output)
    except BaseException:
        os.unlink(temporary)
        raise
