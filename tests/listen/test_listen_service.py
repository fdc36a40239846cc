"""The service as it runs: a process that is spoken to over MLLP, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import Run
from fourstep.coder import Coder
from fourstep.listen.framing import framed
from fourstep.listen.inbox import Inbox
from hl7_makers import message, summary

SECRET = "FERNSBY"


class Sender:
    """A sender as a hospital's integration engine is one: it sends again what was not acknowledged."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")

    def send(self, text: str | bytes) -> str:
        """Send one message; the code of the answer."""
        self.socket.sendall(framed(text if isinstance(text, bytes) else text.encode()))
        return self.answer()

    def answer(self) -> str:
        held = b""
        while not held.endswith(b"\x1c\r"):
            byte = self.file.read(1)
            if not byte:
                raise ConnectionError("the server has gone")
            held += byte
        found = re.search(rb"\rMSA\|(\w\w)\|", held)
        assert found is not None
        return found[1].decode()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


class Service:
    """`fourstep listen` as a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.log = folder / "log.txt"
        self.options = options
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "fourstep", "listen", str(self.folder / "inbox"), "--port", "0", *self.options]
        before = self.said().count("listening on")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log)
        until(lambda: self.said().count("listening on") > before, self.said)
        self.port = int(re.findall(r"listening on 127\.0\.0\.1:(\d+)", self.said())[-1])

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def stored(self) -> list[int]:
        inbox = Inbox(self.folder / "inbox")
        found = [number for number, _ in inbox.after(0, 100_000)]
        inbox.close()
        return found

    def coded(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file in (self.folder / "inbox" / "coded").glob("*.jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                episode = json.loads(line)
                found.setdefault(episode["episode_id"], []).append(" ".join(episode.get("messages", [])))
        return found


def until(true: Callable[[], bool], said: Callable[[], str], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, said()
        time.sleep(0.05)


Launch = Callable[..., Service]


@pytest.fixture
def launch(tmp_path: Path, coder: Coder) -> Iterator[Launch]:
    """Starts services that do not outlive the test; `coder` has compiled what their processes need."""
    started: list[Service] = []

    def begin(*options: str) -> Service:
        started.append(Service(tmp_path, *options))
        return started[-1]

    yield begin
    for service in started:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()


@pytest.fixture
def service(launch: Launch) -> Service:
    return launch()


def visit(number: int) -> str:
    """A discharge summary of a visit of its own."""
    return summary(f"M{number}").replace("V100", f"V{number}")


def test_good_bad_and_repeated_messages_on_one_connection(service: Service) -> None:
    sender = Sender(service.port)
    assert sender.send(visit(1)) == "AA"
    assert sender.send("words") == "AR"
    assert sender.send(visit(1)) == "AA"
    assert sender.send(message("MDM^T02", "M9", charset="KLINGON")) == "AR"
    assert sender.send(visit(2)) == "AA"
    sender.socket.sendall(b"\x0b" + visit(3).encode()[:200])  # the line goes dead in the middle of a message
    sender.close()
    again = Sender(service.port)
    assert again.send(visit(3)) == "AA"
    until(lambda: sorted(service.coded()) == ["V1", "V2", "V3"], service.said)
    assert service.end() == 0
    assert service.stored() == [1, 2, 3]
    said = service.said()
    assert "stopped: 3 messages stored, 1 came again, 2 refused" in said
    assert "in the middle of a message" in said
    assert SECRET not in said


def test_a_huge_message_is_refused_and_the_next_is_taken(launch: Launch) -> None:
    service = launch("--largest", "0.01")
    sender = Sender(service.port)
    assert sender.send(visit(1)[:-1] + "x" * 2_000_000 + "\r") == "AR"
    assert sender.send(visit(2)) == "AA"
    assert service.end(signal.SIGINT) == 0
    assert len(service.stored()) == 1


def test_killed_in_the_middle_it_loses_and_doubles_nothing(service: Service) -> None:
    numbers = list(range(1, 61))
    acknowledged: list[int] = []
    waiting = list(numbers)
    for killed_after in (7, 19):
        sender = Sender(service.port)
        for number in waiting[:killed_after]:
            assert sender.send(visit(number)) == "AA"
            acknowledged.append(number)
        sender.socket.sendall(b"".join(framed(visit(n).encode()) for n in waiting[killed_after : killed_after + 5]))
        os.kill(service.process.pid, signal.SIGKILL)  # five are on their way, nobody knows how far
        service.process.wait()
        sender.close()
        assert len(service.stored()) >= len(acknowledged)
        waiting = waiting[killed_after:]
        service.start()
    sender = Sender(service.port)
    for number in waiting:
        assert sender.send(visit(number)) == "AA"
    sender.close()
    until(lambda: len(service.coded()) == len(numbers), service.said)
    assert service.end() == 0
    assert len(service.stored()) == len(numbers)
    assert service.coded() == {f"V{number}": [f"M{number}"] for number in numbers}


def test_a_watched_folder_beside_the_feed(launch: Launch, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    service = launch("--watch", str(drop), "--settle", "0.2")
    (drop / "note.txt").write_text("Diagnosis: community acquired pneumonia\n", encoding="utf-8")
    until(lambda: (drop / "done" / "note.txt").exists(), service.said)
    assert list(service.coded()) == ["note"]
    assert service.end() == 0


def test_one_service_a_folder(service: Service) -> None:
    command = [sys.executable, "-m", "fourstep", "listen", str(service.folder / "inbox"), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert "another `fourstep listen` has this folder" in second.stderr
    taken = [*command[:4], str(service.folder / "other"), "--port", str(service.port)]
    third = subprocess.run(taken, capture_output=True, text=True, check=False)
    assert third.returncode == 2
    assert f"cannot listen on 127.0.0.1:{service.port}" in third.stderr


def test_settings_that_cannot_be(tmp_path: Path, run: Run) -> None:
    for watched, says in (("nowhere", "no such folder to watch"), (".", "must not hold the inbox")):
        ran = run("listen", tmp_path / "inbox", "--watch", tmp_path / watched)
        assert (ran.status, says in ran.err) == (2, True)
