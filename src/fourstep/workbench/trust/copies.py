"""Copies of the whole database, and back: SQLite by its own online copy, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from fourstep.errors import UsageError


def backup(path: Path) -> None:
    """Write a copy of the database as it is at this moment; people may go on working. Raises UsageError."""
    if path.exists():
        raise UsageError("there is a file of that name already", str(path))
    draft = path.with_name(path.name + ".part")
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(draft)) as target:
                connection.connection.backup(target)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", "--file", str(draft))
        os.chmod(draft, 0o600)
        draft.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"the copy cannot be written: {error}", str(path)) from None
    finally:
        draft.unlink(missing_ok=True)


def restore(path: Path) -> None:
    """Put a copy in the place of the database. Raises UsageError when it is none, and then changes nothing."""
    if not path.is_file():
        raise UsageError("there is no such file", str(path))
    if connection.vendor == "sqlite":
        _restore_sqlite(path)
    else:
        connection.close()
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))


def _restore_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
            if source.execute("pragma integrity_check").fetchone() != ("ok",):
                raise UsageError("the copy is damaged", str(path))
            if not source.execute("select 1 from sqlite_master where name = 'trust_logentry'").fetchone():
                raise UsageError("this is no copy of a workbench's database", str(path))
            connection.ensure_connection()
            source.backup(connection.connection)
    except sqlite3.Error as error:
        raise UsageError(f"the copy cannot be read: {error}", str(path)) from None


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment, where no list of processes shows it."""
    found = shutil.which(program)
    if found is None:
        raise UsageError(f"{program} is not installed: Debian's package postgresql-client has it")
    settings = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    environment = os.environ | {names[k]: str(settings[k]) for k in names if settings.get(k)}
    where = ["--dbname", str(settings["NAME"])]
    done = subprocess.run([found, *where, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reasons = done.stderr.strip().splitlines() or ["no reason given"]
        raise UsageError(f"{program} failed: {reasons[-1]}")
