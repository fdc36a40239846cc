"""A zip of episodes, opened with care: names stay inside the folder, and a bomb is refused before it goes off."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from fourstep.errors import ReadError

MOST_BYTES = 500 * 1024 * 1024
MOST_FILES = 20_000
_CHUNK = 1024 * 1024


def unpack(content: bytes, name: str, folder: Path) -> None:
    """Write the files of a zip below the folder. Raises ReadError for what is no zip, encrypted, too large or leads outside."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise ReadError("is not a zip that can be opened", name) from None
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) > MOST_FILES:
            raise ReadError(f"holds more than {MOST_FILES:,} files", name)
        left = MOST_BYTES
        for member in members:
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                raise ReadError("holds a name that leads outside of it", name)
            if member.flag_bits & 1:
                raise ReadError("is encrypted: unlock it first", name)
            left = _write(archive, member, folder / path, left, name)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int, name: str) -> int:
    """Write one member; how many bytes are left. The size that a zip claims is not believed: bytes are counted."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, path.open("wb") as target:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise ReadError(f"unpacks to more than {MOST_BYTES // 1024 // 1024} MB", name)
                target.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise ReadError(f"cannot be unpacked ({type(error).__name__})", name) from None
    return left
