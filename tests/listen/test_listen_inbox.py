"""The inbox and the answers: what is accepted is stored, once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from fourstep.errors import UsageError
from fourstep.listen.answer import answer, header_of
from fourstep.listen.inbox import Inbox
from hl7_makers import PID, header, message, summary


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox", write=True)


def test_what_is_accepted_is_stored_and_read_back(inbox: Inbox, tmp_path: Path) -> None:
    (receipt,) = inbox.take([summary().encode()])
    assert (receipt.code, receipt.new) == ("AA", True)
    other = Inbox(tmp_path / "inbox")
    assert other.after(0, 10) == [(1, "RZZ|V100")]
    (stored,) = other.of_visit("RZZ|V100")
    assert stored.body == summary().encode()


def test_a_repetition_is_accepted_and_not_stored_again(inbox: Inbox) -> None:
    again = summary().replace("20250306101500", "20250306111500")  # sent an hour later
    receipts = inbox.take([summary().encode(), summary().encode(), again.encode()])
    assert [(r.code, r.new) for r in receipts] == [("AA", True), ("AA", False), ("AA", False)]
    assert inbox.count() == 1


def test_a_control_id_used_for_another_message_loses_neither(inbox: Inbox) -> None:
    other = summary("M1", "Addendum: fit for discharge")
    assert [r.new for r in inbox.take([summary("M1").encode(), other.encode()])] == [True, True]
    assert inbox.count() == 2


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (b"words", "AR", "not an HL7 v2 message"),
        (b"", "AR", "not an HL7 v2 message"),
        (b"MSH|^~\\&", "AR", "MSH"),
        (header("ORU^R01", "M1").encode(), "AE", "cut short"),
        (header("ORU^R01", "").encode() + b"\r" + PID.encode(), "AR", "MSH-10"),
        (header("", "M1").encode() + b"\r" + PID.encode(), "AR", "MSH-9"),
        ((summary("M1") + summary("M2")).encode(), "AR", "more than one"),
        (message("ORU^R01", "M1", "OBX|1|TX|||Ménière||||||F", charset="UNICODE UTF-8").encode("cp1252"), "AR", "MSH-18"),
        (message("ORU^R01", "M1", charset="KLINGON").encode(), "AR", "not known here"),
    ],
)
def test_what_is_not_accepted_is_not_stored(inbox: Inbox, body: bytes, code: str, says: str) -> None:
    good = summary("G1").encode()
    receipts = inbox.take([body, good])
    assert receipts[0].code == code
    assert says in receipts[0].reason
    assert receipts[1].new
    assert inbox.count() == 1


def test_nothing_is_accepted_where_the_disk_fails(inbox: Inbox) -> None:
    inbox._db.execute("PRAGMA query_only=1")  # as a full or read-only disk
    (receipt,) = inbox.take([summary().encode()])
    assert (receipt.code, "send it again" in receipt.reason) == ("AE", True)
    inbox._db.execute("PRAGMA query_only=0")
    assert inbox.take([summary().encode()])[0].new


def test_a_file_that_is_no_inbox(tmp_path: Path) -> None:
    (tmp_path / "inbox.sqlite").write_bytes(b"words of another program" * 100)
    with pytest.raises(UsageError, match="cannot be opened"):
        Inbox(tmp_path, write=True)
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.executescript("PRAGMA user_version=99;")
    (tmp_path / "other.sqlite").replace(tmp_path / "inbox.sqlite")
    with pytest.raises(UsageError, match="another version"):
        Inbox(tmp_path)


def test_the_answer_names_the_message_and_goes_back_to_its_sender() -> None:
    text = answer(header_of(summary("M7").encode()), "AA").decode("ascii")
    head, msa, _ = text.split("\r")
    fields = head.split("|")
    assert fields[2:6] == ["FOURSTEP", "RZZ", "PAS", "RZZ"]
    assert fields[8] == "ACK^T02"
    assert msa == "MSA|AA|M7|"


def test_the_answer_speaks_the_separators_of_the_message() -> None:
    odd = summary("M7").replace("|", "#").replace("^", "@")
    assert "\rMSA#AR#M7#no  1 reason\r" in answer(header_of(odd.encode()), "AR", "no #1 reason").decode("ascii")


@pytest.mark.parametrize("body", [b"", b"words", b"MSH", b"MSH|", b"\xff\xfe\x00", b"MSH|||||"])
def test_there_is_an_answer_to_anything(body: bytes) -> None:
    assert b"MSA|AR|" in answer(header_of(body), "AR", "why")
