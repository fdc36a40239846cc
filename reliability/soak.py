"""Workbench, worker, listener and archive at once on loopback, for hours: nothing lost or doubled, memory flat.

    python reliability/soak.py [--seconds 7200] [--json FILE]

Systems send episodes over the interface and HL7 v2 messages over MLLP, a coder looks at pages, an archive is coded again and
again. Every half minute the memory of each process is read. At the end: every episode that was accepted is there once and
coded, every message that was acknowledged is coded once, and the mean memory of the last quarter is at most a tenth above that
of the second. Ended early (control-C or a signal), it reports what it has.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import requests
from rich.console import Console
from rich.table import Table
from urllib3.util import Retry

_PROBLEMS = ("community acquired pneumonia", "gout", "fractured neck of femur", "COPD exacerbation", "urinary tract infection")
_HISTORY = ("asthma", "hypertension", "type 2 diabetes", "atrial fibrillation", "ex-smoker")
_EVERY = 30.0


def note(rng: random.Random) -> str:
    """A short fictional discharge note."""
    return f"Diagnosis: {rng.choice(_PROBLEMS)}. PMH: {', '.join(rng.sample(_HISTORY, 3))}."


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Soak:
    """The programs, what was sent to them, and what their memory was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {"FOURSTEP_HOME": str(folder / "home"), "PYTHONWARNINGS": "ignore"}
        self.port, self.mllp = free_port(), free_port()
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.pages = self.archives = 0
        self.seconds = 0.0
        self.stop = threading.Event()
        self.begun = time.monotonic()
        self.errors: list[str] = []
        self.memory: dict[str, list[float]] = defaultdict(list)
        self.programs: dict[str, subprocess.Popen[str]] = {}

    def fourstep(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "fourstep", *arguments]

    def begin(self) -> None:
        """Start the programs and make a token and a coder's session."""
        log = (self.folder / "log").open("w")
        serve = self.fourstep("serve", "--port", str(self.port))
        self.programs["workbench"] = subprocess.Popen(
            serve, env=self.environment | {"COLUMNS": "200"}, stdout=subprocess.PIPE, stderr=log, text=True
        )
        printed = ""
        for text in self.programs["workbench"].stdout or ():
            printed += text
            if "Fourstep is at" in text:
                break
        cells = next((line.split("│") for line in printed.splitlines() if re.match(r"\W*coder\b", line)), [])
        self.password = next((c.strip() for c in reversed(cells) if c.strip()), "")  # the last column
        assert self.password, printed
        listen = self.fourstep("listen", str(self.folder / "inbox"), "--port", str(self.mllp))
        self.programs["listener"] = subprocess.Popen(listen, env=self.environment, stdout=log, stderr=log, text=True)
        lines = "from fourstep.workbench.api.actions import make_token\n"
        lines += "print(make_token(None, 'soak', may_send=True, may_read=True)[1])"
        shell = self.fourstep("manage", "shell", "-v", "0", "-c", lines)
        made = subprocess.run(shell, env=self.environment, capture_output=True, text=True, check=True)
        self.token = made.stdout.strip().splitlines()[-1]
        time.sleep(5)

    def run(self, name: str, once: object, pause: float) -> threading.Thread:
        """Do something again and again in a thread of its own."""

        def loop() -> None:
            rng = random.Random(name)
            while not self.stop.is_set():
                try:
                    once(rng)  # type: ignore[operator]
                except Exception as error:
                    at = time.monotonic() - self.begun
                    self.errors.append(f"{name} after {at:.0f} s: {type(error).__name__}: {error}"[:300])
                    self.stop.wait(2)
                self.stop.wait(pause)

        thread = threading.Thread(target=loop, name=name)
        thread.start()
        return thread

    def send_episode(self, rng: random.Random) -> None:
        number = len(self.sent)
        again = number and rng.random() < 0.1  # one in ten is sent a second time
        key = rng.choice(self.sent) if again else f"SOAK-{number}"
        document = {"file": "a.txt", "type": "discharge_summary", "text": note(random.Random(key))}
        answer = requests.post(
            f"http://127.0.0.1:{self.port}/api/episodes", json={"id": key, "documents": [document]}, timeout=60,
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        answer.raise_for_status()
        if not again:
            self.sent.append(key)

    def send_message(self, rng: random.Random) -> None:
        control = f"C{len(self.acknowledged)}"
        segments = [
            f"MSH|^~\\&|PAS|RXX|FOURSTEP|RXX|20260501120000||MDM^T02|{control}|P|2.4",
            f"PID|1||{control}^^^RXX^MR||Fictional^Fay||19500101|F",
            f"PV1|1|I|||||||||||||||||V{control}",
            "TXA|1|DS|TX|20260501",
            f"OBX|1|TX|DS^Discharge summary||{note(rng)}||||||F",
        ]
        with socket.create_connection(("127.0.0.1", self.mllp), timeout=60) as one:
            one.sendall(b"\x0b" + "\r".join(segments).encode() + b"\r\x1c\r")
            answer = b""
            while not answer.endswith(b"\x1c\r"):
                more = one.recv(65536)
                if not more:
                    raise ConnectionError("closed before it answered")
                answer += more
        assert b"MSA|AA|" + control.encode() in answer, answer[:200]
        self.acknowledged.append(control)

    def look(self, rng: random.Random) -> None:
        if not hasattr(self, "session") or self.pages % 200 == 0:
            self.session = requests.Session()
            # as a browser does where the server closes an idle connection in the moment in which it is used again
            again = Retry(total=1, connect=0, read=1, status=0, allowed_methods=["GET"])
            self.session.mount("http://", requests.adapters.HTTPAdapter(max_retries=again))
            page = self.session.get(f"http://127.0.0.1:{self.port}/sign-in/", timeout=60).text
            token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
            assert token
            said = {"username": "coder", "password": self.password, "csrfmiddlewaretoken": token[1]}
            answer = self.session.post(f"http://127.0.0.1:{self.port}/sign-in/", data=said, timeout=60)
            answer.raise_for_status()
            if "/sign-in/" in answer.url:  # a wrong password is a page like any other, and all pages after it are this one
                del self.session
                raise PermissionError("the coder cannot sign in")
        for address in ("/worklist/", f"/worklist/?page={rng.randrange(1, 5)}", f"/episodes/{rng.randrange(1, 60)}/"):
            answer = self.session.get(f"http://127.0.0.1:{self.port}{address}", timeout=60)
            assert answer.status_code in (200, 404), answer.status_code
            assert "/sign-in/" not in answer.url, f"{address} asks to sign in"
            self.pages += 1

    def archive(self, rng: random.Random) -> None:
        source = self.folder / "archive.jsonl"
        if not source.exists():
            document = {"file": "a.txt", "type": "discharge_summary"}
            lines = [{"id": f"A{n}", "documents": [document | {"text": note(rng)}]} for n in range(500)]
            source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        out = str(self.folder / "archive")
        run = self.fourstep("archive", "code", str(source), out, "--workers", "1", "--again")
        subprocess.run(run, env=self.environment, check=True, capture_output=True)
        self.archives += 1

    def watch(self, _: random.Random) -> None:
        for name, program in self.programs.items():
            assert program.poll() is None, f"{name} has ended"
            self.memory[name].append(sum(resident(pid) for pid in family(program.pid)))

    def settle(self) -> None:
        """Wait until the queue is empty."""
        end = time.monotonic() + 900
        while time.monotonic() < end:
            if self.database("select count(*) from episodes_job where outcome = 'waiting'") == 0:
                return
            time.sleep(2)

    def database(self, query: str) -> int:
        import sqlite3

        with sqlite3.connect(self.folder / "home" / "workbench" / "workbench.sqlite3", timeout=30) as one:
            return int(one.execute(query).fetchone()[0])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *(p for child in listed for p in family(int(child)))]


def resident(pid: int) -> float:
    """Memory that a process alone has, in MB; 0 when it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(n) for n in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE)) / 1024


def main() -> int:
    """Run; exit status 1 when something was lost, doubled, failed or grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=7200)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fourstep-soak-") as name:
        soak = Soak(Path(name))
        soak.begin()
        threads = [
            soak.run("interface", soak.send_episode, 0.3), soak.run("messages", soak.send_message, 0.3),
            soak.run("pages", soak.look, 1), soak.run("archive", soak.archive, 20), soak.run("memory", soak.watch, _EVERY),
        ]  # fmt: skip
        soak.begun = time.monotonic()
        for early in (signal.SIGTERM, signal.SIGINT):
            signal.signal(early, lambda *_: soak.stop.set())
        soak.stop.wait(chosen.seconds)
        soak.stop.set()
        soak.seconds = time.monotonic() - soak.begun
        for thread in threads:
            thread.join()
        soak.settle()
        return report(soak, chosen)


def report(soak: Soak, chosen: argparse.Namespace) -> int:
    """Print what was found, and end the programs."""
    there = soak.database("select count(*) from episodes_episode where key like 'SOAK-%'")
    uncoded = soak.database("select count(*) from episodes_episode where key like 'SOAK-%' and state = 'uncoded'")
    for program in soak.programs.values():
        program.send_signal(signal.SIGTERM)
        program.wait(60)
    coded = [json.loads(t) for p in (soak.folder / "inbox" / "coded").glob("*.jsonl") for t in p.read_text().splitlines()]
    messages = [c["episode_id"] for c in coded]
    table = Table("what", "figure", "wanted", show_edge=False)
    wrong = list(soak.errors)
    for what, figure, wanted in (
        ("episodes in the database", there, len(soak.sent)),
        ("of them uncoded", uncoded, 0),
        ("messages coded", len(set(messages)), len(soak.acknowledged)),
        ("messages doubled", len(messages) - len(set(messages)), 0),
    ):
        table.add_row(what, f"{figure:,}", f"{wanted:,}")
        if figure != wanted:
            wrong.append(f"{what}: {figure}, not {wanted}")
    for name, values in soak.memory.items():
        quarter = max(1, len(values) // 4)
        early, late = statistics.mean(values[quarter : 2 * quarter] or values), statistics.mean(values[-quarter:])
        table.add_row(f"memory of {name}, MB", f"{early:,.0f} -> {late:,.0f}", "at most a tenth more")
        if late > 1.1 * early:
            wrong.append(f"memory of {name} grew from {early:.0f} to {late:.0f} MB")
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{soak.pages:,} pages looked at, {soak.archives} archives coded, {soak.seconds:,.0f} s")
    for what in list(dict.fromkeys(wrong))[:20]:
        console.print(what, style="red")
    if chosen.json:
        sent = {"episodes": len(soak.sent), "messages": len(soak.acknowledged), "pages": soak.pages, "archives": soak.archives}
        chosen.json.write_text(json.dumps({"seconds": soak.seconds, "sent": sent, "memory": soak.memory, "wrong": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
