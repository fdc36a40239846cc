"""The inbox: every message that was acknowledged, in one SQLite file with one writer."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fourstep.errors import ReadError, UsageError
from fourstep.listen.answer import ACCEPTED, ERROR, REJECTED
from fourstep.read.hl7v2.message import parse_message
from fourstep.read.hl7v2.stay import why_no_record
from fourstep.read.hl7v2.stream import messages_in
from fourstep.read.hl7v2.visit import visit_key

_FORMAT = 1
_TABLES = """
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    received TEXT NOT NULL,
    sender TEXT NOT NULL,
    control TEXT NOT NULL,
    digest BLOB NOT NULL,
    visit TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (sender, control, digest)
);
CREATE INDEX message_visit ON message (visit);
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message: the code of its answer, the reason where it was not taken, and whether it was new."""

    code: str
    reason: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A message in the inbox."""

    id: int
    control: str
    visit: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    sender: str
    control: str
    digest: bytes
    visit: str
    body: bytes


class Inbox:
    """The inbox in a folder. The one that writes is opened with `write=True`; readers may be many.

    Raises UsageError where the file is not one of ours or of a newer version.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        self.path = folder / "inbox.sqlite"
        if write:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
        try:
            # The writer serves one thread after the other, never two at a time.
            self._db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False)
            if write:
                self._prepare()
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            raise UsageError(f"the inbox cannot be opened ({error})", str(self.path)) from None
        if version != _FORMAT:
            raise UsageError("the inbox is of another version of Fourstep", str(self.path))

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        # Every commit is on the disk before it returns: what is acknowledged survives a loss of power.
        self._db.execute("PRAGMA synchronous=FULL")
        if not self._db.execute("PRAGMA user_version").fetchone()[0]:
            self._db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_FORMAT}; COMMIT;")
            self.path.chmod(0o600)

    def take(self, bodies: Iterable[bytes]) -> list[Receipt]:
        """Check messages and store the good ones in one transaction; the answers, in order.

        A message that came before, under the same control id and with the same content, is accepted and not stored again.
        The same control id with another content is another message. Nothing is accepted where the disk fails.
        """
        checked = [_checked(body) for body in bodies]
        try:
            self._db.execute("BEGIN IMMEDIATE")
            receipts = [self._put(item) if isinstance(item, _Row) else item for item in checked]
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            lost = Receipt(ERROR, "could not be stored, send it again")
            return [lost if isinstance(item, _Row) else item for item in checked]
        return receipts

    def _put(self, row: _Row) -> Receipt:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        done = self._db.execute(
            "INSERT OR IGNORE INTO message (received, sender, control, digest, visit, body) VALUES (?, ?, ?, ?, ?, ?)",
            (now, row.sender, row.control, row.digest, row.visit, row.body),
        )
        return Receipt(ACCEPTED, new=done.rowcount > 0)

    def after(self, last: int, limit: int) -> list[tuple[int, str]]:
        """Ids and visits of the messages stored after one, in the order of their arrival."""
        query = "SELECT id, visit FROM message WHERE id > ? ORDER BY id LIMIT ?"
        return [(int(row[0]), str(row[1])) for row in self._db.execute(query, (last, limit))]

    def of_visit(self, visit: str) -> list[Stored]:
        """All messages of a visit, in the order of their arrival."""
        query = "SELECT id, control, visit, body FROM message WHERE visit = ? ORDER BY id"
        return [Stored(*row) for row in self._db.execute(query, (visit,))]

    def count(self) -> int:
        """How many messages are stored."""
        return int(self._db.execute("SELECT count(*) FROM message").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _checked(body: bytes) -> _Row | Receipt:
    """The row of a message, or the refusal of what is none."""
    try:
        return _row(body)
    except Exception as error:  # a fault of ours in one message must not stop the feed; its sender keeps it
        return Receipt(ERROR, f"cannot be taken in: {type(error).__name__}, please report it")


def _row(body: bytes) -> _Row | Receipt:
    found = list(messages_in(body, "message"))
    if not found:
        return Receipt(REJECTED, "not an HL7 v2 message")
    if len(found) > 1:
        return Receipt(REJECTED, "more than one message, or text outside of one, in a frame")
    data = found[0][1]
    if isinstance(data, ReadError):
        return Receipt(REJECTED, "not an HL7 v2 message")
    try:
        message = parse_message(data, "message")
    except ReadError as error:
        return Receipt(REJECTED, error.what)
    if message.first("PID") is None and not why_no_record(message.kind):
        return Receipt(ERROR, "cut short, or without a patient (PID)")
    return _Row(message.sender, message.control, _digest(data), visit_key(message), data)


def _digest(data: bytes) -> bytes:
    """A fingerprint of the content without the time of sending (MSH-7), which a repetition may bring up to date."""
    header, _, rest = data.partition(b"\r")
    fields = header.split(header[3:4])
    fields[6:7] = []  # MSH-1 is the separator itself, so the field of number n stands at n - 1
    return hashlib.sha256(header[3:4].join(fields) + b"\r" + rest).digest()
