"""Where an installation keeps what is its own: the secret key, the demo's database, arrivals and mail written to files."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from fourstep.books.store import books_directory
from fourstep.errors import UsageError


def workbench_directory() -> Path:
    """The workbench's folder in the data directory; it is made, for its owner alone, when it is not there.

    Raises UsageError when it cannot be made.
    """
    path = books_directory().parent / "workbench"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the workbench's folder cannot be made: {error.strerror}", str(path)) from None
    return path


def secret_key() -> str:
    """$FOURSTEP_SECRET_KEY, else a key made once and kept in the workbench's folder, readable by its owner alone."""
    if own := os.environ.get("FOURSTEP_SECRET_KEY"):
        return own
    path = workbench_directory() / "secret_key"
    if not path.exists():
        # Linked into place whole: of two servers that start at once, both read the one key that won.
        draft = path.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def setting(name: str, default: str = "") -> str:
    """A setting of the installation from the environment: FOURSTEP_<name>."""
    return os.environ.get(f"FOURSTEP_{name}", default)


def switched_on(name: str, *, default: bool = False) -> bool:
    """A yes-or-no setting. Raises UsageError for any other word."""
    value = setting(name).strip().lower()
    if not value:
        return default
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise UsageError(f"FOURSTEP_{name} is yes or no, not {value!r}", "environment")


def examples_directory() -> Path:
    """The example episodes: beside the source in a checkout, inside the package when installed from a wheel."""
    inside = Path(__file__).parent.parent / "examples"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "examples"
