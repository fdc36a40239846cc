"""Coding of what the inbox holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fourstep.coder import Coder
from fourstep.errors import UsageError
from fourstep.listen.deliver import Delivery, Folder
from fourstep.listen.inbox import Inbox
from fourstep.listen.progress import Progress
from fourstep.listen.work import MOST_TRIES, Work
from fourstep.read import read_text
from hl7_makers import attached, message, summary


class Post:
    """An inbox, the work on it, and the folder of codings; `restart` begins anew with what is on the disk."""

    def __init__(self, path: Path, coder: Coder) -> None:
        self.path, self.coder = path, coder
        self.inbox = Inbox(path / "inbox", write=True)
        self.folder = Folder(path / "coded")
        self.heard: list[Delivery] = []
        self.restart()

    def restart(self) -> None:
        self.work = Work(Inbox(self.path / "inbox"), self.coder, self.deliver, Progress.load(self.path / "coded.json"))

    def deliver(self, delivery: Delivery) -> None:
        self.heard.append(delivery)
        self.folder.deliver(delivery)

    def send(self, *texts: str) -> None:
        assert all(receipt.code == "AA" for receipt in self.inbox.take(text.encode() for text in texts))

    def codings(self) -> list[dict[str, Any]]:
        files = sorted((self.path / "coded").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    def failed(self) -> list[str]:
        return [file.read_text(encoding="utf-8") for file in sorted((self.path / "coded" / "failed").glob("*.txt"))]


@pytest.fixture
def post(tmp_path: Path, coder: Coder) -> Post:
    return Post(tmp_path, coder)


def test_a_visit_is_coded_with_all_its_messages_so_far(post: Post) -> None:
    post.send(message("ADT^A01", "A1"), summary("M1"))
    assert post.work.some() == 1
    (first,) = post.codings()
    assert [code["code"] for code in first["diagnoses"]] == ["J18.9", "E11.9"]
    post.send(summary("M2", "Addendum. Diagnosis: atrial fibrillation", number="D2"))
    assert post.work.some() == 1
    (second,) = post.codings()
    assert {code["code"] for code in second["diagnoses"]} >= {"J18.9", "E11.9", "I48.9"}
    assert second["messages"] == ["A1", "M1", "M2"]
    assert post.work.some() == 0


def test_the_messages_stand_beside_the_coding_and_the_evidence_in_them(post: Post) -> None:
    post.send(summary("M1"), summary("M2", "Diagnosis: atrial fibrillation", number="D2"))
    post.work.some()
    (coded,) = post.codings()
    file = post.path / "coded" / coded["source"]
    for code in coded["diagnoses"]:
        for words in code["evidence"]:
            assert read_text(file, words["document"])[words["start"] : words["end"]] == words["text"]


def test_a_message_that_cannot_be_read_costs_no_other(post: Post) -> None:
    post.send(summary("M1"), attached(b"not a PDF", "PDF", control="M2"))
    post.work.some()
    (coded,) = post.codings()
    assert [code["code"] for code in coded["diagnoses"]] == ["J18.9", "E11.9"]
    assert coded["warnings"] == ["1 of the messages of this visit could not be read"]
    (reasons,) = post.failed()
    assert "message M2 OBX 1: the attached document" in reasons


def test_a_reason_goes_when_the_cause_has_gone(post: Post) -> None:
    delivery = Delivery("visit-1", not_read=("message M2: why",))
    post.folder.deliver(delivery)
    assert post.failed() == ["message M2: why\n"]
    post.folder.deliver(Delivery("visit-1"))
    assert post.failed() == []


def test_a_break_down_anywhere_loses_and_doubles_nothing(post: Post) -> None:
    visits = [summary(f"M{n}").replace("V100", f"V10{n}") for n in range(4)]
    post.send(*visits)
    whole = post.folder.deliver
    for after in range(3):  # the process ends after so many deliveries, before it could note the last

        def breaks(delivery: Delivery, left: list[int] = [after]) -> None:  # noqa: B006
            whole(delivery)
            left[0] -= 1
            if left[0] < 0:
                raise SystemExit

        post.work.deliver = breaks
        with pytest.raises(SystemExit):
            post.work.some()
        post.restart()
    post.work.some()
    assert sorted(coded["episode_id"] for coded in post.codings()) == ["V100", "V101", "V102", "V103"]
    assert post.work.some() == 0


def test_a_visit_that_breaks_the_coder_down_is_set_aside_and_the_rest_goes_on(post: Post) -> None:
    post.send(summary("M0"), summary("M1").replace("V100", "V101"))
    good = post.work.deliver

    def breaks(delivery: Delivery) -> None:
        if delivery.coded and delivery.coded[0][0].id == "V100":
            raise SystemExit  # as when the system ends the process
        good(delivery)

    for _ in range(MOST_TRIES):
        post.work.deliver = breaks
        with pytest.raises(SystemExit):
            post.work.some()
        post.restart()
    post.work.deliver = breaks
    post.work.some()
    assert [coded["episode_id"] for coded in post.codings()] == ["V101"]
    assert "broke down" in post.failed()[0]


def test_damaged_progress_says_what_to_do(post: Post) -> None:
    (post.path / "coded.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="remove it"):
        post.restart()
